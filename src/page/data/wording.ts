import { shortUser } from '../../outputs/card/short-name.ts';
import { textOf, type CaseTable } from './case-table.ts';

/** Thousands separated by commas, the same in every locale. */
export { number, bytes, plural } from '../../outputs/summary-text.ts';

/** A time as `YYYY-MM-DD HH:MM:SS`. @param offset seconds that the zone is ahead of UTC */
export function timeText(seconds: number, offset: number): string {
  if (seconds <= 0) return '';
  const date = new Date((seconds + offset) * 1000);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 19).replace('T', ' ');
}

/** When a row happened, in the zone of the report. */
export function rowTime(table: CaseTable, row: number): string {
  return timeText(table.numbers.seconds[row]!, table.numbers.offset[row]!);
}

/** Who asked, shortened. */
export function userText(all: CaseTable, row: number): string {
  const as = textOf(all, 'as', row);
  const user = shortUser(textOf(all, 'user', row));
  return as === '' ? user : `${user} as ${shortUser(as)}`;
}

/** A width of bars in words. */
export function spanText(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${seconds / 60} min`;
  return seconds < 86_400 ? `${seconds / 3600} h` : `${seconds / 86_400} d`;
}

/** Times at which the zone changes, as far as events tell: seconds since the epoch, and the offset from there on. */
const changes = new WeakMap<CaseTable, readonly (readonly [seconds: number, offset: number])[]>();

/** Seconds that the zone of the report is ahead of UTC at a time: that of the last event before it. */
export function offsetAt(table: CaseTable, seconds: number): number {
  let known = changes.get(table);
  if (known === undefined) changes.set(table, (known = changesOf(table)));
  const before = known.findLast(([from]) => from <= seconds) ?? known[0];
  return before?.[1] ?? 0;
}

function changesOf({ rows, numbers }: CaseTable): (readonly [number, number])[] {
  const { seconds, offset } = numbers;
  const timed = Array.from({ length: rows }, (_, row) => row).filter((row) => seconds[row]! > 0);
  timed.sort((a, b) => seconds[a]! - seconds[b]!);
  const found: (readonly [number, number])[] = [];
  for (const row of timed) {
    if (found.at(-1)?.[1] !== offset[row]) found.push([seconds[row]!, offset[row]!]);
  }
  return found;
}
