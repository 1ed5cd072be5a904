import { REMEMBERED_EVENTS } from '../../events/dedupe.ts';

/** Entries of a table: a power of two, more than twice as many as are used. */
const BITS = 18;
const MASK = (1 << BITS) - 1;

/**
 * Counts events that were there before, from the hashes of all events in input order. It remembers as
 * many as the scanner does (src/fast/wasm/assembly/duplicates.ts), and so counts the same.
 */
export class RepeatedEvents {
  /** Made when there is something to remember. */
  #recent = new Uint32Array(0);
  #older = new Uint32Array(0);
  #fill = 0;
  readonly #half: number;
  /** Events that were there before. */
  count = 0;

  /** @param limit most events to remember */
  constructor(limit: number = REMEMBERED_EVENTS) {
    this.#half = Math.ceil(limit / 2);
  }

  /** @param hashes two words per hash, the lower word first; no hash is 0 */
  note(hashes: Uint32Array): void {
    if (hashes.length === 0) return;
    if (this.#recent.length === 0) {
      this.#recent = new Uint32Array(2 << BITS);
      this.#older = new Uint32Array(2 << BITS);
    }
    for (let i = 0; i < hashes.length; i += 2) this.#noteOne(hashes[i]!, hashes[i + 1]!);
  }

  #noteOne(low: number, high: number): void {
    let entry = find(this.#recent, low, high);
    if (isSet(this.#recent, entry) || isSet(this.#older, find(this.#older, low, high))) {
      this.count++;
      return;
    }
    if (this.#fill >= this.#half) {
      const oldest = this.#older;
      this.#older = this.#recent;
      this.#recent = oldest.fill(0);
      this.#fill = 0;
      entry = find(this.#recent, low, high);
    }
    this.#recent[entry] = low;
    this.#recent[entry + 1] = high;
    this.#fill++;
  }
}

/** Place of a hash in a table, or of the free entry where it belongs. */
function find(table: Uint32Array, low: number, high: number): number {
  for (let index = high >>> (32 - BITS); ; index = (index + 1) & MASK) {
    const entry = 2 * index;
    if (table[entry] === low && table[entry + 1] === high) return entry;
    if (!isSet(table, entry)) return entry;
  }
}

function isSet(table: Uint32Array, entry: number): boolean {
  return table[entry] !== 0 || table[entry + 1] !== 0;
}
