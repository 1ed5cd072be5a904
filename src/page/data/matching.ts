import {
  DETAIL_TEXTS,
  REQUEST_DETAILS,
  REQUEST_TEXTS,
  ROW_TEXTS,
  type TextName,
} from '../../outputs/case/case-data.ts';
import { objectColumn, parts, type CaseTable, type TextData } from './case-table.ts';
import type { CaseView, FieldName, Term } from './case-view.ts';
import { gradePlaces, gradesOf } from './grades.ts';
import { flagWord, prepareSearch } from './search.ts';

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
const SEARCHED = [
  ...new Set<TextName>([...ROW_TEXTS, ...DETAIL_TEXTS, ...REQUEST_TEXTS, ...REQUEST_DETAILS]),
].filter((name) => !UNSEARCHED.has(name));

const OF_REQUESTS: ReadonlySet<string> = new Set([...REQUEST_TEXTS, ...REQUEST_DETAILS, 'object']);

/** False for what requests have not: rules, policies and tags. There it leaves all in. */
export function appliesTo(table: CaseTable, field: FieldName): boolean {
  return (
    gradesOf(table).column === 'severity' || COLUMNS[field].some((name) => OF_REQUESTS.has(name))
  );
}

/** Words of a search; more are not looked for. */
const MAX_WORDS = 20;

/** Rows by what was chosen: 1 for those that match. */
export interface Matches {
  readonly rows: Uint8Array;
  /** How many match of each severity, or of each result of requests, were all of these chosen. */
  readonly grades: Readonly<Record<string, number>>;
  readonly count: number;
}

/** Finds the rows that a view shows. Each different text is looked at once, however many rows have it. */
export function matchRows(table: CaseTable, view: CaseView): Matches {
  const any = new Uint8Array(table.rows).fill(1);
  const applies = ({ field }: Term): boolean => appliesTo(table, field);
  for (const term of view.is.filter(applies)) keep(any, rowsWith(table, term), 1);
  for (const term of view.not.filter(applies)) keep(any, rowsWith(table, term), 0);
  const words = view.search.toLowerCase().split(/\s+/).filter(Boolean);
  for (const word of words.slice(0, MAX_WORDS)) keep(any, rowsWithWord(table, word), 1);
  const { from = -Infinity, to = Infinity } = view;
  if (view.from !== undefined || view.to !== undefined) {
    for (let row = 0; row < table.rows; row++) {
      const time = table.times[row]!;
      if (time < from || time >= to) any[row] = 0;
    }
  }
  const { column: name, names } = gradesOf(table);
  const chosen: readonly string[] = name === 'severity' ? view.severities : view.results;
  const column = table.texts[name]!;
  const places = gradePlaces(table);
  const on = column.values.map((value) => chosen.length === 0 || chosen.includes(value));
  const counts = names.map(() => 0);
  const rows = new Uint8Array(table.rows);
  let count = 0;
  for (let row = 0; row < table.rows; row++) {
    if (any[row] === 0) continue;
    const index = column.at[row]!;
    counts[places[index]!]!++;
    if (!on[index]!) continue;
    rows[row] = 1;
    count++;
  }
  const grades = Object.fromEntries(names.map((grade, place) => [grade, counts[place]!]));
  return { rows, grades, count };
}

/** Columns that are searched, to be made ready before somebody does. */
export function* searchedColumns(table: CaseTable): Iterable<() => void> {
  for (const name of SEARCHED) {
    const column = table.texts[name];
    if (column !== undefined) yield () => prepareSearch(column);
  }
  yield () => objectColumn(table);
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
    if (column !== undefined) flagWord(flags, column, word);
  }
  return flags;
}

function flagRows(
  flags: Uint8Array,
  column: TextData | undefined,
  test: (text: string) => boolean,
): void {
  if (column === undefined) return;
  const { values, at } = column;
  const found = new Uint8Array(values.length);
  let any = false;
  for (const [index, text] of values.entries()) {
    if (!test(text)) continue;
    found[index] = 1;
    any = true;
  }
  if (!any) return;
  for (let row = 0; row < at.length; row++) if (found[at[row]!] === 1) flags[row] = 1;
}
