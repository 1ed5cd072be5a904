import type { RangeWork } from './range-worker.ts';
import type { FromWorker, ToWorker } from './ranges.ts';

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
   * Starts a thread that evaluates as this scan does.
   *
   * @param failed takes the error that ended the thread
   */
  readonly start: (
    receive: (message: FromWorker) => void,
    failed: (error: unknown) => void,
  ) => WorkerThread;
  /** Told when this thread works alone for a while, and when it no longer does. */
  readonly rest?: ((alone: boolean) => void) | undefined;
  /** What this thread evaluates jobs with. */
  readonly local: () => RangeWork;
  /** Takes how many findings each ignore entry dropped in a part of a job. */
  ignored(counts: readonly number[]): void;
  /** Smallest input, and bytes of a range; for tests. */
  readonly threshold?: number | undefined;
  readonly rangeSize?: number | undefined;
}
