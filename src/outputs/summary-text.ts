import type { ProblemCount } from '../engine/summary.ts';

/** Thousands separated by commas, the same in every locale. */
export function number(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** A noun after its count: with an s unless that is 1. */
export function plural(count: number, noun: string): string {
  return count === 1 ? noun : `${noun}s`;
}

/** A share as `12.3 %`. */
export function percent(share: number): string {
  const value = share * 100;
  return value > 0 && value < 0.1 ? '< 0.1 %' : `${value.toFixed(1)} %`;
}

/** Bytes in decimal units. */
export function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = count / 1000;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value.toFixed(1)} ${units[unit]}`;
}

/** Where a problem is: the file and its line, or the file alone where the problem is one of the whole file (line 0). */
export function placeText({
  file,
  line,
}: {
  readonly file: string;
  readonly line: number;
}): string {
  return line > 0 ? `${file}:${line}` : file;
}

const UNREAD: readonly ProblemCount['kind'][] = ['skipped', 'malformed', 'limit', 'io'];

/** What became of the input in which there were problems: a label for summaries, and a title for reports. */
const PROBLEM_GROUPS: readonly {
  readonly label: string;
  readonly title: string;
  readonly kinds: readonly ProblemCount['kind'][];
}[] = [
  { label: 'Not read', title: 'Input that was not read', kinds: UNREAD },
  { label: 'Faulty', title: 'Events with a fault, evaluated all the same', kinds: ['evidence'] },
  { label: 'Read', title: 'Input that was read in an unusual way', kinds: ['hint'] },
];

/** Problems by what became of the input: never are events told as lost that were evaluated. Empty groups are left out. */
export function problemGroups(
  problems: readonly ProblemCount[],
): { label: string; title: string; problems: ProblemCount[] }[] {
  return PROBLEM_GROUPS.map(({ label, title, kinds }) => ({
    label,
    title,
    problems: problems.filter(({ kind }) => kinds.includes(kind)),
  })).filter((group) => group.problems.length > 0);
}
