import * as crypto from 'node:crypto';
import type { Finding } from '../engine/finding.ts';

/** SARIF's names of the two fingerprints; a change of what goes into one needs a new version. */
export const EVENT_FINGERPRINT = 'k8sAuditEvent/v1';
export const SUBJECT_FINGERPRINT = 'k8sAuditSubject/v1';

/**
 * Identifies one rule on one event, in whatever file or line the event is: it survives rotation.
 * A cryptographic hash, because who writes log text must not be able to match a known finding.
 */
export function eventFingerprint(finding: Finding): string {
  return hash(JSON.stringify([finding.rule, finding.auditId ?? '', finding.stage ?? '']));
}

/** Identifies who did what to which object by which rule, independent of when. */
export function subjectFingerprint(finding: Finding): string {
  const { rule, subject } = finding;
  const { user, impersonatedUser, verb, namespace, resource, name, subresource } = subject;
  let place = sample(sample(sample(sample(1, rule), user), impersonatedUser), verb);
  place = sample(sample(sample(sample(place, namespace), resource), name), subresource);
  place &= PLACES - 2;
  const first = known[place];
  if (first !== undefined && isOf(first, finding)) return first.fingerprint;
  const second = known[place + 1];
  if (second !== undefined && isOf(second, finding)) {
    known[place] = second;
    known[place + 1] = first;
    return second.fingerprint;
  }
  // Each part on its own: joined, a name with a separator in it could pass for another.
  const parts = [rule, user, impersonatedUser, verb, namespace, resource, name, subresource];
  const json = JSON.stringify(parts);
  const fingerprint = hash(json);
  if (json.length <= MAX_KNOWN_LENGTH) {
    known[place + 1] = first;
    // Copies: a part may be a piece of a whole event's text, which it would keep alive.
    known[place] = { parts: JSON.parse(json) as (string | null)[], fingerprint };
  }
  return fingerprint;
}

interface Known {
  /** Null for what is missing. */
  readonly parts: readonly (string | null)[];
  readonly fingerprint: string;
}

/**
 * The last two fingerprints at each even place. The same few do the same to the same objects, and hashing
 * costs as much as all else of a finding.
 */
const PLACES = 16_384;
const known: (Known | undefined)[] = Array.from({ length: PLACES });
const MAX_KNOWN_LENGTH = 512;

function isOf({ parts }: Known, { rule, subject }: Finding): boolean {
  return (
    parts[0] === rule &&
    parts[1] === (subject.user ?? null) &&
    parts[2] === (subject.impersonatedUser ?? null) &&
    parts[3] === (subject.verb ?? null) &&
    parts[4] === (subject.namespace ?? null) &&
    parts[5] === (subject.resource ?? null) &&
    parts[6] === (subject.name ?? null) &&
    parts[7] === (subject.subresource ?? null)
  );
}

/** Mixes a text into a number: its length and a few of its characters. */
function sample(from: number, text: string | undefined): number {
  const length = text === undefined ? -1 : text.length;
  let mixed = Math.imul(from ^ length, 0x9e3779b1);
  const step = (length >> 3) + 1;
  for (let i = length - 1; i >= 0; i -= step) {
    mixed = Math.imul(mixed ^ text!.charCodeAt(i), 0x9e3779b1);
    mixed ^= mixed >>> 15;
  }
  return mixed;
}

function hash(text: string): string {
  // At once where Node can: the object costs three times the hash.
  const hex: string =
    (crypto.hash as typeof crypto.hash | undefined)?.('sha256', text) ??
    crypto.createHash('sha256').update(text).digest('hex');
  return hex.slice(0, 32);
}
