import type { JsonValue } from '../../json/value.ts';
import { KnownError } from '../../util/errors.ts';
import { SILENT_STREAM, type OutputStream, type Terminal } from '../terminal/terminal.ts';
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

/** Characters of a row that is kept as it was written; longer ones are cut to what is shown of them. */
const LONG_ROW = 256 * 1024;
/** Characters of the longest document that is read. */
const LONGEST_DOCUMENT = 32 * 1024 * 1024;
/** Characters of a line that a command tells people, and of all lines together. */
const NOTE_LENGTH = 500;
const NOTES_LENGTH = 6000;

/** A terminal in memory: it keeps some rows of standard output, and what standard error says. */
export class CapturedTerminal implements Terminal {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly stdinIsTTY = true;
  /** No variable may have a command write somewhere. */
  readonly env = {};
  readonly cwd: string;
  readonly interrupted: AbortSignal;
  readonly notes: string[] = [];
  #noted = 0;
  readonly #now: () => number;
  readonly #kept: RowKeeper | DocumentKeeper;
  readonly #ends: () => void;

  /**
   * @param outer the terminal of the process
   * @param signal ends the command, as the outer terminal's signals do
   */
  constructor(
    outer: Terminal,
    window: RowWindow,
    writes: 'lines' | 'document',
    signal: AbortSignal,
  ) {
    this.cwd = outer.cwd;
    this.#now = () => outer.now();
    const kept = writes === 'lines' ? new RowKeeper(window) : new DocumentKeeper(window);
    this.#kept = kept;
    this.stdout = streamTo((text) => kept.write(text));
    this.stderr = streamTo((text) => this.#note(text));
    const stopped = new AbortController();
    this.interrupted = stopped.signal;
    const signals = [outer.interrupted, signal];
    const stop = (): void => stopped.abort('SIGINT');
    for (const each of signals) {
      if (each.aborted) stop();
      each.addEventListener('abort', stop, { once: true });
    }
    this.#ends = () => {
      for (const each of signals) each.removeEventListener('abort', stop);
    };
  }

  now(): number {
    return this.#now();
  }

  openInput(): never {
    throw new KnownError('usage', 'a query reads no standard input');
  }

  onHangUp(): void {
    // The process decides.
  }

  /** The rows kept, and how many there were. @throws KnownError for a document that is too long */
  rows(): { readonly rows: readonly string[]; readonly total: number } {
    return this.#kept.rows();
  }

  /** Lets go of the signals. */
  end(): void {
    this.#ends();
  }

  #note(text: string): void {
    for (const line of text.split('\n')) {
      if (line === '' || this.#noted > NOTES_LENGTH) continue;
      const note = line
        .replace(/^k8s-audit: /, '')
        .replaceAll(/ {2,}/g, '  ')
        .slice(0, NOTE_LENGTH);
      this.#noted += note.length;
      this.notes.push(this.#noted > NOTES_LENGTH ? '…' : note);
    }
  }
}

function streamTo(write: (text: string) => void): OutputStream {
  return {
    ...SILENT_STREAM,
    columns: 200,
    write(text) {
      write(text);
      return true;
    },
  };
}

/** Rows of text lines. */
class RowKeeper {
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
class DocumentKeeper {
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
