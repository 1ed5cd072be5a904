import type { Finding, OutputValue } from '../../engine/finding.ts';
import type { ScanSummary } from '../../engine/summary.ts';
import { subjectFingerprint } from './fingerprint.ts';
import { decimalText, formatRfc3339Nano } from '../../util/time.ts';
import { escapeJobCommands, jsonInner, jsonString } from './json-string.ts';
import {
  beforeField,
  beforeLine,
  behindFields,
  behindFingerprint,
  ruleTexts,
  type RuleTexts,
} from './rule-texts.ts';

/** A value that {@link encodeJson} writes; undefined members are left out. */
export type Encodable =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly Encodable[]
  | { readonly [key: string]: Encodable | undefined };

/** Compact JSON, digit-exact for bigint. Recursion is as deep as our own data. */
export function encodeJson(value: Encodable): string {
  if (typeof value === 'string') return jsonString(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(encodeJson).join(',')}]`;
  const members: string[] = [];
  for (const [key, member] of Object.entries(value)) {
    if (member !== undefined) members.push(`${jsonString(key)}:${encodeJson(member)}`);
  }
  return `{${members.join(',')}}`;
}

/** Falco's output line before escaping: `TIME: Priority message`. */
export function falcoLine({
  timeText,
  priority,
  message,
}: Pick<Finding, 'timeText' | 'priority' | 'message'>): string {
  return `${timeText}: ${priority} ${message}`;
}

/**
 * A finding as Falco's alert object (formats.cpp:format_event; keys in its order), then our own
 * key `k8s_audit`. One line without line end.
 */
export function findingToJson(finding: Finding): string {
  const texts = ruleTexts(finding);
  // Few long pieces: putting a line together costs by the piece. So a constant piece holds the quotes of the
  // values beside it.
  let json = `{"output":"${jsonInner(falcoLine(finding))}`;
  let quoted = true;
  const { outputFields } = finding;
  for (let i = 0; i < outputFields.length; i++) {
    const [name, value] = outputFields[i]!;
    const isText = typeof value === 'string';
    json += beforeField(texts, i, name, quoted, isText);
    json += isText ? jsonInner(value) : outputValue(value);
    quoted = isText;
  }
  json += behindFields(texts, outputFields.length, quoted);
  json += formatRfc3339Nano(finding.time);
  json += ownMembers(finding, texts);
  return finding.raw === undefined ? `${json}}}` : `${json},"event":${eventJson(finding.raw)}}}`;
}

/** The members of `k8s_audit`, behind the quote that ends the time and without the closing brace. */
function ownMembers(finding: Finding, texts: RuleTexts): string {
  const { auditId, origin } = finding;
  const { cluster, node, stream, replayed } = origin;
  let json = auditId === undefined ? '' : `","k8s_audit":{"auditID":"${jsonInner(auditId)}`;
  json += `${beforeLine(finding)}${origin.line}`;
  if (cluster !== undefined) json += `,"cluster":${jsonString(cluster)}`;
  if (node !== undefined) json += `,"node":${jsonString(node)}`;
  if (stream !== undefined) json += `,"stream":${jsonString(stream)}`;
  if (replayed === true) json += ',"replayed":true';
  // Baselines match findings by this fingerprint.
  return `${json},"fingerprint":"${subjectFingerprint(finding)}${behindFingerprint(finding, texts)}`;
}

/** An event that only a lenient reader reads is text. */
function eventJson(raw: string): string {
  try {
    JSON.parse(raw);
  } catch {
    return jsonString(raw);
  }
  return escapeJobCommands(raw);
}

function outputValue(value: OutputValue): string {
  return typeof value === 'bigint' ? decimalText(value) : encodeJson(value);
}

/** The summary as compact JSON, without elapsed time: same input, same bytes. */
export function summaryToJson(summary: ScanSummary): string {
  return encodeJson({
    inputs: summary.inputs,
    input_count: summary.inputCount,
    events: summary.events,
    lines: summary.lines,
    blank_lines: summary.blankLines,
    event_lines: summary.eventLines,
    continuation_lines: summary.continuationLines,
    problem_lines: summary.problemLines,
    bytes: summary.bytes,
    first_event_time: timeOrNull(summary.firstEventTime),
    last_event_time: timeOrNull(summary.lastEventTime),
    findings: summary.findings,
    events_with_findings: summary.eventsWithFindings,
    correlated: summary.correlated,
    by_priority: summary.byPriority.map(({ priority, count }) => ({ priority, count })),
    by_severity: summary.bySeverity?.map(({ severity, count }) => ({ severity, count })),
    by_rule: summary.byRule.map(({ rule, priority, count }) => ({ rule, priority, count })),
    filtered: summary.filtered.map(({ reason, count }) => ({ reason, count })),
    problems: summary.problems.map(({ reason, kind, text, count, examples }) => ({
      reason,
      kind,
      text,
      count,
      examples: examples.map(({ file, line, detail }) => ({ file, line, detail })),
    })),
    notes: summary.notes,
    interrupted: summary.interrupted,
    failure: summary.failure,
  });
}

function timeOrNull(value: bigint | undefined): string | null {
  return value === undefined ? null : formatRfc3339Nano(value);
}
