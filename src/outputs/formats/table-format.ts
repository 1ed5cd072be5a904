// Room outputs/formats: one file a format of findings: what it writes, in which order, within which bounds.
// Door: a create function a file, listed in ../index.ts.
// Neighbours: uses ../writer.ts, encode and table; nothing else imports it.
// Inside: a format that grows has its parts in a second file, such as sarif-parts.ts.

import type { Finding } from '../../engine/finding.ts';
import { redactor } from '../../redact/redact.ts';
import { PRIORITIES } from '../../rules/priority.ts';
import { cardOf, type FindingCard } from '../card/card.ts';
import { number, plural } from '../summary-text.ts';
import { barText, sparkline } from '../table/bars.ts';
import { loadPaint, type Paint } from '../table/paint.ts';
import { columnWidths, tableLayout, type Row } from '../table/table-layout.ts';
import { wrap } from '../table/width.ts';
import { MAX_BARS, Timeline } from '../timeline.ts';
import type { OutputContext, OutputWriter, RuleInfo, Sink } from '../writer.ts';
import { aboutRule } from '../about-rule.ts';
import { CARD_COLUMNS, cardLines, cardRow, type CardStyle } from './card-lines.ts';

/** Cards drawn at a time. The first block decides the column widths of a wide table. */
const BLOCK = 40;
/** Narrower terminals wrap the lines themselves. */
const MIN_WIDTH = 40;
/** From this width on, cards are rows of columns. */
const COLUMNS = 180;

/** Cards for terminals of any width, written in blocks while the scan runs. */
export async function createTableWriter(sink: Sink, context: OutputContext): Promise<OutputWriter> {
  const paint = await loadPaint(context.color);
  // A terminal may get another size while a log is followed: each block has that of its time.
  let width = Math.max(MIN_WIDTH, context.width);
  const redact = redactor(context.showSecrets);
  const timeline = new Timeline(Math.min(MAX_BARS, width));
  let block: FindingCard[] = [];
  let draw: ((rows: readonly Row[]) => string) | undefined;
  let isIdShown = false;
  const about = context.explain === true ? ruleTexts(context.rules) : () => undefined;
  const styled = (card: FindingCard): CardStyle => {
    const texts = about(card.rule);
    const style: CardStyle = { paint, width, formatTime: context.formatTime };
    return texts === undefined ? style : { ...style, about: texts };
  };

  const columns = (cards: readonly FindingCard[]): string => {
    const rows = cards.map((card) => cardRow(card, styled(card)));
    let head = '';
    if (draw === undefined) {
      draw = tableLayout(columnWidths(CARD_COLUMNS, rows, width));
      const titles = CARD_COLUMNS.map(({ title }) => ({ text: title, paint: paint.heading }));
      head = `${draw([{ cells: titles }])}${paint.dim('─'.repeat(width))}\n`;
    }
    return head + draw(rows);
  };
  const flush = (): void => {
    if (block.length === 0) return;
    const cards = block;
    block = [];
    const now = Math.max(MIN_WIDTH, context.width);
    if (now !== width) draw = undefined;
    width = now;
    isIdShown ||= cards.some(({ id }) => id !== '');
    sink.write(
      width >= COLUMNS
        ? columns(cards)
        : cards.map((card) => cardLines(card, styled(card))).join(''),
    );
  };

  return {
    finding: (finding) => {
      addToTimeline(timeline, finding);
      block.push(cardOf(finding, redact));
      if (block.length === BLOCK) flush();
    },
    unshown: (finding) => addToTimeline(timeline, finding),
    flush,
    end(_summary, hidden = 0) {
      flush();
      const footer = [
        ...moreLines(hidden, isIdShown),
        ...histogram(timeline, width, context, paint),
      ];
      if (footer.length > 0) sink.write(`${paint.dim('─'.repeat(width))}\n${footer.join('')}`);
    },
  };

  function moreLines(hidden: number, hasId: boolean): string[] {
    const texts = [
      hidden > 0
        ? `… ${number(hidden)} more ${plural(hidden, 'event')} with findings: --limit 0 shows all`
        : '',
      hasId ? 'k8s-audit show ID FILE shows the request of an ID in full' : '',
    ];
    return texts
      .filter((text) => text !== '')
      .flatMap((text) => wrap(text, width, 3))
      .map((line) => `${paint.dim(line)}\n`);
  }
}

/** Says what rules mean and what to check, of each rule once. */
function ruleTexts(rules: readonly RuleInfo[]): (rule: string) => string[] | undefined {
  const untold = new Map(rules.map((rule) => [rule.name, rule]));
  return (name) => {
    const rule = untold.get(name);
    untold.delete(name);
    return rule === undefined ? undefined : aboutRule(rule);
  };
}

/** Counts a finding and those of its event, whether or not they have a row. */
function addToTimeline(timeline: Timeline, { time, priority, others }: Finding): void {
  for (const each of [{ priority }, ...(others ?? [])]) timeline.add(time, each.priority);
}

/** Findings over time, one line; nothing when they are of one moment. */
function histogram(
  timeline: Timeline,
  width: number,
  context: OutputContext,
  paint: Paint,
): string[] {
  const result = timeline.result();
  if (result === undefined || result.length < 2) return [];
  const bars = Array<number>(result.length).fill(0);
  const worst = Array<number>(result.length).fill(0);
  for (const { index, counts } of result.bars) {
    bars[index] = counts.reduce((sum, count) => sum + count, 0);
    worst[index] = counts.findIndex((count) => count > 0);
  }
  const drawn = Array.from(sparkline(bars), (bar, index) =>
    bar === ' ' ? bar : paint.priority(PRIORITIES[worst[index]!] ?? 'Debug', bar),
  );
  const from = context.formatTime(result.start);
  const to = context.formatTime(result.end);
  const text = `findings ${from} to ${to}, one bar is ${barText(result.seconds)}`;
  const scale = wrap(text, width, 2).map((line) => `${paint.dim(line)}\n`);
  return [`${drawn.join('')}\n`, ...scale];
}
