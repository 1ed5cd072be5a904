import { RANKS } from './card/order.ts';

/**
 * Keeps at most `capacity` items. When full, a more severe item takes the place of the latest of
 * the least severe ones, so a flood of minor findings cannot push a major one out of a report.
 */
export class MostSevere<T> {
  readonly #capacity: number;
  readonly #byRank: { order: number; item: T }[][] = Array.from({ length: RANKS }, () => []);
  #seen = 0;
  #size = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /**
   * Offers an item; returns the one that is not kept: it, an earlier one, or none.
   *
   * @param rank 0 for the most severe, up to {@link RANKS}
   */
  add(rank: number, item: T): T | undefined {
    let removed: T | undefined;
    if (this.#size === this.#capacity) {
      const least = this.#byRank.findLastIndex((items) => items.length > 0);
      if (least <= rank) {
        this.#seen++;
        return item;
      }
      removed = this.#byRank[least]!.pop()!.item;
      this.#size--;
    }
    this.#byRank[rank]!.push({ order: this.#seen++, item });
    this.#size++;
    return removed;
  }

  /** True when an item of this rank would be kept: what is costly to make need not be made for others. */
  takes(rank: number): boolean {
    return (
      this.#size < this.#capacity || this.#byRank.findLastIndex((items) => items.length > 0) > rank
    );
  }

  /** Counts an item that was not made, since it would not be kept. */
  leave(): void {
    this.#seen++;
  }

  /** Items that were offered and are not kept. */
  get dropped(): number {
    return this.#seen - this.#size;
  }

  /** The kept items, in the order in which they were offered. */
  inOrder(): T[] {
    return this.#byRank
      .flat()
      .toSorted((a, b) => a.order - b.order)
      .map(({ item }) => item);
  }

  /** The kept items, most severe first. */
  bySeverity(): T[] {
    return this.#byRank.flat().map(({ item }) => item);
  }
}
