import type { Buffer } from 'node:buffer';

/** A byte that text never has: JSON and UTF-8 spell it otherwise. So looking for it costs next to nothing. */
const FIRST = 0x1f;
const SECOND = 0x8b;
const DEFLATE = 8;

/** Where gzip data starts in bytes of text; -1 when it does not. */
export function gzipStart(bytes: Buffer): number {
  let at = bytes.indexOf(FIRST);
  while (at !== -1 && (bytes[at + 1] !== SECOND || bytes[at + 2] !== DEFLATE)) {
    at = bytes.indexOf(FIRST, at + 1);
  }
  return at;
}

/** How many of the last bytes may be the start of gzip data, which the next ones tell. */
export function openGzipStart(bytes: Buffer): number {
  const { length } = bytes;
  if (bytes[length - 1] === FIRST) return 1;
  return bytes[length - 2] === FIRST && bytes[length - 1] === SECOND ? 2 : 0;
}
