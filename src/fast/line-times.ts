import type { Buffer } from 'node:buffer';
import { ANSWER, MAX, MEMORY, RECORD, SLOTS, STATE, STATUS } from './wasm/layout.gen.ts';
import { Scanner } from './wasm/wasm-scanner.ts';

const LINE_FEED = 0x0a;
const QUOTE = 0x22;

/** Takes the lines of a block in their order; `start` and `end` are in the block, `end` behind the line feed. */
export interface TimedLines {
  /** A line that is an audit event by itself. */
  event(time: bigint, start: number, end: number, line: number): void;
  /** Any other line that is not blank. */
  odd(start: number, end: number, line: number): void;
  /** So many blank lines. */
  blank(count: number): void;
  /** True when the next line is odd whatever it is. */
  holdsNext(): boolean;
}

/** Finds the times of events, so that lines of several inputs can be put in order before they are evaluated. */
export class LineTimes {
  readonly #scanner: Scanner;

  /** @param maxLine longest line in bytes; longer ones are odd */
  constructor(maxLine: number) {
    const hooks = { classify: () => 0, step: () => STATE.open };
    this.#scanner = new Scanner(SLOTS, hooks);
    this.#scanner.configure({ fields: [], startState: STATE.open, maxLine, remembered: 0 });
    // Nothing decides: every event becomes a record.
    this.#scanner.follow(STATE.open, MAX.fields);
  }

  /**
   * Tells the lines of a block of whole lines, of which the last may lack its line feed.
   *
   * @param firstLine number of the first line
   * @returns how many lines there are
   */
  scan(block: Buffer, firstLine: number, lines: TimedLines): number {
    if (block.length === 0) return 0;
    const scanner = this.#scanner;
    const base: number = MEMORY.block;
    scanner.ensure(base + block.length + 1);
    const { bytes } = scanner;
    bytes.set(block, base);
    let limit = base + block.length;
    if (bytes[limit - 1] !== LINE_FEED) bytes[limit++] = LINE_FEED;
    bytes.fill(QUOTE, limit, limit + MAX.overread);
    let line = firstLine;
    const odd = (start: number, end: number): void => {
      lines.odd(start - base, Math.min(end + 1 - base, block.length), line++);
    };
    for (let at = base; at < limit;) {
      if (lines.holdsNext()) {
        const end = bytes.indexOf(LINE_FEED, at);
        odd(at, end);
        at = end + 1;
        continue;
      }
      scanner.setWord(STATUS.cursor, at);
      const answer = scanner.scan(limit);
      at = scanner.word(STATUS.cursor);
      line += this.#take(base, block.length, line, lines);
      if (answer === ANSWER.odd) odd(scanner.word(STATUS.oddStart), scanner.word(STATUS.oddEnd));
    }
    return line - firstLine;
  }

  /** Tells what the last call of the scanner found; returns how many lines that are. */
  #take(base: number, length: number, firstLine: number, lines: TimedLines): number {
    const scanner = this.#scanner;
    const count = scanner.word(STATUS.recordCount);
    for (let i = 0; i < count; i++) {
      const record = MEMORY.records + i * RECORD.size;
      const end = scanner.bytes.indexOf(LINE_FEED, scanner.word(record + RECORD.end)) + 1 - base;
      lines.event(
        scanner.long(record + RECORD.time),
        scanner.word(record + RECORD.start) - base,
        Math.min(end, length),
        firstLine + scanner.word(record + RECORD.line) - 1,
      );
    }
    const blanks = scanner.word(STATUS.blanks);
    if (blanks > 0) lines.blank(blanks);
    const read = scanner.word(STATUS.lines);
    for (const counter of [STATUS.recordCount, STATUS.blanks, STATUS.lines, STATUS.events]) {
      scanner.setWord(counter, 0);
    }
    return read;
  }
}
