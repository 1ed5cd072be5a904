import { Buffer } from 'node:buffer';
import type { Finding, OutputValue } from '../../engine/finding.ts';
import type { ScanSummary } from '../../engine/summary.ts';
import { PROBLEM_REASONS, type ProblemReason } from '../../events/problems.ts';
import type { FieldValue } from '../../fields/field.ts';
import type { JsonValue } from '../../json/value.ts';
import { SEVERITIES } from '../../policies/severity.ts';
import { PRIORITIES } from '../../rules/priority.ts';
import type { Amounts } from '../recorded.ts';
import {
  big,
  count,
  flag,
  list,
  object,
  oneOf,
  optional,
  pair,
  ShapeError,
  text,
  texts,
  type Check,
} from './checks.ts';

/** A value as a line of JSON, digit-exact: `{"n": "12"}` for large numbers, Base64 for hashes. */
export function printRecord(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === 'bigint') return { n: String(item) };
    if (item instanceof Uint32Array) {
      return Buffer.from(item.buffer, item.byteOffset, item.byteLength).toString('base64');
    }
    return item;
  });
}

const outputValue: Check<OutputValue> = (value, at) => {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  return Array.isArray(value) ? list(text)(value, at) : big(value, at);
};

/** JSON has no undefined: it is null in a list. */
const fieldValue: Check<FieldValue> = (value, at) => outputValue(value, at) ?? undefined;

const grant = object({
  resource: oneOf<'clusterrolebindings' | 'rolebindings'>(['clusterrolebindings', 'rolebindings']),
  namespace: text,
  name: text,
  subjectKind: text,
  subject: text,
});

const values = list(pair(text, outputValue));

const finding = object({
  rule: text,
  ruleId: optional(text),
  priority: oneOf(PRIORITIES),
  source: text,
  tags: list(text),
  time: big,
  message: text,
  timeText: text,
  outputFields: values,
  evidence: optional(values),
  auditId: optional(text),
  stage: optional(text),
  origin: object({
    file: text,
    line: count,
    cluster: optional(text),
    node: optional(text),
    stream: optional(text),
    replayed: optional(flag),
  }),
  subject: object({
    user: optional(text),
    impersonatedUser: optional(text),
    verb: optional(text),
    resource: optional(text),
    subresource: optional(text),
    namespace: optional(text),
    name: optional(text),
    sourceIp: optional(text),
    userAgent: optional(text),
    code: optional(text),
  }),
  policies: optional(list(text)),
  severity: optional(oneOf(SEVERITIES)),
  request: optional(text),
  owner: optional(text),
  facts: optional(
    object({
      level: optional(text),
      credential: optional(text),
      issued: optional(text),
      pod: optional(text),
      grant: optional(grant),
      owner: optional(text),
      tokenFor: optional(text),
      isOutside: flag,
    }),
  ),
  raw: optional(text),
  part: optional(
    object({
      values: list(outputValue),
      read: optional(list(fieldValue)),
      outputs: list(outputValue),
    }),
  ),
});

const problemReason = oneOf(Object.keys(PROBLEM_REASONS) as ProblemReason[]);

const summary = object({
  lines: count,
  blankLines: count,
  eventLines: count,
  continuationLines: count,
  problemLines: count,
  bytes: count,
  events: count,
  firstEventTime: optional(big),
  lastEventTime: optional(big),
  filtered: list(object({ reason: text, count })),
  problems: list(
    object({
      reason: problemReason,
      count,
      examples: list(object({ file: text, line: count, detail: optional(text) })),
    }),
  ),
  notes: list(text),
});

const blindRule = object({
  rule: text,
  events: count,
  missing: list(object({ part: text, events: count })),
  resources: list(object({ resource: text, events: count })),
});

/** Hashes of events: two words each. */
const hashes: Check<Uint32Array> = (value, at) => {
  const bytes = Buffer.from(text(value, at), 'base64');
  if (bytes.length % 8 !== 0) throw new ShapeError(`${at} is not a list of hashes`);
  // A copy of its own: the buffer may lie anywhere in another one.
  return new Uint32Array(new Uint8Array(bytes).buffer);
};

const amounts = object({
  summary,
  read: count,
  lines: count,
  events: count,
  unread: count,
  faults: count,
  firstLines: optional(text),
  noted: list(hashes),
  blind: object({ rules: list(blindRule), events: count }),
  counters: list(list(pair(text, count))),
  ignored: list(count),
});

/** The lines of a file, by the only member that each has. */
const LINES = {
  k8s_audit_partial: object({ format: count, version: text, digest: texts, raw: flag }),
  input: text,
  event: object({ time: big, findings: list(finding) }),
  amounts,
  problem: object({ path: text, reason: problemReason, detail: optional(text) }),
  end: object({ lines: count, candidates: count, hashes: count }),
} as const;

type LineKind = keyof typeof LINES;

/** A line that was read. */
export type PartialLine = {
  [K in LineKind]: { readonly kind: K; readonly value: ReturnType<(typeof LINES)[K]> };
}[LineKind];

/** Reads a line. @throws ShapeError or SyntaxError where it is none */
export function parseRecord(line: string): PartialLine {
  const json = JSON.parse(line) as JsonValue;
  const kinds = Object.keys(LINES) as LineKind[];
  const kind = kinds.find(
    (name) => typeof json === 'object' && json !== null && Object.hasOwn(json, name),
  );
  if (kind === undefined) throw new ShapeError('the line is of no kind that is known');
  const check = object({ [kind]: LINES[kind] });
  const value = check(json, '')[kind];
  return { kind, value } as PartialLine;
}

/** What was read, with the members that only a whole scan has. */
export function amountsOf(read: ReturnType<typeof amounts>): Amounts {
  const whole: ScanSummary = {
    ...read.summary,
    firstEventTime: read.summary.firstEventTime,
    lastEventTime: read.summary.lastEventTime,
    problems: read.summary.problems.map((problem) => ({
      ...problem,
      kind: PROBLEM_REASONS[problem.reason].kind,
      text: PROBLEM_REASONS[problem.reason].text,
    })),
    inputs: [],
    inputCount: 0,
    findings: 0,
    eventsWithFindings: 0,
    byPriority: [],
    byRule: [],
    interrupted: false,
    elapsedMs: 0,
  };
  return { ...read, firstLines: read.firstLines, summary: whole };
}

/** What was read as a finding: members that it lacks are left out, as the type asks for. */
export function findingOf(read: ReturnType<typeof finding>): Finding {
  const { auditId, stage, policies, severity, part, ...rest } = read;
  return {
    ...rest,
    auditId,
    stage,
    ...(policies === undefined ? {} : { policies }),
    ...(severity === undefined ? {} : { severity }),
    ...(part === undefined ? {} : { part: { ...part, read: part.read } }),
  };
}
