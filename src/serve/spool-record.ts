import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { Received } from './intake.ts';

/** How a record starts: name and version of the format. */
const MAGIC = Buffer.from('KAS1');
/** Magic, length of the head, length of the body, digest of both. */
export const FRAME = MAGIC.length + 4 + 4 + 8;
/** A head holds a path, the name of a cluster and a time. */
const LONGEST_HEAD = 8 * 1024;

/** Lengths that a record says of itself. */
export interface Frame {
  readonly head: number;
  readonly body: number;
  readonly digest: Buffer;
}

/** A body as a record: frame, then the head as JSON, then the bytes as they came. */
export function recordOf({ bytes, file, cluster, at }: Received): Buffer[] {
  const head = Buffer.from(JSON.stringify({ file, cluster, at }));
  const frame = Buffer.alloc(FRAME);
  MAGIC.copy(frame);
  frame.writeUInt32LE(head.length, 4);
  frame.writeUInt32LE(bytes.length, 8);
  digestOf(head, bytes).copy(frame, 12);
  return [frame, head, bytes];
}

/** Reads the frame of a record; undefined when these bytes are none. */
export function readFrame(bytes: Buffer): Frame | undefined {
  if (bytes.length < FRAME || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  const head = bytes.readUInt32LE(4);
  if (head > LONGEST_HEAD) return undefined;
  return { head, body: bytes.readUInt32LE(8), digest: Buffer.from(bytes.subarray(12, FRAME)) };
}

/** Reads what follows a frame; undefined when it is not what was written. */
export function readRecord(frame: Frame, rest: Buffer): Received | undefined {
  const head = rest.subarray(0, frame.head);
  const bytes = rest.subarray(frame.head);
  if (bytes.length !== frame.body || !digestOf(head, bytes).equals(frame.digest)) return undefined;
  const { file, cluster, at } = JSON.parse(head.toString('utf8')) as Omit<Received, 'bytes'>;
  return { bytes, file, cluster, at };
}

function digestOf(head: Buffer, body: Buffer): Buffer {
  return createHash('sha256').update(head).update(body).digest().subarray(0, 8);
}
