import { Buffer } from 'node:buffer';
import type { ByteQueue } from './byte-queue.ts';
import { CannotExpand } from './damage.ts';

// Format: RFC 8878, section 3.
export const MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
const SKIPPABLE = 0x184d2a50;
export const CUT = 'unexpected end of file';
/** Most bytes of a block, compressed and expanded. */
export const MAX_BLOCK = 128 * 1024;
/** The zstd tool refuses larger windows too, unless told otherwise; fzstd moves all of it for every block. */
const MAX_WINDOW = 128 * 1024 * 1024;
/** The largest window that the zstd tool makes. */
const LARGEST_WINDOW = 2 ** 31;
export const CHECKSUM = 4;
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

/** True for the first bytes of a frame that is for other programs. */
export function isSkippable(magic: Buffer): boolean {
  // oxlint-disable-next-line no-bitwise -- sixteen numbers that differ in the last four bits
  return magic.length === MAGIC.length && (magic.readUInt32LE() & 0xfffffff0) >>> 0 === SKIPPABLE;
}

/** @throws Error with what is wrong */
export async function frameHeader(magic: Buffer, bytes: ByteQueue): Promise<FrameHeader> {
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

/** The next block with its header, as it is. @throws Error with what is wrong */
export async function nextBlock(
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

/** So many bytes. @throws Error when there are fewer */
export async function exactly(bytes: ByteQueue, length: number): Promise<Buffer> {
  const taken = await bytes.take(length);
  if (taken.length < length) throw new Error(CUT);
  return taken;
}
