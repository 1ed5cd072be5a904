import { contentStart, isLineEnd } from './line-text.ts';
import type { ProblemReason } from '../problems.ts';
import type { RecordSearch } from './record-search.ts';
import { StructureScanner } from './structure.ts';
import type { Stop } from './structure.ts';

/** A line on its way through the decoder. */
export interface BufferedLine {
  readonly text: string;
  readonly line: number;
  /** Times it was part of a multi-line value that broke. */
  tries: number;
  /** True when its record has been reported already: only events in it are news. */
  quiet: boolean;
  /** Set for the first line of a value that broke: what to report unless it stands alone. */
  alone?: ProblemReason;
  /** What stands before the value that starts at the end of the line. */
  before?: string;
  counted?: 'blank' | 'carriers' | 'continuations' | 'problems';
  /** Times reading went on behind a broken element on this line. */
  resyncs?: number;
  /** Looks for records behind what is none; null when the line has no event anywhere. */
  search?: RecordSearch | null;
}

/** A value that broke, and what to do with the lines that belonged to it. */
export interface BrokenValue {
  readonly reason: ProblemReason;
  /** Earlier lines of the value; to be reported once and tried one by one. */
  readonly lines: readonly BufferedLine[];
  /** True when nothing of the current line was used, so that it can be decoded as a new record. */
  readonly again: boolean;
  /** Where reading continues behind an element of a list that broke the rest of its line. */
  readonly resume?: number;
  /** Where other text starts behind a whole value. */
  readonly behind?: number;
}

/** The outcome of one line: it belongs to an open value, it is finished, or it broke a value. */
export type Fed = 'open' | 'done' | BrokenValue;

interface AssemblerOptions {
  readonly maxSize: number;
  /** Takes a complete top-level value; `lines` are the ones it spans; `bad`: it is no JSON. */
  readonly value: (text: string, lines: readonly BufferedLine[], bad: boolean) => void;
  /** Takes one element of a list, and the text of the value up to the list's `[`. */
  readonly element: (
    text: string,
    lines: readonly BufferedLine[],
    bad: boolean,
    head: string,
  ) => void;
  /** Takes a line that only carries the start of a list. */
  readonly structural: (line: BufferedLine) => void;
  /** Finds the start of the next element behind a broken one; -1 when the line has none. */
  readonly nextElement?: (line: BufferedLine, broken: number) => number;
  /** Finds the start of the next record on a line behind one that was never finished; -1 when there is none. */
  readonly nextRecord?: (line: BufferedLine, torn: number) => number;
}

interface OpenList {
  /** Line on which the list's value starts. */
  readonly line: BufferedLine;
  readonly head: string;
  used: boolean;
}

/** Assumed memory of a buffered line beyond its characters, in bytes. */
const LINE_OVERHEAD = 128;

/**
 * Puts JSON values together that span lines, and takes lines apart that hold several.
 *
 * The elements of a top-level array, and of the list in a wrapper object, are handed over one by
 * one, so that an export of any size needs the memory of one element.
 */
export class Assembler {
  readonly #options: AssemblerOptions;
  #scanner: StructureScanner | undefined;
  #list: OpenList | undefined;
  /** Earlier lines of the current element or value, and their text. */
  #lines: BufferedLine[] = [];
  #parts: string[] = [];
  #size = 0;

  constructor(options: AssemblerOptions) {
    this.#options = options;
  }

  get pending(): boolean {
    return this.#scanner !== undefined;
  }

  /** True when the open value may go on with an element of an array. */
  get inArray(): boolean {
    return this.#scanner?.inArray ?? false;
  }

  /** Takes a line from `start` on. */
  feed(line: BufferedLine, start: number): Fed {
    const { text } = line;
    let used = this.#scanner === undefined;
    let from = start;
    let at = start;
    for (;;) {
      const scanner = (this.#scanner ??= new StructureScanner());
      const stop = scanner.next(text, at, this.#size);
      at = scanner.at;
      const resume = this.#resume(stop, line, from);
      if (resume !== undefined) return resume;
      // A value of several lines that broke may have swallowed whole records.
      const swallowed = (stop === 'element' || stop === 'value') && scanner.wasBad;
      if (swallowed && this.#lines.length > 0) {
        return this.#broken('malformed-json', line, used);
      }
      if (stop === 'list-open') {
        this.#openList(text.slice(from, at), line);
        from = at;
      } else if (stop === 'element') {
        this.#element(text.slice(from, at), line, scanner.wasBad);
        used = true;
        from = at;
      } else if (stop === 'value') {
        this.#value(text.slice(from, at), line, scanner.wasBad);
        used = true;
        from = nextValue(text, at);
        if (isLineEnd(text, at)) return 'done';
        if (text[from] !== '{' && text[from] !== '[') {
          return { reason: 'trailing-text', lines: [], again: false, behind: from };
        }
        at = from;
      } else if (stop === 'more') {
        return this.#more(text.slice(from), line);
      } else {
        return this.#broken(stop === 'too-deep' ? stop : 'cut-json', line, used);
      }
    }
  }

  /** Drops the open value and returns its lines that were not handed over yet. */
  abandon(): readonly BufferedLine[] {
    const lines = this.#lines.length === 0 && this.#list ? [this.#list.line] : this.#lines;
    this.#reset();
    return lines;
  }

  #openList(text: string, line: BufferedLine): void {
    const head = this.#join(text);
    this.#list = { line: this.#lines[0] ?? line, head, used: false };
    for (const earlier of this.#lines) this.#options.structural(earlier);
    this.#clearUnit();
  }

  #element(text: string, line: BufferedLine, bad: boolean): void {
    const list = this.#list!;
    list.used = true;
    const whole = this.#join(text);
    // Most stand right behind a comma.
    const isNext = whole[0] === ',' && whole[1] === '{';
    const element = isNext ? whole.slice(1) : whole.replace(/^[\s,]+/, '');
    const lines = [...this.#lines, line];
    this.#clearUnit();
    this.#options.element(element, lines, bad, list.head);
  }

  #value(text: string, line: BufferedLine, bad: boolean): void {
    const list = this.#list;
    const value = this.#join(text);
    const lines = [...this.#lines, line];
    this.#reset();
    if (list === undefined) this.#options.value(value, lines, bad);
    else if (!list.used) this.#options.value(list.head + value, uniqueLines(list.line, lines), bad);
  }

  #more(text: string, line: BufferedLine): Fed {
    const scanner = this.#scanner!;
    if (
      this.#list !== undefined &&
      (scanner.betweenElements || (this.#list.used && !scanner.inList))
    ) {
      return 'done';
    }
    this.#parts.push(text);
    this.#lines.push(line);
    this.#size += text.length + LINE_OVERHEAD;
    if (this.#size <= this.#options.maxSize) return 'open';
    return { reason: 'value-too-long', lines: this.abandon(), again: false };
  }

  #broken(reason: ProblemReason, line: BufferedLine, used: boolean): BrokenValue {
    const list = this.#list;
    let lines: readonly BufferedLine[] = this.#lines;
    if (lines.length === 0 && list !== undefined && !used) lines = [list.line];
    this.#reset();
    return { reason, lines: lines.filter((earlier) => earlier !== line), again: !used };
  }

  /** A broken element or record may take good ones with it, when it is a quote that is wrong or missing. */
  #resume(stop: Stop, line: BufferedLine, from: number): BrokenValue | undefined {
    const open = stop === 'broken';
    const bad = open || ((stop === 'element' || stop === 'value') && this.#scanner!.wasBad);
    if (!bad || this.#lines.length > 0) return undefined;
    const inList = this.#list !== undefined || line.resyncs !== undefined;
    const { nextElement, nextRecord } = this.#options;
    const resume = (inList ? nextElement : nextRecord)?.(line, from) ?? -1;
    if (resume === -1 || (!open && resume >= this.#scanner!.at)) return undefined;
    this.#reset();
    const reason = open && !inList ? 'cut-json' : 'malformed-json';
    return { reason, lines: [], again: false, resume };
  }

  #join(last: string): string {
    return this.#parts.length === 0 ? last : [...this.#parts, last].join('\n');
  }

  #clearUnit(): void {
    this.#lines = [];
    this.#parts = [];
    this.#size = 0;
  }

  #reset(): void {
    this.#clearUnit();
    this.#scanner = undefined;
    this.#list = undefined;
  }
}

function uniqueLines(first: BufferedLine, lines: readonly BufferedLine[]): readonly BufferedLine[] {
  return lines[0] === first ? lines : [first, ...lines];
}

/** Start of the next value behind one that ended: commas of a surrounding list are passed over. */
function nextValue(text: string, from: number): number {
  let at = contentStart(text, from);
  while (text[at] === ',') at = contentStart(text, at + 1);
  return at;
}
