import { Buffer } from 'node:buffer';
import { fstatSync, readSync } from 'node:fs';
import { Socket } from 'node:net';
import { platform } from 'node:os';
import { isatty, ReadStream } from 'node:tty';
import { errorCode } from '../util/errors.ts';

/** Where the bytes of an input come from. */
export interface ByteSource {
  /** Reads up to the size of the space. @returns the number of bytes; 0 at the end; undefined when they are yet to come */
  read(space: Buffer): number | undefined;
  /** Resolves when there is something to read. */
  wait(): Promise<void>;
  /** Reads at a position, when the input has them. @returns the number of bytes; 0 at the end */
  readAt?(space: Buffer, position: number): number;
  /** Closes it; it is read no more. */
  close(): void;
}

/** True for descriptors that may have nothing to read for a long time: pipes, sockets and terminals. */
export function isPipe(fd: number): boolean {
  const stats = fstatSync(fd);
  // First of all: Node's module that knows terminals takes a millisecond to load.
  if (stats.isFile()) return false;
  return stats.isFIFO() || stats.isSocket() || isatty(fd);
}

/** Bytes read at a time: the size of a pipe's buffer in Linux. */
const WAIT_SIZE = 64 * 1024;

/**
 * Reads from a pipe, socket or terminal so that the signal ends it at once: a read in the thread pool
 * would wait for the next byte, and the process with it.
 *
 * A stream only waits for the next bytes. Those that are there already are read without it: its events
 * take longer than the reading.
 *
 * Takes over the descriptor; `close` closes it.
 */
export function openPipe(fd: number, signal: AbortSignal | undefined): ByteSource {
  const waiting = new WaitingStream(fd);
  const stop = (): void => waiting.close();
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted === true) stop();
  // A terminal is opened anew by its stream, and Windows has no reads that do not wait.
  const canReadAtOnce = !isatty(fd) && platform() !== 'win32';
  // Before there is a writer, a FIFO looks as if it had ended.
  let waited = false;
  return {
    read(space) {
      const known = waiting.take(space);
      if (known > 0) return known;
      if (waiting.ended) return 0;
      return canReadAtOnce && waited ? readNow(fd, space) : undefined;
    },
    wait() {
      waited = true;
      return waiting.wait();
    },
    close() {
      signal?.removeEventListener('abort', stop);
      stop();
    },
  };
}

/** Reads the available bytes; undefined when there are none yet. */
function readNow(fd: number, space: Buffer): number | undefined {
  try {
    return readSync(fd, space, 0, space.length, null);
  } catch (error) {
    if (errorCode(error) === 'EAGAIN') return undefined;
    throw error;
  }
}

/** A descriptor that no longer blocks, and what came while it was waited for. */
class WaitingStream {
  readonly #stream: Socket;
  readonly #buffer = Buffer.allocUnsafeSlow(WAIT_SIZE);
  /** Bytes in the buffer that nobody has taken. */
  #start = 0;
  #end = 0;
  #error: Error | undefined;
  #wake: (() => void) | undefined;
  /** No more bytes come, by the end of the input or by {@link close}. */
  ended = false;

  constructor(fd: number) {
    const onread = {
      buffer: this.#buffer,
      callback: (bytes: number): boolean => {
        this.#start = 0;
        this.#end = bytes;
        this.#signal();
        // False pauses the stream until the next wait.
        return false;
      },
    };
    const options = { fd, writable: false, onread };
    this.#stream = isatty(fd) ? new ReadStream(fd, options) : new Socket(options);
    this.#stream.pause();
    const end = (): void => {
      this.ended = true;
      this.#signal();
    };
    this.#stream.on('end', end);
    this.#stream.on('close', end);
    this.#stream.on('error', (error) => {
      this.#error = error;
      end();
    });
  }

  take(space: Buffer): number {
    const bytes = Math.min(this.#end - this.#start, space.length);
    if (bytes === 0) return 0;
    this.#buffer.copy(space, 0, this.#start, this.#start + bytes);
    this.#start += bytes;
    return bytes;
  }

  /** @throws what reading failed with */
  async wait(): Promise<void> {
    if (this.ended) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#stream.resume();
    });
    if (this.#error !== undefined) throw this.#error;
  }

  close(): void {
    this.ended = true;
    this.#stream.destroy();
    this.#signal();
  }

  #signal(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
