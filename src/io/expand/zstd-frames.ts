import { Buffer } from 'node:buffer';
import { Readable } from 'node:stream';
import { ByteQueue } from './byte-queue.ts';
import { CannotExpand, GAP, type Damage } from './damage.ts';
import {
  CHECKSUM,
  CUT,
  exactly,
  frameHeader,
  isSkippable,
  MAGIC,
  MAX_BLOCK,
  nextBlock,
} from './zstd-parts.ts';

/** Blocks that tell whether a frame starts where its magic is: each has a chance of one in twenty. */
const BLOCKS_LOOKED_AT = 5;
/** Bytes that tell the start of a frame: magic and descriptor. */
const START = 5;

/**
 * Expands zstd frames block by block: node:zlib has no zstd before Node 22, and stops after the first frame
 * there. What was expanded before damage is handed over; checksums and sizes are verified.
 */
export async function* unzstd(raw: AsyncIterable<Buffer>, damage: Damage): AsyncGenerator<Buffer> {
  const bytes = new ByteQueue(raw);
  const { Decompress } = await import('fzstd');
  const hashes = await (await import('xxhash-wasm')).default();
  const open: OpenFrame = {
    stream: (onBlock) => new Decompress(onBlock),
    hash: () => hashes.create64(),
    endsCut: () => damage.behind() === 'members',
  };
  for (let more = true; more;) {
    bytes.mark();
    try {
      more = yield* nextFrame(bytes, open);
    } catch (error) {
      bytes.backToMark();
      const { message } = error as Error;
      const passed =
        damage.behind() === 'none' ? undefined : await bytes.seek(frameStart, START - 1);
      const where = passed === undefined ? '' : `; ${passed} bytes passed over to the next frame`;
      damage.found(`${message}${where}`, error instanceof CannotExpand);
      if (passed === undefined) return;
      yield GAP;
    }
  }
}

/** Where a frame starts in bytes; -1 when none does. */
function frameStart(bytes: Buffer): number {
  let at = bytes.indexOf(MAGIC);
  // oxlint-disable-next-line no-bitwise -- a reserved bit, and two of dictionaries
  while (at !== -1 && (at + START > bytes.length || (bytes[at + START - 1]! & 0x0b) !== 0)) {
    at = bytes.indexOf(MAGIC, at + 1);
  }
  return at;
}

/**
 * True when a block has a whole frame in it, or the start of one: the frame of the block was cut, and this one is
 * behind it. The magic alone says nothing: in a hundred gigabytes it comes up by chance.
 */
async function isCut(block: Buffer, behind: ByteQueue): Promise<boolean> {
  let at = block.indexOf(MAGIC);
  if (at === -1) return false;
  const bytes = Buffer.concat([block, await behind.peek(BLOCKS_LOOKED_AT * (MAX_BLOCK + 3))]);
  for (; at !== -1 && at < block.length; at = bytes.indexOf(MAGIC, at + 1)) {
    if (await isFrame(bytes.subarray(at))) return true;
  }
  return false;
}

/** True for bytes that are the blocks of a frame one after the other, until it ends as a frame does, or for some while. */
async function isFrame(content: Buffer): Promise<boolean> {
  const bytes = new ByteQueue(Readable.from([content], { objectMode: true }));
  try {
    const { hasChecksum } = await frameHeader(await bytes.take(MAGIC.length), bytes);
    for (let blocks = 0; blocks < BLOCKS_LOOKED_AT; blocks++) {
      if (!(await nextBlock(bytes)).isLast) continue;
      if (hasChecksum) await exactly(bytes, CHECKSUM);
      const next = await bytes.take(MAGIC.length);
      return MAGIC.subarray(0, next.length).equals(next) || next[0] === 0 || isSkippable(next);
    }
    return true;
  } catch {
    return false;
  }
}

interface OpenFrame {
  readonly stream: (onBlock: (bytes: Uint8Array) => void) => {
    push(bytes: Uint8Array, final: boolean): void;
  };
  readonly hash: () => { update(bytes: Uint8Array): unknown; digest(): bigint };
  /** True when a frame that starts inside another one ends that one. */
  readonly endsCut: () => boolean;
}

/** Expands one frame. @returns false at the end @throws Error with what is wrong, behind the mark */
async function* nextFrame(bytes: ByteQueue, open: OpenFrame): AsyncGenerator<Buffer, boolean> {
  const magic = await bytes.take(MAGIC.length);
  if (magic.length === 0) return false;
  if (magic[0] === 0) {
    // Files are padded with zeros.
    bytes.backToMark();
    return (await bytes.seek((part) => part.findIndex((byte) => byte !== 0), 0)) !== undefined;
  }
  if (await skipped(magic, bytes)) return true;
  if (!magic.equals(MAGIC)) throw new Error(noFrame(magic));
  // Behind damage of this frame another one is sought, not this one.
  bytes.mark();
  const header = await frameHeader(magic, bytes);
  const hash = open.hash();
  const ready: Buffer[] = [];
  // The view is overwritten by the next block: it has been consumed by then.
  const stream = open.stream(({ buffer, byteOffset, byteLength }) => {
    ready.push(Buffer.from(buffer, byteOffset, byteLength));
  });
  let size = 0;
  let head = header.bytes;
  for (let isLast = false; !isLast;) {
    bytes.mark(MAGIC.length);
    const block = await nextBlock(bytes);
    if (open.endsCut() && (await isCut(block.bytes, bytes))) throw new Error(CUT);
    isLast = block.isLast;
    // fzstd wants a checksum and does not look at it.
    const checksum = Buffer.alloc(isLast && header.hasChecksum ? CHECKSUM : 0);
    push(stream, Buffer.concat([head, block.bytes, checksum]), isLast);
    head = Buffer.alloc(0);
    for (const expanded of ready.splice(0)) {
      size += expanded.length;
      hash.update(expanded);
      yield expanded;
    }
  }
  bytes.mark(MAGIC.length);
  if (header.size !== undefined && header.size !== size) throw new Error('wrong size');
  if (!header.hasChecksum) return true;
  const wanted = (await exactly(bytes, CHECKSUM)).readUInt32LE();
  if (wanted !== Number(hash.digest() & 0xffffffffn)) throw new Error('incorrect checksum');
  return true;
}

/** fzstd finds some damage by an error of its own and some by one of JavaScript. */
function push(
  stream: { push(bytes: Uint8Array, final: boolean): void },
  bytes: Buffer,
  final: boolean,
): void {
  try {
    stream.push(bytes, final);
  } catch (error) {
    const isMemory = error instanceof RangeError && /allocation failed/i.test(error.message);
    throw isMemory ? new CannotExpand('not enough memory') : new Error('invalid data');
  }
}

function noFrame(magic: Buffer): string {
  return magic.equals(MAGIC.subarray(0, magic.length)) ? CUT : 'no frame where one is due';
}

/** Passes over a frame that is for other programs. */
async function skipped(magic: Buffer, bytes: ByteQueue): Promise<boolean> {
  if (!isSkippable(magic)) return false;
  const size = await exactly(bytes, 4);
  if (!(await bytes.skip(size.readUInt32LE()))) throw new Error(CUT);
  return true;
}
