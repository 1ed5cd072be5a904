import type { Finding } from '../engine/finding.ts';
import type { Severity } from '../policies/severity.ts';
import { severityOfFinding } from './card/card.ts';
import { rankOf } from './card/order.ts';

/** Different values counted one by one; attackers choose how many there are. */
const MAX_VALUES = 10_000;

export interface TallyRow {
  readonly value: string;
  readonly count: number;
  /** The highest severity it occurred with. */
  readonly worst: Severity;
  /** Occurrences of high severity. */
  readonly high: number;
}

/** Counts values in bounded memory. */
export class Tally {
  readonly #rows = new Map<
    string,
    { value: string; count: number; worst: Severity; rank: number; high: number }
  >();
  #others = 0;

  add(value: string, finding: Pick<Finding, 'severity' | 'priority'>): void {
    const row = this.#rows.get(value);
    const rank = rankOf(finding);
    const worst = severityOfFinding(finding);
    const high = worst === 'high' ? 1 : 0;
    if (row) {
      row.count++;
      row.high += high;
      if (rank < row.rank) Object.assign(row, { rank, worst });
    } else if (this.#rows.size < MAX_VALUES) {
      this.#rows.set(value, { value, count: 1, worst, rank, high });
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

  /** Those with the most findings of high severity, then the most frequent. */
  top(limit: number): TallyRow[] {
    return [...this.#rows.values()]
      .toSorted(
        (a, b) =>
          b.high - a.high || b.count - a.count || a.rank - b.rank || (a.value < b.value ? -1 : 1),
      )
      .slice(0, limit)
      .map(({ value, count, worst, high }) => ({ value, count, worst, high }));
  }
}
