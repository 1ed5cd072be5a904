import type { Buffer } from 'node:buffer';
import { MEMORY } from './wasm/layout.gen.ts';
import type { Scanner } from './wasm/wasm-scanner.ts';

/** Address of the first byte of text. */
const BASE: number = MEMORY.block;
/** Bytes of room for text at the start. */
const FIRST_SIZE = 4 * 1024 * 1024;
/** Bytes per read: small enough to still be in the processor's cache when they are scanned. */
const STEP = 256 * 1024;

/** The log text in the scanner's memory. The unfinished line lies at its end, from `start` to `used`. */
export class TextBlock {
  readonly #scanner: Scanner;
  /** Bytes of the longest line that must fit. */
  readonly #longest: number;
  #size: number;
  readonly #step: number;
  start: number;
  used: number;

  constructor(scanner: Scanner, longest: number, size = FIRST_SIZE) {
    this.#scanner = scanner;
    this.#longest = longest;
    this.#size = size;
    this.#step = Math.min(STEP, size);
    this.start = BASE;
    this.used = BASE;
    scanner.ensure(BASE + size);
  }

  /** Forgets all text. */
  clear(): void {
    this.start = BASE;
    this.used = BASE;
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
