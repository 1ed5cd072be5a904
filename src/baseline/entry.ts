import { encodeJson } from '../outputs/encode/json-encode.ts';
import type { Redact } from '../redact/redact.ts';
import { expiryTime } from '../util/time.ts';

/** Longest text of an entry, in characters. */
const MAX_TEXT = 300;

/** A known finding: one rule on what one user does to one object with one evidence, whenever it happens. */
export interface BaselineEntry {
  readonly fingerprint: string;
  readonly rule: string;
  /** The subject in words, when the file has it. */
  readonly subject: string | undefined;
  readonly user?: string | undefined;
  readonly verb?: string | undefined;
  readonly object?: string | undefined;
  /** Field and value, for people: the fingerprint decides. */
  readonly evidence?: Readonly<Record<string, string>> | undefined;
  /** Why the finding is accepted. */
  readonly reason?: string | undefined;
  /** The last day (UTC) on which the entry holds, or a time in RFC 3339. */
  readonly expires?: string | undefined;
}

/** A text of a log as entries hold it. */
export function entryText(logged: string, redact: Redact): string {
  return redact(logged).slice(0, MAX_TEXT);
}

/** True when an entry holds no more at a time in nanoseconds since the epoch. */
export function isExpired({ expires }: BaselineEntry, now: bigint): boolean {
  // A date that cannot be read was refused when the file was.
  return expires !== undefined && (expiryTime(expires) ?? 0n) <= now;
}

/** An entry as a line of a baseline file. */
export function entryLine(entry: BaselineEntry): string {
  const { rule, user, verb, object, evidence, fingerprint, reason, expires } = entry;
  return encodeJson({ rule, user, verb, object, evidence, fingerprint, reason, expires });
}

/**
 * A baseline file: one entry a line, sorted, without times and counts, so that a baseline in version control changes
 * only when findings come or go.
 */
export function baselineText(lines: Iterable<string>): string {
  const sorted = [...lines].toSorted();
  return `{"baseline":[${sorted.map((line) => `\n${line}`).join(',')}\n]}\n`;
}
