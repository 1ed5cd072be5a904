import type { FilePool } from './pool.ts';
import { Buffer } from 'node:buffer';
import { readSync } from 'node:fs';
import type { ByteTarget } from '../read-input.ts';
import { bytesAt, factsAt, factsOfOpen, type FileFacts } from './disk.ts';
import { PRINT_SIZE, startsWith, type Print } from './byte-print.ts';
import type { Generation } from './generation.ts';

const LINE_FEED = 0x0a;
/** Bytes that are searched at a time for the last line feed. */
const SEARCH_SIZE = 64 * 1024;

/** Where lines go: whole ones, of one generation after the other. */
export interface LineTarget<T> extends ByteTarget<T> {
  /**
   * The next bytes start a line of this generation that has so many before it; what is left of an earlier one is
   * dropped.
   */
  begin(linesBefore: number, generation: Generation): void;
}

/** Whole lines of a generation that a target has taken. */
export interface Taken<T> {
  readonly answer: T;
  /** Position of the first byte in the generation. */
  readonly start: number;
  /** Position behind the last line. */
  readonly end: number;
  readonly lines: number;
  /** True when the last line has no line feed. */
  readonly unended: boolean;
}

/**
 * `quiet`: all whole lines are read. `more`: there are more. `changed`: the file does not hold what was
 * read of it any more. `wait`: the next line is longer than the bytes that may be read now.
 */
export type TurnEnd = 'quiet' | 'more' | 'changed' | 'wait';

/**
 * Hands over the next whole lines of a generation, as many as the target has room for, and at most
 * `most` bytes. What was read is looked at before and after, so that all bytes are of this generation:
 * a file may be emptied and written anew at any moment.
 *
 * @throws what reading throws
 */
export function* readLines<T>(
  fd: number,
  generation: Generation,
  target: LineTarget<T>,
  most: number,
): Generator<Taken<T>, TurnEnd> {
  const facts = factsOfOpen(fd);
  if (isAsRead(generation, facts)) return 'quiet';
  const { size, modified } = facts;
  if (size < generation.seen || !isIntact(fd, generation)) return 'changed';
  generation.size = size;
  generation.modified = modified;
  const until = endOfLines(fd, Math.max(generation.position, generation.seen), size);
  if (until === undefined) {
    generation.seen = size;
    learnHead(fd, generation);
    return 'quiet';
  }
  if (generation.unended) endLine(fd, generation);
  target.begin(generation.line - 1, generation);
  const start = generation.position;
  if (start >= until) return 'quiet';
  let tail = Buffer.isBuffer(generation.tail)
    ? generation.tail
    : bytesAt(fd, start - generation.tail.length, generation.tail.length);
  let { head } = generation;
  let lines = 0;
  for (let at = start; ;) {
    const space = target.space();
    const room = Math.min(space.length, until - at, most - (at - start));
    if (room <= 0) {
      target.begin(generation.line - 1, generation);
      return 'wait';
    }
    const count = readSync(fd, space, 0, room, at);
    if (count === 0 || !isIntact(fd, generation)) {
      target.begin(generation.line - 1, generation);
      return 'changed';
    }
    const bytes = space.subarray(0, count);
    const last = bytes.lastIndexOf(LINE_FEED);
    const used = last === -1 ? bytes : bytes.subarray(0, last + 1);
    lines += countLines(used);
    tail = lastBytes(tail, used);
    head = longerHead(head, used, at);
    at += used.length;
    const answer = target.filled(used.length);
    if (last === -1) continue;
    yield { answer, start, end: at, lines, unended: false };
    generation.position = at;
    generation.line += lines;
    // Behind the last line feed there is none.
    generation.seen = Math.max(generation.seen, at === until ? size : at);
    generation.tail = tail;
    generation.head = head;
    return at < until ? 'more' : 'quiet';
  }
}

/** Passes over the line feed of a line that was handed over before it came. */
function endLine(fd: number, generation: Generation): void {
  const next = bytesAt(fd, generation.position, 1);
  if (next.length === 0) return;
  generation.unended = false;
  if (next[0] !== LINE_FEED) return;
  generation.position++;
  const tail = Buffer.isBuffer(generation.tail) ? generation.tail : Buffer.alloc(0);
  generation.tail = lastBytes(tail, next);
}

/** True when a file has not changed since it was read to its end. */
function isAsRead(generation: Generation, { size, modified }: FileFacts): boolean {
  return size === generation.size && modified === generation.modified && generation.seen >= size;
}

/** True for a file that is closed, and has not changed since it was read: it need not be opened. */
export function isUnchanged(generation: Generation, pool: FilePool): boolean {
  if (pool.held(generation) !== undefined) return false;
  const facts = factsAt(generation.path);
  return facts !== undefined && facts.id === generation.id && isAsRead(generation, facts);
}

/** True when the file still holds what was read of the generation. */
export function isIntact(fd: number, { head, tail, position }: Generation): boolean {
  if (!startsWith(bytesAt(fd, 0, head.length), head)) return false;
  if (position <= head.length) return true;
  return startsWith(bytesAt(fd, position - tail.length, tail.length), tail);
}

/** True when the file of a generation is open, and still holds what was read of it. */
export function isHeld(generation: Generation, pool: FilePool): boolean {
  const fd = pool.held(generation);
  return fd !== undefined && isIntact(fd, generation);
}

/** Gets to know the first bytes while there is no whole line. */
function learnHead(fd: number, generation: Generation): void {
  const { head, seen } = generation;
  if (head.length >= PRINT_SIZE || seen <= head.length) return;
  const bytes = bytesAt(fd, 0, Math.min(PRINT_SIZE, seen));
  if (startsWith(bytes, head) && isIntact(fd, generation)) generation.head = bytes;
}

/**
 * Notes the starts of open files of which nothing was read yet: should one be renamed and compressed now, the
 * compressed file is told to be its copy, and not read again.
 */
export function noteStarts(generations: readonly Generation[], pool: FilePool): void {
  for (const generation of generations) {
    const fd = pool.held(generation);
    if (fd === undefined || generation.packed) continue;
    if (generation.position > 0 || generation.head.length > 0) continue;
    generation.head = bytesAt(fd, 0, PRINT_SIZE);
  }
}

/** The head with bytes that were read at a position, as far as they belong to it and join it. */
function longerHead(head: Print, bytes: Buffer, at: number): Print {
  const known = head.length === 0 ? Buffer.alloc(0) : head;
  const missing = known.length - at;
  if (!Buffer.isBuffer(known) || missing < 0 || known.length >= PRINT_SIZE) return known;
  return Buffer.concat([known, bytes.subarray(missing)]).subarray(0, PRINT_SIZE);
}

/** Position behind the last line feed from a position on; undefined without any. */
function endOfLines(fd: number, from: number, size: number): number | undefined {
  for (let end = size; end > from;) {
    const start = Math.max(from, end - SEARCH_SIZE);
    const feed = bytesAt(fd, start, end - start).lastIndexOf(LINE_FEED);
    if (feed !== -1) return start + feed + 1;
    end = start;
  }
  return undefined;
}

/** The last bytes of two pieces. */
export function lastBytes(before: Buffer, bytes: Buffer): Buffer {
  if (bytes.length >= PRINT_SIZE) return Buffer.from(bytes.subarray(-PRINT_SIZE));
  return Buffer.concat([before.subarray(-(PRINT_SIZE - bytes.length)), bytes]);
}

/** Line feeds in bytes. */
export function countLines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(LINE_FEED); at !== -1; at = bytes.indexOf(LINE_FEED, at + 1)) count++;
  return count;
}
