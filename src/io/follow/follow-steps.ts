import type { Problem } from '../../events/problems.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Generation } from './generation.ts';

export interface FollowOptions {
  /** Ends following: what is there then is read, within a bound. */
  readonly signal: AbortSignal;
  /** Reads what is there, and ends: for scans with a checkpoint. */
  readonly once: boolean;
  /** Milliseconds without growth after which nobody writes to a rotated file any more. */
  readonly rotateWait: number;
  /** Longest line in bytes. */
  readonly maxEventSize: number;
  readonly checkpoint?: Checkpoint | undefined;
  /** Takes problems of files and of lines that were cut, with the name of the file. */
  readonly onProblem: (file: string, problem: Problem) => void;
  /** Remarks for the user. */
  readonly onNote: (text: string) => void;
  /** Takes the bytes read, before decompression. */
  readonly onBytes: (bytes: number) => void;
  /** Milliseconds of a clock that nobody sets: waits are measured with it. */
  readonly now: () => number;
  /** Milliseconds of the clock that gives files their times. */
  readonly date: () => number;
}

/** Lines of a generation that were handed to the target, or its end. */
export interface FollowStep<T> {
  readonly generation: Generation;
  /** What the target answered; undefined at the end of the generation. */
  readonly answer: T | undefined;
  /** Position of the first byte of the lines, and the one behind them. */
  readonly start: number;
  readonly end: number;
  readonly lines: number;
  /** True when the last line had no line feed. */
  readonly unended: boolean;
  /** Of these bytes, from their start on: so many may have been handed over by a run that was killed. */
  readonly replayed: number;
  /** True when the generation has come to its end. */
  readonly ended: boolean;
}
