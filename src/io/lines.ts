import { Buffer } from 'node:buffer';

/** Whole lines in a buffer that is reused: valid until the next block is asked for. */
export interface LineBlock {
  readonly buffer: Buffer;
  /** First byte of the first line. */
  readonly start: number;
  /** Index after the last byte. At the end of the input the last line may lack its line feed. */
  readonly end: number;
  /** Bytes of the lines and of those that were too long before them. */
  readonly bytes: number;
  /** Number of the first line, from 1. */
  readonly firstLine: number;
  /** Lines in the block; set by whoever reads them, as {@link eachLine} does. */
  lines: number;
}

interface LineBufferOptions {
  /** Longest line in bytes; longer ones are reported and passed over without being kept. */
  readonly maxLine: number;
  readonly onLongLine: (line: number) => void;
  /** Bytes to start with. */
  readonly size?: number | undefined;
  /** Where buffers come from, for a scanner that reads from memory of its own. */
  readonly allocate?: ((size: number) => Buffer) | undefined;
}

const BLOCK_SIZE = 1024 * 1024;
const LINE_FEED = 0x0a;

/**
 * Cuts a stream of bytes into blocks of whole lines, in memory bounded by the longest line.
 *
 * Use: read into {@link space}, call {@link filled} with the number of bytes, work on the block it
 * returns, repeat; call {@link end} once.
 */
export class LineBuffer {
  readonly #maxLine: number;
  readonly #onLongLine: (line: number) => void;
  readonly #allocate: (size: number) => Buffer;
  #buffer: Buffer;
  /** Unfinished line: bytes from #start to #used. */
  #start = 0;
  #used = 0;
  #line = 1;
  #skipping = false;
  /** Bytes of lines that were too long, in no block yet. */
  #skipped = 0;
  #block: LineBlock | undefined;

  constructor(options: LineBufferOptions) {
    this.#maxLine = options.maxLine;
    this.#onLongLine = options.onLongLine;
    this.#allocate = options.allocate ?? ((size) => Buffer.allocUnsafeSlow(size));
    this.#buffer = this.#allocate(options.size ?? BLOCK_SIZE);
  }

  /** Starts on a line that has so many before it; what is left of an earlier one is dropped. */
  begin(linesBefore: number): void {
    this.#block = undefined;
    this.#start = 0;
    this.#used = 0;
    this.#skipping = false;
    this.#skipped = 0;
    this.#line = linesBefore + 1;
  }

  /** Number of the line that the next block starts with. */
  get nextLine(): number {
    this.#finishBlock();
    return this.#line;
  }

  /** Bytes of an unfinished line that are kept. */
  get pendingBytes(): number {
    return this.#used - this.#start;
  }

  /** Free space behind the unfinished line; never empty. */
  space(): Buffer {
    this.#finishBlock();
    if (this.#start > 0) {
      this.#buffer.copy(this.#buffer, 0, this.#start, this.#used);
      this.#used -= this.#start;
      this.#start = 0;
    }
    if (this.#used === this.#buffer.length) this.#grow();
    return this.#buffer.subarray(this.#used);
  }

  /** Takes note of bytes that were read into the space; returns the lines that are complete. */
  filled(bytes: number): LineBlock | undefined {
    let from = this.#used;
    this.#used += bytes;
    if (this.#skipping) {
      const feed = this.#buffer.subarray(0, this.#used).indexOf(LINE_FEED, from);
      if (feed === -1) {
        this.#skipped += bytes;
        this.#used = 0;
        return undefined;
      }
      this.#skipped += feed + 1;
      this.#skipping = false;
      this.#line++;
      this.#start = feed + 1;
      from = feed + 1;
    }
    const last = this.#buffer.subarray(from, this.#used).lastIndexOf(LINE_FEED);
    if (last === -1) {
      if (this.#used - this.#start > this.#maxLine + 1) this.#skip();
      return undefined;
    }
    return this.#makeBlock(from + last + 1);
  }

  /** Starts on another input. */
  reset(): void {
    this.#start = 0;
    this.#used = 0;
    this.#line = 1;
    this.#skipping = false;
    this.#skipped = 0;
    this.#block = undefined;
  }

  /** The last line, when it has no line feed; no line when the last one was too long. */
  end(): LineBlock | undefined {
    this.#finishBlock();
    const isOver = this.#used === this.#start && this.#skipped === 0;
    return isOver ? undefined : this.#makeBlock(this.#used);
  }

  #makeBlock(end: number): LineBlock {
    const block = {
      buffer: this.#buffer,
      start: this.#start,
      end,
      bytes: end - this.#start + this.#skipped,
      firstLine: this.#line,
      lines: 0,
    };
    this.#start = end;
    this.#skipped = 0;
    this.#block = block;
    return block;
  }

  #finishBlock(): void {
    if (this.#block === undefined) return;
    this.#line += this.#block.lines;
    this.#block = undefined;
  }

  #skip(): void {
    this.#onLongLine(this.#line);
    this.#skipping = true;
    this.#skipped += this.#used - this.#start;
    this.#start = 0;
    this.#used = 0;
  }

  /** Doubling keeps the copying linear in the length of the line. */
  #grow(): void {
    const limit = this.#maxLine + 2;
    const larger = this.#allocate(
      Math.max(Math.min(this.#buffer.length * 2, limit), this.#used + 1),
    );
    this.#buffer.copy(larger, 0, 0, this.#used);
    this.#buffer = larger;
  }
}

/**
 * Calls back for every line of a block, with its bytes' range; the line feed is left out, and so is
 * a carriage return before it. Lines over `maxLine` bytes go to `onLongLine`.
 */
export function eachLine(
  block: LineBlock,
  maxLine: number,
  onLine: (start: number, end: number, line: number) => void,
  onLongLine: (line: number) => void,
): void {
  const { buffer } = block;
  let line = block.firstLine;
  let start = block.start;
  while (start < block.end) {
    let feed = buffer.indexOf(LINE_FEED, start);
    if (feed === -1 || feed >= block.end) feed = block.end;
    const end = feed > start && buffer[feed - 1] === 0x0d ? feed - 1 : feed;
    if (end - start > maxLine) onLongLine(line);
    else onLine(start, end, line);
    line++;
    start = feed + 1;
  }
  block.lines = line - block.firstLine;
}
