import { Buffer } from 'node:buffer';
import { appendFileSync, readFileSync, statSync, type Stats } from 'node:fs';
import { errorCode, KnownError } from '../util/errors.ts';
import { errorText } from './error-text.ts';
import { openWhole, writeWhole, type WholeFileOptions } from './write/whole-file.ts';
import { writePlace } from './write/write-place.ts';

/** Where results go: a file or a stream, with back-pressure. */
export interface Output {
  write(text: string): void;
  /** Takes bytes, which are the caller's no more. What is added to a text has none. */
  bytes?(data: Uint8Array): void;
  /** Awaited between blocks of work: hands over what was written and waits for a slow reader. */
  settle(): Promise<void>;
  /** Hands over the rest; a file is in its place then. @returns the bytes of a file that took all */
  close(): Promise<number | undefined>;
  /** True once nobody reads any more (`| head`): writing on is pointless. */
  readonly closed: boolean;
}

/** A stream that text and bytes can be written to. */
export interface TextStream {
  write(data: string | Uint8Array): boolean;
  drained(): Promise<void>;
  readonly closed: boolean;
}

/** Characters gathered before they are handed on. */
const CHUNK = 64 * 1024;

/** Results on a stream. */
export function streamOutput(stream: TextStream): Output {
  return buffered({
    put: (data) => void stream.write(data),
    wait: () => stream.drained(),
    close: () => undefined,
    isClosed: () => stream.closed,
  });
}

/**
 * Results in a file, which has its old content until it is closed; see {@link openWhole}. A pipe (`/dev/stdout`, a
 * named one) whose reader went away is closed from then on: that is no failure.
 *
 * @throws KnownError from every function when it cannot be written
 */
export function fileOutput(path: string, options: WholeFileOptions = {}): Output {
  const attempt = <T>(action: () => T): T => {
    try {
      return action();
    } catch (error) {
      throw cannotWrite(path, error);
    }
  };
  const file = attempt(() => openWhole(path, options));
  let isClosed = false;
  const put = (data: string | Uint8Array): void => {
    try {
      file.write(data);
    } catch (error) {
      if (errorCode(error) !== 'EPIPE') throw cannotWrite(path, error);
      isClosed = true;
    }
  };
  return buffered({
    put,
    wait: () => Promise.resolve(),
    close() {
      const bytes = attempt(() => file.commit());
      return isClosed ? undefined : bytes;
    },
    isClosed: () => isClosed,
  });
}

function cannotWrite(path: string, error: unknown): KnownError {
  return new KnownError('input', `cannot write ${path}: ${errorText(error)}`);
}

/**
 * Results added to a file that holds at most `limit` bytes: what does not fit is left out at a line end,
 * and `cut` says so. The text is kept until the end; the file has all of it then, or nothing.
 *
 * @throws KnownError
 */
export function appendOutput(path: string, limit: number, cut: string): Output {
  let kept = '';
  try {
    writePlace(path);
  } catch (error) {
    throw cannotWrite(path, error);
  }
  return {
    write(text) {
      // A character takes a byte at least: beyond the limit nothing more can fit.
      if (kept.length <= limit) kept += text;
    },
    settle: () => Promise.resolve(),
    close() {
      try {
        return Promise.resolve(append(path, kept, limit, cut));
      } catch (error) {
        throw cannotWrite(path, error);
      }
    },
    closed: false,
  };
}

/** @returns the bytes added */
function append(path: string, kept: string, limit: number, cut: string): number {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const text = fitting(kept, limit - size, cut);
  if (text === '') return 0;
  if (writePlace(path).beside) {
    writeWhole(path, (size === 0 ? '' : readFileSync(path, 'utf8')) + text);
  } else {
    appendFileSync(path, text);
  }
  return Buffer.byteLength(text);
}

/** The text, or as many of its lines as fit `space` bytes together with `cut`. */
function fitting(text: string, space: number, cut: string): string {
  if (Buffer.byteLength(text) <= space) return text;
  const bytes = Buffer.from(text);
  const end = bytes.lastIndexOf(0x0a, Math.max(0, space - Buffer.byteLength(cut)));
  return end <= 0 ? '' : bytes.toString('utf8', 0, end) + cut;
}

/** True when both paths lead to the same existing file, also through links. */
export function isSameFile(one: string, other: string): boolean {
  const first = statsOf(one);
  const second = statsOf(other);
  if (first === undefined || second === undefined || !second.isFile()) return false;
  return first.dev === second.dev && first.ino === second.ino;
}

/** Undefined also for a file that may not be looked at: opening it tells why. */
function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

interface Target {
  put(data: string | Uint8Array): void;
  wait(): Promise<void>;
  close(): number | undefined;
  isClosed(): boolean;
}

function buffered(target: Target): Output {
  let chunk = '';
  const flush = (): void => {
    if (chunk === '' || target.isClosed()) return;
    const text = chunk;
    chunk = '';
    target.put(text);
  };
  return {
    write(text) {
      chunk += text;
      if (chunk.length >= CHUNK) flush();
    },
    bytes(data) {
      flush();
      if (!target.isClosed()) target.put(data);
    },
    async settle() {
      flush();
      await target.wait();
    },
    async close() {
      flush();
      await target.wait();
      return target.close();
    },
    get closed() {
      return target.isClosed();
    },
  };
}
