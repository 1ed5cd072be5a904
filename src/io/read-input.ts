// Room io: files, directories, pipes and compressed data become blocks of whole lines.
// Door: sources.ts finds inputs, read-input.ts reads one, output.ts writes; the rest is imported for one purpose each.
// Neighbours: uses events to decode lines; scan and cli call it. It knows no rules.
// Inside: content/ expands what it is told by first bytes, lines.ts cuts, follow/ waits, merge.ts orders by time.

import { Buffer } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { DEFAULT_MAX_EVENT_SIZE } from '../events/limits.ts';
import { lostBytes, reopenedFile } from './regular-file.ts';
import { LineBuffer } from './lines.ts';
import type { LineBlock } from './lines.ts';
import { isPipe, openPipe } from './pipe.ts';
import type { ByteSource } from './pipe.ts';
import { readContent } from './content/read-content.ts';
import type { ByteTarget, FeedOptions, ReadOptions } from './byte-target.ts';
import type { Source } from './sources.ts';
import { errorCode } from '../util/errors.ts';

export type { ByteTarget, ReadOptions } from './byte-target.ts';

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
  const { onEntry } = options;
  const entry = (name: string): void => {
    lines.reset();
    onEntry?.(name);
  };
  const target: ByteTarget<LineBlock | undefined> = {
    space: () => lines.space(),
    filled: (bytes) => lines.filled(bytes),
    end: () => lines.end(),
    ...(onEntry === undefined ? {} : { entry }),
  };
  for await (const block of feedInput(source, options, target)) {
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
  let size = 0;
  try {
    if (isPipe(fd)) bytes = openPipe(fd, options.signal);
    // Standard input may have been read in part by others.
    else if (source.path !== undefined && fstatSync(fd).isFile()) {
      const readAt = (space: Buffer, at: number): number =>
        readSync(fd, space, 0, space.length, at);
      bytes = { ...bytes, readAt };
      ({ size } = fstatSync(fd));
      if (options.waits === true) {
        closeSync(fd);
        fd = 0;
        bytes = reopenedFile(source.path);
      }
    }
    const read = { bytes: 0, isAtEnd: false };
    yield* readContent(counted(bytes, options, read), options, target, source.name);
    // The line where a signal stops the reading is not at its end.
    if (options.signal?.aborted !== true) {
      yield target.end();
      const missing = read.isAtEnd && bytes.readAt !== undefined ? size - read.bytes : 0;
      if (missing > 0) options.onProblem(lostBytes({ position: read.bytes }, missing));
    }
  } catch (error) {
    options.onProblem({ reason: 'unreadable', line: 0, detail: errorCode(error) });
  } finally {
    bytes.close();
  }
}

/** Tells how many bytes are read, and counts them. */
function counted(
  bytes: ByteSource,
  { onBytes }: FeedOptions,
  read: { bytes: number; isAtEnd: boolean },
): ByteSource {
  return {
    ...bytes,
    read(space) {
      const count = bytes.read(space);
      if (count !== undefined) onBytes?.(count);
      read.bytes += count ?? 0;
      read.isAtEnd = count === 0;
      return count;
    },
  };
}
