import { Buffer } from 'node:buffer';
import { createHash, type Hash } from 'node:crypto';
import type { BodyHead } from '../intake.ts';

/** How a record starts: name and version of the format. */
const MAGIC = Buffer.from('KAS1');
/** The same of a record that was durable before its file got its name: it cannot be unfinished. */
const WHOLE_MAGIC = Buffer.from('KAS2');
const DIGEST = 8;
/** Magic, length of the head, length of the body, digest of both. */
export const FRAME = MAGIC.length + 4 + 4 + DIGEST;
/** A head holds a path, the name of a cluster and a time. */
const LONGEST_HEAD = 8 * 1024;

/** Lengths that a record says of itself. */
export interface Frame {
  readonly head: number;
  readonly body: number;
  readonly digest: Buffer;
  /** True when its file got its name after the record was durable. */
  readonly isWhole: boolean;
}

/** The head of a record as JSON. */
export function headBytes({ file, cluster, at }: BodyHead): Buffer {
  return Buffer.from(JSON.stringify({ file, cluster, at }));
}

/** Reads the head of a record whose digest is right. */
export function readHead(bytes: Buffer): BodyHead {
  const { file, cluster, at } = JSON.parse(bytes.toString('utf8')) as BodyHead;
  return { file, cluster, at };
}

/** Sums up head and body of a record, in this order, as they come. */
export class RecordDigest {
  readonly #hash: Hash = createHash('sha256');

  add(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  /** The digest; nothing can be added behind it. */
  end(): Buffer {
    return this.#hash.digest().subarray(0, DIGEST);
  }
}

/** The frame of a record. */
export function frameBytes({ head, body, digest, isWhole }: Frame): Buffer {
  const frame = Buffer.alloc(FRAME);
  (isWhole ? WHOLE_MAGIC : MAGIC).copy(frame);
  frame.writeUInt32LE(head, 4);
  frame.writeUInt32LE(body, 8);
  digest.copy(frame, 12);
  return frame;
}

/** A body as a record: frame, then the head as JSON, then the bytes as they came. */
export function recordOf(given: BodyHead, parts: readonly Buffer[]): Buffer[] {
  const head = headBytes(given);
  const digest = new RecordDigest();
  for (const bytes of [head, ...parts]) digest.add(bytes);
  const body = parts.reduce((sum, { length }) => sum + length, 0);
  return [
    frameBytes({ head: head.length, body, digest: digest.end(), isWhole: false }),
    head,
    ...parts,
  ];
}

/** Reads the frame of a record; undefined when these bytes are none. */
export function readFrame(bytes: Buffer): Frame | undefined {
  const magic = bytes.subarray(0, MAGIC.length);
  const isWhole = magic.equals(WHOLE_MAGIC);
  if (bytes.length < FRAME || (!isWhole && !magic.equals(MAGIC))) return undefined;
  const head = bytes.readUInt32LE(4);
  if (head > LONGEST_HEAD) return undefined;
  const digest = Buffer.from(bytes.subarray(12, FRAME));
  return { head, body: bytes.readUInt32LE(8), digest, isWhole };
}
