import { Buffer } from 'node:buffer';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { platform } from 'node:process';
import { partsOfFile, type BodySource } from '../body-source.ts';
import type { BodyHead } from '../intake.ts';
import { FRAME, readFrame, readHead, RecordDigest, type Frame } from './spool-record.ts';

/** A place in the spool: a file, told by its number, and a byte in it. */
export interface SpoolPlace {
  readonly segment: number;
  readonly offset: number;
}

/** What stands at a place: a body, its end, or something else. */
export type SpoolEntry =
  | {
      readonly kind: 'body';
      readonly head: BodyHead;
      readonly source: BodySource;
      readonly end: number;
    }
  /** Bytes that are no record, with more behind them: the disk has changed what was written. */
  | { readonly kind: 'damaged'; readonly end: number }
  | { readonly kind: 'end' };

const POSITION = 'position.json';
/** Bytes of a body that is handed over in memory: opening its file once more takes longer. */
const SMALL = 256 * 1024;

/** Path of a segment. */
export function segmentPath(dir: string, segment: number): string {
  return join(dir, `${String(segment).padStart(10, '0')}.spool`);
}

/** Path of a body that is still coming. */
export function comingPath(dir: string, number: number): string {
  return join(dir, `${number}.coming`);
}

/** Removes bodies that had not come whole when a run ended. */
export function removeComing(dir: string): void {
  for (const name of readdirSync(dir))
    if (/^\d+\.coming$/.test(name)) rmSync(join(dir, name), { force: true });
}

/** Numbers of the segments in a folder, in order. */
export function segmentsIn(dir: string): number[] {
  return readdirSync(dir)
    .flatMap((name) => /^(\d{10})\.spool$/.exec(name)?.[1] ?? [])
    .map(Number)
    .toSorted((a, b) => a - b);
}

/** Where the run before was; the start of the spool when it says nothing. */
export function readPosition(dir: string): SpoolPlace {
  try {
    const { segment, offset } = JSON.parse(readFileSync(join(dir, POSITION), 'utf8')) as SpoolPlace;
    if (Number.isSafeInteger(segment) && Number.isSafeInteger(offset)) return { segment, offset };
  } catch {
    // None was written, or not to its end: reading from the start repeats findings, and loses nothing.
  }
  return { segment: 0, offset: 0 };
}

/** Notes where to go on, whole or not at all. */
export function writePosition(dir: string, place: SpoolPlace): void {
  const path = join(dir, POSITION);
  writeFileSync(`${path}.new`, JSON.stringify(place), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** Makes the entries of a folder durable. */
export function syncFolder(dir: string): void {
  if (platform === 'win32') return;
  const fd = openSync(dir, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Reads the records of a segment, one after the other. */
export class SegmentReader {
  readonly #path: string;
  readonly #fd: number;

  /** @throws when the file cannot be opened */
  constructor(path: string) {
    this.#path = path;
    this.#fd = openSync(path, 'r');
  }

  close(): void {
    closeSync(this.#fd);
  }

  /** What stands at a byte. @param limit where the segment ends */
  at(offset: number, limit: number): SpoolEntry {
    const frame = this.#frame(offset, limit);
    if (frame === undefined) return { kind: 'end' };
    if (frame === 'damaged') return { kind: 'damaged', end: limit };
    const end = offset + FRAME + frame.head + frame.body;
    const body = this.#body(frame, offset + FRAME);
    if (body !== undefined) return { kind: 'body', ...body, end };
    // The last record of a file may not have been written to its end.
    return end >= limit && !frame.isWhole ? { kind: 'end' } : { kind: 'damaged', end };
  }

  /** What follows a frame; undefined when it is not what was written. */
  #body(
    frame: Frame,
    start: number,
  ): { readonly head: BodyHead; readonly source: BodySource } | undefined {
    const head = this.#read(start, frame.head);
    const place = { offset: start + frame.head, size: frame.body };
    const digest = new RecordDigest();
    digest.add(head);
    const isSmall = frame.body <= SMALL;
    const whole = isSmall ? this.#read(place.offset, frame.body) : undefined;
    for (const part of whole === undefined ? partsOfFile(this.#fd, place) : [whole])
      digest.add(part);
    if (!digest.end().equals(frame.digest)) return undefined;
    const source = whole === undefined ? { path: this.#path, ...place } : { parts: [whole] };
    return { head: readHead(head), source };
  }

  /** The frame at a byte; undefined at the end and where a record was never written to its end. */
  #frame(offset: number, limit: number): Frame | 'damaged' | undefined {
    if (offset + FRAME > limit) return undefined;
    const bytes = this.#read(offset, FRAME);
    const frame = readFrame(bytes);
    // A file may be longer than what was written when the power fails: zeros.
    if (frame === undefined) return bytes.every((byte) => byte === 0) ? undefined : 'damaged';
    if (offset + FRAME + frame.head + frame.body <= limit) return frame;
    return frame.isWhole ? 'damaged' : undefined;
  }

  get size(): number {
    return fstatSync(this.#fd).size;
  }

  #read(offset: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    let at = 0;
    while (at < length) {
      const count = readSync(this.#fd, bytes, at, length - at, offset + at);
      if (count === 0) break;
      at += count;
    }
    return bytes.subarray(0, at);
  }
}
