import { priorityRank } from '../rules/priority.ts';
import type { Priority } from '../rules/priority.ts';

export const MAX_BARS = 96;
/** Bar widths in seconds; each divides the next. Beyond a day they double. */
const WIDTHS = [1, 5, 15, 60, 300, 900, 3600, 10_800, 21_600, 43_200, 86_400];
const NANOSECONDS = 1_000_000_000n;

/** The next bar width, in seconds: a multiple of the one given. */
export function widerBar(seconds: number): number {
  return WIDTHS.find((width) => width > seconds) ?? seconds * 2;
}

export interface Bar {
  /** Position from the start of the timeline. */
  readonly index: number;
  /** Findings per priority, most severe first. */
  readonly counts: readonly number[];
}

export interface Bars {
  /** Start of the first bar, nanoseconds since the epoch. */
  readonly start: bigint;
  /** End of the last one. */
  readonly end: bigint;
  /** Seconds that one bar covers. */
  readonly seconds: number;
  readonly length: number;
  /** Only bars that are not empty, in order. */
  readonly bars: readonly Bar[];
}

/** A histogram over time that widens its bars as needed, so it needs no second pass. */
export class Timeline {
  readonly #maxBars: number;
  #seconds = WIDTHS[0]!;
  #bars = new Map<number, number[]>();
  #first = Infinity;
  #last = -Infinity;

  constructor(maxBars = MAX_BARS) {
    this.#maxBars = maxBars;
  }

  /** Counts findings; `time` is nanoseconds since the epoch. Time 0 means unknown: left out. */
  add(time: bigint, priority: Priority, count = 1): void {
    if (time <= 0n) return;
    const second = Number(time / NANOSECONDS);
    this.#count(Math.floor(second / this.#seconds), priorityRank(priority), count);
    while (this.#last - this.#first >= this.#maxBars) this.#widen();
  }

  /** The bars so far; undefined when there are none. */
  result(): Bars | undefined {
    if (this.#bars.size === 0) return undefined;
    const at = (index: number): bigint => BigInt(index * this.#seconds) * NANOSECONDS;
    return {
      start: at(this.#first),
      end: at(this.#last + 1),
      seconds: this.#seconds,
      length: this.#last - this.#first + 1,
      bars: [...this.#bars]
        .map(([index, counts]) => ({ index: index - this.#first, counts }))
        .toSorted((a, b) => a.index - b.index),
    };
  }

  #count(index: number, rank: number, count: number): void {
    let counts = this.#bars.get(index);
    if (counts === undefined) this.#bars.set(index, (counts = Array<number>(8).fill(0)));
    counts[rank]! += count;
    this.#first = Math.min(this.#first, index);
    this.#last = Math.max(this.#last, index);
  }

  #widen(): void {
    const seconds = widerBar(this.#seconds);
    const ratio = seconds / this.#seconds;
    const bars = this.#bars;
    this.#seconds = seconds;
    this.#bars = new Map();
    this.#first = Infinity;
    this.#last = -Infinity;
    for (const [index, counts] of bars) {
      for (const [rank, count] of counts.entries()) {
        if (count > 0) this.#count(Math.floor(index / ratio), rank, count);
      }
    }
  }
}
