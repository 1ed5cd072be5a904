// Room engine: rules on one event make findings; all events make a summary. engine.ts is the reference engine.
// Door: none; engine.ts evaluates, finding.ts is its result, summary.ts counts, blind.ts what was not decidable.
// Neighbours: uses rules, fields and policies; fast must give the same findings, outputs takes them as data.
// Inside: scope-conditions.ts turns scope options into a condition, rule-counter.ts counts rules that are off.

import { evaluate, type Condition } from '../condition/condition.ts';
import { Decider } from '../condition/decider.ts';
import type { AuditEvent } from '../events/event.ts';
import { placeFinding, type Placements } from '../policies/placement.ts';
import type { Rule } from '../rules/rule.ts';
import { CONSEQUENCE } from './facts/link-facts.ts';
import type { SharedReads } from './event-subject.ts';
import { createFindingFactory, type FindingFactory } from './finding-factory.ts';
import type { Finding, FindingOptions } from './finding.ts';

export type { TimeField } from './finding.ts';

/** Falco's two ways of reporting: every rule that matches, or the first one only. */
export type RuleMatching = 'all' | 'first';

export interface EngineOptions extends FindingOptions {
  /** In evaluation order; only those that may fire. */
  readonly rules: readonly Rule[];
  readonly matching: RuleMatching;
  /** Events for which it is false are not evaluated (`--where` and the scope options). */
  readonly scope?: Condition | undefined;
  /** The policies of the rules; without them every rule fires everywhere and findings name no policy. */
  readonly placements?: Placements | undefined;
  /** Called for each rule that matched; returns true to drop the finding (`ignore`). */
  readonly suppress?: ((rule: string, event: AuditEvent) => boolean) | undefined;
}

/** Evaluates rules on events. */
export interface Engine {
  /** False for events that the scope leaves out. */
  inScope(event: AuditEvent): boolean;
  /** The findings of one event that is in scope, in rule order. */
  evaluate(event: AuditEvent): Finding[];
}

/**
 * The reference engine: evaluates every rule's condition on every event, as written. Slow and plain; it is
 * the truth that other engines are tested against.
 *
 * @param decider decides the conditions; it may be asked further ones on the event that was evaluated last
 */
export function createEngine(given: EngineOptions, decider = new Decider()): Engine {
  // A correlation fires on no single event.
  const rules = given.rules.filter(({ correlation }) => correlation === undefined);
  const options = { ...given, rules };
  const findingOf = createFindingFactory(options);
  const { scope } = options;
  const prepared = rules.map((rule) => [rule, decider.prepare(rule.condition)] as const);
  return {
    inScope: (event) => scope === undefined || evaluate(scope, event),
    evaluate(event) {
      decider.begin(event);
      const findings: Finding[] = [];
      const shared: SharedReads = {};
      for (const [rule, condition] of prepared) {
        if (!decider.holds(condition)) continue;
        const finding = reportedFinding(options, findingOf, rule, event, shared);
        if (finding === undefined) continue;
        findings.push(finding);
        if (options.matching === 'first') break;
      }
      return findings;
    },
  };
}

/**
 * The finding of a rule that matched an event; undefined when no policy holds the rule there or the user
 * ignores it.
 *
 * @param shared what other findings on the event have read
 */
export function reportedFinding(
  options: Pick<EngineOptions, 'placements' | 'suppress' | 'facts'>,
  findingOf: FindingFactory,
  rule: Rule,
  event: AuditEvent,
  shared: SharedReads,
): Finding | undefined {
  const { placements, suppress, facts } = options;
  if (rule.name === CONSEQUENCE && facts?.isWanted !== true) return undefined;
  const placed =
    placements === undefined ? undefined : placeFinding(rule, placements.get(rule.name), event);
  if (placements !== undefined && placed === undefined) return undefined;
  if (suppress?.(rule.name, event) === true) return undefined;
  return findingOf(rule, event, placed, shared);
}
