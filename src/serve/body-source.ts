import { Buffer } from 'node:buffer';
import { closeSync, openSync, readSync } from 'node:fs';

/** Bytes that are read of a file at once: few enough to stay in the processor's cache. */
const STEP = 256 * 1024;

/** Where the bytes of a body are: plain data, so that another thread can read them. */
export type BodySource =
  /** In memory, one part behind the other; large ones share theirs with the other thread. */
  | { readonly parts: readonly Uint8Array[] }
  /** In a file, which stays until the body is done. */
  | { readonly path: string; readonly offset: number; readonly size: number };

/**
 * The bytes of a body in order, never more than a part of them at once. A part is valid until the next one.
 *
 * @throws when the file cannot be read as far as it is to be
 */
export function* partsOf(source: BodySource): Generator<Buffer> {
  if ('parts' in source) {
    for (const { buffer, byteOffset, byteLength } of source.parts)
      yield Buffer.from(buffer, byteOffset, byteLength);
    return;
  }
  const fd = openSync(source.path, 'r');
  try {
    yield* partsOfFile(fd, source);
  } finally {
    closeSync(fd);
  }
}

/** Bytes of an open file in order. A part is valid until the next one. @throws when they end too early */
export function* partsOfFile(
  fd: number,
  { offset, size }: { readonly offset: number; readonly size: number },
): Generator<Buffer> {
  const bytes = Buffer.allocUnsafe(Math.min(STEP, size));
  for (let at = 0; at < size;) {
    const count = readSync(fd, bytes, 0, Math.min(STEP, size - at), offset + at);
    if (count === 0) throw new Error('the file ends too early');
    at += count;
    yield bytes.subarray(0, count);
  }
}
