import type { Buffer } from 'node:buffer';
import type { Scanner } from './wasm/wasm-scanner.ts';

/** Room for text at first. */
const FIRST_SIZE = 4 * 1024 * 1024;
/** Bytes that are read at a time: few enough to be in the processor's cache still when they are scanned. */
const STEP = 256 * 1024;

/** The text in a scanner's memory; the unfinished line at its end is from `start` to `used`. */
export class TextBlock {
  readonly #scanner: Scanner;
  readonly #base: number;
  /** The longest line that must fit, in bytes. */
  readonly #longest: number;
  #size: number;
  readonly #step: number;
  start: number;
  used: number;

  constructor(scanner: Scanner, longest: number, size = FIRST_SIZE) {
    this.#scanner = scanner;
    this.#base = scanner.place('BLOCK');
    this.#longest = longest;
    this.#size = size;
    this.#step = Math.min(STEP, size);
    this.start = this.#base;
    this.used = this.#base;
    scanner.ensure(this.#base + size);
  }

  /** Forgets all text. */
  clear(): void {
    this.start = this.#base;
    this.used = this.#base;
  }

  /** True when {@link space} would move the unfinished line over the text before it. */
  get isFull(): boolean {
    return this.start > this.#base && this.used + this.#step > this.#base + this.#size;
  }

  /** Where to put the next bytes; never empty. Valid until the next call. */
  space(): Buffer {
    const scanner = this.#scanner;
    if (this.isFull) {
      scanner.bytes.copyWithin(this.#base, this.start, this.used);
      this.used -= this.start - this.#base;
      this.start = this.#base;
    }
    if (this.used === this.#base + this.#size) {
      // Doubling keeps the copying linear in the length of the line.
      const double = Math.min(this.#size * 2, this.#longest);
      this.#size = Math.max(double, this.#size + 1);
      scanner.ensure(this.#base + this.#size);
    }
    const end = Math.min(this.#base + this.#size, this.used + this.#step);
    return scanner.bytes.subarray(this.used, end);
  }
}
