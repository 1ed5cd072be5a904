import { stringEnd } from '../../json/quoted-text.ts';
import type { TableHeader } from '../decoded.ts';
import { MAX_LIST_HEAD } from '../limits.ts';
import { StructureScanner } from './structure.ts';

/** Characters between the cells of a row. */
const SEPARATORS = [',', ';', '\t', '|'];

/** Cells of one row that are kept. */
const MAX_CELLS = 1000;

/** Longest line that may be a header. */
const MAX_HEADER = 16_384;

/**
 * Reads one row as RFC 4180 has it, line by line, since quoted cells may hold line breaks.
 *
 * Two spellings beside it are read too: JSON that stands without quotes, and quotes inside a cell written with a
 * backslash.
 */
export class CsvRow {
  readonly cells: string[] = [];
  readonly #separators: string;
  /** Pieces of the quoted cell that is open. */
  #open: string[] | undefined;

  /** @param separators the characters that may end a cell; any of the usual ones by default */
  constructor(separators: string = SEPARATORS.join('')) {
    this.#separators = separators;
  }

  /** Takes the next line of the row. @returns false while a quoted cell is open */
  line(text: string, start = 0): boolean {
    let at = start;
    if (this.#open !== undefined) {
      this.#open.push('\n');
      at = this.#quoted(text, at);
      if (at === -1) return false;
      at = this.#rest(text, at);
    }
    while (at <= text.length) {
      at = this.#cell(text, at);
      if (at === -1) return false;
    }
    return true;
  }

  /** Reads the cell at an index. @returns the index after its separator; -1 when it continues in the next line */
  #cell(text: string, from: number): number {
    let at = from;
    while (text[at] === ' ') at++;
    if (text[at] === '"') {
      const string = /^"[{[]{1,2}\\"/.test(text.slice(at, at + 5))
        ? jsonString(text, at)
        : undefined;
      if (string !== undefined) {
        this.#add(string.value);
        return this.#separator(text, string.end) + 1;
      }
      this.#open = [];
      const end = this.#quoted(text, at + 1);
      return end === -1 ? -1 : this.#rest(text, end);
    }
    const value = text[at] === '{' || text[at] === '[' ? valueEnd(text, at) : -1;
    const end = this.#separator(text, value === -1 ? from : value);
    this.#add(text.slice(from, end));
    return end + 1;
  }

  /** Reads a quoted cell on. @returns the index after its closing quote; -1 without one */
  #quoted(text: string, from: number): number {
    let at = from;
    for (;;) {
      const quote = text.indexOf('"', at);
      if (quote === -1) {
        this.#open!.push(text.slice(at));
        return -1;
      }
      this.#open!.push(text.slice(at, quote));
      if (text[quote + 1] !== '"') return quote + 1;
      this.#open!.push('"');
      at = quote + 2;
    }
  }

  /** Ends a quoted cell; what stands between its quote and the separator belongs to it. */
  #rest(text: string, from: number): number {
    const end = this.#separator(text, from);
    this.#open!.push(text.slice(from, end).trimEnd());
    this.#add(this.#open!.join(''));
    this.#open = undefined;
    return end + 1;
  }

  #separator(text: string, from: number): number {
    if (this.#separators.length === 1) {
      const at = text.indexOf(this.#separators, from);
      return at === -1 ? text.length : at;
    }
    let at = from;
    while (at < text.length && !this.#separators.includes(text[at]!)) at++;
    return at;
  }

  #add(cell: string): void {
    if (this.cells.length < MAX_CELLS) this.cells.push(cell);
  }
}

/** The content of a JSON string, which some tools write into a cell as it is. */
function jsonString(
  text: string,
  start: number,
): { readonly value: string; readonly end: number } | undefined {
  const end = stringEnd(text, start);
  if (end === -1) return undefined;
  try {
    return { value: String(JSON.parse(text.slice(start, end))), end };
  } catch {
    return undefined;
  }
}

/** Index after an unquoted JSON value; -1 when there is none. */
function valueEnd(text: string, start: number): number {
  const scanner = new StructureScanner();
  const stop = scanner.next(text, start, MAX_LIST_HEAD + 1);
  return stop === 'value' && !scanner.wasBad ? scanner.at : -1;
}

const NAME = /^[@_\p{L}][\w @./(){}-]{0,255}(?: \[\w{1,16}\])?$/u;

/** Names that a table of one column may have. */
const ONLY_NAMES = new Set(['_raw', '@message', 'message', 'log', 'log_s', 'line', 'event', 'raw']);
/** A part of each of them. */
const ONLY_NAME = /raw|message|log|line|event/;
const SEPARATOR = /[,;\t|]/;

/** No character of a name behind its first one, nor around its unit. */
const NAME_END = /[^\w @./(){}[\]-]/g;

/**
 * False for most lines that are no header: they are one cell of another name, or something ends the first cell before a
 * separator can.
 */
function mayBeHeader(text: string, start: number): boolean {
  if (!SEPARATOR.test(text) && !ONLY_NAME.test(text)) return false;
  const code = text.charCodeAt(start);
  if (code > 0x7f || code === 0x22) return true;
  if (!/[@_a-z]/i.test(text[start]!)) return false;
  NAME_END.lastIndex = start + 1;
  const end = NAME_END.exec(text)?.[0];
  return end === undefined || /[,;|\s]/.test(end);
}

/** The header that a line may be: names, and nothing else. */
export function csvHeader(text: string, start: number): TableHeader | undefined {
  if (text.length > MAX_HEADER || !mayBeHeader(text, start)) return undefined;
  let best: TableHeader | undefined;
  let isOneCell = false;
  for (const separator of SEPARATORS) {
    // Without the separator the whole line is one cell, whichever it is.
    const isAbsent = !text.includes(separator);
    if (isAbsent && isOneCell) continue;
    isOneCell ||= isAbsent;
    const row = new CsvRow(separator);
    if (!row.line(text, start)) continue;
    const cells = row.cells.map((cell) => cell.trim());
    if (!cells.every((cell) => NAME.test(cell))) continue;
    if (cells.length <= (best?.names.length ?? 0)) continue;
    // Log Analytics adds the zone to the names of times.
    best = { names: cells.map((cell) => cell.replace(/ \[\w+\]$/, '')), separator };
  }
  const isTable = best !== undefined && (best.names.length > 1 || ONLY_NAMES.has(best.names[0]!));
  return isTable ? best : undefined;
}

/** The start of a quoted cell with JSON whose quotes are doubled: no JSON has these characters one after another. */
const DOUBLED = /(?:^\ufeff?|[,;\t|]) {0,4}"[{[]{1,2} {0,4}""/;
/** The same behind other text in the first cell of a line. */
const DOUBLED_FIRST = /^\ufeff? {0,4}"[^"\\]*[{[] {0,4}""/;
/** A quoted cell whose JSON continues in the next line. */
const OPEN_JSON = /(?:^|[,;\t|])"[{[]{1,2} {0,4}$/;

/**
 * True for a line that must be part of a table, with a header or without: JSON with doubled quotes in a cell. Never
 * for JSON itself, with a prefix or without, whatever is in it (`"apiGroups":[""]`).
 */
export function isCsvRow(text: string): boolean {
  if (!text.includes('"')) return false;
  return DOUBLED.test(text) || DOUBLED_FIRST.test(text) || OPEN_JSON.test(text);
}
