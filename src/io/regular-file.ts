import { Buffer } from 'node:buffer';
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import type { Problem } from '../events/problems.ts';
import type { ByteSource } from './pipe.ts';

const CHUNK_SIZE = 256 * 1024;

/** A regular file that is open only while it is read from. @throws when another file took its place */
export function reopenedFile(path: string): ByteSource {
  const { ino, dev } = statSync(path);
  let position = 0;
  const readAt = (space: Buffer, at: number): number => {
    const fd = openSync(path, 'r');
    try {
      const now = fstatSync(fd);
      if (now.ino !== ino || now.dev !== dev) throw new Error('another file took its place');
      return readSync(fd, space, 0, space.length, at);
    } finally {
      closeSync(fd);
    }
  };
  return {
    readAt,
    read(space) {
      const count = readAt(space, position);
      position += count;
      return count;
    },
    wait: () => Promise.resolve(),
    close: () => undefined,
  };
}

/** The bytes of a regular file from an offset on; none once the run is to end. */
export async function* chunksAgain(
  bytes: ByteSource,
  signal: AbortSignal | undefined,
  from: number,
): AsyncGenerator<Buffer> {
  const space = Buffer.allocUnsafeSlow(CHUNK_SIZE);
  for (let at = from; ;) {
    const count = signal?.aborted === true ? 0 : (bytes.readAt?.(space, at) ?? 0);
    if (count === 0) return;
    at += count;
    yield space.subarray(0, count);
  }
}

/** Bytes of a file that can be read no more, as it became shorter; 0 when it is not known that there were any. */
export function lostBytes({ position }: { readonly position: number }, bytes: number): Problem {
  const amount = bytes > 0 ? `${bytes} bytes or more` : 'an unknown number of bytes';
  return { reason: 'lost-bytes', line: 0, detail: `${amount} behind byte ${position}` };
}
