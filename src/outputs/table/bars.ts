const LEVELS = '▁▂▃▄▅▆▇█';

/** One character a bar, as high as its share of the highest; nothing counted is a blank. */
export function sparkline(counts: readonly number[]): string {
  const highest = Math.max(1, ...counts);
  return counts
    .map((count) => (count === 0 ? ' ' : LEVELS[Math.ceil((count / highest) * LEVELS.length) - 1]!))
    .join('');
}

/** The width of a bar: `5 s`, `15 min`, `3 h`, `2 d`. */
export function barText(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${seconds / 60} min`;
  if (seconds < 86_400) return `${seconds / 3600} h`;
  return `${seconds / 86_400} d`;
}
