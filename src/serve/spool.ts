import { rmSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { errorText } from '../io/error-text.ts';
import { KnownError } from '../util/errors.ts';
import { Bell, Room, type Intake, type Received, type Taken, type Waiting } from './intake.ts';
import {
  lockFolder,
  SegmentReader,
  segmentPath,
  syncFolder,
  unlockFolder,
  writePosition,
  type SpoolEntry,
} from './spool-disk.ts';
import type { SpoolOptions } from './spool-options.ts';
import { recordOf } from './spool-record.ts';
import { recovered, type Segment } from './spool-recovery.ts';

/** Bytes after which another file is begun: what is evaluated is removed file by file. */
const SEGMENT_SIZE = 64 * 1024 * 1024;

interface Pending {
  readonly body: Received;
  readonly done: (why: string | undefined) => void;
}

/**
 * Bodies on the disk. One is acknowledged when it is synced, several with one sync; what a run that was killed did
 * not evaluate to its end, the next one reads.
 */
export class Spool implements Intake {
  closed = false;
  lost = 0;
  /** Bodies that an earlier run left. */
  readonly resumed: number;
  readonly #options: Required<SpoolOptions>;
  readonly #memory: Room;
  readonly #disk: Room;
  readonly #bell = new Bell();
  readonly #segments: Segment[];
  /** When the bodies came that wait, oldest first; those of an earlier run have no time. */
  readonly #times: number[];
  #pending: Pending[] = [];
  #writing: Promise<void> | undefined;
  #handle: FileHandle | undefined;
  #next: number;
  #offset: number;
  #reader: SegmentReader | undefined;
  #taken: { readonly end: number; readonly bytes: number } | undefined;
  #bytes: number;
  #isFirst = false;

  /** @throws KnownError when the folder cannot be used */
  constructor(options: SpoolOptions) {
    this.#options = { segmentSize: SEGMENT_SIZE, ...options };
    this.#memory = new Room(options.memory);
    this.#disk = new Room(options.capacity);
    const { dir } = options;
    try {
      const owner = lockFolder(dir);
      if (owner !== undefined) {
        throw new KnownError(
          'usage',
          `spool ${dir} is in use by process ${owner}`,
          'each run needs a folder of its own',
        );
      }
      const { segments, offset, times, bytes, next } = recovered(dir);
      this.#segments = segments;
      this.#offset = offset;
      this.#times = times;
      this.#bytes = bytes;
      this.#disk.used = bytes;
      this.#next = next;
      this.resumed = times.length;
      this.#isFirst = this.resumed > 0;
    } catch (error) {
      if (error instanceof KnownError) throw error;
      throw new KnownError('input', `cannot use spool ${dir}: ${errorText(error)}`);
    }
  }

  get waiting(): Waiting {
    return { bodies: this.#times.length, bytes: this.#bytes, since: this.#times[0] || undefined };
  }

  reserve(bytes: number): boolean {
    if (!this.#memory.reserve(bytes)) return false;
    if (this.#disk.reserve(bytes)) return true;
    this.#memory.release(bytes);
    return false;
  }

  release(bytes: number): void {
    this.#memory.release(bytes);
    this.#disk.release(bytes);
  }

  put(body: Received): Promise<string | undefined> {
    return new Promise((done) => {
      this.#pending.push({ body, done });
      this.#writing ??= this.#write();
    });
  }

  take(): Taken | undefined {
    for (;;) {
      const segment = this.#segments[0];
      if (segment === undefined) return undefined;
      if (this.#offset >= segment.size) {
        if (!this.#leave(segment)) return undefined;
        continue;
      }
      const entry = this.#entry(segment);
      if (entry?.kind === 'body') {
        const replayed = this.#isFirst;
        this.#isFirst = false;
        segment.left--;
        this.#taken = { end: entry.end, bytes: entry.end - this.#offset };
        return { ...entry.body, replayed };
      }
      // What was acknowledged is not there any more.
      const end = entry?.kind === 'damaged' ? entry.end : segment.size;
      const bodies = end === segment.size ? segment.left : 1;
      segment.left -= bodies;
      this.lost += bodies;
      this.#forget(end - this.#offset, bodies);
      this.#offset = end;
    }
  }

  done(): void {
    const segment = this.#segments[0];
    if (this.#taken === undefined || segment === undefined) return;
    this.#offset = this.#taken.end;
    this.#forget(this.#taken.bytes, 1);
    this.#taken = undefined;
    this.#note(segment);
  }

  changed(): Promise<void> {
    return this.#bell.heard();
  }

  wake(): void {
    this.#bell.ring();
  }

  close(): void {
    this.closed = true;
    this.wake();
  }

  /** Lets go of the folder; what waits in it stays. */
  async end(): Promise<void> {
    await this.#writing;
    await this.#handle?.close();
    this.#handle = undefined;
    this.#reader?.close();
    this.#reader = undefined;
    unlockFolder(this.#options.dir);
  }

  /** Writes what is pending, in batches, until nothing is. */
  async #write(): Promise<void> {
    while (this.#pending.length > 0) {
      const batch = this.#pending;
      this.#pending = [];
      let why: string | undefined;
      try {
        await this.#append(batch);
      } catch (error) {
        why = `cannot write to spool ${this.#options.dir}: ${errorText(error)}`;
        // Where it ends is not known: another file is begun.
        await this.#handle?.close().catch(() => undefined);
        this.#handle = undefined;
      }
      for (const { body, done } of batch) {
        if (why === undefined) this.#memory.release(body.bytes.length);
        else this.release(body.bytes.length);
        done(why);
      }
      if (why === undefined) this.#bell.ring();
    }
    this.#writing = undefined;
  }

  async #append(batch: readonly Pending[]): Promise<void> {
    const { dir, segmentSize } = this.#options;
    let segment = this.#segments.at(-1);
    if (this.#handle === undefined || segment === undefined || segment.size >= segmentSize) {
      await this.#handle?.close();
      this.#handle = undefined;
      const number = this.#next++;
      this.#handle = await open(segmentPath(dir, number), 'wx', 0o600);
      syncFolder(dir);
      segment = { number, size: 0, left: 0 };
      this.#segments.push(segment);
    }
    const parts = batch.flatMap(({ body }) => recordOf(body));
    const size = parts.reduce((sum, { length }) => sum + length, 0);
    const { bytesWritten } = await this.#handle.writev(parts);
    if (bytesWritten !== size) throw new Error('the disk took only a part');
    await this.#handle.datasync();
    segment.size += size;
    segment.left += batch.length;
    this.#bytes += size;
    // The head of each record is little beside it, and was not known when room was reserved.
    this.#disk.used += size - batch.reduce((sum, { body }) => sum + body.bytes.length, 0);
    for (const { body } of batch) this.#times.push(body.at);
  }

  /** What stands where reading is; undefined when the file cannot be read. */
  #entry(segment: Segment): SpoolEntry | undefined {
    try {
      this.#reader ??= new SegmentReader(segmentPath(this.#options.dir, segment.number));
      return this.#reader.at(this.#offset, segment.size);
    } catch {
      return undefined;
    }
  }

  /** Goes on with the next segment; false when there is none yet. */
  #leave(segment: Segment): boolean {
    if (segment === this.#segments.at(-1)) return false;
    this.#reader?.close();
    this.#reader = undefined;
    this.#segments.shift();
    this.#offset = 0;
    this.#note(this.#segments[0]!);
    rmSync(segmentPath(this.#options.dir, segment.number), { force: true });
    return true;
  }

  /** Notes where to go on. A disk that is full costs findings that are reported twice after a crash, not more. */
  #note({ number }: Segment): void {
    try {
      writePosition(this.#options.dir, { segment: number, offset: this.#offset });
    } catch {
      // The next body notes it again.
    }
  }

  #forget(bytes: number, bodies: number): void {
    this.#times.splice(0, bodies);
    this.#bytes -= bytes;
    this.#disk.release(bytes);
  }
}
