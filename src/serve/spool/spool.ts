// Room serve/spool: bodies on the disk between the answer to their request and their evaluation.
// Door: spool.ts.
// Neighbours: serve hands bodies over and takes them; io/write/run-lock.ts keeps other runs out.
// Inside: spool-arriving.ts takes a body while it comes, spool-writer.ts makes it durable, spool-record.ts is the format,
// spool-disk.ts reads, spool-recovery.ts finds what a run left, quarantine.ts sets aside what ends every run.

import { rmSync } from 'node:fs';
import { errorText } from '../../io/error-text.ts';
import { KnownError } from '../../util/errors.ts';
import {
  Bell,
  Room,
  type Arriving,
  type BodyHead,
  type Intake,
  type Taken,
  type Waiting,
} from '../intake.ts';
import { Quarantine, type Quarantined, type SetAside } from './quarantine.ts';
import { PIECE } from '../arriving-parts.ts';
import type { RunLock } from '../../io/write/run-lock.ts';
import { SpoolArriving } from './spool-arriving.ts';
import { SegmentReader, segmentPath, writePosition, type SpoolEntry } from './spool-disk.ts';
import { recovered, takeFolder, type Segment } from './spool-recovery.ts';
import { SpoolWriter, type WholeBody } from './spool-writer.ts';

export type { Quarantined, SetAside };

/** Bytes after which another file is begun: what is evaluated is removed file by file. */
const SEGMENT_SIZE = 64 * 1024 * 1024;

export interface SpoolOptions {
  readonly dir: string;
  /** Bytes on the disk that wait to be evaluated. */
  readonly capacity: number;
  /** Bytes of bodies in memory that are on their way to the disk. */
  readonly memory: number;
  readonly segmentSize?: number;
  /** Bytes of a body that is held in memory while it comes; larger ones go to a file at once. */
  readonly inMemory?: number;
  /** Told of a body that ended three starts, and where it lies now. */
  readonly setAside?: (body: SetAside) => void;
  /** Told that another run took the folder, which must not happen while this one goes on. */
  readonly lost?: () => void;
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
  readonly #writer: SpoolWriter;
  /** Bodies that have begun. */
  #begun = 0;
  #offset: number;
  #reader: SegmentReader | undefined;
  #taken: { readonly end: number } | undefined;
  #bytes: number;
  #isFirst = false;
  readonly #quarantine: Quarantine;
  readonly #lock: RunLock;
  /** Bytes that are set aside, as far as they have room on the disk. */
  #aside = 0;

  /** @throws KnownError when the folder cannot be used */
  constructor(options: SpoolOptions) {
    this.#options = {
      segmentSize: SEGMENT_SIZE,
      inMemory: PIECE,
      setAside: () => undefined,
      lost: () => undefined,
      ...options,
    };
    const { dir } = options;
    this.#quarantine = new Quarantine(dir);
    this.#memory = new Room(options.memory);
    this.#disk = new Room(options.capacity);
    try {
      this.#lock = takeFolder(dir, () => this.#options.lost());
      const { segments, offset, times, bytes, next } = recovered(dir);
      this.#segments = segments;
      this.#offset = offset;
      this.#times = times;
      this.#bytes = bytes;
      this.#disk.used = bytes;
      void this.quarantined;
      const place = { dir, segmentSize: this.#options.segmentSize };
      this.#writer = new SpoolWriter(place, segments, next, (bodies, size) =>
        this.#written(bodies, size),
      );
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

  get memory(): number {
    return this.#memory.used;
  }

  begin(head: BodyHead, size = 0): Arriving | undefined {
    const { dir, inMemory } = this.#options;
    const [memory, disk, writer] = [this.#memory, this.#disk, this.#writer];
    const place = { dir, number: ++this.#begun, inMemory, memory, disk, writer };
    return SpoolArriving.begin(place, head, size);
  }

  take(): Taken | undefined {
    let replayed = this.#isFirst;
    for (;;) {
      const segment = this.#segments[0];
      if (segment === undefined) return undefined;
      if (this.#offset >= segment.size) {
        if (!this.#leave(segment)) return undefined;
        continue;
      }
      const entry = this.#entry(segment);
      if (entry?.kind === 'body') {
        const place = { segment: segment.number, offset: this.#offset };
        const aside = this.#isFirst ? this.#quarantine.judge(place, entry) : undefined;
        segment.left--;
        if (aside !== undefined) {
          this.#pass(segment, entry.end);
          // The next one was not begun.
          replayed = false;
          void this.quarantined;
          this.#options.setAside(aside);
          continue;
        }
        this.#isFirst = false;
        this.#taken = { end: entry.end };
        return { ...entry.head, source: entry.source, replayed };
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
    this.#pass(segment, this.#taken.end);
    this.#taken = undefined;
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
    await this.#writer.end();
    this.#reader?.close();
    this.#reader = undefined;
    this.#quarantine.forget();
    this.#lock.release();
  }

  /** What is set aside now; it takes of the room of the spool. */
  get quarantined(): Quarantined {
    const { held } = this.#quarantine;
    this.#disk.used += held.bytes - this.#aside;
    this.#aside = held.bytes;
    return held;
  }

  #written(bodies: readonly WholeBody[], bytes: number): void {
    this.#bytes += bytes;
    // The head of each record is little beside it, and was not known when room was reserved.
    this.#disk.used += bytes - bodies.reduce((sum, { size }) => sum + size, 0);
    for (const { at } of bodies) this.#times.push(at);
    this.#bell.ring();
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

  /** Goes on behind a body. */
  #pass(segment: Segment, end: number): void {
    this.#forget(end - this.#offset, 1);
    this.#offset = end;
    this.#note(segment);
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
