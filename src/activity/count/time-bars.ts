import { widerBar } from '../../outputs/timeline.ts';

const NANOSECONDS = 1_000_000_000n;

/** Counts over time with bars as wide as needed for at most `maxBars` of them: one pass, bounded. */
export class TimeBars {
  readonly #maxBars: number;
  readonly #counts = new Map<number, number>();
  #seconds = 1;
  #first = Infinity;
  #last = -Infinity;

  constructor(maxBars: number) {
    this.#maxBars = maxBars;
  }

  /** Counts something at a time in nanoseconds since the epoch; 0 means unknown and is left out. */
  add(time: bigint): void {
    if (time <= 0n) return;
    this.#count(Math.floor(Number(time / NANOSECONDS) / this.#seconds), 1);
    while (this.#last - this.#first >= this.#maxBars) this.#widen();
  }

  /** Start of the first bar and end of the last, in nanoseconds; undefined when nothing was counted. */
  get range():
    | { readonly start: bigint; readonly end: bigint; readonly seconds: number }
    | undefined {
    if (this.#counts.size === 0) return undefined;
    const at = (index: number): bigint => BigInt(index * this.#seconds) * NANOSECONDS;
    return { start: at(this.#first), end: at(this.#last + 1), seconds: this.#seconds };
  }

  /**
   * The counts, on the bars of `whole`, a histogram of at least the same values. Its bars are as wide as these,
   * or a multiple.
   */
  on(whole: TimeBars): number[] {
    const length = whole.#counts.size === 0 ? 0 : whole.#last - whole.#first + 1;
    const counts = Array<number>(length).fill(0);
    const ratio = whole.#seconds / this.#seconds;
    for (const [index, count] of this.#counts) {
      const bar = Math.floor(index / ratio) - whole.#first;
      if (bar >= 0 && bar < length) counts[bar]! += count;
    }
    return counts;
  }

  #count(index: number, count: number): void {
    this.#counts.set(index, (this.#counts.get(index) ?? 0) + count);
    this.#first = Math.min(this.#first, index);
    this.#last = Math.max(this.#last, index);
  }

  #widen(): void {
    const seconds = widerBar(this.#seconds);
    const ratio = seconds / this.#seconds;
    const old = [...this.#counts];
    this.#seconds = seconds;
    this.#counts.clear();
    this.#first = Infinity;
    this.#last = -Infinity;
    for (const [index, count] of old) this.#count(Math.floor(index / ratio), count);
  }
}
