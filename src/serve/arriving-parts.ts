import { Buffer } from 'node:buffer';

/** Bytes of a piece of memory: a body that has more lies in several. */
export const PIECE = 1024 * 1024;

/**
 * Memory for large bodies in pieces of one size, which are used again. Waiting for V8 to give up what a body had
 * would let a burst take several times the memory of its bodies.
 */
export class Pieces {
  readonly size: number;
  readonly #free: Buffer[] = [];
  /** Bytes of all pieces there are. */
  allocated = 0;

  constructor(size = PIECE) {
    this.size = size;
  }

  take(): Buffer {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    this.allocated += this.size;
    // The thread that evaluates reads it where it is.
    return Buffer.from(new SharedArrayBuffer(this.size));
  }

  giveBack(pieces: readonly Buffer[]): void {
    this.#free.push(...pieces);
  }
}

/** The bytes of one body in memory: a small one as it came, a large one in pieces. */
export class ArrivingParts {
  readonly #pieces: Pieces;
  #small: Buffer[] = [];
  #large: Buffer[] = [];
  size = 0;

  constructor(pieces: Pieces) {
    this.#pieces = pieces;
  }

  /** Bytes of memory for a body of so many bytes. */
  static memoryFor(bytes: number, { size }: Pieces): number {
    return bytes <= size ? bytes : Math.ceil(bytes / size) * size;
  }

  add(bytes: Buffer): void {
    if (this.#large.length === 0) {
      if (this.size + bytes.length <= this.#pieces.size) {
        this.#small.push(bytes);
        this.size += bytes.length;
        return;
      }
      const small = this.#small;
      this.#small = [];
      this.size = 0;
      for (const each of small) this.#copy(each);
    }
    this.#copy(bytes);
  }

  /** The parts; valid until {@link free}. */
  parts(): Buffer[] {
    if (this.#large.length === 0) {
      // One part each: a message to the other thread copies it.
      return this.#small.length === 1 ? this.#small : [Buffer.concat(this.#small, this.size)];
    }
    const { size } = this.#pieces;
    const rest = this.size - (this.#large.length - 1) * size;
    return [...this.#large.slice(0, -1), this.#large.at(-1)!.subarray(0, rest)];
  }

  /** Gives the memory back. */
  free(): void {
    this.#pieces.giveBack(this.#large);
    this.#large = [];
    this.#small = [];
  }

  #copy(bytes: Buffer): void {
    const { size } = this.#pieces;
    for (let at = 0; at < bytes.length;) {
      const inPiece = this.size % size;
      if (this.size === this.#large.length * size) this.#large.push(this.#pieces.take());
      const count = bytes.copy(this.#large.at(-1)!, inPiece, at);
      at += count;
      this.size += count;
    }
  }
}
