/** Different values remembered at a time; attackers choose how many there are. */
const CAPACITY = 500;

/** A value, how often it was seen, and when first and last. */
export interface Sighting {
  readonly value: string;
  readonly count: number;
  /** Nanoseconds since the epoch; 0 when no time is known. */
  readonly first: bigint;
  readonly last: bigint;
  /** Audit ID of the first request seen with it. */
  readonly auditId: string | undefined;
}

/** Counts values with their times, in bounded memory; when there are too many, the rarest half is forgotten. */
export class Sightings {
  #seen = new Map<string, Sighting>();
  #forgotten = false;

  add(value: string, time: bigint, auditId: string | undefined): void {
    const known = this.#seen.get(value);
    if (known === undefined) {
      if (this.#seen.size >= 2 * CAPACITY) this.#forget();
      this.#seen.set(value, { value, count: 1, first: time, last: time, auditId });
      return;
    }
    const isFirst = time > 0n && (known.first === 0n || time < known.first);
    this.#seen.set(value, {
      value,
      count: known.count + 1,
      first: isFirst ? time : known.first,
      last: time > known.last ? time : known.last,
      auditId: known.auditId ?? auditId,
    });
  }

  get size(): number {
    return this.#seen.size;
  }

  /** True when values were forgotten: counts are lower bounds then. */
  get forgotten(): boolean {
    return this.#forgotten;
  }

  /** The most frequent values, then by name. */
  top(limit = Infinity): Sighting[] {
    return [...this.#seen.values()]
      .toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
      .slice(0, limit);
  }

  #forget(): void {
    this.#seen = new Map(this.top(CAPACITY).map((each) => [each.value, each]));
    this.#forgotten = true;
  }
}
