import type { Finding, OutputValue } from '../engine/finding.ts';
import type { ScanSummary } from '../engine/summary.ts';
import { subjectFingerprint } from './fingerprint.ts';
import { formatRfc3339Nano } from '../util/time.ts';

/** A value that {@link encodeJson} writes; undefined members are left out. */
export type Encodable =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly Encodable[]
  | { readonly [key: string]: Encodable | undefined };

/**
 * A JSON string. Lone surrogates become U+FFFD, as Falco writes invalid UTF-8 (nlohmann::json
 * with error_handler_t::replace); JSON.stringify alone would write them as escapes that strict
 * readers refuse.
 */
export function jsonString(text: string): string {
  const json = JSON.stringify(text);
  // An escaped backslash before `ud` also gets here; wellFormed leaves such text as it is.
  return json.includes('\\ud') ? JSON.stringify(wellFormed(text)) : json;
}

/** The text with lone surrogates replaced by U+FFFD. */
export function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udfff]/gu, '\uFFFD');
}

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
  let fields = '';
  for (const [name, value] of finding.outputFields) {
    fields += `${fields === '' ? '' : ','}${jsonString(name)}:${outputValue(value)}`;
  }
  const { file, line, cluster, node, stream } = finding.origin;
  const { auditId: auditID, stage, policies, severity } = finding;
  // What baselines match on.
  const fingerprint = subjectFingerprint(finding);
  return (
    `{"output":${jsonString(falcoLine(finding))},"output_fields":{${fields}}` +
    `,"priority":"${finding.priority}","rule":${jsonString(finding.rule)}` +
    `,"source":${jsonString(finding.source)},"tags":${encodeJson(finding.tags)}` +
    `,"time":"${formatRfc3339Nano(finding.time)}"` +
    `,"k8s_audit":${withEvent(encodeJson({ auditID, stage, file, line, cluster, node, stream, fingerprint, policies, severity }), finding.raw)}}`
  );
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
  return typeof value === 'bigint' ? value.toString() : encodeJson(value);
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
