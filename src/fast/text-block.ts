import type { Buffer } from 'node:buffer';
import { MAX_WEIGHT, mayBeTooHeavy } from '../json/weight.ts';
import { MEMORY } from './wasm/layout.gen.ts';
import type { Scanner } from './wasm/wasm-scanner.ts';

/** Address of the first byte of text. */
const BASE: number = MEMORY.block;
/** Bytes of room for text at the start. */
const FIRST_SIZE = 4 * 1024 * 1024;
/** Bytes per read: small enough to still be in the processor's cache when they are scanned. */
const STEP = 256 * 1024;
const LINE_FEED = 0x0a;
/** Bytes of lines of which none can weigh too much: a byte weighs two at most. */
const LIGHT = MAX_WEIGHT / 2;

/** The log text in the scanner's memory. What is not scanned yet lies at its end, from `start` to `used`. */
export class TextBlock {
  readonly #scanner: Scanner;
  /** Bytes of the longest line that must fit. */
  readonly #longest: number;
  #size: number;
  readonly #step: number;
  start: number;
  /** Behind the last complete line; lines may wait before it for what comes next. */
  lines: number;
  used: number;

  constructor(scanner: Scanner, longest: number, size = FIRST_SIZE) {
    this.#scanner = scanner;
    this.#longest = longest;
    this.#size = size;
    this.#step = Math.min(STEP, size);
    this.start = BASE;
    this.lines = BASE;
    this.used = BASE;
    scanner.ensure(BASE + size);
  }

  /** Forgets all text. */
  clear(): void {
    this.start = BASE;
    this.lines = BASE;
    this.used = BASE;
  }

  /** Looks for complete lines. @param from where the text starts that came last: what was there before holds no more */
  findLines(from: number): boolean {
    const fresh = Math.max(from, this.start);
    const last = this.#scanner.bytes.subarray(fresh, this.used).lastIndexOf(LINE_FEED);
    if (last !== -1) this.lines = fresh + last + 1;
    return last !== -1;
  }

  /**
   * Where a line starts that may hold more than is parsed at once, of those from `at` to `limit`; `limit` for none.
   * Whoever reads that line must read all of it as the decoder does, which takes it apart.
   */
  heavyLine(limit: number, at = this.start): number {
    const { bytes } = this.#scanner;
    for (let start = at; limit - start > LIGHT;) {
      const end = bytes.indexOf(LINE_FEED, start);
      if (mayBeTooHeavy(bytes.subarray(start, end))) return start;
      start = end + 1;
    }
    return limit;
  }

  /** Ends the last line, which may lack a line feed. */
  endLine(): void {
    this.#scanner.ensure(this.used + 1);
    this.#scanner.bytes[this.used++] = LINE_FEED;
    this.lines = this.used;
  }

  /** Passes over text up to an address. */
  skipTo(address: number): void {
    this.start = address;
    this.lines = address;
  }

  /** True when {@link space} would move the unfinished line over the text before it. */
  get isFull(): boolean {
    return this.start > BASE && this.used + this.#step > BASE + this.#size;
  }

  /** Where to put the next bytes; never empty. Valid until the next call. */
  space(): Buffer {
    const scanner = this.#scanner;
    if (this.isFull) {
      scanner.bytes.copyWithin(BASE, this.start, this.used);
      this.used -= this.start - BASE;
      this.lines -= this.start - BASE;
      this.start = BASE;
    }
    if (this.used === BASE + this.#size) {
      // Doubling keeps the copying linear in the length of the line.
      const double = Math.min(this.#size * 2, this.#longest);
      this.#size = Math.max(double, this.#size + 1);
      scanner.ensure(BASE + this.#size);
    }
    const end = Math.min(BASE + this.#size, this.used + this.#step);
    return scanner.bytes.subarray(this.used, end);
  }
}
