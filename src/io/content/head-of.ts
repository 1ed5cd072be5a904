import { Buffer } from 'node:buffer';
import { setImmediate } from 'node:timers/promises';
import { readSome } from './chunk-source.ts';
import { contentKind, TAR_HEADER } from './content-kind.ts';
import type { ByteSource } from '../pipe.ts';

/** Bytes that tell the kind. */
export const HEAD_SIZE = 4096;
const NUL_SIZE = 64 * 1024;
const LINE_FEED = 0x0a;
/** NUL bytes between turns of the event loop. */
const NULS_PER_TURN = 4 * 1024 * 1024;

/**
 * The first bytes, which tell the kind; a pipe may deliver them one by one. NUL bytes before them are passed over:
 * a file that was truncated while it was written starts with as many as were written before.
 */
export async function headOf(
  bytes: ByteSource,
  signal: AbortSignal | undefined,
): Promise<{ readonly start: Buffer; readonly skipped: number }> {
  let head = Buffer.alloc(HEAD_SIZE);
  let known = 0;
  let skipped = 0;
  while (!isSettled(head.subarray(0, known))) {
    const count = await readSome(bytes, head.subarray(known));
    if (count === 0) break;
    known += count;
    while (known >= 2 && head[0] === 0 && head[1] === 0) {
      const nuls = leadingNuls(head.subarray(0, known));
      skipped += nuls;
      head.copyWithin(0, nuls, known);
      known -= nuls;
      if (known > 0 || signal?.aborted === true) break;
      // A run may be gigabytes long.
      const next = Buffer.alloc(NUL_SIZE);
      const more = await readSome(bytes, next);
      if (more === 0) break;
      head = next;
      known = more;
      if (skipped % NULS_PER_TURN < NUL_SIZE) await setImmediate();
    }
    // A device of NUL bytes has no end.
    if (known === 0 && signal?.aborted === true) break;
  }
  return { start: head.subarray(0, known), skipped };
}

function leadingNuls(bytes: Buffer): number {
  let count = 0;
  while (count < bytes.length && bytes[count] === 0) count++;
  return count;
}

/** True when further bytes would tell nothing new. A whole line is text, which must not wait. */
function isSettled(start: Buffer): boolean {
  if (start.length >= TAR_HEADER) return true;
  return start.length >= 4 && (start.includes(LINE_FEED) || contentKind(start).type !== 'text');
}
