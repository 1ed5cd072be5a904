import { stringEnd } from '../../json/quoted-text.ts';
import { MAX_LIST_HEAD, MAX_NESTING } from '../limits.ts';

/** Why {@link StructureScanner.next} stopped. */
export type Stop =
  /** A list has opened, and its elements can be read one by one; `at` is the index after its `[`. */
  | 'list-open'
  /** An element of that list ended; `at` is after it. */
  | 'element'
  /** The top-level value is complete; `at` is after it. */
  | 'value'
  /** The text ended inside the value. */
  | 'more'
  /** The text cannot be part of one JSON value. */
  | 'broken'
  /** More levels than {@link MAX_NESTING}. */
  | 'too-deep';

/** Keys under which wrappings keep a list of records in a top-level object. */
const LIST_KEYS = new Set(['items', 'events', 'records', 'logEvents', 'results', 'Records']);

/** The tokens that the JSON grammar allows next. */
type Expect = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end';

/**
 * Follows the structure of one JSON value over several lines, each character seen once.
 *
 * Only structure is checked: a misspelt literal is for the parser. A violation within a line marks
 * the element or value as bad and goes on by brackets alone, so that the elements after it are
 * still found; a line that ends while something is bad, or inside a string, is `broken`.
 */
export class StructureScanner {
  /** Index the last stop refers to. */
  at = 0;
  /** True when the element or value that just ended broke the grammar. */
  wasBad = false;
  /** Nesting level of the list whose elements are reported one by one; 0 while no such list is open. */
  #listDepth = 0;
  #bad = false;
  readonly #open: ('{' | '[')[] = [];
  #expect: Expect = 'value';
  #key = '';

  /** True when the grammar allows another element of an array here. */
  get inArray(): boolean {
    return this.#open.at(-1) === '[' && this.#expect !== 'comma-or-end' && !this.#bad;
  }

  /** True inside an open list, in or between its elements. */
  get inList(): boolean {
    return this.#listDepth > 0;
  }

  /** True between the elements of an open list. */
  get betweenElements(): boolean {
    return this.#atList && !this.#bad;
  }

  /** Goes on at `from` until the next stop. `headLength`: characters of the value before `from`. */
  next(text: string, from: number, headLength: number): Stop {
    for (let i = from; i < text.length; i++) {
      const char = text[i]!;
      if (char === ' ' || char === '\t' || char === '\r' || char === '\n') continue;
      if (char === '"') {
        const end = stringEnd(text, i);
        if (end === -1) return this.#stop('broken', i);
        this.#string(text, i, end);
        i = end - 1;
        if (this.#atList) return this.#endElement(end);
      } else if (char === '{' || char === '[') {
        const streams = this.#opensList(char) && headLength + i - from <= MAX_LIST_HEAD;
        this.#value();
        this.#open.push(char);
        this.#expect = char === '{' ? 'key-or-end' : 'value-or-end';
        if (this.#open.length > MAX_NESTING) return this.#stop('too-deep', i);
        if (streams) {
          this.#listDepth = this.#open.length;
          return this.#stop('list-open', i + 1);
        }
      } else if (char === '}' || char === ']') {
        const inside = this.#open.length > this.#listDepth;
        this.#leave(char);
        if (this.#open.length === 0) {
          this.wasBad = this.#bad;
          return this.#stop('value', i + 1);
        }
        if (inside && this.#atList) return this.#endElement(i + 1);
      } else if (char === ',') {
        this.#comma();
      } else if (char === ':') {
        if (this.#expect !== 'colon') this.#bad = true;
        this.#expect = 'value';
      } else {
        const end = wordEnd(text, i);
        this.#value();
        if (this.#atList) return this.#endElement(end);
        i = end - 1;
      }
    }
    return this.#stop(this.#bad ? 'broken' : 'more', text.length);
  }

  get #atList(): boolean {
    return this.#listDepth > 0 && this.#open.length === this.#listDepth;
  }

  #stop(stop: Stop, at: number): Stop {
    this.at = at;
    return stop;
  }

  #endElement(at: number): Stop {
    this.wasBad = this.#bad;
    this.#bad = false;
    return this.#stop('element', at);
  }

  #opensList(char: string): boolean {
    if (char !== '[' || this.#listDepth > 0) return false;
    if (this.#open.length === 0) return true;
    return this.#open.length === 1 && this.#open[0] === '{' && LIST_KEYS.has(this.#key);
  }

  #leave(char: '}' | ']'): void {
    const opener = char === '}' ? '{' : '[';
    if (this.#open.at(-1) !== opener || !this.#expect.endsWith('-or-end')) this.#bad = true;
    // A mismatch closes what was left open inside; a closer without any opener is passed over.
    const level = this.#open.lastIndexOf(opener);
    const floor = this.#open.length > this.#listDepth ? this.#listDepth : 0;
    if (level >= floor) this.#open.length = level;
    if (level < this.#listDepth) this.#listDepth = 0;
    this.#expect = 'comma-or-end';
  }

  #value(): void {
    if (this.#expect !== 'value' && this.#expect !== 'value-or-end') this.#bad = true;
    this.#expect = 'comma-or-end';
  }

  #comma(): void {
    if (this.#expect !== 'comma-or-end') this.#bad = true;
    this.#expect = this.#open.at(-1) === '{' ? 'key' : 'value';
  }

  #string(text: string, start: number, end: number): void {
    if (this.#expect === 'key' || this.#expect === 'key-or-end') {
      this.#expect = 'colon';
      if (this.#open.length === 1) this.#key = text.slice(start + 1, end - 1);
    } else {
      this.#value();
    }
  }
}

/** Index after a number or word. */
function wordEnd(text: string, from: number): number {
  let i = from + 1;
  while (i < text.length && !' \t\r\n,:{}[]"'.includes(text[i]!)) i++;
  return i;
}
