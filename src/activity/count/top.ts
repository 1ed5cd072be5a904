// Room activity/count: counts of requests by a key, in bounded memory.
// Door: top.ts counts, group-keys.ts says by what, top-list.ts shows.
// Neighbours: uses ../request.ts; request/, identity/ and object/ count with it.
// Inside: attackers choose how many values there are, so each counter forgets the rarest.

import { TimeBars } from './time-bars.ts';

/** Different values counted at a time; attackers choose how many there are. */
const CAPACITY = 5000;
/** Bars of the sparkline of one value. */
const SPARK_BARS = 24;

export interface TopRow {
  readonly key: string;
  readonly count: number;
  readonly denied: number;
  readonly failed: number;
  /** The lowest rank that was passed to {@link TopCounter.add} for this value; Infinity without any. */
  readonly rank: number;
  /** Nanoseconds since the epoch; 0 when unknown. */
  readonly first: bigint;
  readonly last: bigint;
  /** True when earlier occurrences may have been forgotten: the count is a lower bound. */
  readonly atLeast: boolean;
  /** Counts over the time of all values. */
  readonly bars: readonly number[];
}

interface Entry {
  count: number;
  denied: number;
  failed: number;
  rank: number;
  first: bigint;
  last: bigint;
  readonly atLeast: boolean;
  readonly bars: TimeBars;
}

/**
 * Counts values in bounded memory. When there are too many, the rarest half is forgotten (as in lossy
 * counting), so that what is frequent is found whatever came first.
 */
export class TopCounter {
  readonly #capacity: number;
  readonly #all = new TimeBars(SPARK_BARS);
  #entries = new Map<string, Entry>();
  #total = 0;
  #forgotten = 0;

  constructor(capacity = CAPACITY) {
    this.#capacity = capacity;
  }

  add(key: string, time: bigint, result: string, rank = Infinity): void {
    this.#total++;
    this.#all.add(time);
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      if (this.#entries.size >= 2 * this.#capacity) this.#forget();
      const atLeast = this.#forgotten > 0;
      const bars = new TimeBars(SPARK_BARS);
      entry = { count: 0, denied: 0, failed: 0, rank, first: time, last: time, atLeast, bars };
      this.#entries.set(key, entry);
    }
    entry.count++;
    entry.rank = Math.min(entry.rank, rank);
    if (result === 'denied') entry.denied++;
    if (result === 'failed') entry.failed++;
    if (time > 0n && (entry.first === 0n || time < entry.first)) entry.first = time;
    if (time > entry.last) entry.last = time;
    entry.bars.add(time);
  }

  get total(): number {
    return this.#total;
  }

  /** Different values, as far as they are remembered. */
  get size(): number {
    return this.#entries.size;
  }

  /** Values forgotten because there were too many; 0 means that all counts are exact. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** Times of the first and last of all values, and the width of a bar. */
  get range(): TimeBars['range'] {
    return this.#all.range;
  }

  /** The most frequent values, then by name. */
  top(limit: number): TopRow[] {
    return [...this.#entries]
      .toSorted(([a, x], [b, y]) => y.count - x.count || (a < b ? -1 : 1))
      .slice(0, limit)
      .map(([key, { count, denied, failed, rank, first, last, atLeast, bars }]) => {
        return { key, count, denied, failed, rank, first, last, atLeast, bars: bars.on(this.#all) };
      });
  }

  #forget(): void {
    const kept = [...this.#entries]
      .toSorted(([, a], [, b]) => b.count - a.count)
      .slice(0, this.#capacity);
    this.#forgotten += this.#entries.size - kept.length;
    this.#entries = new Map(kept);
  }
}
