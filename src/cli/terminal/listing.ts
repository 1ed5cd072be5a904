import { escapeJsonForTerminal, escapeTerminal } from '../../outputs/encode/escape.ts';
import { displayWidth, wrap } from '../../outputs/table/width.ts';
import type { Terminal } from './terminal.ts';

/** JSON for people and scripts: indented, with a line end. What would steer a terminal is escaped. */
export function jsonText(value: unknown): string {
  return `${escapeJsonForTerminal(JSON.stringify(value, undefined, 2))}\n`;
}

/** How rows are laid out. */
interface ColumnStyle {
  /** Names of the columns. */
  readonly head?: readonly string[];
  /** Colours the line of names. */
  readonly paint?: (line: string) => string;
}

/** Columns that the last column needs beside the others; else it goes below them. */
const LAST_ROOM = 24;
const GAP = 2;

/**
 * Lines of text in columns, none longer than the width. The last column is wrapped; where it has no room, the
 * columns that do not fit stand below the others, indented. A row of one cell is a heading of those below it. What would steer a terminal is escaped.
 */
export function columnText(
  rows: readonly (readonly string[])[],
  width: number,
  { head, paint }: ColumnStyle = {},
): string {
  const safe = rows.map((row) => row.map(escapeTerminal));
  const all = head === undefined ? safe : [head, ...safe];
  const count = Math.max(0, ...all.map((row) => row.length));
  const isRow = (row: readonly string[]): boolean => count === 1 || row.length > 1;
  const heading = (text: string): string[] => [
    '',
    ...wrap(text, width, Infinity).map((line) => paint?.(line) ?? line),
  ];
  const natural = Array.from({ length: count }, (_, column) =>
    Math.max(0, ...all.filter(isRow).map((row) => displayWidth(row[column] ?? ''))),
  );
  const before = (column: number): number =>
    natural.slice(0, column).reduce((sum, each) => sum + each + GAP, 0);
  const room = width - before(count - 1);
  const layout =
    room >= Math.min(natural.at(-1) ?? 0, LAST_ROOM)
      ? (row: readonly string[]) => lineWithLast(row, natural, room)
      : (row: readonly string[]) => stackedLines(row, natural, beside(natural, width), width);
  const lines = safe.flatMap((row) => (isRow(row) ? layout(row) : heading(row[0]!)));
  const title = head === undefined ? [] : layout(head).map((line) => paint?.(line) ?? line);
  return [...title, ...lines].map((line) => `${line}\n`).join('');
}

/** One row: columns side by side, the last one wrapped to the room that is left. */
function lineWithLast(row: readonly string[], widths: readonly number[], room: number): string[] {
  const start = widths.slice(0, -1).map((width, column) => padded(row[column] ?? '', width));
  const indent = ' '.repeat(start.join('').length);
  return wrap(row[widths.length - 1] ?? '', Math.max(1, room), Infinity).map((line, index) =>
    `${index === 0 ? start.join('') : indent}${line}`.trimEnd(),
  );
}

/** How many of the first columns stand side by side. */
function beside(widths: readonly number[], width: number): number {
  let used = 0;
  const end = widths.findIndex((each) => (used += each + GAP) - GAP > width);
  return end === -1 ? widths.length : end;
}

/** One row: the first columns side by side, the others below them. */
function stackedLines(
  row: readonly string[],
  widths: readonly number[],
  count: number,
  width: number,
): string[] {
  const [first = '', ...rest] = row;
  const top =
    count === 0
      ? wrap(first, width, Infinity)
      : [
          row
            .slice(0, count)
            .map((cell, column) => padded(cell, widths[column]!))
            .join('')
            .trimEnd(),
        ];
  const indent = ' '.repeat(Math.min(4, Math.max(0, width - 20)));
  const below = (count === 0 ? rest : row.slice(count)).filter((cell) => cell !== '').join('  ');
  if (below === '') return top;
  return [
    ...top,
    ...wrap(below, width - indent.length, Infinity).map((line) => `${indent}${line}`),
  ];
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(width - displayWidth(text) + GAP);
}

/** Text broken into lines of at most `width` columns, at blanks where possible. Blanks in a row become one. */
export function wrapWords(text: string, width: number): string[] {
  return wrap(text.trim().replaceAll(/\s+/g, ' '), Math.max(1, width), Infinity);
}

/** Text of a rules file, fit for a terminal: line breaks stay. */
export function plainText(text: string): string {
  return text.split('\n').map(escapeTerminal).join('\n');
}

/** Prints a warning on standard error, unless `--quiet` is given. */
export function warner(run: {
  readonly settings: { readonly quiet: boolean };
  readonly terminal: Pick<Terminal, 'stderr'>;
}): (text: string) => void {
  return (text) => {
    if (!run.settings.quiet) run.terminal.stderr.write(`${plainText(text)}\n`);
  };
}
