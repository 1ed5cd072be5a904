import { Buffer } from 'node:buffer';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { contentKind } from './content/content-kind.ts';

/** Bytes that tell the encoding of a file. */
const HEAD_SIZE = 4096;

/** Most bytes of a file that is read whole: a device may have no end. */
const MAX_BYTES = 256 * 1024 * 1024;
const CHUNK_SIZE = 256 * 1024;

/**
 * The bytes of a file that is read whole.
 *
 * @param file a path, or the number of an open file
 * @throws an error of node:fs when it cannot be read, and one without a code when it is larger than 256 MiB
 */
export function readWholeFile(file: string | number): Buffer {
  const fd = typeof file === 'number' ? file : openSync(file, 'r');
  try {
    const chunks: Buffer[] = [];
    let size = fstatSync(fd).size;
    for (let read = 0, count = -1; count !== 0; read += count) {
      if (Math.max(read, size) > MAX_BYTES) {
        throw new Error('too large to be read whole: more than 256 MiB');
      }
      // The size of what is no regular file is 0, and a file may grow meanwhile.
      const chunk = Buffer.allocUnsafe(Math.max(CHUNK_SIZE, size - read));
      count = readSync(fd, chunk);
      chunks.push(chunk.subarray(0, count));
      size = 0;
    }
    return chunks.length <= 2 ? chunks[0]! : Buffer.concat(chunks);
  } finally {
    if (fd !== file) closeSync(fd);
  }
}

/**
 * The text of a file that people write or redirect: UTF-8, or UTF-16, which Windows PowerShell writes for `>`.
 * A mark at the start of UTF-8 stays: whoever reads the text passes over it.
 *
 * @param file a path, or the number of an open file
 * @throws as {@link readWholeFile}
 */
export function readTextFile(file: string | number): string {
  return inUtf8(readWholeFile(file)).toString('utf8');
}

/** The bytes of such a file as UTF-8. */
export function inUtf8(bytes: Buffer): Buffer {
  const { type } = contentKind(bytes.subarray(0, HEAD_SIZE));
  if (type === 'utf16le') return Buffer.from(new TextDecoder('utf-16le').decode(bytes));
  if (type === 'utf16be') return Buffer.from(new TextDecoder('utf-16be').decode(bytes));
  return bytes;
}
