// Room baseline: findings that are known already: read from files and reports, and told from new ones.
// Door: none; read-baseline.ts reads, baseline.ts compares, collect.ts gathers, entry.ts writes.
// Neighbours: uses outputs for fingerprints; cli/run/known-findings.ts and the baseline commands use it.
// Inside: both sides are bounded, because a log decides how many findings there are.

import type { Finding } from '../engine/finding.ts';
import {
  isOldFingerprint,
  oldSubjectFingerprint,
  subjectFingerprint,
} from '../outputs/encode/fingerprint.ts';
import { isExpired, type BaselineEntry } from './entry.ts';

/** The known findings of a run: tells new ones from them, and remembers which occurred. */
export class Baseline {
  readonly #entries = new Map<string, BaselineEntry>();
  readonly #unseen: Set<string>;
  readonly #expired: readonly BaselineEntry[];
  readonly #old: number;
  #known = 0;

  /** @param now nanoseconds since the epoch; entries that expired by then know nothing */
  constructor(entries: Iterable<BaselineEntry>, now = 0n) {
    const expired: BaselineEntry[] = [];
    for (const entry of entries) {
      if (isExpired(entry, now)) expired.push(entry);
      else this.#entries.set(entry.fingerprint, entry);
    }
    this.#expired = expired;
    this.#unseen = new Set(this.#entries.keys());
    this.#old = [...this.#entries.keys()].filter(isOldFingerprint).length;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Number of findings that were known. */
  get known(): number {
    return this.#known;
  }

  /** Number of entries of the version that knows no evidence: each of them knows too much. */
  get old(): number {
    return this.#old;
  }

  /** Entries that hold no more. */
  get expired(): readonly BaselineEntry[] {
    return this.#expired;
  }

  /** The entry of a finding; undefined when it is new. */
  entryOf(finding: Finding): BaselineEntry | undefined {
    if (this.#entries.size === 0) return undefined;
    const entry = this.#entries.get(subjectFingerprint(finding));
    if (entry !== undefined || this.#old === 0) return entry;
    return this.#entries.get(oldSubjectFingerprint(finding));
  }

  /** True when a finding is known; counts it. */
  has(finding: Finding): boolean {
    const entry = this.entryOf(finding);
    if (entry === undefined) return false;
    this.#known++;
    this.#unseen.delete(entry.fingerprint);
    return true;
  }

  /** Entries without a finding in this run, in the order of the file. */
  stale(): BaselineEntry[] {
    return [...this.#entries.values()].filter(({ fingerprint }) => this.#unseen.has(fingerprint));
  }
}
