import type { JsonValue } from '../../json/value.ts';
import { KnownError } from '../../util/errors.ts';
import { shownText } from './shown-row.ts';

/** The rows that are kept of all that a command writes. The others are counted. */
export interface RowWindow {
  /** Rows before the first one that is kept. */
  readonly from: number;
  /** Rows kept at most. */
  readonly rows: number;
  /** Characters of them, of which the first row may have more. */
  readonly characters: number;
}

/** Takes what a command writes and keeps the rows of a window. */
interface Keeper {
  /** @throws KnownError for a document that is too long */
  write(text: string): void;
  /** The rows kept, and how many there were. */
  rows(): { readonly rows: readonly string[]; readonly total: number };
}

/** Characters of a row that is kept as it was written; longer ones are cut to what is shown of them. */
const LONG_ROW = 256 * 1024;
/** Characters of the longest document that is read. */
const LONGEST_DOCUMENT = 32 * 1024 * 1024;
/** A keeper of rows: a line each, or the elements of one document. */
export function rowKeeper(window: RowWindow, writes: 'lines' | 'document'): Keeper {
  return writes === 'lines' ? new RowKeeper(window) : new DocumentKeeper(window);
}

/** Rows of text lines. */
class RowKeeper implements Keeper {
  readonly #window: RowWindow;
  readonly #rows: string[] = [];
  #characters = 0;
  #isFull = false;
  #total = 0;
  #part = '';

  constructor(window: RowWindow) {
    this.#window = window;
  }

  write(text: string): void {
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      this.#row(this.#part + text.slice(start, end));
      this.#part = '';
      start = end + 1;
    }
    this.#part += text.slice(start);
  }

  rows(): { rows: string[]; total: number } {
    return { rows: this.#rows, total: this.#total };
  }

  #row(line: string): void {
    if (line === '') return;
    const { from, rows, characters } = this.#window;
    const isWanted = this.#total >= from && !this.#isFull;
    this.#total++;
    if (!isWanted) return;
    const text = line.length > LONG_ROW ? shownText(JSON.parse(line) as JsonValue) : line;
    this.#isFull =
      this.#rows.length >= rows ||
      (this.#rows.length > 0 && this.#characters + text.length > characters);
    if (this.#isFull) return;
    this.#rows.push(text);
    this.#characters += text.length;
  }
}

/** A document, of which the elements are rows where it is a list. */
class DocumentKeeper implements Keeper {
  readonly #window: RowWindow;
  #text = '';

  constructor(window: RowWindow) {
    this.#window = window;
  }

  write(text: string): void {
    if (this.#text.length + text.length > LONGEST_DOCUMENT) {
      throw new KnownError('input', 'the answer is too long to be told here; use the command line');
    }
    this.#text += text;
  }

  rows(): { rows: string[]; total: number } {
    if (this.#text === '') return { rows: [], total: 0 };
    const value = JSON.parse(this.#text) as JsonValue;
    const all = Array.isArray(value) ? value : [value];
    const keeper = new RowKeeper(this.#window);
    for (const each of all) keeper.write(`${JSON.stringify(each)}\n`);
    return keeper.rows();
  }
}
