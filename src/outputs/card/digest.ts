import type { Finding } from '../../engine/finding.ts';
import { severityRank, type Severity } from '../../policies/severity.ts';
import type { Priority } from '../../rules/priority.ts';
import { severityOfFinding } from './card.ts';
import { rankOf } from './order.ts';

/** Different users counted one by one, of all rules and of one; attackers choose how many there are. */
const MAX_USERS = 10_000;
const MAX_RULE_USERS = 100;

/** What a rule found. Users and the ID are text of the log. */
export interface RuleDigest {
  readonly rule: string;
  /** The highest of its findings. */
  readonly severity: Severity;
  readonly priority: Priority;
  readonly count: number;
  /** Who set it off most, how often, and how many others did; at most a hundred are told apart. */
  readonly user: string;
  readonly userCount: number;
  readonly otherUsers: number;
  /** There are more others than were told apart. */
  readonly hasMoreUsers: boolean;
}

export interface UserDigest {
  readonly user: string;
  readonly count: number;
  /** Findings of high severity. */
  readonly high: number;
}

/** The event to look at first. */
export interface Worst {
  readonly auditId: string;
  readonly file: string;
  readonly user: string;
}

interface RuleCount {
  readonly rule: string;
  rank: number;
  severity: Severity;
  priority: Priority;
  count: number;
  readonly users: Map<string, number>;
  hasMoreUsers: boolean;
}

/** Counts findings by rule and user for summaries, in bounded memory. */
export class Digest {
  readonly #rules = new Map<string, RuleCount>();
  readonly #users = new Map<string, { user: string; count: number; high: number }>();
  #hasMoreUsers = false;
  #worst: (Worst & { readonly rank: number; readonly time: bigint }) | undefined;

  add(finding: Finding): void {
    const { rule, priority, subject, auditId } = finding;
    const severity = severityOfFinding(finding);
    const rank = rankOf(finding);
    // Who acted, whomever the user acted as.
    const { user = '' } = subject;
    let counted = this.#rules.get(rule);
    if (counted === undefined) {
      counted = { rule, rank, severity, priority, count: 0, users: new Map(), hasMoreUsers: false };
      this.#rules.set(rule, counted);
    }
    counted.count++;
    if (rank < counted.rank) Object.assign(counted, { rank, severity, priority });
    if (!countUser(counted.users, user)) counted.hasMoreUsers = true;
    let known = this.#users.get(user);
    if (known === undefined && this.#users.size < MAX_USERS) {
      known = { user: copy(user), count: 0, high: 0 };
      this.#users.set(known.user, known);
    }
    if (known === undefined) this.#hasMoreUsers = true;
    if (known !== undefined) {
      known.count++;
      if (severity === 'high') known.high++;
    }
    if (auditId !== undefined && this.#isWorst(rank, finding.time)) {
      const { file } = finding.origin;
      this.#worst = { rank, time: finding.time, auditId: copy(auditId), file, user: copy(user) };
    }
  }

  #isWorst(rank: number, time: bigint): boolean {
    const worst = this.#worst;
    return worst === undefined || rank < worst.rank || (rank === worst.rank && time < worst.time);
  }

  /** The earliest of the worst findings that have an audit ID. */
  get worst(): Worst | undefined {
    return this.#worst;
  }

  /** The worst first, then the most frequent. */
  rules(): RuleDigest[] {
    return [...this.#rules.values()]
      .toSorted(
        (a, b) =>
          severityRank(a.severity) - severityRank(b.severity) ||
          a.rank - b.rank ||
          b.count - a.count ||
          (a.rule < b.rule ? -1 : 1),
      )
      .map(({ rule, severity, priority, count, users, hasMoreUsers }) => {
        const [[user, userCount] = ['', 0]] = [...users].toSorted(([, a], [, b]) => b - a);
        const otherUsers = users.size - 1;
        return { rule, severity, priority, count, user, userCount, otherUsers, hasMoreUsers };
      });
  }

  /** True when there were more users than {@link users} has. */
  get hasMoreUsers(): boolean {
    return this.#hasMoreUsers;
  }

  /** Those with the most high findings first, then with the most of any. */
  users(): UserDigest[] {
    return [...this.#users.values()].toSorted(
      (a, b) => b.high - a.high || b.count - a.count || (a.user < b.user ? -1 : 1),
    );
  }
}

/** @returns false where there is no room for one more */
function countUser(users: Map<string, number>, user: string): boolean {
  const count = users.get(user);
  if (count !== undefined) users.set(user, count + 1);
  else if (users.size < MAX_RULE_USERS) users.set(copy(user), 1);
  else return false;
  return true;
}

/** A text of its own: it may be a piece of a whole event's, which it would keep alive. */
function copy(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}
