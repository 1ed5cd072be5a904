import type { Buffer } from 'node:buffer';
import { renameSync, rmSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { errorText } from '../../io/error-text.ts';
import type { BodyHead } from '../intake.ts';
import { segmentPath, syncFolder } from './spool-disk.ts';
import { recordOf } from './spool-record.ts';
import type { Segment } from './spool-recovery.ts';

/** A body that is whole. */
export type WholeBody = BodyHead & {
  /** Bytes of the body alone. */
  readonly size: number;
} & (
    | { readonly parts: readonly Buffer[] }
    /** A file with one record, which is durable. */
    | { readonly path: string; readonly recordSize: number }
  );

interface Pending {
  readonly body: WholeBody;
  readonly done: (why: string | undefined) => void;
}

/** What is durable now, and for how many bytes of records. */
export type Written = (bodies: readonly WholeBody[], bytes: number) => void;

/** Writes bodies to the segments of a spool: small ones in batches with one sync, each large one as a segment. */
export class SpoolWriter {
  readonly #dir: string;
  readonly #segmentSize: number;
  readonly #segments: Segment[];
  readonly #written: Written;
  #pending: Pending[] = [];
  #writing: Promise<void> | undefined;
  #handle: FileHandle | undefined;
  #next: number;

  /**
   * @param segments the segments there are; further ones are put behind them
   * @param next number of the next one
   * @param written told before a body is acknowledged
   */
  constructor(
    { dir, segmentSize }: { readonly dir: string; readonly segmentSize: number },
    segments: Segment[],
    next: number,
    written: Written,
  ) {
    this.#dir = dir;
    this.#segmentSize = segmentSize;
    this.#segments = segments;
    this.#next = next;
    this.#written = written;
  }

  /** Resolves when the body is durable. @returns why it is not */
  put(body: WholeBody): Promise<string | undefined> {
    return new Promise((done) => {
      this.#pending.push({ body, done });
      this.#writing ??= this.#write();
    });
  }

  async end(): Promise<void> {
    await this.#writing;
    await this.#handle?.close();
    this.#handle = undefined;
  }

  /** Writes what is pending until nothing is. */
  async #write(): Promise<void> {
    while (this.#pending.length > 0) {
      const batch = this.#batch();
      const bodies = batch.map(({ body }) => body);
      let why: string | undefined;
      try {
        this.#written(bodies, await this.#append(bodies));
      } catch (error) {
        why = `cannot write to spool ${this.#dir}: ${errorText(error)}`;
        await this.#giveUp();
        for (const body of bodies) if ('path' in body) rmSync(body.path, { force: true });
      }
      for (const { done } of batch) done(why);
    }
    this.#writing = undefined;
  }

  /** Where the file ends is not known: another one is begun, and what was written in part leaves the disk. */
  async #giveUp(): Promise<void> {
    const handle = this.#handle;
    const last = this.#segments.at(-1);
    this.#handle = undefined;
    if (handle === undefined || last === undefined) return;
    await handle.truncate(last.size).catch(() => undefined);
    await handle.close().catch(() => undefined);
  }

  /** What comes next: a file alone, or all bodies up to the next file. */
  #batch(): Pending[] {
    const file = this.#pending.findIndex(({ body }) => 'path' in body);
    return this.#pending.splice(0, file === -1 ? this.#pending.length : Math.max(1, file));
  }

  /** @returns the bytes of their records */
  async #append(bodies: readonly WholeBody[]): Promise<number> {
    const [first] = bodies;
    if (first !== undefined && 'path' in first) {
      await this.#handle?.close();
      this.#handle = undefined;
      const number = this.#next++;
      renameSync(first.path, segmentPath(this.#dir, number));
      syncFolder(this.#dir);
      this.#segments.push({ number, size: first.recordSize, left: 1 });
      return first.recordSize;
    }
    const [handle, segment] = await this.#open();
    const parts = bodies.flatMap((body) => ('parts' in body ? recordOf(body, body.parts) : []));
    const size = parts.reduce((sum, { length }) => sum + length, 0);
    const { bytesWritten } = await handle.writev(parts);
    if (bytesWritten !== size) throw new Error('the disk took only a part');
    await handle.datasync();
    segment.size += size;
    segment.left += bodies.length;
    return size;
  }

  /** The segment to which bodies are added: another one when the last is full, or is a large body. */
  async #open(): Promise<readonly [FileHandle, Segment]> {
    const last = this.#segments.at(-1);
    if (this.#handle !== undefined && last !== undefined && last.size < this.#segmentSize)
      return [this.#handle, last];
    await this.#handle?.close();
    this.#handle = undefined;
    const number = this.#next++;
    this.#handle = await open(segmentPath(this.#dir, number), 'wx', 0o600);
    syncFolder(this.#dir);
    const segment = { number, size: 0, left: 0 };
    this.#segments.push(segment);
    return [this.#handle, segment];
  }
}
