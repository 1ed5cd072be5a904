import { Buffer } from 'node:buffer';

/** Takes bytes off a stream of chunks in pieces of any length. */
export class ByteQueue {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** The next bytes; fewer only at the end. */
  async take(length: number): Promise<Buffer> {
    if (this.#rest.length >= length) return this.#cut(length);
    const parts = [this.#rest];
    let have = this.#rest.length;
    while (have < length) {
      const step = await this.#chunks.next();
      if (step.done === true) break;
      parts.push(step.value);
      have += step.value.length;
    }
    this.#rest = Buffer.concat(parts, have);
    return this.#cut(Math.min(length, have));
  }

  /** Passes over bytes. @returns false when there were not as many */
  async skip(length: number): Promise<boolean> {
    let left = length;
    while (left > 0) {
      const { length: count } = await this.take(Math.min(left, SKIPPED));
      if (count === 0) return false;
      left -= count;
    }
    return true;
  }

  #cut(length: number): Buffer {
    const bytes = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return bytes;
  }
}

const SKIPPED = 64 * 1024;
