import { severityRank, type Severity } from '../policies/severity.ts';

export interface SeverityCount {
  readonly severity: Severity;
  readonly count: number;
}

/** Counts findings by severity. */
export class SeverityCounts {
  readonly #counts = new Map<Severity, { count: number }>();

  add(severity: Severity, count: number): void {
    const amount = this.#counts.get(severity);
    if (amount) amount.count += count;
    else this.#counts.set(severity, { count });
  }

  /** Most severe first; undefined when nothing was counted. */
  build(): SeverityCount[] | undefined {
    if (this.#counts.size === 0) return undefined;
    return [...this.#counts]
      .map(([severity, { count }]) => ({ severity, count }))
      .toSorted((a, b) => severityRank(a.severity) - severityRank(b.severity));
  }
}
