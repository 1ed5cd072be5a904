import { Buffer } from 'node:buffer';

/** A byte that text never has: JSON and UTF-8 spell it otherwise. So looking for it costs next to nothing. */
const FIRST = 0x1f;
const SECOND = 0x8b;
const DEFLATE = 8;

/** A line of JSON in UTF-16 behind other text, as `>>` of PowerShell appends it; with a mark where it was a file before. */
const WIDE = ['\n{\0"\0', '\n\u00ff\u00fe{\0"\0'].map((text) => Buffer.from(text, 'latin1'));

/** Where data of another kind starts in bytes of text: gzip, or lines in UTF-16; -1 when none does. */
export function partStart(bytes: Buffer): number {
  const gzip = gzipStart(bytes);
  const wide = wideStart(bytes);
  return gzip === -1 || wide === -1 ? Math.max(gzip, wide) : Math.min(gzip, wide);
}

/** How many of the last bytes may be the start of such data, which the next ones tell. */
export function openPartStart(bytes: Buffer): number {
  const { length } = bytes;
  const last = bytes[length - 1];
  if (last === FIRST) return 1;
  if (last === SECOND && bytes[length - 2] === FIRST) return 2;
  return openWideStart(bytes);
}

function gzipStart(bytes: Buffer): number {
  let at = bytes.indexOf(FIRST);
  while (at !== -1 && (bytes[at + 1] !== SECOND || bytes[at + 2] !== DEFLATE)) {
    at = bytes.indexOf(FIRST, at + 1);
  }
  return at;
}

/** A line feed may be the last byte of what was read before. */
function wideStart(bytes: Buffer): number {
  // Text has no NUL either.
  if (!bytes.includes(0)) return -1;
  if (WIDE.some((start) => startsWith(bytes, start.subarray(1)))) return 0;
  const found = WIDE.map((start) => bytes.indexOf(start)).filter((at) => at !== -1);
  return found.length === 0 ? -1 : Math.min(...found) + 1;
}

function startsWith(bytes: Buffer, start: Buffer): boolean {
  return bytes.subarray(0, start.length).equals(start);
}

function openWideStart(bytes: Buffer): number {
  const tail = bytes.subarray(Math.max(0, bytes.length - WIDE[1]!.length + 1));
  const line = tail.lastIndexOf(0x0a);
  const rest = tail.subarray(line + 1);
  // The first byte of a line is seldom the last one of what is read; the line feed itself waits for nothing.
  const isOpen = line !== -1 && WIDE.some((start) => startsWith(start.subarray(1), rest));
  return isOpen ? rest.length : 0;
}
