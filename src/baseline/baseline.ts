// Room baseline: findings that are known already: read from files and reports, and told from new ones.
// Door: none; read-baseline.ts reads, baseline.ts compares, collect.ts writes.
// Neighbours: uses outputs for fingerprints; cli/run/known-findings.ts uses it.
// Inside: both sides are bounded, because a log decides how many findings there are.

import type { Finding } from '../engine/finding.ts';
import { subjectFingerprint } from '../outputs/encode/fingerprint.ts';

/** A known finding: one rule on what one user does to one object, whenever it happens. */
export interface BaselineEntry {
  readonly fingerprint: string;
  readonly rule: string;
  /** The subject in words, when the file has it. */
  readonly subject: string | undefined;
}

/** The known findings of a run: tells new ones from them, and remembers which occurred. */
export class Baseline {
  readonly #entries = new Map<string, BaselineEntry>();
  readonly #unseen: Set<string>;
  #known = 0;

  constructor(entries: Iterable<BaselineEntry>) {
    for (const entry of entries) this.#entries.set(entry.fingerprint, entry);
    this.#unseen = new Set(this.#entries.keys());
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Number of findings that were known. */
  get known(): number {
    return this.#known;
  }

  /** True when a finding is known; counts it. */
  has(finding: Finding): boolean {
    if (this.#entries.size === 0) return false;
    const fingerprint = subjectFingerprint(finding);
    if (!this.#entries.has(fingerprint)) return false;
    this.#known++;
    this.#unseen.delete(fingerprint);
    return true;
  }

  /** Entries without a finding in this run, in the order of the file. */
  stale(): BaselineEntry[] {
    return [...this.#entries.values()].filter(({ fingerprint }) => this.#unseen.has(fingerprint));
  }
}
