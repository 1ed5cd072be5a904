import { readFileSync } from 'node:fs';
import { contentKind } from './content/content-kind.ts';

/** Bytes that tell the encoding of a file. */
const HEAD_SIZE = 4096;

/**
 * The text of a file that people write or redirect: UTF-8, or UTF-16, which Windows PowerShell writes for `>`.
 * A mark at the start of UTF-8 stays: whoever reads the text passes over it.
 *
 * @param file a path, or the number of an open file
 * @throws an error of node:fs when it cannot be read
 */
export function readTextFile(file: string | number): string {
  return inUtf8(readFileSync(file)).toString('utf8');
}

/** The bytes of such a file as UTF-8. */
export function inUtf8(bytes: Buffer): Buffer {
  const { type } = contentKind(bytes.subarray(0, HEAD_SIZE));
  if (type === 'utf16le') return Buffer.from(new TextDecoder('utf-16le').decode(bytes));
  if (type === 'utf16be') return Buffer.from(new TextDecoder('utf-16be').decode(bytes));
  return bytes;
}
