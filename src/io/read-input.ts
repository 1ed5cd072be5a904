// Room io: files, directories, pipes and compressed data become blocks of whole lines.
// Door: sources.ts finds inputs, read-input.ts reads one, output.ts writes; the rest is imported for one purpose each.
// Neighbours: uses events to decode lines; scan and cli call it. It knows no rules.
// Inside: content-kind.ts and expand/ expand, lines.ts cuts, follow.ts waits, merge.ts orders by time.

import { Buffer } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { DEFAULT_MAX_EVENT_SIZE } from '../events/limits.ts';
import type { Problem } from '../events/problems.ts';
import { chunksAgain, reopenedFile } from './regular-file.ts';
import { contentKind } from './content-kind.ts';
import { LineBuffer, type LineBlock } from './lines.ts';
import { isPipe, openPipe } from './pipe.ts';
import type { ByteSource } from './pipe.ts';
import { errorCode } from './sources.ts';
import type { Source } from './sources.ts';

export interface ReadOptions {
  /** Longest line in bytes. */
  readonly maxEventSize?: number | undefined;
  /** Takes problems of the file and of lines that are too long. */
  readonly onProblem: (problem: Problem) => void;
  /** Takes the bytes read from the source, before decompression. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
  /** Ends reading early, between blocks. */
  readonly signal?: AbortSignal | undefined;
  /**
   * True when the input may wait open for long, beside others: a regular file is then opened for each read, so
   * that there may be more inputs than file descriptors.
   */
  readonly waits?: boolean | undefined;
  /** See LineBuffer. */
  readonly allocate?: ((size: number) => Buffer) | undefined;
  /** Most bytes and most bytes per compressed byte that compressed input may expand to. */
  readonly maxExpanded?: { readonly bytes: number; readonly ratio: number } | undefined;
}

/** Bytes between turns of the event loop, so that signals are heard while files are read. */
const BYTES_PER_TURN = 4 * 1024 * 1024;
/** Bytes between turns of the caller, for a target without answers; a pipe hands over less at a time. */
const BYTES_PER_YIELD = 512 * 1024;

/** Where the bytes of an input go. */
export interface ByteTarget<T> {
  /** Free space; never empty. */
  space(): Buffer;
  /** Takes note of bytes that were read into the space. */
  filled(bytes: number): T;
  /** The next bytes may be long in coming: what waits for more must not wait. */
  pause?(): void;
  /** The input has ended. */
  end(): T;
}

/**
 * Reads one input as blocks of whole lines; a block is valid until the next one is asked for.
 *
 * gzip and zstd are told by their first bytes. Problems are reported, never thrown; what was read
 * before one is kept.
 */
export async function* readInput(source: Source, options: ReadOptions): AsyncGenerator<LineBlock> {
  const lines = new LineBuffer({
    maxLine: options.maxEventSize ?? DEFAULT_MAX_EVENT_SIZE,
    onLongLine: (line) => options.onProblem({ reason: 'line-too-long', line }),
    allocate: options.allocate,
  });
  for await (const block of feedInput(source, options, lines)) {
    if (block !== undefined) yield block;
  }
}

/**
 * Reads one input as {@link readInput} does, into a target of the caller. Yields the target's answers; also
 * yields undefined at intervals, and always before it waits for more bytes.
 */
export async function* feedInput<T>(
  source: Source,
  options: FeedOptions,
  target: ByteTarget<T>,
): AsyncGenerator<T | undefined> {
  let fd = 0;
  if (source.path !== undefined) {
    try {
      // Without O_NONBLOCK, opening a FIFO waits for its writer, deaf to signals.
      fd = openSync(source.path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    } catch (error) {
      const code = errorCode(error);
      options.onProblem({
        reason: code === 'ENOENT' ? 'missing' : 'unreadable',
        line: 0,
        detail: code,
      });
      return;
    }
  }
  const close = (): void => {
    if (fd !== 0) closeSync(fd);
  };
  let bytes: ByteSource = {
    read: (space) => readSync(fd, space, 0, space.length, null),
    wait: () => Promise.resolve(),
    close,
  };
  try {
    if (isPipe(fd)) bytes = openPipe(fd, options.signal);
    // Standard input may have been read in part by others.
    else if (source.path !== undefined && fstatSync(fd).isFile()) {
      const readAt = (space: Buffer, at: number): number =>
        readSync(fd, space, 0, space.length, at);
      bytes = { ...bytes, readAt };
      if (options.waits === true) {
        closeSync(fd);
        fd = 0;
        bytes = reopenedFile(source.path);
      }
    }
    yield* readOpen(counted(bytes, options), options, target);
  } catch (error) {
    options.onProblem({ reason: 'unreadable', line: 0, detail: errorCode(error) });
  } finally {
    bytes.close();
  }
}

type FeedOptions = Omit<ReadOptions, 'maxEventSize' | 'allocate'>;

/** Tells how many bytes are read. */
function counted(bytes: ByteSource, { onBytes }: FeedOptions): ByteSource {
  return {
    ...bytes,
    read(space) {
      const count = bytes.read(space);
      if (count !== undefined) onBytes?.(count);
      return count;
    },
  };
}

/** Reads at least a byte; 0 at the end. */
async function readSome(bytes: ByteSource, space: Buffer): Promise<number> {
  for (;;) {
    const count = bytes.read(space);
    if (count !== undefined) return count;
    await bytes.wait();
  }
}

async function* readOpen<T>(
  bytes: ByteSource,
  options: FeedOptions,
  target: ByteTarget<T>,
): AsyncGenerator<T | undefined> {
  // The first bytes tell the kind of the input; a pipe may deliver them one by one.
  const head = Buffer.alloc(HEAD_SIZE);
  let known = 0;
  while (!isSettled(head.subarray(0, known))) {
    const count = await readSome(bytes, head.subarray(known));
    if (count === 0) break;
    known += count;
  }
  const start = head.subarray(0, known);
  const kind = contentKind(start);
  if (kind.type === 'binary') {
    options.onProblem({ reason: 'binary', line: 0, detail: kind.detail });
    return;
  }
  if (kind.type === 'text') {
    yield* readPlain(start, bytes, target, options);
    return;
  }
  const raw = rawChunks(start, bytes, kind.type === 'zstd');
  // Loaded where there is something to expand: it needs threads, zlib and a decoder of its own.
  const { EXPANDED_CHUNK, expandedChunks } = await import('./expand/decompress.ts');
  const readAgain =
    bytes.readAt === undefined ? undefined : () => chunksAgain(bytes, options.signal);
  for await (const chunk of expandedChunks(kind.type, raw, { ...options, readAgain })) {
    for (let at = 0; at < chunk.length;) {
      const space = target.space();
      const count = Math.min(space.length, chunk.length - at);
      space.set(chunk.subarray(at, at + count));
      at += count;
      yield target.filled(count);
    }
    // A chunk that does not fill its room may be all that a live input has sent so far.
    if (chunk.length < EXPANDED_CHUNK) {
      target.pause?.();
      yield undefined;
    }
    if (options.signal?.aborted === true) return;
  }
  yield target.end();
}

const HEAD_SIZE = 4096;
/** Fewer bytes may become any kind; a whole line is text, which must not wait. */
const MAGIC_SIZE = 16;

const isSettled = (start: Buffer): boolean =>
  start.length >= (start.includes('\n') || contentKind(start).type !== 'text' ? 4 : MAGIC_SIZE);

async function* readPlain<T>(
  start: Buffer,
  bytes: ByteSource,
  target: ByteTarget<T>,
  options: FeedOptions,
): AsyncGenerator<T | undefined> {
  target.space().set(start);
  yield target.filled(start.length);
  let sinceTurn = 0;
  let sinceYield = start.length;
  while (options.signal?.aborted !== true) {
    const count = bytes.read(target.space());
    if (count === undefined) {
      target.pause?.();
      if (sinceYield > 0) yield undefined;
      sinceYield = 0;
      await bytes.wait();
      continue;
    }
    if (count === 0) break;
    const answer = target.filled(count);
    sinceYield += count;
    if (answer !== undefined || sinceYield >= BYTES_PER_YIELD) {
      yield answer;
      sinceYield = 0;
    }
    sinceTurn += count;
    if (sinceTurn >= BYTES_PER_TURN) {
      await setImmediate();
      sinceTurn = 0;
    }
  }
  // The line where a signal stops the reading is not at its end.
  if (options.signal?.aborted !== true) yield target.end();
}

/** @param own whether each chunk has memory of its own */
async function* rawChunks(start: Buffer, bytes: ByteSource, own: boolean): AsyncGenerator<Buffer> {
  if (start.length > 0) yield start;
  let space = Buffer.allocUnsafeSlow(RAW_SIZE);
  for (;;) {
    if (own) space = Buffer.allocUnsafeSlow(RAW_SIZE);
    const count = await readSome(bytes, space);
    if (count === 0) return;
    yield space.subarray(0, count);
  }
}

const RAW_SIZE = 256 * 1024;
