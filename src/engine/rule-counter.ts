import { evaluate, type KnownAnswers } from '../condition/condition.ts';
import type { AuditEvent } from '../events/event.ts';
import { placeFinding, type Placements } from '../policies/placement.ts';
import type { Rule } from '../rules/rule.ts';

/** Counts the findings that rules would have, without making them. */
export class RuleCounter {
  readonly #rules: readonly Rule[];
  readonly #placements: Placements | undefined;
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

  /** @param known answers on the event so far */
  count(event: AuditEvent, known?: KnownAnswers): void {
    for (const rule of this.#rules) {
      if (evaluate(rule.condition, event, known)) this.matched(rule, event);
    }
  }

  /** Counts a rule whose condition is true on an event. */
  matched(rule: Rule, event: AuditEvent): void {
    const placement = this.#placements?.get(rule.name);
    if (placeFinding(rule.priority, placement, event) === undefined) return;
    this.#counts.set(rule.name, (this.#counts.get(rule.name) ?? 0) + 1);
  }

  /** Findings by rule name; rules without any are left out. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  /** Adds the counts of another counter of the same rules: a part of one run. */
  add(counts: Iterable<readonly [rule: string, count: number]>): void {
    for (const [rule, count] of counts) {
      this.#counts.set(rule, (this.#counts.get(rule) ?? 0) + count);
    }
  }

  /** Takes the counts so far and resets them. */
  take(): [rule: string, count: number][] {
    const counts = [...this.#counts];
    this.#counts.clear();
    return counts;
  }

  get total(): number {
    let total = 0;
    for (const count of this.#counts.values()) total += count;
    return total;
  }
}
