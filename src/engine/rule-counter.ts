import { Decider } from '../condition/decider.ts';
import type { AuditEvent } from '../events/event.ts';
import { placeFinding, type Placements } from '../policies/placement.ts';
import { isOncePerRequest, type Rule } from '../rules/rule.ts';
import { isStarted } from './once-per-request.ts';

/** Behind the names of rules whose findings at the start of a request are counted. */
const AT_START = '\0start';

/**
 * Counts the findings that rules would have, without making them. Of a rule that reports a request once, it counts
 * what it finds at starts and at ends, and takes the larger number.
 */
export class RuleCounter {
  readonly #rules: readonly Rule[];
  readonly #placements: Placements | undefined;
  readonly #decider = new Decider();
  readonly #counts = new Map<string, number>();

  constructor(rules: readonly Rule[], placements?: Placements) {
    this.#rules = rules;
    this.#placements = placements;
  }

  get rules(): readonly Rule[] {
    return this.#rules;
  }

  get placements(): Placements | undefined {
    return this.#placements;
  }

  /** @param decider one that has begun on the event, where there is one */
  count(event: AuditEvent, decider = this.#decider.begin(event)): void {
    for (const rule of this.#rules) {
      if (decider.holds(decider.prepare(rule.condition))) this.matched(rule, event);
    }
  }

  /** Counts a rule whose condition is true on an event. */
  matched(rule: Rule, event: AuditEvent): void {
    const placement = this.#placements?.get(rule.name);
    if (placeFinding(rule, placement, event) === undefined) return;
    const key = isOncePerRequest(rule) && isStarted(event) ? rule.name + AT_START : rule.name;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** Findings by rule name; rules without any are left out. */
  get counts(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const [key, count] of this.#counts) {
      const rule = key.endsWith(AT_START) ? key.slice(0, -AT_START.length) : key;
      counts.set(rule, Math.max(counts.get(rule) ?? 0, count));
    }
    return counts;
  }

  /** Adds what another counter of the same rules {@link take took}: a part of one run. */
  add(counts: Iterable<readonly [rule: string, count: number]>): void {
    for (const [rule, count] of counts) {
      this.#counts.set(rule, (this.#counts.get(rule) ?? 0) + count);
    }
  }

  /** Takes the counts so far, for {@link add}, and resets them. */
  take(): [rule: string, count: number][] {
    const counts = [...this.#counts];
    this.#counts.clear();
    return counts;
  }

  get total(): number {
    let total = 0;
    for (const count of this.counts.values()) total += count;
    return total;
  }
}
