/** Names that findings bring are held up to this many times as many as are shown, so that a worse finding may come later. */
const SPARE = 4;

interface Held<T> {
  rank: number;
  /** How often it was named with that rank. */
  times: number;
  readonly value: T;
}

/** Follows what findings name, the worst of it, in bounded memory. */
export class Followed<T> {
  readonly #most: number;
  readonly #make: (name: string) => T;
  #held = new Map<string, Held<T>>();
  #isClosed = false;
  #forgotten = 0;

  constructor(most: number, make: (name: string) => T) {
    this.#most = most;
    this.#make = make;
  }

  /** Names one. @param rank 0 for the worst */
  add(name: string, rank: number): T {
    const known = this.#held.get(name);
    if (known !== undefined) {
      if (rank < known.rank) [known.rank, known.times] = [rank, 0];
      if (rank === known.rank) known.times++;
      return known.value;
    }
    const value = this.#make(name);
    this.#held.set(name, { rank, times: 1, value });
    if (this.#held.size >= SPARE * this.#most) this.#cut();
    return value;
  }

  /** One that is followed. No further ones are named from then on. */
  get(name: string | undefined): T | undefined {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#cut();
    }
    return name === undefined ? undefined : this.#held.get(name)?.value;
  }

  /** Those that are followed, the worst first; of equal ones those that were named more often so. */
  worst(): readonly (readonly [name: string, value: T])[] {
    this.#cut();
    return [...this.#held].map(([name, { value }]) => [name, value]);
  }

  /** Those that are not, of all that were named; one may count more than once. */
  get forgotten(): number {
    return this.#forgotten;
  }

  #cut(): void {
    const sorted = [...this.#held].toSorted(([, a], [, b]) => a.rank - b.rank || b.times - a.times);
    this.#forgotten += Math.max(0, sorted.length - this.#most);
    this.#held = new Map(sorted.slice(0, this.#most));
  }
}
