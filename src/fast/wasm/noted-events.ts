import { BITS, MEMORY, SEEN, STATUS } from './layout.gen.ts';

/** Events in each half of the table of duplicates, at most: three quarters of its entries. */
export const FULLEST_HALF = 3 << (BITS.seen - 2);

/** The scanner's memory. */
interface Memory {
  word(address: number): number;
  setWord(address: number, value: number): void;
  words(address: number, count: number): Uint32Array;
}

/** The hashes that a scanner lists, two 32-bit words for each event, in place of looking events up. */
export class NotedEvents {
  readonly #scanner: Memory;
  #earlier: Uint32Array[] = [];

  constructor(scanner: Memory) {
    this.#scanner = scanner;
  }

  /** Takes hashes out of the scanner before they are too many for it: one line may have any number of events. */
  makeRoom(): void {
    const scanner = this.#scanner;
    if (scanner.word(STATUS.seenLimit) !== SEEN.listed) return;
    if (scanner.word(STATUS.seenFill) >= FULLEST_HALF) this.#earlier.push(this.#listed());
  }

  /** The hashes since the last call. */
  take(): Uint32Array {
    const last = this.#listed();
    if (this.#earlier.length === 0) return last;
    const parts = [...this.#earlier, last];
    this.#earlier = [];
    const all = new Uint32Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  #listed(): Uint32Array {
    const count = this.#scanner.word(STATUS.seenFill);
    this.#scanner.setWord(STATUS.seenFill, 0);
    return this.#scanner.words(MEMORY.seen, 2 * count);
  }
}
