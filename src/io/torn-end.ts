import { Buffer } from 'node:buffer';
import { readSync } from 'node:fs';

const LINE_FEED = 0x0a;

/**
 * True for a file whose last line has no end: a run that was killed, or a full disk, may have cut it.
 *
 * @param file number of a file that is open for reading
 * @param size of it, in bytes
 */
export function hasTornEnd(file: number, size: number): boolean {
  const last = Buffer.alloc(1);
  return size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last[0] !== LINE_FEED;
}
