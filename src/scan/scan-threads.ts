import type { FromWorker, ToWorker } from './ranges.ts';

/** A thread that works on ranges. */
export interface WorkerThread {
  post(message: ToWorker): void;
  stop(): Promise<unknown>;
}

/** How a scan may use threads. */
export interface ScanThreads {
  /** Threads besides the one that writes. */
  readonly count: number;
  /**
   * Starts a thread that evaluates as this scan does.
   *
   * @param failed takes the error that ended the thread
   */
  start(receive: (message: FromWorker) => void, failed: (error: unknown) => void): WorkerThread;
  /** Takes how many findings each ignore entry dropped in a range. */
  ignored(counts: readonly number[]): void;
  /** Smallest file, and bytes of a range; for tests. */
  readonly threshold?: number | undefined;
  readonly rangeSize?: number | undefined;
}
