import type { DecoderMemory } from '../../events/decoded.ts';
import { openPlainFile, type PlainFile } from '../../io/plain-file.ts';
import { isCompressedName } from '../../io/rotation.ts';
import type { Source } from '../../io/sources.ts';
import type { Job, JobEnd, JobPart, ScanThreads, WorkerThread } from './contract.ts';

/** Smaller inputs are done before further threads have started, loaded the rules and warmed up. */
const THRESHOLD = 512 * 1024 * 1024;
/** Large enough that starting on a range costs nothing, small enough for findings to wait in memory. */
const RANGE_SIZE = 8 * 1024 * 1024;
/** How much audit logs are compressed, at least. */
const COMPRESSION = 5;

/** Whether inputs are worth further threads: regular files that are large together. */
export function isForThreads(sources: readonly Source[], threshold = THRESHOLD): boolean {
  let total = 0;
  for (const { name, size } of sources) {
    if (size === undefined) return false;
    total += isCompressedName(name) ? size * COMPRESSION : size;
  }
  return total >= threshold;
}

/** The threads of a scan that has one. */
export const ONE_THREAD: ScanThreads = {
  count: 0,
  start: () => {
    throw new Error('there is one thread');
  },
};

/** A job and where it lies. */
export interface PlacedJob {
  readonly job: Job;
  /** Index of its input. */
  readonly source: number;
}

/** A thread and the work that it has. */
export interface Slot {
  readonly thread: WorkerThread;
  isReady: boolean;
  /** Jobs that it has not ended, dropped ones too. */
  busy: number;
}

/** A job that a thread works on, or whose results wait. */
export interface Running extends PlacedJob {
  readonly worker: Slot;
  readonly parts: JobPart[];
  end: JobEnd | undefined;
}

/** The work on inputs, in input order: large plain files in ranges, others whole. */
export class Jobs {
  readonly #sources: readonly Source[];
  readonly #rangeSize: number;
  readonly #files = new Map<number, PlainFile | undefined>();
  #nextId = 0;
  /** The next place to hand out: an input, and a byte position in it. */
  #source = 0;
  #at = 0;

  constructor(sources: readonly Source[], rangeSize = RANGE_SIZE) {
    this.#sources = sources;
    this.#rangeSize = rangeSize;
  }

  /** Whether there are no more. */
  get isEmpty(): boolean {
    return this.#source >= this.#sources.length;
  }

  /** Makes the next job. `memoryOf`: what the reader of an input is taken to remember in the middle of it. */
  next(memoryOf: (source: number) => DecoderMemory | undefined): PlacedJob {
    const source = this.#source;
    const input = this.#sources[source]!;
    const id = this.#nextId++;
    const file = this.#open(source);
    if (file === undefined) {
      this.#source++;
      return { source, job: { kind: 'file', id, source: input } };
    }
    const start = this.#at;
    // The last range ends with the file, which may still grow.
    const end = start + this.#rangeSize >= file.size ? Infinity : start + this.#rangeSize;
    const memory = start === 0 ? undefined : memoryOf(source);
    this.goTo(source, end);
    const { fd, size } = file;
    return { source, job: { kind: 'range', id, file: input.name, fd, start, end, size, memory } };
  }

  /** Goes on at a place of an input; behind it for Infinity. */
  goTo(source: number, at: number): void {
    this.#source = at === Infinity ? source + 1 : source;
    this.#at = at === Infinity ? 0 : at;
  }

  /** Closes the inputs before one. */
  closeBefore(source: number): void {
    for (const [index, file] of this.#files) {
      if (index >= source) continue;
      file?.close();
      this.#files.delete(index);
    }
  }

  /**
   * Opens an input that is cut into ranges; undefined for others. The file stays open, so that a rotation does
   * not change it.
   */
  #open(source: number): PlainFile | undefined {
    if (!this.#files.has(source)) {
      const { path, size = 0 } = this.#sources[source]!;
      const isLarge = path !== undefined && size >= this.#rangeSize;
      this.#files.set(source, isLarge ? openPlainFile(path, this.#rangeSize) : undefined);
    }
    return this.#files.get(source);
  }
}

/** Where a job starts in its input. */
export function startOf(job: Job): number {
  return job.kind === 'range' ? job.start : 0;
}

/** Whether a reader that starts with `a` reads on as one that remembers `b`. */
export function isSameMemory(a: DecoderMemory | undefined, b: DecoderMemory): boolean {
  return a === undefined ? isBlank(b) : JSON.stringify(a) === JSON.stringify(b);
}

function isBlank({ afterBreak, prefix, envelopes, table }: DecoderMemory): boolean {
  return (
    !afterBreak && table === undefined && prefix === -1 && envelopes.every((index) => index === -1)
  );
}
