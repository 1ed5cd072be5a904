import type { Buffer } from 'node:buffer';
import type { JsonValue } from '../../json/value.ts';

/** Number of cells. Each holds one value; a new value with the same hash replaces it. */
const CELLS = 4096;
/** Longest span in 32-bit words. */
const WORDS = 32;

/**
 * Cache from bytes to decoded values. The same few users, verbs and addresses make up most of a log, and finding
 * a text costs less than making it again.
 */
export class SpanMemory {
  /** Values by the cell that {@link find} returned; undefined until the caller sets one. */
  readonly values: (JsonValue | undefined)[] = Array.from({ length: CELLS });
  readonly texts: (string | undefined)[] = Array.from({ length: CELLS });
  readonly #lengths = new Uint8Array(CELLS);
  readonly #words = new Int32Array(CELLS * WORDS);
  #bytes: Buffer | undefined;
  #view: DataView = new DataView(new ArrayBuffer(0));

  /**
   * The cell of the bytes `[start, end)`, until the next call; -1 when they are too many. Three more bytes
   * must follow.
   */
  find(bytes: Buffer, start: number, end: number): number {
    const length = end - start;
    if (length > WORDS * 4 - 4) return -1;
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    const view = this.#view;
    let hash = length;
    let at = start;
    for (; at + 4 <= end; at += 4) {
      hash = Math.imul(hash ^ view.getInt32(at, true), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    const rest = view.getInt32(at, true) & ((1 << (8 * (end - at))) - 1);
    hash = Math.imul(hash ^ rest, 0x9e3779b1);
    const cell = (hash ^ (hash >>> 16)) & (CELLS - 1);
    const words = this.#words;
    let word = cell * WORDS;
    let isSame = this.#lengths[cell] === length;
    for (at = start; isSame && at + 4 <= end; at += 4) {
      isSame = words[word++] === view.getInt32(at, true);
    }
    if (isSame && words[word] === rest) return cell;
    this.#lengths[cell] = length;
    word = cell * WORDS;
    for (at = start; at + 4 <= end; at += 4) words[word++] = view.getInt32(at, true);
    words[word] = rest;
    this.values[cell] = undefined;
    this.texts[cell] = undefined;
    return cell;
  }
}
