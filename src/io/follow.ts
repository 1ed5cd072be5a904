import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { DEFAULT_MAX_EVENT_SIZE } from '../events/limits.ts';
import { LineBuffer } from './lines.ts';
import type { LineBlock } from './lines.ts';
import type { ReadOptions } from './read-input.ts';
import { errorCode } from './sources.ts';

export interface FollowOptions extends ReadOptions {
  /** Ends following; an unfinished line is then handed over as the last one. */
  readonly signal: AbortSignal;
  /** True to start at the end of the file. */
  readonly fromEnd?: boolean | undefined;
  /** Called before a new or truncated file is read from its start: records do not span it. */
  readonly onReset?: ((reason: 'rotated' | 'truncated') => void) | undefined;
  /** Milliseconds between looks at the file. */
  readonly interval?: number | undefined;
}

const DEFAULT_INTERVAL = 250;

/**
 * Reads a file and then what is appended to it, until the signal comes.
 *
 * A file that is renamed away is read to its end before the new one of its name is opened
 * (logrotate `create`, the API server's own rotation); one that shrinks is read from its start
 * again (`copytruncate`). Looks at the file at intervals: watching does not work everywhere.
 */
export async function* followFile(path: string, options: FollowOptions): AsyncGenerator<LineBlock> {
  const { signal } = options;
  let skip = options.fromEnd === true;
  let isFirst = true;
  while (!signal.aborted) {
    const fd = open(path, isFirst ? options : undefined);
    if (fd === undefined) {
      if (isFirst) return;
      await pause(options);
      continue;
    }
    if (!isFirst) options.onReset?.('rotated');
    isFirst = false;
    try {
      yield* followOpen(fd, path, skip, options);
    } catch (error) {
      options.onProblem({ reason: 'unreadable', line: 0, detail: errorCode(error) });
      return;
    } finally {
      closeSync(fd);
    }
    skip = false;
  }
}

/** Reads one file until it has been replaced and nothing is left in it, or the signal comes. */
async function* followOpen(
  fd: number,
  path: string,
  skip: boolean,
  options: FollowOptions,
): AsyncGenerator<LineBlock> {
  let position = skip ? fstatSync(fd).size : 0;
  let lines = newBuffer(options);
  for (;;) {
    const replaced = isReplaced(fd, path);
    for (;;) {
      const space = lines.space();
      const bytes = readSync(fd, space, 0, space.length, position);
      if (bytes === 0) break;
      position += bytes;
      options.onBytes?.(bytes);
      const block = lines.filled(bytes);
      if (block !== undefined) yield block;
      if (options.signal.aborted) break;
    }
    if (replaced || options.signal.aborted) break;
    if (fstatSync(fd).size < position) {
      options.onReset?.('truncated');
      position = 0;
      lines = newBuffer(options);
    } else {
      await pause(options);
    }
  }
  const last = lines.end();
  if (last !== undefined) yield last;
}

function newBuffer(options: FollowOptions): LineBuffer {
  return new LineBuffer({
    maxLine: options.maxEventSize ?? DEFAULT_MAX_EVENT_SIZE,
    onLongLine: (line) => options.onProblem({ reason: 'line-too-long', line }),
    allocate: options.allocate,
  });
}

function open(path: string, report: FollowOptions | undefined): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    const code = errorCode(error);
    report?.onProblem({
      reason: code === 'ENOENT' ? 'missing' : 'unreadable',
      line: 0,
      detail: code,
    });
    return undefined;
  }
}

/**
 * True when the path leads to another file than the open one. While it leads to none, the open file may still
 * grow.
 */
function isReplaced(fd: number, path: string): boolean {
  const now = statSync(path, { throwIfNoEntry: false });
  if (now === undefined) return false;
  const opened = fstatSync(fd);
  return now.ino !== opened.ino || now.dev !== opened.dev;
}

/** Waits for the interval; the signal ends it early. */
function pause(options: FollowOptions): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      options.signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, options.interval ?? DEFAULT_INTERVAL);
    options.signal.addEventListener('abort', done);
    if (options.signal.aborted) done();
  });
}
