import { Buffer } from 'node:buffer';

/** Takes bytes off a stream of chunks in pieces of any length. */
export class ByteQueue {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);
  /** What was taken since the mark, except what was skipped. */
  #taken: Buffer[] = [];

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

  /** The next bytes, which stay; fewer only at the end. */
  async peek(length: number): Promise<Buffer> {
    const bytes = await this.take(length);
    this.#taken.pop();
    this.#rest = Buffer.concat([bytes, this.#rest]);
    return bytes;
  }

  /** Remembers the place so many bytes ago, at most, to which {@link backToMark} goes back. */
  mark(ago = 0): void {
    const last: Buffer[] = [];
    for (let left = ago; left > 0 && this.#taken.length > 0;) {
      const bytes = this.#taken.pop()!;
      last.unshift(bytes.subarray(-left));
      left -= bytes.length;
    }
    this.#taken = last;
  }

  backToMark(): void {
    this.#rest = Buffer.concat([...this.#taken, this.#rest]);
    this.#taken = [];
  }

  /**
   * Passes over bytes to the first place at which something starts.
   *
   * @param find where it starts in bytes; -1 when it does not
   * @param overlap bytes of it that may stand at the end of others without being told
   * @returns how many were passed over; undefined when all were
   */
  async seek(find: (bytes: Buffer) => number, overlap: number): Promise<number | undefined> {
    for (let passed = 0; ;) {
      this.mark();
      const { length } = await this.take(SKIPPED);
      this.backToMark();
      const at = find(this.#rest.subarray(0, length));
      const count = at === -1 ? Math.max(0, length - overlap) : at;
      this.#rest = this.#rest.subarray(count);
      passed += count;
      if (at !== -1) return passed;
      if (length < SKIPPED) return undefined;
    }
  }

  /** Passes over bytes. @returns false when there were not as many */
  async skip(length: number): Promise<boolean> {
    let left = length;
    while (left > 0) {
      const { length: count } = await this.take(Math.min(left, SKIPPED));
      this.mark();
      if (count === 0) return false;
      left -= count;
    }
    return true;
  }

  #cut(length: number): Buffer {
    const bytes = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    this.#taken.push(bytes);
    return bytes;
  }
}

const SKIPPED = 64 * 1024;
