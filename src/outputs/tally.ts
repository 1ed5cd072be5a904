import { priorityRank } from '../rules/priority.ts';
import type { Priority } from '../rules/priority.ts';

/** Different values counted one by one; attackers choose how many there are. */
const MAX_VALUES = 10_000;

export interface TallyRow {
  readonly value: string;
  readonly count: number;
  /** The most severe priority it occurred with. */
  readonly worst: Priority;
}

/** Counts values in bounded memory. */
export class Tally {
  readonly #rows = new Map<string, { value: string; count: number; worst: Priority }>();
  #others = 0;

  add(value: string, priority: Priority): void {
    const row = this.#rows.get(value);
    if (row) {
      row.count++;
      if (priorityRank(priority) < priorityRank(row.worst)) row.worst = priority;
    } else if (this.#rows.size < MAX_VALUES) {
      this.#rows.set(value, { value, count: 1, worst: priority });
    } else {
      this.#others++;
    }
  }

  /** Different values seen, as far as counted one by one. */
  get size(): number {
    return this.#rows.size;
  }

  /** Occurrences of values that came after the bound was reached. */
  get others(): number {
    return this.#others;
  }

  /** The most frequent values, then by severity and value. */
  top(limit: number): TallyRow[] {
    return [...this.#rows.values()]
      .toSorted(
        (a, b) =>
          b.count - a.count ||
          priorityRank(a.worst) - priorityRank(b.worst) ||
          (a.value < b.value ? -1 : 1),
      )
      .slice(0, limit);
  }
}
