import { Buffer } from 'node:buffer';
import type { ByteSource } from '../pipe.ts';

const RAW_SIZE = 256 * 1024;

/** Chunks as a source of bytes. Each chunk is used up before the next one is asked for. */
export function chunkSource(chunks: AsyncIterator<Buffer>): ByteSource {
  let chunk: Buffer = Buffer.alloc(0);
  let isOver = false;
  return {
    read(space) {
      if (chunk.length === 0) return isOver ? 0 : undefined;
      const count = Math.min(space.length, chunk.length);
      space.set(chunk.subarray(0, count));
      chunk = chunk.subarray(count);
      return count;
    },
    async wait() {
      const step = await chunks.next();
      if (step.done === true) isOver = true;
      else chunk = step.value;
    },
    close: () => undefined,
  };
}

/** A source that starts with bytes that were read from it already. */
export function withStart(start: Buffer, bytes: ByteSource): ByteSource {
  let rest = start;
  return {
    read(space) {
      if (rest.length === 0) return bytes.read(space);
      const count = Math.min(space.length, rest.length);
      space.set(rest.subarray(0, count));
      rest = rest.subarray(count);
      return count;
    },
    wait: () => bytes.wait(),
    close: () => bytes.close(),
  };
}

/** Reads at least a byte; 0 at the end. */
export async function readSome(bytes: ByteSource, space: Buffer): Promise<number> {
  for (;;) {
    const count = bytes.read(space);
    if (count !== undefined) return count;
    await bytes.wait();
  }
}

/**
 * The bytes of a source, in chunks.
 *
 * @param start bytes that were read already
 * @param own whether each chunk has memory of its own; otherwise it is valid until the next one
 */
export async function* rawChunks(
  start: Buffer,
  bytes: ByteSource,
  own: boolean,
): AsyncGenerator<Buffer> {
  if (start.length > 0) yield start;
  let space = Buffer.allocUnsafeSlow(RAW_SIZE);
  for (;;) {
    if (own) space = Buffer.allocUnsafeSlow(RAW_SIZE);
    const count = await readSome(bytes, space);
    if (count === 0) return;
    yield space.subarray(0, count);
  }
}
