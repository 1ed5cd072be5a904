import type { Buffer } from 'node:buffer';
import { fstatSync } from 'node:fs';
import { Socket } from 'node:net';
import { isatty, ReadStream } from 'node:tty';

/** Reads up to the size of the space. @returns the number of bytes; 0 at the end */
export type Fill = (space: Buffer) => Promise<number>;

/** True for what may have nothing to read for a long time: pipes, sockets and terminals. */
export function isPipe(fd: number): boolean {
  const stats = fstatSync(fd);
  return stats.isFIFO() || stats.isSocket() || isatty(fd);
}

/**
 * Reads from a pipe, socket or terminal so that the signal ends it at once: a read in the thread pool
 * would wait for the next byte, and the process with it.
 *
 * Takes over the descriptor; `close` closes it.
 */
export function pipeReader(
  fd: number,
  signal: AbortSignal | undefined,
): { read: Fill; close: () => void } {
  const stream = isatty(fd) ? new ReadStream(fd) : new Socket({ fd, writable: false });
  const stop = (): void => void stream.destroy();
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted === true) stop();
  const chunks: AsyncIterator<Buffer> = stream[Symbol.asyncIterator]();
  let chunk: Buffer | undefined;
  return {
    async read(space) {
      if (chunk === undefined) {
        try {
          const next = await chunks.next();
          if (next.done === true) return 0;
          chunk = next.value;
        } catch (error) {
          // Destroying the stream fails the read that waits.
          if (signal?.aborted === true) return 0;
          throw error;
        }
      }
      const bytes = Math.min(chunk.length, space.length);
      space.set(chunk.subarray(0, bytes));
      chunk = bytes === chunk.length ? undefined : chunk.subarray(bytes);
      return bytes;
    },
    close() {
      signal?.removeEventListener('abort', stop);
      stop();
    },
  };
}
