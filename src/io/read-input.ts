import { Buffer } from 'node:buffer';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { DEFAULT_MAX_EVENT_SIZE } from '../events/limits.ts';
import type { Problem } from '../events/problems.ts';
import { contentKind } from './content-kind.ts';
import { expandedChunks } from './decompress.ts';
import { LineBuffer } from './lines.ts';
import type { LineBlock } from './lines.ts';
import { isPipe, pipeReader } from './pipe.ts';
import type { Fill } from './pipe.ts';
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
  /** See LineBuffer. */
  readonly allocate?: ((size: number) => Buffer) | undefined;
  /** Most bytes and most bytes per compressed byte that compressed input may expand to. */
  readonly maxExpanded?: { readonly bytes: number; readonly ratio: number } | undefined;
}

/** Blocks between turns of the event loop, so that signals are heard while files are read. */
const BLOCKS_PER_TURN = 8;

/** Where the bytes of an input go. */
export interface ByteTarget<T> {
  /** Free space; never empty. */
  space(): Buffer;
  /** Takes note of bytes that were read into the space. */
  filled(bytes: number): T;
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

/** Reads one input as {@link readInput} does, into a target of the caller's; yields its answers. */
export async function* feedInput<T>(
  source: Source,
  options: Omit<ReadOptions, 'maxEventSize' | 'allocate'>,
  target: ByteTarget<T>,
): AsyncGenerator<T> {
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
  let read: Fill = (space) => Promise.resolve(readSync(fd, space, 0, space.length, null));
  let close = (): void => {
    if (fd !== 0) closeSync(fd);
  };
  try {
    if (isPipe(fd)) ({ read, close } = pipeReader(fd, options.signal));
    yield* readOpen(read, options, target);
  } catch (error) {
    options.onProblem({ reason: 'unreadable', line: 0, detail: errorCode(error) });
  } finally {
    close();
  }
}

type FeedOptions = Omit<ReadOptions, 'maxEventSize' | 'allocate'>;

async function* readOpen<T>(
  read: Fill,
  options: FeedOptions,
  target: ByteTarget<T>,
): AsyncGenerator<T> {
  const fill = async (space: Buffer): Promise<number> => {
    const bytes = await read(space);
    options.onBytes?.(bytes);
    return bytes;
  };
  // The first bytes tell what it is; a pipe may hand them over one by one.
  const head = Buffer.alloc(HEAD_SIZE);
  let known = 0;
  while (known < MAGIC_SIZE) {
    const bytes = await fill(head.subarray(known));
    if (bytes === 0) break;
    known += bytes;
  }
  const start = head.subarray(0, known);
  const kind = contentKind(start);
  if (kind.type === 'binary') {
    options.onProblem({ reason: 'binary', line: 0, detail: kind.detail });
    return;
  }
  if (kind.type === 'text') {
    yield* readPlain(start, fill, target, options);
    return;
  }
  const raw = rawChunks(start, fill);
  for await (const chunk of expandedChunks(kind.type, raw, options)) {
    for (let at = 0; at < chunk.length;) {
      const space = target.space();
      const bytes = Math.min(space.length, chunk.length - at);
      space.set(chunk.subarray(at, at + bytes));
      at += bytes;
      yield target.filled(bytes);
    }
    if (options.signal?.aborted === true) return;
  }
  yield target.end();
}

const HEAD_SIZE = 4096;
const MAGIC_SIZE = 4;

async function* readPlain<T>(
  start: Buffer,
  fill: Fill,
  target: ByteTarget<T>,
  options: FeedOptions,
): AsyncGenerator<T> {
  target.space().set(start);
  yield target.filled(start.length);
  for (let blocks = 1; options.signal?.aborted !== true; blocks++) {
    const bytes = await fill(target.space());
    if (bytes === 0) break;
    yield target.filled(bytes);
    if (blocks % BLOCKS_PER_TURN === 0) await setImmediate();
  }
  yield target.end();
}

async function* rawChunks(start: Buffer, fill: Fill): AsyncGenerator<Buffer> {
  if (start.length > 0) yield start;
  for (;;) {
    // zlib keeps the chunk it works on: every chunk is its own memory.
    const space = Buffer.allocUnsafe(256 * 1024);
    const bytes = await fill(space);
    if (bytes === 0) return;
    yield space.subarray(0, bytes);
  }
}
