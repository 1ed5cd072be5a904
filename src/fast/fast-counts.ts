import { MEMORY, STATUS } from './wasm/layout.gen.ts';
import type { Scanner } from './wasm/wasm-scanner.ts';

/** Totals over all inputs so far. Lines that went to `FastSink.odd` count in `lines` only. */
export interface FastCounts {
  readonly lines: number;
  readonly blankLines: number;
  /** Further lines of events that came in parts. */
  readonly continuationLines: number;
  /**
   * Events that were decided here: rejected, left out, out of scope, outside the window or evaluated.
   */
  readonly events: number;
  /** Those of them that were left out because they were there before. */
  readonly repeated: number;
  /** Events in scope that no rule reports; never handed to the sink. */
  readonly rejected: number;
  readonly outOfScope: number;
  readonly outsideWindow: number;
  /** Events that each step of the resource filter left out. */
  readonly leftOut: readonly number[];
  /** Events seen before, including those that the decoder found. */
  readonly duplicates: number;
  /** First and last time of rejected events in nanoseconds since 1970; undefined if none was rejected. */
  readonly firstRejected: bigint | undefined;
  readonly lastRejected: bigint | undefined;
}

const NOTHING = {
  lines: 0,
  blankLines: 0,
  continuationLines: 0,
  events: 0,
  rejected: 0,
  outOfScope: 0,
  outsideWindow: 0,
  repeated: 0,
};

/** The scanner's counters, which start at 0 in each call, and the totals they are added to. */
const COUNTERS = [
  { counter: STATUS.lines, name: 'lines' },
  { counter: STATUS.blanks, name: 'blankLines' },
  { counter: STATUS.continuations, name: 'continuationLines' },
  { counter: STATUS.events, name: 'events' },
  { counter: STATUS.rejected, name: 'rejected' },
  { counter: STATUS.scopedOut, name: 'outOfScope' },
  { counter: STATUS.outsideWindow, name: 'outsideWindow' },
  { counter: STATUS.repeated, name: 'repeated' },
] as const;

/** Totals of what the scanner counts in each call, and of what judging its open events adds. */
export class CountSums {
  readonly #scanner: Scanner;
  readonly sums = { ...NOTHING };
  /** Events that each step of the resource filter left out in JavaScript. */
  readonly leftOut: number[];

  /** @param steps number of steps of the resource filter */
  constructor(scanner: Scanner, steps: number) {
    this.#scanner = scanner;
    this.leftOut = Array.from({ length: steps }, () => 0);
    for (const { counter } of COUNTERS) scanner.setWord(counter, 0);
    this.#startCall();
  }

  /** Adds the counters of the last call to the totals, and sets them to 0 for the next call. */
  addCall(): void {
    // There is a call for each odd line, in which most counters stay at 0.
    for (const { counter, name } of COUNTERS) {
      const count = this.#scanner.word(counter);
      if (count === 0) continue;
      this.sums[name] += count;
      this.#scanner.setWord(counter, 0);
    }
    this.#startCall();
  }

  #startCall(): void {
    this.#scanner.setWord(STATUS.recordCount, 0);
    this.#scanner.setWord(STATUS.scratchUsed, MEMORY.scratch);
  }

  /** Events that were decided here. */
  get events(): number {
    return this.sums.events + this.sums.repeated;
  }

  get counts(): FastCounts {
    const scanner = this.#scanner;
    const any = this.sums.rejected > 0;
    return {
      ...this.sums,
      events: this.events,
      leftOut: this.leftOut.map((count, step) => count + scanner.dropped(step)),
      firstRejected: any ? scanner.long(STATUS.minTime) : undefined,
      lastRejected: any ? scanner.long(STATUS.maxTime) : undefined,
      duplicates: scanner.word(STATUS.duplicates),
    };
  }

  /** Sets all totals to 0. */
  forget(): void {
    Object.assign(this.sums, NOTHING);
    this.leftOut.fill(0);
    this.#scanner.forget();
  }
}
