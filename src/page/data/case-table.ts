// Room page/data: the findings of a case file in memory, and questions to them. No document, no events: pure code.
// Door: each file; the views of the page ask.
// Neighbours: outputs/case for the columns, policies for severities.
// Inside: case-table.ts joins blocks, matching.ts filters, ordering.ts sorts, grouping.ts and histogram.ts count,
// search.ts looks for words, choices.ts lists incidents, identities, objects and sessions; case-view.ts is what a user
// chose, and its address.

import {
  LIST_BORDER,
  ROW_NUMBERS,
  type NumberName,
  type PackedColumns,
  type TextName,
} from '../../outputs/case/case-data.ts';

/** A column of texts, and which one a row has. A text that is another one's may stand there more than once. */
export interface TextData {
  readonly values: readonly string[];
  readonly at: Uint32Array;
}

/** All rows of a case file, in the order of its blocks. Texts beside those of the list come later. */
export interface CaseTable {
  readonly rows: number;
  /** The first row of each block. */
  readonly starts: readonly number[];
  readonly texts: Partial<Record<TextName, TextData>>;
  readonly numbers: Readonly<Record<NumberName, Float64Array>>;
  /** Seconds since the epoch with their fraction; 0 when unknown. */
  readonly times: Float64Array;
}

/** Joins blocks of columns. */
export function joinBlocks(blocks: readonly PackedColumns[]): CaseTable {
  const starts: number[] = [];
  let rows = 0;
  for (const block of blocks) {
    starts.push(rows);
    rows += block.rows;
  }
  const numbers = Object.fromEntries(
    ROW_NUMBERS.map((name) => [name, joinNumbers(name, blocks, rows)]),
  ) as Record<NumberName, Float64Array>;
  const times = numbers.seconds.map((seconds, row) => seconds + numbers.nanos[row]! / 1e9);
  const table: CaseTable = { rows, starts, texts: {}, numbers, times };
  addTexts(table, blocks);
  return table;
}

/** Adds the columns of further blocks of the same rows. */
export function addTexts(table: CaseTable, blocks: readonly PackedColumns[]): void {
  const names = Object.keys(blocks[0]?.texts ?? {}) as TextName[];
  for (const name of names) table.texts[name] = joinTexts(name, blocks, table.rows);
}

/** Rows for each different text of a block from which on texts are looked up in other blocks too. */
const REPEATS = 4;

function joinNumbers(
  name: NumberName,
  blocks: readonly PackedColumns[],
  rows: number,
): Float64Array {
  const all = new Float64Array(rows);
  let row = 0;
  for (const block of blocks) {
    const column = block.numbers?.[name] ?? [0];
    let value = column[0] ?? 0;
    for (let i = 0; i < block.rows; i++) {
      if (i > 0 && column.length > 1) value += column[i]!;
      all[row++] = value;
    }
  }
  return all;
}

function joinTexts(name: TextName, blocks: readonly PackedColumns[], rows: number): TextData {
  const known = new Map<string, number>();
  const all: string[] = [];
  const places = new Uint32Array(rows);
  let row = 0;
  for (const block of blocks) {
    const { values, at } = block.texts[name] ?? { values: [''] };
    // Few of these texts repeat: looking them up would take longer than everything else.
    const repeats = values.length <= Math.max(1, block.rows / REPEATS);
    const own = values.map((value) => {
      const index = repeats ? known.get(value) : undefined;
      if (index !== undefined) return index;
      if (repeats) known.set(value, all.length);
      return all.push(value) - 1;
    });
    for (let i = 0; i < block.rows; i++) places[row++] = own[at?.[i] ?? (own.length > 1 ? i : 0)]!;
  }
  return { values: all, at: places };
}

/** The text of a row; empty while its column is not there. */
export function textOf(table: CaseTable, name: TextName, row: number): string {
  const column = table.texts[name];
  return column?.values[column.at[row]!] ?? '';
}

/** The parts of a text that is a list. */
export function listOf(table: CaseTable, name: TextName, row: number): readonly string[] {
  return parts(textOf(table, name, row));
}

/** The parts of a text that is a list. */
export function parts(text: string): readonly string[] {
  return text === '' ? [] : text.split(LIST_BORDER);
}

/** `namespace/resource/name/subresource`, as far as known. */
export function objectOf(table: CaseTable, row: number): string {
  return joined(table, row, OBJECT);
}

function joined(table: CaseTable, row: number, names: readonly TextName[]): string {
  return names
    .map((name) => textOf(table, name, row))
    .filter((part) => part !== '')
    .join('/');
}

/** What was done to what: `exec shop/pods/web`, where the verb says the subresource already. */
export function actionOf(table: CaseTable, row: number): string {
  const verb = textOf(table, 'verb', row);
  const isSaid = verb.replace('-', '') === textOf(table, 'subresource', row);
  const shown = isSaid ? OBJECT.filter((name) => name !== 'subresource') : OBJECT;
  return `${verb} ${joined(table, row, shown)}`;
}

const OBJECT = ['namespace', 'resource', 'name', 'subresource'] as const;

const objects = new WeakMap<CaseTable, TextData>();

/** The column of objects, which is made of those of their parts. */
export function objectColumn(table: CaseTable): TextData {
  let column = objects.get(table);
  if (column === undefined) {
    let at = new Uint32Array(table.rows);
    // Numbers are joined, part by part: texts are made of what differs only.
    for (const name of OBJECT) at = pairs(at, table.texts[name]);
    const values: string[] = [];
    for (let row = 0; row < table.rows; row++) {
      if (at[row] === values.length) values.push(objectOf(table, row));
    }
    objects.set(table, (column = { values, at }));
  }
  return column;
}

/** Numbers each different pair of a number and a text of a row, in order of appearance. */
function pairs(numbers: Uint32Array, column: TextData | undefined): Uint32Array<ArrayBuffer> {
  const known = new Map<number, number>();
  const size = Math.max(1, column?.values.length ?? 1);
  return Uint32Array.from(numbers, (number, row) => {
    const pair = number * size + (column?.at[row] ?? 0);
    const found = known.get(pair);
    if (found !== undefined) return found;
    known.set(pair, known.size);
    return known.size - 1;
  });
}
