import type { FieldUse } from '../condition/operand.ts';
import type { AuditEvent } from '../events/event.ts';
import { findField } from '../fields/catalog.ts';
import type { FieldValue } from '../fields/field.ts';
import type { Placed } from '../policies/placement.ts';
import { isOncePerOwner, isOncePerRequest, isPartName, type Rule } from '../rules/rule.ts';
import { namesOf, NO_SUBJECT, subjectOf, type SharedReads } from './event-subject.ts';
import { actorFacts, CONSEQUENCE, linkFacts } from './facts/link-facts.ts';
import type { Finding, FindingOptions, OutputValue } from './finding.ts';
import { requestKey } from './once-per-request.ts';
import { podOwner } from './pod-owner.ts';

/** Makes the finding of a rule that matched. */
export type FindingFactory = (
  rule: Rule,
  event: AuditEvent,
  placed?: Placed,
  shared?: SharedReads,
) => Finding;

/** Reads a field or another operand of an event. */
type Reader = (event: AuditEvent) => FieldValue;

/** Gives the reader of an operand, by its key; a faster engine has read what its conditions compare. */
export type ReaderOf = (value: { readonly key: string; read: Reader }) => Reader;

const PLAIN: ReaderOf = (value) => (event) => value.read(event);

/** Makes findings: fills in a rule's output with the fields of an event. */
export function createFindingFactory(
  options: Pick<FindingOptions, 'timeField' | 'settings' | 'raw' | 'facts'>,
  readerOf: ReaderOf = PLAIN,
): FindingFactory {
  const timeUse = timeFieldUse(options);
  const readersOf = new Map<Rule, Readers>();
  const partFinding = createPartFactory(options, timeUse);
  return (rule, event, placed, shared = {}) => {
    let readers = readersOf.get(rule);
    if (readers === undefined) {
      readers = readersFor(rule, timeUse, readerOf);
      readersOf.set(rule, readers);
    }
    if (readers.isPart) return partFinding(rule, readers, event, placed, shared);
    const { told } = readers;
    const read = allRead(readers.message, event);
    const named = (shared.named ??= namesOf(event, timeUse));
    const finding: Writable<Finding> = {
      rule: told.name,
      ruleId: told.id,
      priority: told.priority,
      source: told.source,
      tags: told.tags,
      time: event.time,
      message: rule.message.print(read),
      timeText: named.timeText,
      outputFields: valuesOf(readers.output, event, read),
      auditId: named.auditId,
      stage: named.stage,
      origin: named.origin,
      subject: (shared.subject ??= subjectOf(event)),
    };
    rate(finding, rule, placed);
    if (readers.evidence !== undefined) {
      finding.evidence = valuesOf(readers.evidence, event, read);
    }
    if (rule.also !== undefined) finding.also = rule.also.values.map((value) => value.read(event));
    if (readers.isOncePerRequest) finding.request = requestKey(event);
    if (readers.isOncePerOwner) finding.owner = podOwner(event);
    if (options.facts?.isWanted === true) {
      finding.facts = linkFacts(event, finding.subject.sourceIp);
    }
    if (options.raw === true) finding.raw = event.json;
    return finding;
  };
}

/**
 * Makes findings of parts of correlations. They fire often and nobody sees them, so they hold what a correlation groups
 * by and counts. What its output is made of is read of events that may complete it.
 */
function createPartFactory(
  options: Pick<FindingOptions, 'raw' | 'facts'>,
  timeUse: FieldUse,
): (
  rule: Rule,
  readers: Readers,
  event: AuditEvent,
  placed: Placed | undefined,
  shared: SharedReads,
) => Finding {
  return (rule, readers, event, placed, shared) => {
    const { completes, told } = readers;
    const read = completes ? allRead(readers.message, event) : NOTHING;
    const named = (shared.named ??= namesOf(event, timeUse));
    const finding: Writable<Finding> = {
      rule: told.name,
      ruleId: told.id,
      priority: told.priority,
      source: told.source,
      tags: told.tags,
      time: event.time,
      message: '',
      timeText: named.timeText,
      outputFields: NOTHING,
      auditId: named.auditId,
      stage: named.stage,
      origin: named.origin,
      subject: completes ? (shared.subject ??= subjectOf(event)) : NO_SUBJECT,
      request: readers.isOncePerRequest ? requestKey(event) : undefined,
      part: {
        values: allOutputs(readers.evidence ?? NOTHING, event, read),
        read: completes ? read : undefined,
        outputs: completes ? allOutputs(readers.output, event, read) : NOTHING,
      },
    };
    rate(finding, rule, placed);
    if (completes && rule.also !== undefined) {
      finding.also = rule.also.values.map((value) => value.read(event));
    }
    if (completes && options.facts?.isWanted === true) {
      // Of what controllers made it counts what it was; of parts it is enough to know who it was.
      const { sourceIp } = finding.subject;
      finding.facts =
        told.name === CONSEQUENCE
          ? linkFacts(event, sourceIp)
          : (shared.facts ??= actorFacts(event, sourceIp));
    }
    if (completes && options.raw === true) finding.raw = event.json;
    return finding;
  };
}

function rate(finding: Writable<Finding>, rule: Rule, placed: Placed | undefined): void {
  if (placed !== undefined) {
    finding.policies = placed.policies;
    finding.severity = placed.severity;
  } else if (rule.severity !== undefined) finding.severity = rule.severity;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const NOTHING: readonly never[] = [];

/** Reads a value of `output_fields`. */
interface OutputReader {
  readonly key: string;
  /** @param read what the output's text was made of; left out where it was not read */
  read(event: AuditEvent, read: readonly FieldValue[]): OutputValue;
}

/** What reads the values of a rule's findings. */
interface Readers {
  /** What findings tell of their rule. Those of parts are slow to ask: they are made of other rules. */
  readonly told: Pick<Rule, 'name' | 'id' | 'priority' | 'source' | 'tags'>;
  /** True for a part of a correlation. */
  readonly isPart: boolean;
  /** True for parts whose events may complete their correlation. */
  readonly completes: boolean;
  readonly isOncePerRequest: boolean;
  readonly isOncePerOwner: boolean;
  /** Of the text of the output. */
  readonly message: readonly Reader[];
  readonly output: readonly OutputReader[];
  readonly evidence: readonly OutputReader[] | undefined;
}

function readersFor(rule: Rule, timeUse: FieldUse, readerOf: ReaderOf): Readers {
  const isPart = isPartName(rule.name);
  const completes = rule.completes !== false;
  const texts = { ...rule.message, values: isPart && !completes ? [] : rule.message.values };
  const { name, id, priority, source, tags } = rule;
  return {
    told: { name, id, priority, source, tags },
    isPart,
    completes,
    isOncePerRequest: isOncePerRequest(rule),
    isOncePerOwner: isOncePerOwner(rule),
    message: texts.values.map(readerOf),
    output: isPart && !completes ? [] : outputReaders(texts, [timeUse, ...texts.uses], readerOf),
    evidence: rule.evidence && outputReaders(texts, rule.evidence.uses, readerOf),
  };
}

function allRead(readers: readonly Reader[], event: AuditEvent): FieldValue[] {
  const read: FieldValue[] = [];
  for (const reader of readers) read.push(reader(event));
  return read;
}

function allOutputs(
  readers: readonly OutputReader[],
  event: AuditEvent,
  read: readonly FieldValue[],
): OutputValue[] {
  const values: OutputValue[] = [];
  for (const reader of readers) values.push(reader.read(event, read));
  return values;
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
function outputReaders(
  { values }: Pick<Rule['message'], 'values'>,
  uses: readonly FieldUse[],
  readerOf: ReaderOf,
): OutputReader[] {
  return sortedUses(uses).map(({ key, bound }) => {
    const index = values.findIndex(({ field }) => field?.key === key);
    if (bound.json !== undefined) return { key, read: (event) => bound.json!(event) ?? null };
    if (index !== -1) return { key, read: (_event, read) => read[index] ?? null };
    const reader = readerOf({ key, read: (event) => bound.read(event) });
    return { key, read: (event) => reader(event) ?? null };
  });
}

function timeFieldUse(options: Pick<FindingOptions, 'timeField' | 'settings'>): FieldUse {
  const name = options.timeField;
  const definition = findField(name)!;
  const bound = definition.bind(undefined, options.settings);
  return { name, argument: undefined, key: name, definition, bound };
}

/** The keys of a rule's `output_fields`, in the order of their values. */
export function outputKeys(
  { message }: Rule,
  options: Pick<FindingOptions, 'timeField' | 'settings'>,
): readonly string[] {
  return sortedUses([timeFieldUse(options), ...message.uses]).map(({ key }) => key);
}

function sortedUses(uses: readonly FieldUse[]): FieldUse[] {
  const byKey = new Map(uses.map((use) => [use.key, use]));
  return [...byKey.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
}
