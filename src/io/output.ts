import { appendFileSync, closeSync, fstatSync, openSync, statSync, writeFileSync } from 'node:fs';
import { KnownError } from '../util/errors.ts';
import { errorText } from './error-text.ts';

/** Where results go: a file or a stream, with back-pressure. */
export interface Output {
  write(text: string): void;
  /** Awaited between blocks of work: hands over what was written and waits for a slow reader. */
  settle(): Promise<void>;
  close(): Promise<void>;
  /** True once nobody reads any more (`| head`): writing on is pointless. */
  readonly closed: boolean;
}

/** A stream that text can be written to. */
export interface TextStream {
  write(text: string): boolean;
  drained(): Promise<void>;
  readonly closed: boolean;
}

/** Characters gathered before they are handed on. */
const CHUNK = 64 * 1024;

/** Results on a stream. */
export function streamOutput(stream: TextStream): Output {
  return buffered({
    put: (text) => void stream.write(text),
    wait: () => stream.drained(),
    close: () => undefined,
    isClosed: () => stream.closed,
  });
}

/** Results in a file, which is created or emptied at once. @throws KnownError */
export function fileOutput(path: string): Output {
  const fail = (error: unknown): KnownError =>
    new KnownError('input', `cannot write ${path}: ${errorText(error)}`);
  let file: number;
  try {
    file = openSync(path, 'w');
  } catch (error) {
    throw fail(error);
  }
  return buffered({
    put: (text) => {
      try {
        // Unlike writeSync, this call continues until everything is written.
        writeFileSync(file, text);
      } catch (error) {
        throw fail(error);
      }
    },
    wait: () => Promise.resolve(),
    close: () => closeSync(file),
    isClosed: () => false,
  });
}

/**
 * Results added to a file that holds at most `limit` bytes: what does not fit is left out at a line end,
 * and `cut` says so. The text is kept until the end. @throws KnownError
 */
export function appendOutput(path: string, limit: number, cut: string): Output {
  const fail = (error: unknown): KnownError =>
    new KnownError('input', `cannot write ${path}: ${errorText(error)}`);
  let file: number;
  let space: number;
  try {
    file = openSync(path, 'a');
    space = limit - fstatSync(file).size;
  } catch (error) {
    throw fail(error);
  }
  let kept = '';
  return {
    write(text) {
      // A character takes a byte at least: beyond the limit nothing more can fit.
      if (kept.length <= limit) kept += text;
    },
    settle: () => Promise.resolve(),
    close() {
      try {
        const text = fitting(kept, space, cut);
        if (text !== '') appendFileSync(file, text);
        closeSync(file);
      } catch (error) {
        throw fail(error);
      }
      return Promise.resolve();
    },
    closed: false,
  };
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
  const first = statSync(one, { throwIfNoEntry: false });
  const second = statSync(other, { throwIfNoEntry: false });
  if (first === undefined || second === undefined || !second.isFile()) return false;
  return first.dev === second.dev && first.ino === second.ino;
}

interface Target {
  put(text: string): void;
  wait(): Promise<void>;
  close(): void;
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
    async settle() {
      flush();
      await target.wait();
    },
    async close() {
      flush();
      await target.wait();
      target.close();
    },
    get closed() {
      return target.isClosed();
    },
  };
}
