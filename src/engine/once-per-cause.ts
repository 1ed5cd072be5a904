import type { Finding } from './finding.ts';

/** Nanoseconds for which further pods of a controller add nothing: an hour. */
const WINDOW = 3_600_000_000_000n;
/** Causes remembered; the oldest go first, and are then reported again. */
const REMEMBERED = 16_384;

/**
 * Drops findings on further pods of one controller: a DaemonSet, ReplicaSet or Job makes many pods from one template,
 * and each sets off the same rules. A cause is a rule, who created the pod, its owner, the evidence that the rule
 * names, and the result. It is reported once in an hour of the log. Findings must come in input order: the scan's main
 * thread, which hands them out, asks once for each.
 */
export class OncePerCause {
  /** Time of the finding that was kept, by cause. */
  readonly #kept = new Map<string, bigint>();
  readonly #remembered: number;
  #dropped = 0;

  /** @param remembered causes to remember */
  constructor(remembered = REMEMBERED) {
    this.#remembered = remembered;
  }

  /** Findings that were dropped so far. */
  get dropped(): number {
    return this.#dropped;
  }

  /** False when the finding is about a further pod of a controller. */
  keeps(finding: Finding): boolean {
    const { owner, time } = finding;
    // An event without a time is in no hour.
    if (owner === undefined || time === 0n) return true;
    const key = causeOf(finding, owner);
    const before = this.#kept.get(key);
    if (before !== undefined && distance(before, time) < WINDOW) {
      this.#dropped++;
      return false;
    }
    this.#kept.delete(key);
    if (this.#kept.size >= this.#remembered) {
      const [oldest] = this.#kept.keys();
      this.#kept.delete(oldest!);
    }
    this.#kept.set(key, time);
    return true;
  }
}

/** What findings on pods of one controller have in common: the key of their cause. */
export function causeOf({ rule, subject, evidence, origin }: Finding, owner: string): string {
  const { user, impersonatedUser, namespace, code } = subject;
  const cluster = origin.cluster;
  const shown = evidence?.map(([name, value]) =>
    typeof value === 'bigint' ? [name, String(value)] : [name, value],
  );
  return JSON.stringify([rule, cluster, user, impersonatedUser, namespace, owner, code, shown]);
}

function distance(a: bigint, b: bigint): bigint {
  return a < b ? b - a : a - b;
}
