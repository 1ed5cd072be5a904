import { closeSync, openSync, writeSync } from 'node:fs';
import { KnownError } from '../util/errors.ts';
import { errorCode } from './sources.ts';

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
    new KnownError('input', `cannot write ${path}: ${errorCode(error)}`);
  let file: number;
  try {
    file = openSync(path, 'w');
  } catch (error) {
    throw fail(error);
  }
  return buffered({
    put: (text) => {
      try {
        writeSync(file, text);
      } catch (error) {
        throw fail(error);
      }
    },
    wait: () => Promise.resolve(),
    close: () => closeSync(file),
    isClosed: () => false,
  });
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
