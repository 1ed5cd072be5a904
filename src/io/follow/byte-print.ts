import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';

/** What is known of some bytes without keeping them: a log may hold secrets, a checkpoint must not. */
export interface Fingerprint {
  readonly length: number;
  readonly hash: string;
}

/** Bytes that are known: themselves, or their fingerprint. */
export type Print = Buffer | Fingerprint;

/** Bytes at the start of a file, and before a position in it, that tell it from others. */
export const PRINT_SIZE = 4096;

/** Nothing is known: it matches everything. */
export const NO_BYTES: Print = Buffer.alloc(0);

/** The fingerprint of bytes that are known. */
export function fingerprintOf(print: Print): Fingerprint {
  if (!Buffer.isBuffer(print)) return print;
  return { length: print.length, hash: print.length === 0 ? '' : hashOf(print) };
}

/** True when bytes start with those that are known. */
export function startsWith(bytes: Buffer, print: Print): boolean {
  if (bytes.length < print.length) return false;
  const start = bytes.subarray(0, print.length);
  if (Buffer.isBuffer(print)) return start.equals(print);
  return print.length === 0 || hashOf(start) === print.hash;
}

/** True when bytes, some at least, may be the first of those that are known: as of a copy that is made. */
export function mayStart(bytes: Buffer, print: Print): boolean {
  if (bytes.length >= print.length) return startsWith(bytes, print);
  return bytes.length > 0 && Buffer.isBuffer(print) && startsWith(print, bytes);
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}
