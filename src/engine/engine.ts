import { evaluate, type Condition } from '../condition/condition.ts';
import type { FieldUse } from '../condition/value.ts';
import type { AuditEvent } from '../events/event.ts';
import { findField } from '../fields/catalog.ts';
import type { FieldSettings, FieldValue } from '../fields/field.ts';
import { placeFinding, type Placed, type Placements } from '../policies/placement.ts';
import type { Rule } from '../rules/rule.ts';
import type { Finding, FindingSubject, OutputValue } from './finding.ts';

/** Falco's two ways of reporting: every rule that matches, or the first one only. */
export type RuleMatching = 'all' | 'first';

/** The field of Falco's prefix time, which `output_fields` holds too. */
export type TimeField = 'evt.time' | 'evt.time.iso8601';

export interface EngineOptions {
  /** In evaluation order; only those that may fire. */
  readonly rules: readonly Rule[];
  readonly matching: RuleMatching;
  readonly timeField: TimeField;
  readonly settings: FieldSettings;
  /** Findings carry their whole event. */
  readonly raw?: boolean | undefined;
  /** Events for which it is false are not evaluated (`--where` and the scope options). */
  readonly scope?: Condition | undefined;
  /** The policies of the rules; without them every rule fires everywhere and findings name no policy. */
  readonly placements?: Placements | undefined;
  /** Told of a rule that matched: true when the finding is to be dropped (`ignore`). */
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
 */
export function createEngine(options: EngineOptions): Engine {
  const findingOf = createFindingFactory(options);
  const { scope } = options;
  return {
    inScope: (event) => scope === undefined || evaluate(scope, event),
    evaluate(event) {
      const findings: Finding[] = [];
      for (const rule of options.rules) {
        if (!evaluate(rule.condition, event)) continue;
        const finding = reportedFinding(options, findingOf, rule, event);
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
 */
export function reportedFinding(
  options: Pick<EngineOptions, 'placements' | 'suppress'>,
  findingOf: FindingFactory,
  rule: Rule,
  event: AuditEvent,
): Finding | undefined {
  const { placements, suppress } = options;
  const placed =
    placements === undefined
      ? undefined
      : placeFinding(rule.priority, placements.get(rule.name), event);
  if (placements !== undefined && placed === undefined) return undefined;
  if (suppress?.(rule.name, event) === true) return undefined;
  return findingOf(rule, event, placed);
}

/** Makes a finding of a rule that matched. */
export type FindingFactory = (rule: Rule, event: AuditEvent, placed?: Placed) => Finding;

/** Makes findings: fills in a rule's output with the fields of an event. */
export function createFindingFactory(
  options: Pick<EngineOptions, 'timeField' | 'settings' | 'raw'>,
): FindingFactory {
  const timeUse = timeFieldUse(options);
  const usesOf = new Map<Rule, readonly FieldUse[]>();
  return (rule, event, placed) => {
    let uses = usesOf.get(rule);
    if (uses === undefined) {
      uses = sortedUses([timeUse, ...rule.message.uses]);
      usesOf.set(rule, uses);
    }
    return {
      rule: rule.name,
      priority: rule.priority,
      source: rule.source,
      tags: rule.tags,
      time: event.time,
      message: rule.message.render(event),
      timeText: String(timeUse.bound.read(event)),
      outputFields: uses.map((use) => [use.key, outputValue(use, event)] as const),
      auditId: event.text(['auditID']),
      stage: event.text(['stage']),
      origin: event.origin,
      subject: subjectOf(event),
      ...placed,
      ...(options.raw === true ? { raw: event.json } : {}),
    };
  };
}

function timeFieldUse(options: Pick<EngineOptions, 'timeField' | 'settings'>): FieldUse {
  const name = options.timeField;
  const definition = findField(name)!;
  const bound = definition.bind(undefined, options.settings);
  return { name, argument: undefined, key: name, definition, bound };
}

function sortedUses(uses: readonly FieldUse[]): FieldUse[] {
  const byKey = new Map(uses.map((use) => [use.key, use]));
  return [...byKey.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

function outputValue(use: FieldUse, event: AuditEvent): OutputValue {
  const value: FieldValue =
    use.bound.json === undefined ? use.bound.read(event) : use.bound.json(event);
  return value ?? null;
}

/** Who did what, from the fields that tables and reports show for every finding. */
export function subjectOf(event: AuditEvent): FindingSubject {
  const addresses = event.get(['sourceIPs']);
  const last = Array.isArray(addresses) ? addresses.length - 1 : -1;
  return {
    user: event.text(['user', 'username']),
    impersonatedUser: event.text(['impersonatedUser', 'username']),
    verb: event.text(['verb']),
    resource: event.text(['objectRef', 'resource']),
    subresource: event.text(['objectRef', 'subresource']),
    namespace: event.text(['objectRef', 'namespace']),
    name: event.text(['objectRef', 'name']),
    // Earlier addresses come from headers that a client can forge; the last is the peer's.
    sourceIp: last < 0 ? undefined : event.text(['sourceIPs', String(last)]),
    userAgent: event.text(['userAgent']),
    code: event.text(['responseStatus', 'code']),
  };
}
