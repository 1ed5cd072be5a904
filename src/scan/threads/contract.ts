// Messages between a scan and its threads. The scan hands out jobs in input order and puts the results together
// in the same order. The scanning thread works on jobs too, so it counts as one of the threads.
import type { DecoderMemory } from '../../events/decoded.ts';
import type { ByteRange } from '../../io/read-range.ts';
import type { Source } from '../../io/sources.ts';
import type { ToldFailure } from '../../util/errors.ts';
import type { Amounts } from '../recorded.ts';
import type { OpenEvents } from './open-events.ts';

/** Lines of a file that one thread works on. */
interface RangeJob extends ByteRange {
  readonly kind: 'range';
  readonly id: number;
  /** The input as the user knows it. */
  readonly file: string;
  /** A file descriptor of the process. */
  readonly fd: number;
  /** The assumed state of the reader at the end of the range before. */
  readonly memory: DecoderMemory | undefined;
}

/** A whole input that one thread works on. */
interface FileJob {
  readonly kind: 'file';
  readonly id: number;
  readonly source: Source;
}

export type Job = RangeJob | FileJob;

export type ToWorker =
  | Job
  /** A {@link JobPart} was delivered, or given up. */
  | { readonly kind: 'taken'; readonly size: number }
  /** Nobody wants the rest of a job. */
  | { readonly kind: 'drop'; readonly id: number };

/** Amounts without what judging the open events adds. */
export type ScannedAmounts = Omit<Amounts, 'blind' | 'ignored'>;

/** Events of a job that are open, and what was read up to them. */
export interface JobPart {
  readonly kind: 'part';
  readonly id: number;
  readonly open: OpenEvents;
  /** Amounts since the last part that had them; long jobs report them at intervals. */
  readonly amounts: ScannedAmounts | undefined;
  /** About how many bytes of memory it takes until it is delivered. */
  readonly size: number;
}

/** The end of a job; it follows all parts of the job. */
export interface JobEnd {
  readonly kind: 'end';
  readonly id: number;
  /** Where the next range starts when that is behind the job's end; Infinity at the end of the file. */
  readonly reached: number;
  readonly memory: DecoderMemory;
  readonly amounts: ScannedAmounts;
}

export type FromWorker =
  /** The thread is ready for jobs. */
  | { readonly kind: 'ready' }
  | JobPart
  | JobEnd
  /** The worker cannot go on. */
  | ({ readonly kind: 'failed' } & ToldFailure);

/** A thread that works on jobs. */
export interface WorkerThread {
  post(message: ToWorker): void;
  stop(): Promise<unknown>;
}

/** How a scan may use threads. */
export interface ScanThreads {
  /** Threads besides this one, which works on jobs too. */
  readonly count: number;
  /**
   * Starts a thread that evaluates with the plan of this scan.
   *
   * @param failed takes the error that ended the thread
   */
  readonly start: (
    receive: (message: FromWorker) => void,
    failed: (error: unknown) => void,
  ) => WorkerThread;
  /** Called when this thread starts working alone for a while, and when that ends. */
  readonly rest?: ((alone: boolean) => void) | undefined;
  /** Smallest input, and bytes of a range; for tests. */
  readonly threshold?: number | undefined;
  readonly rangeSize?: number | undefined;
}
