import type { FieldUse } from '../condition/operand.ts';
import type { AuditEvent } from '../events/event.ts';
import { findField } from '../fields/catalog.ts';
import type { FieldValue } from '../fields/field.ts';
import type { Placed } from '../policies/placement.ts';
import { isOncePerOwner, isOncePerRequest, isPartName, type Rule } from '../rules/rule.ts';
import type { Finding, FindingOptions, OutputValue } from './finding.ts';

/** Reads a field or another operand of an event. */
type Reader = (event: AuditEvent) => FieldValue;

/** Gives the reader of an operand, by its key; a faster engine has read what its conditions compare. */
export type ReaderOf = (value: { readonly key: string; read: Reader }) => Reader;

/** Reads of the event itself. */
export const PLAIN: ReaderOf = (value) => (event) => value.read(event);

/** Says which policies a finding is of, and how severe that makes it. */
export function rate(finding: Writable<Finding>, rule: Rule, placed: Placed | undefined): void {
  if (placed !== undefined) {
    finding.policies = placed.policies;
    finding.severity = placed.severity;
  } else if (rule.severity !== undefined) finding.severity = rule.severity;
}

export type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Where nothing is read. */
export const NOTHING: readonly never[] = [];
const NO_TEXT = { values: NOTHING };

/** Reads a value of `output_fields`. */
interface OutputReader {
  readonly key: string;
  /** @param read what the output's text was made of; left out where it was not read */
  read(event: AuditEvent, read: readonly FieldValue[]): OutputValue;
}

/** What reads the values of a rule's findings. */
export interface Readers {
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

/** What reads the findings of a rule. @param timeUse the field of their time */
export function readersFor(rule: Rule, timeUse: FieldUse, readerOf: ReaderOf): Readers {
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
    // Values of parts are read where their text may not be.
    evidence:
      rule.evidence && outputReaders(isPart ? NO_TEXT : texts, rule.evidence.uses, readerOf),
  };
}

/** What the text of an output is made of. */
export function allRead(readers: readonly Reader[], event: AuditEvent): FieldValue[] {
  const read: FieldValue[] = [];
  for (const reader of readers) read.push(reader(event));
  return read;
}

/** @param read what the text of the output was made of */
export function allOutputs(
  readers: readonly OutputReader[],
  event: AuditEvent,
  read: readonly FieldValue[],
): OutputValue[] {
  const values: OutputValue[] = [];
  for (const reader of readers) values.push(reader.read(event, read));
  return values;
}

/** As {@link allOutputs}, by key. */
export function valuesOf(
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

/** The field of the time that findings show. */
export function timeFieldUse(options: Pick<FindingOptions, 'timeField' | 'settings'>): FieldUse {
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
