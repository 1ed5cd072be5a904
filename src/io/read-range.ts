import { Buffer } from 'node:buffer';
import { readSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { Problem } from '../events/problems.ts';
import { openPartStart, partStart } from './expand/part-start.ts';
import type { ByteSource } from './pipe.ts';
import { lostBytes } from './regular-file.ts';
import { readContent } from './content/read-content.ts';
import type { ByteTarget } from './byte-target.ts';

const LINE_FEED = 0x0a;
/** Bytes that are searched at a time for the first line of a range. */
const SEARCH_SIZE = 64 * 1024;
/** Blocks between turns of the event loop, so that messages are heard. */
const BLOCKS_PER_TURN = 4;

interface RangeOptions {
  /** True while the next line may belong to the last record. */
  readonly holdsNext: () => boolean;
  /** Takes problems of compressed data in the range. */
  readonly onProblem: (problem: Problem) => void;
}

/** Part of a file, in bytes. */
export interface ByteRange {
  readonly start: number;
  /** Position behind the range; Infinity for the end of the file. */
  readonly end: number;
  /** Bytes of the file when it was opened. */
  readonly size: number;
}

/**
 * Reads the lines of a file that start in a range, and further ones while `holdsNext` is true. Yields after
 * each block.
 *
 * @returns the end of the range; when more was read, the start of the first line behind what was read
 * @throws what reading throws
 */
export async function* feedRange(
  fd: number,
  { start, end, size }: ByteRange,
  target: ByteTarget<void>,
  options: RangeOptions,
): AsyncGenerator<void, number> {
  /** Ends where the file does, which may have been emptied since it was opened. */
  const endAt = (position: number): number => {
    if (position < size) options.onProblem(lostBytes({ position }, size - position));
    return Infinity;
  };
  const first = start === 0 ? { at: 0 } : firstLine(fd, start, end);
  if ('fileEnd' in first) return endAt(first.fileEnd);
  let { at } = first;
  if (at === undefined) return end;
  let reached = end;
  for (let blocks = 1; ; blocks++) {
    const space = target.space();
    const bytes = readSync(fd, space, 0, space.length, at);
    if (bytes === 0) {
      target.end();
      return endAt(at);
    }
    let known = space.subarray(0, bytes);
    const next = partStart(known);
    if (next !== -1) {
      // Lines of compressed data or UTF-16 are in no range: the rest of the file belongs to this one.
      if (next > 0) target.filled(next);
      yield;
      yield* readContent(fileFrom(fd, at + next), options, target, '');
      target.end();
      return Infinity;
    }
    const open = openPartStart(known);
    if (open < bytes) known = known.subarray(0, bytes - open);
    // The last line ends at or behind the byte before the range's end.
    const last = reached > end ? known.lastIndexOf(LINE_FEED) : lineEnd(known, end - 1 - at);
    const used = last === -1 ? known.length : last + 1;
    target.filled(used);
    at += used;
    yield;
    if (last !== -1) {
      if (!options.holdsNext()) return reached > end ? at : end;
      reached = Infinity;
    }
    if (blocks % BLOCKS_PER_TURN === 0) await setImmediate();
  }
}

/** The bytes of a file from an offset on. */
function fileFrom(fd: number, start: number): ByteSource {
  let at = start;
  return {
    read(space) {
      const bytes = readSync(fd, space, 0, space.length, at);
      at += bytes;
      return bytes;
    },
    wait: () => Promise.resolve(),
    close: () => undefined,
  };
}

/** The first line feed from an offset on, which may be behind the bytes; -1 for none. */
function lineEnd(bytes: Buffer, from: number): number {
  return from >= bytes.length ? -1 : bytes.indexOf(LINE_FEED, Math.max(0, from));
}

/** Start of the first line that begins inside a range, undefined when none does; or where the file ends before one does. */
function firstLine(
  fd: number,
  start: number,
  end: number,
): { readonly at: number | undefined } | { readonly fileEnd: number } {
  const buffer = Buffer.allocUnsafe(SEARCH_SIZE);
  for (let at = start - 1; at < end - 1;) {
    const bytes = readSync(fd, buffer, 0, Math.min(buffer.length, end - 1 - at), at);
    if (bytes === 0) return { fileEnd: at };
    const feed = buffer.subarray(0, bytes).indexOf(LINE_FEED);
    if (feed !== -1) return { at: at + feed + 1 };
    at += bytes;
  }
  return { at: undefined };
}
