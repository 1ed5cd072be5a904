import { Buffer } from 'node:buffer';

/** Bytes read at a time: many files may be read side by side. */
const BLOCK = 128 * 1024;

/** A line, and where it lies. */
export interface FileLine {
  readonly bytes: Buffer;
  /** Byte position of its start, and of what follows its line end. */
  readonly start: number;
  readonly next: number;
  /** From 1 for the first line that was read. */
  readonly number: number;
  /** False for a last line without its end. */
  readonly isWhole: boolean;
}

/**
 * The lines of a part of a file, in memory for one of them.
 *
 * @param read fills a buffer from a position on; gives the bytes read, 0 at the end
 * @param limit bytes of the longest line
 * @param tooLong makes the error for a longer one
 * @throws errors of the file system
 */
export function* fileLines(
  read: (into: Buffer, position: number) => number,
  from: number,
  to: number,
  limit: number,
  tooLong: (line: number) => Error,
): Generator<FileLine> {
  let kept: Buffer = Buffer.alloc(0);
  let start = from;
  let at = from;
  let number = 0;
  while (at < to) {
    const block = Buffer.allocUnsafe(Math.min(BLOCK, to - at));
    const size = read(block, at);
    if (size === 0) break;
    at += size;
    let rest = block.subarray(0, size);
    for (let end = rest.indexOf(0x0a); end !== -1; end = rest.indexOf(0x0a)) {
      const bytes = kept.length === 0 ? rest.subarray(0, end) : joined(kept, rest.subarray(0, end));
      if (bytes.length > limit) throw tooLong(number + 1);
      kept = Buffer.alloc(0);
      const next = start + bytes.length + 1;
      yield { bytes, start, next, number: ++number, isWhole: true };
      start = next;
      rest = rest.subarray(end + 1);
    }
    if (rest.length > 0) kept = kept.length === 0 ? rest : joined(kept, rest);
    if (kept.length > limit) throw tooLong(number + 1);
  }
  if (kept.length > 0) {
    yield { bytes: kept, start, next: at, number: number + 1, isWhole: false };
  }
}

function joined(a: Buffer, b: Buffer): Buffer {
  return Buffer.concat([a, b]);
}
