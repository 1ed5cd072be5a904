import { Buffer } from 'node:buffer';
import { constants, gunzipSync } from 'node:zlib';

/** Compressed bytes that belong together. */
export interface GzipPiece {
  readonly bytes: Buffer;
  /** True when a member may start with them: there are bytes that look like its header. */
  readonly opens: boolean;
  /** The bytes before them, as many as are looked at to tell whether one does. */
  readonly before: Buffer;
}

// Format: RFC 1952, section 2.3.
const MAGIC = Buffer.from([0x1f, 0x8b, 0x08]);
const HEADER = 10;
const SMALLEST = HEADER + 2 + 8;
const KNOWN_FLAGS = 0x1f;
const EXTRA_FLAGS: ReadonlySet<number | undefined> = new Set([0, 2, 4]);
const MAX_SYSTEM = 13;
const UNKNOWN_SYSTEM = 255;

/** Bytes of the length of a stored block, its complement, and what may stand between them and a header inside it. */
const STORED = 4;
const BEFORE = 12;
/** Bytes at an end that are compared. */
export const TAIL = 8;
/** Compressed bytes that are expanded to see whether a member starts with them, and the fewest that tell. */
const TRIAL = 8192;
const LEAST_TRIAL = 64;

/** Cuts compressed bytes where members may start. A piece is valid until the next one. */
export async function* gzipPieces(raw: AsyncIterable<Buffer>): AsyncGenerator<GzipPiece> {
  let held: Buffer = Buffer.alloc(0);
  let before: Buffer = Buffer.alloc(0);
  const piece = (bytes: Buffer, opens: boolean): GzipPiece => {
    const known = before;
    before = lastBytes(before, bytes, BEFORE);
    return { bytes, opens, before: known };
  };
  let opens = false;
  for await (const chunk of raw) {
    const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    let start = 0;
    for (let at = bytes.indexOf(MAGIC); at !== -1; at = bytes.indexOf(MAGIC, at + 1)) {
      if (at + HEADER > bytes.length || !isHeader(bytes, at)) continue;
      if (at > start) yield piece(bytes.subarray(start, at), opens);
      start = at;
      opens = true;
    }
    const end = Math.max(start, openHeader(bytes));
    held = Buffer.from(bytes.subarray(end));
    if (end === start) continue;
    yield piece(bytes.subarray(start, end), opens);
    opens = false;
  }
  if (held.length > 0) yield piece(held, opens);
}

/** The last bytes of two pieces of a stream. */
export function lastBytes(known: Buffer, more: Buffer, count: number): Buffer {
  if (more.length >= count) return Buffer.from(more.subarray(more.length - count));
  return Buffer.concat([known, more]).subarray(-count);
}

/**
 * True for bytes with which a member starts that is no part of the one before, which therefore was cut.
 *
 * @param tail the last bytes that were expanded of what stands before
 */
export function opensAfterCut({ bytes, before }: GzipPiece, tail: Buffer): boolean {
  // What cannot be compressed further is stored as it is: a gzip file in an archive, say.
  const isStored = tail.length === TAIL && before.subarray(-TAIL).equals(tail);
  return !isStored && !isStoredStart(before) && startsWell(bytes);
}

/** True when the bytes before a header are the end of a member of so many bytes, expanded and compressed. */
export function isMemberEnd({ before }: GzipPiece, size: number, packed: number): boolean {
  return packed >= SMALLEST && before.readUInt32LE(before.length - 4) === size % 2 ** 32;
}

/** True for bytes that can be expanded; random ones soon cannot. */
export function startsWell(bytes: Buffer): boolean {
  if (bytes.length < LEAST_TRIAL) return true;
  try {
    const finishFlush = constants.Z_SYNC_FLUSH;
    return gunzipSync(bytes.subarray(0, TRIAL), { finishFlush }).length > 0;
  } catch (error) {
    return (error as Error).message === HEADER_CHECK;
  }
}

/** What zlib says of a member's second byte; the first one is good on its own. */
export const HEADER_CHECK = 'incorrect header check';

function isHeader(bytes: Buffer, at: number): boolean {
  const system = bytes[at + 9]!;
  return (
    bytes[at + 3]! <= KNOWN_FLAGS &&
    EXTRA_FLAGS.has(bytes[at + 8]) &&
    (system <= MAX_SYSTEM || system === UNKNOWN_SYSTEM)
  );
}

/** Where a header may start that goes on behind these bytes. */
function openHeader(bytes: Buffer): number {
  for (let at = Math.max(0, bytes.length - HEADER + 1); at < bytes.length; at++) {
    if (MAGIC.subarray(0, bytes.length - at).equals(bytes.subarray(at, at + MAGIC.length)))
      return at;
  }
  return bytes.length;
}

/** True when a stored block starts shortly before. */
function isStoredStart(before: Buffer): boolean {
  for (let at = 0; at + STORED <= before.length; at++) {
    const length = before.readUInt16LE(at);
    if (length > 0 && before.readUInt16LE(at + 2) === 0xffff - length) return true;
  }
  return false;
}
