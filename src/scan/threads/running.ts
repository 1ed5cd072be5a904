import type { Job, JobEnd, JobPart } from './ranges.ts';
import type { WorkerThread } from './thread-contract.ts';

/** A thread and the work that it has. */
export interface Slot {
  readonly thread: WorkerThread;
  isReady: boolean;
  /** Jobs that it has not ended, dropped ones too. */
  busy: number;
}

/** A job that a thread works on, or whose results wait. */
export interface Running {
  readonly job: Job;
  /** Index of its input. */
  readonly source: number;
  readonly worker: Slot;
  readonly parts: JobPart[];
  end: JobEnd | undefined;
}
