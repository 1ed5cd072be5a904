import { DETAIL_TEXTS, ROW_TEXTS, type TextName } from '../../outputs/case/case-data.ts';
import { SEVERITIES, type Severity } from '../../policies/severity.ts';
import { objectColumn, parts, type CaseTable, type TextData } from './case-table.ts';
import type { CaseView, FieldName, Term } from './case-view.ts';

/** The columns that hold a field, and whether their texts are lists. */
const COLUMNS: Readonly<Record<FieldName, readonly (TextName | 'object')[]>> = {
  rule: ['rule', 'others'],
  user: ['user'],
  as: ['as'],
  object: ['object'],
  namespace: ['namespace'],
  resource: ['resource'],
  name: ['name'],
  verb: ['verb'],
  source: ['source'],
  code: ['code'],
  agent: ['agent'],
  policy: ['policies'],
  tag: ['tags'],
  stage: ['stage'],
  cluster: ['cluster'],
  node: ['node'],
  file: ['file'],
};

const LISTS: ReadonlySet<string> = new Set(['others', 'policies', 'tags']);

/** Codes and places, which nobody looks for as words. */
const UNSEARCHED: ReadonlySet<TextName> = new Set(['code', 'ignorable', 'line']);

/** What is searched for words. */
const SEARCHED = [...ROW_TEXTS, ...DETAIL_TEXTS].filter((name) => !UNSEARCHED.has(name));

/** Words of a search; more are not looked for. */
const MAX_WORDS = 20;

/** Rows by what was chosen: 1 for those that match. */
export interface Matches {
  /** Everything but the severity counts. */
  readonly anySeverity: Uint8Array;
  readonly rows: Uint8Array;
  readonly severities: Readonly<Record<Severity, number>>;
  readonly count: number;
}

/** Finds the rows that a view shows. Each different text is looked at once, however many rows have it. */
export function matchRows(table: CaseTable, view: CaseView): Matches {
  const anySeverity = new Uint8Array(table.rows).fill(1);
  for (const term of view.is) keep(anySeverity, rowsWith(table, term), 1);
  for (const term of view.not) keep(anySeverity, rowsWith(table, term), 0);
  const words = view.search.toLowerCase().split(/\s+/).filter(Boolean);
  for (const word of words.slice(0, MAX_WORDS)) keep(anySeverity, rowsWithWord(table, word), 1);
  const { from = -Infinity, to = Infinity } = view;
  if (view.from !== undefined || view.to !== undefined) {
    for (let row = 0; row < table.rows; row++) {
      const time = table.times[row]!;
      if (time < from || time >= to) anySeverity[row] = 0;
    }
  }
  const column = table.texts.severity!;
  const ranks = column.values.map((value) => SEVERITIES.indexOf(value as Severity));
  const on = column.values.map(
    (value) => view.severities.length === 0 || view.severities.includes(value as Severity),
  );
  const counts = SEVERITIES.map(() => 0);
  const rows = new Uint8Array(table.rows);
  let count = 0;
  for (let row = 0; row < table.rows; row++) {
    if (anySeverity[row] === 0) continue;
    const index = column.at[row]!;
    counts[ranks[index]!]!++;
    if (!on[index]!) continue;
    rows[row] = 1;
    count++;
  }
  const severities = Object.fromEntries(
    SEVERITIES.map((name, rank) => [name, counts[rank]!]),
  ) as Record<Severity, number>;
  return { anySeverity, rows, severities, count };
}

/** Leaves the rows whose flag is the one that is asked for. */
function keep(rows: Uint8Array, flags: Uint8Array, flag: 0 | 1): void {
  for (let row = 0; row < rows.length; row++) if (flags[row] !== flag) rows[row] = 0;
}

/** The column of a field, or of objects. */
export function columnOf(table: CaseTable, name: TextName | 'object'): TextData | undefined {
  return name === 'object' ? objectColumn(table) : table.texts[name];
}

function rowsWith(table: CaseTable, { field, value }: Term): Uint8Array {
  const flags = new Uint8Array(table.rows);
  for (const name of COLUMNS[field]) {
    const isList = LISTS.has(name);
    flagRows(flags, columnOf(table, name), (text) =>
      isList ? parts(text).includes(value) : text === value,
    );
  }
  return flags;
}

function rowsWithWord(table: CaseTable, word: string): Uint8Array {
  const flags = new Uint8Array(table.rows);
  for (const name of SEARCHED) {
    const column = table.texts[name];
    if (column === undefined) continue;
    const lower = lowerCase(column);
    flagRows(flags, column, (_, index) => lower[index]!.includes(word));
  }
  return flags;
}

function flagRows(
  flags: Uint8Array,
  column: TextData | undefined,
  test: (text: string, index: number) => boolean,
): void {
  if (column === undefined) return;
  const { values, at } = column;
  const found = new Uint8Array(values.length);
  let any = false;
  for (const [index, text] of values.entries()) {
    if (!test(text, index)) continue;
    found[index] = 1;
    any = true;
  }
  if (!any) return;
  for (let row = 0; row < at.length; row++) if (found[at[row]!] === 1) flags[row] = 1;
}

const lowered = new WeakMap<TextData, readonly string[]>();

function lowerCase(column: TextData): readonly string[] {
  let texts = lowered.get(column);
  if (texts === undefined) {
    lowered.set(column, (texts = column.values.map((value) => value.toLowerCase())));
  }
  return texts;
}
