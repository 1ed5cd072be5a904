/** Nanoseconds in which findings are counted together: ten minutes. */
const STEP = 600_000_000_000n;
const STEPS_OF_AN_HOUR = 6n;
/** Counts that are kept: a month of ten minutes, all of which have findings. */
const MOST = 4464;

/** The most findings within an hour, to ten minutes. Times may come in any order; memory is bounded. */
export class HourPeak {
  readonly #counts = new Map<bigint, number>();
  readonly #most: number;
  #peak = 0;

  /** @param most counts that are kept */
  constructor(most = MOST) {
    this.#most = most;
  }

  /** @param time nanoseconds since the epoch; a finding without a time is in no hour */
  add(time: bigint): void {
    if (time === 0n) return;
    const step = time / STEP;
    this.#counts.set(step, (this.#counts.get(step) ?? 0) + 1);
    if (this.#counts.size > this.#most) this.#forget();
  }

  get peak(): number {
    return Math.max(this.#peak, ...this.#hours());
  }

  /** Keeps the highest hour so far, and the later half of the counts. */
  #forget(): void {
    this.#peak = this.peak;
    const steps = [...this.#counts.keys()].toSorted((a, b) => (a < b ? -1 : 1));
    for (const step of steps.slice(0, Math.ceil(steps.length / 2))) this.#counts.delete(step);
  }

  *#hours(): Generator<number> {
    for (const step of this.#counts.keys()) {
      let sum = 0;
      for (let at = step; at < step + STEPS_OF_AN_HOUR; at++) sum += this.#counts.get(at) ?? 0;
      yield sum;
    }
  }
}
