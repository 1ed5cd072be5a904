/** Different values counted at a time. */
const CAPACITY = 1000;

/** Counts values in bounded memory; when there are too many, the rarest half is forgotten. */
export class Counts {
  readonly #capacity: number;
  #counts = new Map<string, number>();
  #forgotten = false;

  constructor(capacity = CAPACITY) {
    this.#capacity = capacity;
  }

  add(value: string, count = 1): void {
    const known = this.#counts.get(value);
    if (known === undefined && this.#counts.size >= 2 * this.#capacity) {
      this.#counts = new Map(this.top(this.#capacity));
      this.#forgotten = true;
    }
    this.#counts.set(value, (known ?? 0) + count);
  }

  get size(): number {
    return this.#counts.size;
  }

  /** True when values were forgotten: counts are lower bounds then. */
  get forgotten(): boolean {
    return this.#forgotten;
  }

  /** The most frequent values, then by name. */
  top(limit = Infinity): [value: string, count: number][] {
    return [...this.#counts]
      .toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
      .slice(0, limit);
  }
}
