import { Buffer } from 'node:buffer';
import { ByteQueue } from './byte-queue.ts';
import { CannotExpand, GAP, type Damage } from './damage.ts';

// Format: RFC 8878, section 3.
const MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
const SKIPPABLE = 0x184d2a50;
const CUT = 'unexpected end of file';
/** Most bytes of a block, compressed and expanded. */
const MAX_BLOCK = 128 * 1024;
/** The zstd tool refuses larger windows too, unless told otherwise; fzstd moves all of it for every block. */
const MAX_WINDOW = 128 * 1024 * 1024;
/** The largest window that the zstd tool makes. */
const LARGEST_WINDOW = 2 ** 31;
const CHECKSUM = 4;
const RESERVED_BLOCK = 3;
const RLE_BLOCK = 1;

interface FrameHeader {
  readonly bytes: Buffer;
  /** Bytes of the content; undefined when the frame does not say. */
  readonly size: number | undefined;
  readonly hasChecksum: boolean;
}

const UNPACK = '; unpack it: zstd -dc';
const SCAN = ' | k8s-audit scan -';

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
    isCut: (content) => damage.behind() === 'members' && holdsFrame(content),
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

/** True when a frame starts in bytes, or behind its magic at their end. */
function holdsFrame(content: Buffer): boolean {
  return frameStart(content) !== -1 || content.subarray(-MAGIC.length).equals(MAGIC);
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

interface OpenFrame {
  readonly stream: (onBlock: (bytes: Uint8Array) => void) => {
    push(bytes: Uint8Array, final: boolean): void;
  };
  readonly hash: () => { update(bytes: Uint8Array): unknown; digest(): bigint };
  /** True for the content of a block in which another frame starts. */
  readonly isCut: (content: Buffer) => boolean;
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
    if (open.isCut(block.bytes)) throw new Error(CUT);
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
  // oxlint-disable-next-line no-bitwise -- sixteen numbers that differ in the last four bits
  if (magic.length < 4 || (magic.readUInt32LE() & 0xfffffff0) >>> 0 !== SKIPPABLE) return false;
  const size = await exactly(bytes, 4);
  if (!(await bytes.skip(size.readUInt32LE()))) throw new Error(CUT);
  return true;
}

async function frameHeader(magic: Buffer, bytes: ByteQueue): Promise<FrameHeader> {
  const descriptor = await exactly(bytes, 1);
  const flags = descriptor[0]!;
  const isSingle = (flags & 0x20) !== 0;
  if ((flags & 0x08) !== 0) throw new Error('invalid header');
  const sizeFlag = flags >> 6;
  const sizeBytes = sizeFlag === 0 ? Number(isSingle) : 1 << sizeFlag;
  const dictionaryBytes = [0, 1, 2, 4][flags & 3]!;
  const window = await exactly(bytes, isSingle ? 0 : 1);
  const dictionary = await exactly(bytes, dictionaryBytes);
  const sizeField = await exactly(bytes, sizeBytes);
  if (dictionary.some((byte) => byte !== 0))
    throw new CannotExpand(`compressed with a dictionary${UNPACK} -D DICTIONARY FILE${SCAN}`);
  const size = contentSize(sizeField);
  const needed = isSingle ? size! : windowSize(window[0]!);
  if (needed > LARGEST_WINDOW) throw new Error('window size too large');
  if (needed > MAX_WINDOW) {
    throw new CannotExpand(`its window is larger than 128 MiB${UNPACK} --long=31 FILE${SCAN}`);
  }
  return {
    bytes: Buffer.concat([magic, descriptor, window, dictionary, sizeField]),
    size,
    hasChecksum: (flags & 0x04) !== 0,
  };
}

function contentSize(field: Buffer): number | undefined {
  switch (field.length) {
    case 0:
      return undefined;
    case 2:
      return field.readUInt16LE() + 256;
    case 8:
      return Number(field.readBigUInt64LE());
    default:
      return field.readUIntLE(0, field.length);
  }
}

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

async function nextBlock(
  bytes: ByteQueue,
): Promise<{ readonly bytes: Buffer; readonly isLast: boolean }> {
  const header = await exactly(bytes, 3);
  const fields = header.readUIntLE(0, 3);
  const type = (fields >> 1) & 3;
  const size = fields >> 3;
  if (type === RESERVED_BLOCK || size > MAX_BLOCK) throw new Error('invalid block');
  const content = await exactly(bytes, type === RLE_BLOCK ? 1 : size);
  return { bytes: Buffer.concat([header, content]), isLast: (fields & 1) === 1 };
}

async function exactly(bytes: ByteQueue, length: number): Promise<Buffer> {
  const taken = await bytes.take(length);
  if (taken.length < length) throw new Error(CUT);
  return taken;
}
