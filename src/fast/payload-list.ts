import { isSameContext } from '../events/context.ts';
import type { WrapperContext } from '../events/decoded.ts';
import { standIn, STAND_IN_MARK, standInString } from '../events/decode/stand-in.ts';
import { minify } from '../json/locate.ts';
import { utf8Text } from './event/utf8.ts';
import { LISTED, MAX, MEMORY, PAYLOAD, STATUS } from './wasm/layout.gen.ts';
import type { Scanner } from './wasm/wasm-scanner.ts';

/** Numbers of a payload in a list: where its value starts and ends, and its kind. */
const NUMBERS = 3;
/** Colour codes are taken out of a line before it is parsed. */
const ESCAPE = 0x1b;
const QUOTE = 0x22;
const OPENING_BRACE = 0x7b;
const OPENING_BRACKET = 0x5b;

/**
 * A line with events in it, such as an EventList or an answer of CloudWatch, without these events: the decoder
 * unwraps the short text, and the scanner decides on the events themselves.
 */
export interface WrappedLine {
  /** The line; stand-ins (events/decode/stand-in.ts) are in the places of events. */
  readonly text: string;
  readonly line: number;
  /** Has the event with this index decided next. The line's bytes change with the first one. */
  take(index: number, context: WrapperContext): void;
  /** Judges the events that were taken. Call it before an event from elsewhere is judged. */
  flush(): void;
}

/** The events in the values of a line, found and decided by the scanner. */
export class PayloadList {
  readonly #scanner: Scanner;
  readonly #flush: () => void;
  #spans = new Uint32Array(NUMBERS * 1024);
  #waiting = 0;
  #contexts: WrapperContext[] = [];

  /** @param flush judges the events of the scanner's records */
  constructor(scanner: Scanner, flush: () => void) {
    this.#scanner = scanner;
    this.#flush = flush;
  }

  /** The context with this number in a record; none for 0. */
  context(number: number): WrapperContext | undefined {
    return this.#contexts[number - 1];
  }

  /**
   * The line with stand-ins in the places of its events; undefined when it has none, or the decoder must see all of
   * it.
   */
  find(start: number, end: number, line: number): WrappedLine | undefined {
    const { bytes } = this.#scanner;
    if (bytes[start] !== OPENING_BRACE && bytes[start] !== OPENING_BRACKET) return undefined;
    const count = this.#list(start, end);
    // One event alone is for shapes: lines like it may need no unwrapping at all.
    if (count < 2) return undefined;
    if (bytes.subarray(start, end).includes(ESCAPE)) return undefined;
    const parts: string[] = [];
    let at = start;
    for (let i = 0; i < count; i++) {
      const span = i * NUMBERS;
      const kept = utf8Text(bytes, at, this.#spans[span]!);
      // A line that is written to look like one of ours.
      if (kept.includes(STAND_IN_MARK)) return undefined;
      const kind = this.#spans[span + 2]!;
      parts.push(
        kept,
        kind === PAYLOAD.object ? standIn(i) : standInString(i, kind === PAYLOAD.line),
      );
      at = this.#spans[span + 1]!;
    }
    const rest = utf8Text(bytes, at, end);
    if (rest.includes(STAND_IN_MARK)) return undefined;
    parts.push(rest);
    return {
      text: parts.join(''),
      line,
      take: (index, context) => this.#take(index, context),
      flush: () => this.#run(),
    };
  }

  /**
   * Has the text of an event decided on.
   *
   * @param line of the event, from the last line on
   * @returns false when the event must be judged parsed: then nothing happened
   */
  takeText(text: string, line: number, context: WrapperContext): boolean {
    // The scanner reads lines: there a line feed is no blank. A character has three bytes at most.
    const compact = text.includes('\n') ? minify(text) : text;
    if (3 * compact.length > MAX.payload) return false;
    const scanner = this.#scanner;
    const { bytes } = scanner;
    const end = MEMORY.payload + bytes.write(compact, MEMORY.payload);
    bytes.fill(QUOTE, end, end + MAX.overread);
    const isTaken = scanner.takeText(end - MEMORY.payload, line, this.#numberOf(context));
    if (isTaken) this.#flush();
    this.#contexts.length = 0;
    return isTaken;
  }

  /** Lists the payloads of a line; returns their number. */
  #list(start: number, end: number): number {
    const scanner = this.#scanner;
    scanner.setWord(STATUS.cursor, start);
    let total = 0;
    for (let isStart = true; ; isStart = false) {
      const count = scanner.findPayloads(end, isStart);
      const needed = (total + count) * NUMBERS;
      if (needed > this.#spans.length) {
        const larger = new Uint32Array(2 * needed);
        larger.set(this.#spans);
        this.#spans = larger;
      }
      for (let i = 0; i < count; i++, total++) {
        const entry = MEMORY.listed + i * LISTED.size;
        const span = total * NUMBERS;
        this.#spans[span] = scanner.word(entry + LISTED.start);
        this.#spans[span + 1] = scanner.word(entry + LISTED.end);
        this.#spans[span + 2] = scanner.word(entry + LISTED.kind);
      }
      if (count < MAX.listed) return total;
    }
  }

  #take(index: number, context: WrapperContext): void {
    if (this.#waiting === MAX.listed) this.#run();
    const scanner = this.#scanner;
    const entry = MEMORY.listed + this.#waiting++ * LISTED.size;
    const span = index * NUMBERS;
    scanner.setWord(entry + LISTED.start, this.#spans[span]!);
    scanner.setWord(entry + LISTED.end, this.#spans[span + 1]!);
    scanner.setWord(entry + LISTED.kind, this.#spans[span + 2]!);
    scanner.setWord(entry + LISTED.context, this.#numberOf(context));
  }

  #numberOf(context: WrapperContext): number {
    const contexts = this.#contexts;
    const last = contexts.at(-1);
    const isSame = last !== undefined && isSameContext(last, context);
    return isSame ? contexts.length : contexts.push(context);
  }

  #run(): void {
    let at = 0;
    while (at < this.#waiting) {
      at = this.#scanner.takePayloads(at, this.#waiting);
      // There is room for so many records only.
      this.#flush();
    }
    this.#waiting = 0;
    this.#contexts.length = 0;
  }
}
