import {
  isObject,
  lookup,
  member,
  stringMember,
  type JsonObject,
  type JsonValue,
} from '../json/value.ts';
import { redact } from '../redact/redact.ts';
import { parseRfc3339 } from '../util/time.ts';

/** What a sink is told: a finding as Falco's alert object, read back. */
export interface Alert {
  /** The alert object as a line of JSON, as `-f ndjson` writes it. */
  readonly line: string;
  /** Findings of the rule that were held back before this one. */
  readonly held: number;
  readonly rule: string;
  readonly priority: string;
  /** high, medium, low or info. */
  readonly severity: string;
  /** Priority and message, redacted. */
  readonly text: string;
  readonly source: string;
  readonly tags: readonly string[];
  /** RFC 3339 with nanoseconds, and the same as nanoseconds since the epoch; 0 for one before it, which some refuse. */
  readonly time: string;
  readonly nanos: bigint;
  readonly fields: JsonObject;
  /** The member `k8s_audit`. */
  readonly audit: JsonObject;
}

/** Reads an alert line back. @param line as `findingToJson` makes it */
export function alertOf(line: string, held: number): Alert {
  const value = JSON.parse(line) as JsonValue;
  const object = isObject(value) ? value : {};
  const text = (key: string): string => stringMember(object, key) ?? '';
  const tags = member(object, 'tags');
  const time = text('time');
  const nanos = parseRfc3339(time) ?? 0n;
  const audit = objectAt(object, 'k8s_audit');
  return {
    line,
    held,
    rule: text('rule'),
    priority: text('priority'),
    severity: stringMember(audit, 'severity') ?? 'info',
    text: redact(text('output').replace(/^\S+: /, '')),
    source: text('source'),
    tags: Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [],
    time,
    nanos: nanos < 0n ? 0n : nanos,
    fields: objectAt(object, 'output_fields'),
    audit,
  };
}

/** A value of the alert that is text; undefined where it is none. */
export function fieldOf({ fields }: Alert, name: string): string | undefined {
  const value = lookup(fields, [name]);
  return typeof value === 'string' ? value : undefined;
}

/** A text of `k8s_audit`. */
export function auditOf({ audit }: Alert, name: string): string | undefined {
  return stringMember(audit, name);
}

/**
 * Nanoseconds since the epoch for those who refuse times that are to come: that of the event, and now for one of an API
 * server whose clock is ahead, or without any time. The alert itself tells the time of the event.
 *
 * @param now milliseconds since the epoch
 */
export function pastNanos({ nanos }: Alert, now: number): bigint {
  const latest = BigInt(Math.floor(now)) * 1_000_000n;
  return nanos <= 0n || nanos > latest ? latest : nanos;
}

/** That a run which was killed may have sent it before; undefined for others. */
export function replayedOf({ audit }: Alert): 'true' | undefined {
  return member(audit, 'replayed') === true ? 'true' : undefined;
}

/** A text that is no longer than so many characters. */
export function cutTo(text: string, length: number): string {
  return text.length <= length
    ? text
    : `${text.slice(0, Math.max(0, length - 1)).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** What people are told of an alert beside its text, redacted: names and values. */
export function factsOf(alert: Alert): (readonly [name: string, value: string])[] {
  const facts = [
    ['Severity', alert.severity],
    ['User', fieldOf(alert, 'ka.user.name')],
    ['Cluster', auditOf(alert, 'cluster')],
    ['Time', alert.time],
    ['Audit ID', auditOf(alert, 'auditID')],
    ['Replayed', replayedOf(alert) && 'may have been sent before, by a run that was killed'],
  ] as const;
  return facts.flatMap(([name, value]) =>
    value === undefined ? [] : [[name, redact(value)] as const],
  );
}

/** How many findings were held back, in words; empty for none. */
export function heldText({ held }: Alert): string {
  if (held === 0) return '';
  return `${held} more ${held === 1 ? 'finding' : 'findings'} of this rule came before and were held back`;
}

function objectAt(object: JsonObject, key: string): JsonObject {
  const value = member(object, key);
  return isObject(value) ? value : {};
}
