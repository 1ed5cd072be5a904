import type { Finding, OutputValue } from '../engine/finding.ts';
import type { ScanSummary } from '../engine/summary.ts';
import { subjectFingerprint } from './fingerprint.ts';
import { decimalText, formatRfc3339Nano } from '../util/time.ts';
import { jsonString } from './json-string.ts';
import { fieldKey, placementText, ruleTexts, type RuleTexts } from './rule-texts.ts';

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
export function falcoLine(finding: Finding): string {
  return `${finding.timeText}: ${finding.priority} ${finding.message}`;
}

/**
 * A finding as Falco's alert object (formats.cpp:format_event; keys in its order), then our own
 * key `k8s_audit`. One line without line end.
 */
export function findingToJson(finding: Finding): string {
  const texts = ruleTexts(finding);
  let fields = '';
  for (const [i, [name, value]] of finding.outputFields.entries()) {
    fields += (i === 0 ? '' : ',') + fieldKey(texts, i, name) + outputValue(value);
  }
  return (
    `{"output":${jsonString(falcoLine(finding))},"output_fields":{${fields}}` +
    `${texts.rule}${formatRfc3339Nano(finding.time)}` +
    `","k8s_audit":${withEvent(`{${ownMembers(finding, texts)}}`, finding.raw)}}`
  );
}

/** The members of `k8s_audit`, separated by commas. */
function ownMembers(finding: Finding, texts: RuleTexts): string {
  const { auditId, stage, origin } = finding;
  const { cluster, node, stream } = origin;
  let members = '';
  if (auditId !== undefined) members += `"auditID":${jsonString(auditId)},`;
  if (stage !== undefined) members += `"stage":${jsonString(stage)},`;
  members += `"file":${jsonString(origin.file)},"line":${origin.line}`;
  if (cluster !== undefined) members += `,"cluster":${jsonString(cluster)}`;
  if (node !== undefined) members += `,"node":${jsonString(node)}`;
  if (stream !== undefined) members += `,"stream":${jsonString(stream)}`;
  // What baselines match on.
  return `${members},"fingerprint":"${subjectFingerprint(finding)}"${placementText(finding, texts)}`;
}

/** An object's JSON with the event as a further member. An event that only a lenient reader reads is text. */
function withEvent(json: string, raw: string | undefined): string {
  if (raw === undefined) return json;
  let event = raw;
  try {
    JSON.parse(raw);
  } catch {
    event = jsonString(raw);
  }
  return `${json.slice(0, -1)}${json === '{}' ? '' : ','}"event":${event}}`;
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
    bytes: summary.bytes,
    first_event_time: timeOrNull(summary.firstEventTime),
    last_event_time: timeOrNull(summary.lastEventTime),
    findings: summary.findings,
    events_with_findings: summary.eventsWithFindings,
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
  });
}

function timeOrNull(value: bigint | undefined): string | null {
  return value === undefined ? null : formatRfc3339Nano(value);
}
