// Room outputs/table: text for terminals: widths, columns, colours, labelled sections.
// Door: sections.ts, record-list.ts, records-table.ts, paint.ts; each imported by name.
// Neighbours: uses encode; formats of findings and all listings lay out with it.
// Inside: width.ts counts terminal columns of text that escape.ts has passed.

import Table from 'cli-table3';
import { displayWidth, wrap } from './width.ts';

/** Lines that one cell may take; attackers choose the length of names. */
const MAX_CELL_LINES = 6;
/** Blanks between columns: cli-table3's right padding and its one-character separator. */
const GAP = 2;
/** Stands for one terminal column of text while cli-table3 works; its output is else blank. */
const FILLER = 'x';
const FILLERS = /x+/g;
const NO_BORDERS = Object.fromEntries(
  ['top', 'bottom', 'left', 'right']
    .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`])
    .concat('mid', 'mid-mid')
    .map((name) => [name, '']),
);

export interface Column {
  readonly title: string;
  /** Terminal columns it needs at least. */
  readonly minimum: number;
  /** Terminal columns it takes at most; no limit when undefined. */
  readonly maximum?: number;
}

/** A cell's text, escaped, and how its lines are coloured. */
export interface Cell {
  readonly text: string;
  readonly paint?: ((line: string) => string) | undefined;
}

/** One row of cells, with an optional text below it that spans all columns behind the first. */
export interface Row {
  readonly cells: readonly Cell[];
  readonly below?: Cell | undefined;
}

/**
 * Shares `total` terminal columns among table columns: everyone gets what its widest cell needs
 * if that fits, else the widest give way first, down to their minimum. What is left over goes to
 * the columns that may grow.
 */
export function columnWidths(
  columns: readonly Column[],
  rows: readonly Row[],
  total: number,
): number[] {
  const widths = columns.map(({ title, minimum, maximum = Infinity }, index) => {
    const texts = rows.map((row) => displayWidth(row.cells[index]!.text));
    return Math.min(maximum, Math.max(minimum, title.length, ...texts));
  });
  const gaps = GAP * (columns.length - 1);
  const spare = total - gaps - widths.reduce((sum, width) => sum + width, 0);
  if (spare < 0) shrink(widths, columns, spare);
  else widen(widths, columns, spare);
  return widths;
}

/** Lowers the widest columns to a common cap. */
function shrink(widths: number[], columns: readonly Column[], spare: number): void {
  const room = widths.reduce((sum, width) => sum + width, spare);
  const capped = (cap: number): number[] =>
    widths.map((width, i) => Math.max(columns[i]!.minimum, Math.min(width, cap)));
  const used = (cap: number): number => capped(cap).reduce((sum, width) => sum + width, 0);
  let cap = Math.max(...widths);
  while (cap > 1 && used(cap) > room) cap--;
  widths.splice(0, widths.length, ...capped(cap));
  widen(widths, columns, room - used(cap));
}

/** Shares the spare width evenly among the columns that may grow, because later rows may be longer. */
function widen(widths: number[], columns: readonly Column[], spare: number): void {
  for (let left = spare; left > 0;) {
    const growing = columns.flatMap(({ maximum = Infinity }, i) =>
      widths[i]! < maximum ? [i] : [],
    );
    if (growing.length === 0) return;
    for (const index of growing) if (left-- > 0) widths[index]! += 1;
  }
}

/**
 * Returns a function that draws rows without borders, no line wider than the columns allow.
 *
 * cli-table3 draws one line of fillers, and the text of each row then takes the place of the fillers. It does not
 * draw the rows themselves: its measure (string-width 4) is wrong for newer emoji and most
 * combining marks, it takes 0.25 ms a row, time quadratic in the length of a wrapped cell, and
 * log text would pass through its parsing of colour codes.
 */
export function tableLayout(widths: readonly number[]): (rows: readonly Row[]) => string {
  const line = drawLine(
    widths,
    widths.map((width) => FILLER.repeat(width)),
  );
  const span = widths.slice(1).reduce((sum, width) => sum + width + GAP, -GAP);
  const spanLine = drawLine(widths, [
    '',
    { content: FILLER.repeat(span), colSpan: widths.length - 1 },
  ]);
  return (rows) => {
    let drawn = '';
    for (const { cells, below } of rows) {
      const wrapped = cells.map(({ text }, i) => wrap(text, widths[i]!, MAX_CELL_LINES));
      const height = Math.max(...wrapped.map((lines) => lines.length));
      for (let i = 0; i < height; i++) {
        drawn += fill(
          line,
          cells.map(({ paint }, column) => ({ text: wrapped[column]![i] ?? '', paint })),
        );
      }
      if (below === undefined) continue;
      for (const text of wrap(below.text, span, MAX_CELL_LINES)) {
        drawn += fill(spanLine, [{ text, paint: below.paint }]);
      }
    }
    return drawn;
  };
}

function drawLine(widths: readonly number[], cells: Table.HorizontalTableRow): string {
  const table = new Table({
    colWidths: widths.map((width) => width + GAP - 1),
    chars: { ...NO_BORDERS, middle: ' ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP - 1 },
  });
  table.push(cells);
  return table.toString();
}

/** A drawn line with its fillers replaced by texts, coloured and padded to the same width. */
function fill(line: string, cells: readonly Cell[]): string {
  let next = 0;
  const filled = line.replace(FILLERS, ({ length }) => {
    const { text, paint } = cells[next++]!;
    const padding = ' '.repeat(Math.max(0, length - displayWidth(text)));
    return (paint && text !== '' ? paint(text) : text) + padding;
  });
  return `${filled.trimEnd()}\n`;
}
