import type { Finding, FindingSubject, OutputValue } from '../../engine/finding.ts';
import { redactField, redactJson, SHOW_ALL, type Redact } from '../../redact/redact.ts';
import { subjectFingerprint } from './fingerprint.ts';
import type { Encodable } from './json-encode.ts';
import type { JsonValue } from '../../json/value.ts';
import { decimalText } from '../../util/time.ts';

/** Values of `output_fields` for readers elsewhere: credentials replaced, nanoseconds as text, since JSON readers round. */
export function shownFields(
  { outputFields, subject }: Finding,
  redact: Redact,
): Record<string, Encodable> {
  const shown = (name: string, text: string): string =>
    redact === SHOW_ALL ? text : redactField(name, text, subject);
  const value = (name: string, given: OutputValue): Encodable => {
    if (typeof given === 'bigint') return decimalText(given);
    if (typeof given === 'string') return shown(name, given);
    if (typeof given === 'boolean' || given === null) return given;
    return given.map((text) => shown(name, text));
  };
  // Names are those of fields, with brackets and dots; `__proto__` is none.
  return Object.fromEntries(outputFields.map(([name, given]) => [name, value(name, given)]));
}

/** Who did what to which object, credentials replaced. */
export function shownSubject({ subject }: Finding, redact: Redact): FindingSubject {
  if (redact === SHOW_ALL) return subject;
  const entries = Object.entries(subject).map(([key, text]: [string, string | undefined]) => [
    key,
    text === undefined ? undefined : redact(text),
  ]);
  return Object.fromEntries(entries);
}

/** The event's text, where it was asked for, credentials replaced. */
export function shownEvent({ raw, subject }: Finding, redact: Redact): string | undefined {
  if (raw === undefined || redact === SHOW_ALL) return raw;
  try {
    return JSON.stringify(redactJson(JSON.parse(raw) as JsonValue, subject));
  } catch {
    // An event that only a lenient reader reads.
    return redact(raw, subject);
  }
}

/** The members of `k8s_audit` that say where a finding comes from. */
export function ownMembers(finding: Finding): Record<string, Encodable | undefined> {
  const { origin, auditId, stage, policies, severity } = finding;
  return {
    auditID: auditId,
    stage,
    file: origin.file,
    line: origin.line,
    cluster: origin.cluster,
    node: origin.node,
    stream: origin.stream,
    fingerprint: subjectFingerprint(finding),
    policies: policies === undefined ? undefined : [...policies],
    severity,
  };
}
