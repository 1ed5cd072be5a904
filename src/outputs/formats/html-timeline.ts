import { PRIORITIES } from '../../rules/priority.ts';
import { escapeHtml } from '../encode/escape.ts';
import { number } from '../summary-text.ts';
import type { Bar, Bars } from '../timeline.ts';
import type { OutputContext } from '../writer.ts';

const WIDTH = 960;
const HEIGHT = 120;

/** Findings over time as an inline SVG, one stacked bar per span of time. */
export function htmlTimeline(
  timeline: Bars | undefined,
  { formatTime, timezone }: OutputContext,
): string {
  if (timeline === undefined) return '';
  const { bars, seconds, start, end, length } = timeline;
  const highest = Math.max(...bars.map(total));
  const step = WIDTH / Math.max(length, 24);
  const drawn = bars.map((bar) => {
    const at = formatTime(start + BigInt(bar.index * seconds) * 1_000_000_000n);
    const parts = bar.counts.flatMap((count, rank) =>
      count > 0 ? [`${number(count)} ${PRIORITIES[rank]!}`] : [],
    );
    let y = HEIGHT;
    const rects = bar.counts.map((count, rank) => {
      if (count === 0) return '';
      const height = (count / highest) * HEIGHT;
      y -= height;
      const box = [bar.index * step + 0.5, y, Math.max(1, step - 1), height].map((n) =>
        n.toFixed(1),
      );
      return `<rect class="p${rank}" x="${box[0]}" y="${box[1]}" width="${box[2]}" height="${box[3]}"/>`;
    });
    return `<g><title>${escapeHtml(at)}: ${parts.join(', ')}</title>${rects.join('')}</g>`;
  });
  return (
    `<section><h2>Timeline</h2><figure><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="Findings over time">` +
    `${drawn.join('\n')}</svg><figcaption><span>${escapeHtml(formatTime(start))}</span>` +
    `<span>one bar is ${span(seconds)}, at most ${number(highest)} findings</span>` +
    `<span>${escapeHtml(formatTime(end))} ${escapeHtml(timezone)}</span></figcaption></figure></section>\n`
  );
}

function total({ counts }: Bar): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

function span(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${seconds / 60} min`;
  return seconds < 86_400 ? `${seconds / 3600} h` : `${seconds / 86_400} d`;
}
