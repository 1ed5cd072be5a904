import { widerBar } from '../../outputs/timeline.ts';
import type { CaseTable } from './case-table.ts';
import { gradePlaces, gradesOf } from './grades.ts';

const MAX_BARS = 96;

/** Events over time. Times are seconds since the epoch. */
export interface Histogram {
  readonly start: number;
  /** What a bar covers. */
  readonly seconds: number;
  /** Entries of each grade, the gravest first, for each bar. */
  readonly bars: readonly (readonly number[])[];
  readonly highest: number;
}

/**
 * Counts matching rows over time, in at most 96 bars of a round width.
 *
 * @param from the chosen range, where there is one
 * @returns undefined when no row has a time
 */
export function histogram(
  table: CaseTable,
  matches: Uint8Array,
  from?: number,
  to?: number,
): Histogram | undefined {
  const { seconds: all } = table.numbers;
  let first = from ?? Infinity;
  let last = to === undefined ? -Infinity : Math.max(to - 1, first);
  if (from === undefined || to === undefined) {
    for (let row = 0; row < table.rows; row++) {
      const time = all[row]!;
      if (matches[row] === 0 || time <= 0) continue;
      if (from === undefined && time < first) first = time;
      if (to === undefined && time > last) last = time;
    }
  }
  if (!(first <= last)) return undefined;
  let seconds = 1;
  while (Math.floor(last / seconds) - Math.floor(first / seconds) >= MAX_BARS) {
    seconds = widerBar(seconds);
  }
  const start = Math.floor(first / seconds) * seconds;
  const length = Math.floor(last / seconds) - Math.floor(first / seconds) + 1;
  const { column: name, names } = gradesOf(table);
  const bars = Array.from({ length }, () => names.map(() => 0));
  const column = table.texts[name]!;
  const places = gradePlaces(table);
  for (let row = 0; row < table.rows; row++) {
    const time = all[row]!;
    if (matches[row] === 0 || time <= 0) continue;
    const bar = bars[Math.floor((time - start) / seconds)];
    if (bar !== undefined) bar[places[column.at[row]!]!]!++;
  }
  const highest = Math.max(1, ...bars.map((bar) => bar.reduce((sum, count) => sum + count, 0)));
  return { start, seconds, bars, highest };
}
