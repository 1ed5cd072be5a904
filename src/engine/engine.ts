// Room engine: rules on one event make findings; all events make a summary. engine.ts is the reference engine.
// Door: none; engine.ts evaluates, finding.ts is its result, summary.ts counts, blind.ts what was not decidable.
// Neighbours: uses rules, fields and policies; fast must give the same findings, outputs takes them as data.
// Inside: scope-conditions.ts turns scope options into a condition, rule-counter.ts counts rules that are off.

import { evaluate, type Condition, type KnownAnswers } from '../condition/condition.ts';
import type { FieldUse } from '../condition/operand.ts';
import type { AuditEvent } from '../events/event.ts';
import { findField } from '../fields/catalog.ts';
import type { FieldSettings, FieldValue } from '../fields/field.ts';
import { placeFinding, type Placed, type Placements } from '../policies/placement.ts';
import { isOncePerOwner, isOncePerRequest, isPartName, type Rule } from '../rules/rule.ts';
import { subjectOf } from './event-subject.ts';
import type { Finding, OutputValue } from './finding.ts';
import { actorFacts, CONSEQUENCE, linkFacts } from './facts/link-facts.ts';
import { requestKey } from './once-per-request.ts';
import { podOwner } from './pod-owner.ts';

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
  /** Findings carry the facts by which they may be joined ({@link LinkFacts}). */
  readonly facts?: boolean | undefined;
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
  /**
   * The findings of one event that is in scope, in rule order.
   *
   * @param known answers on the event so far
   */
  evaluate(event: AuditEvent, known?: KnownAnswers): Finding[];
}

/**
 * The reference engine: evaluates every rule's condition on every event, as written. Slow and plain; it is
 * the truth that other engines are tested against.
 */
export function createEngine(given: EngineOptions): Engine {
  // A correlation fires on no single event.
  const rules = given.rules.filter(({ correlation }) => correlation === undefined);
  const options = { ...given, rules };
  const findingOf = createFindingFactory(options);
  const { scope } = options;
  return {
    inScope: (event) => scope === undefined || evaluate(scope, event),
    evaluate(event, known = new Map()) {
      const findings: Finding[] = [];
      for (const rule of options.rules) {
        if (!evaluate(rule.condition, event, known)) continue;
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
    placements === undefined ? undefined : placeFinding(rule, placements.get(rule.name), event);
  if (placements !== undefined && placed === undefined) return undefined;
  if (suppress?.(rule.name, event) === true) return undefined;
  return findingOf(rule, event, placed);
}

/** Makes the finding of a rule that matched. */
export type FindingFactory = (rule: Rule, event: AuditEvent, placed?: Placed) => Finding;

/** Makes findings: fills in a rule's output with the fields of an event. */
export function createFindingFactory(
  options: Pick<EngineOptions, 'timeField' | 'settings' | 'raw' | 'facts'>,
): FindingFactory {
  const timeUse = timeFieldUse(options);
  const readersOf = new Map<Rule, Readers>();
  return (rule, event, placed) => {
    const { message } = rule;
    let readers = readersOf.get(rule);
    if (readers === undefined) {
      readers = {
        isPart: isPartName(rule.name),
        output: outputReaders(message, [timeUse, ...message.uses]),
        evidence: rule.evidence && outputReaders(message, rule.evidence.uses),
      };
      readersOf.set(rule, readers);
    }
    const { isPart } = readers;
    const read: FieldValue[] = [];
    for (const value of message.values) read.push(value.read(event));
    const finding: Writable<Finding> = {
      rule: rule.name,
      ruleId: rule.id,
      priority: rule.priority,
      source: rule.source,
      tags: rule.tags,
      time: event.time,
      message: isPart ? '' : message.print(read),
      timeText: String(timeUse.bound.read(event)),
      outputFields: isPart ? [] : valuesOf(readers.output, event, read),
      auditId: event.text(AUDIT_ID),
      stage: event.text(STAGE),
      origin: event.origin,
      subject: subjectOf(event),
    };
    if (isPart) {
      const outputs = readers.output.map((reader) => reader.read(event, read));
      finding.part = { read, outputs };
    }
    if (placed !== undefined) {
      finding.policies = placed.policies;
      finding.severity = placed.severity;
    } else if (rule.severity !== undefined) finding.severity = rule.severity;
    if (readers.evidence !== undefined) {
      finding.evidence = valuesOf(readers.evidence, event, read);
    }
    if (rule.also !== undefined) finding.also = rule.also.values.map((value) => value.read(event));
    if (isOncePerRequest(rule)) finding.request = requestKey(event);
    if (!isPart && isOncePerOwner(rule)) finding.owner = podOwner(event);
    if (options.facts === true) {
      // Parts of correlations fire often: of them it is enough to know who it was.
      const factsOf = isPart && rule.name !== CONSEQUENCE ? actorFacts : linkFacts;
      finding.facts = factsOf(event, finding.subject.sourceIp);
    }
    if (options.raw === true) finding.raw = event.json;
    return finding;
  };
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Reads a value of `output_fields`. */
interface OutputReader {
  readonly key: string;
  /** @param read what the output's text was made of */
  read(event: AuditEvent, read: readonly FieldValue[]): OutputValue;
}

/** What reads the values of a rule's findings. */
interface Readers {
  /** True for a part of a correlation. */
  readonly isPart: boolean;
  readonly output: readonly OutputReader[];
  readonly evidence: readonly OutputReader[] | undefined;
}

function valuesOf(
  readers: readonly OutputReader[],
  event: AuditEvent,
  read: readonly FieldValue[],
): (readonly [string, OutputValue])[] {
  const values: (readonly [string, OutputValue])[] = [];
  for (const reader of readers) values.push([reader.key, reader.read(event, read)]);
  return values;
}

/** Readers of fields, sorted by key. Fields that the output text uses were read already and are not read again. */
function outputReaders({ values }: Rule['message'], uses: readonly FieldUse[]): OutputReader[] {
  return sortedUses(uses).map(({ key, bound }) => {
    const index = values.findIndex(({ field }) => field?.key === key);
    if (bound.json !== undefined) return { key, read: (event) => bound.json!(event) ?? null };
    if (index === -1) return { key, read: (event) => bound.read(event) ?? null };
    return { key, read: (_event, read) => read[index] ?? null };
  });
}

function timeFieldUse(options: Pick<EngineOptions, 'timeField' | 'settings'>): FieldUse {
  const name = options.timeField;
  const definition = findField(name)!;
  const bound = definition.bind(undefined, options.settings);
  return { name, argument: undefined, key: name, definition, bound };
}

/** The keys of a rule's `output_fields`, in the order of their values. */
export function outputKeys(
  { message }: Rule,
  options: Pick<EngineOptions, 'timeField' | 'settings'>,
): readonly string[] {
  return sortedUses([timeFieldUse(options), ...message.uses]).map(({ key }) => key);
}

function sortedUses(uses: readonly FieldUse[]): FieldUse[] {
  const byKey = new Map(uses.map((use) => [use.key, use]));
  return [...byKey.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

// One array per path, made once: every event is asked for these values.
const AUDIT_ID = ['auditID'];
const STAGE = ['stage'];
