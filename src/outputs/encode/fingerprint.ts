import crypto from 'node:crypto';
import type { Finding } from '../../engine/finding.ts';
import { SubjectMemory } from './subject-memory.ts';

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
export function subjectFingerprint({ rule, subject }: Finding): string {
  const { user, impersonatedUser, verb, namespace, resource, name, subresource } = subject;
  // Each part on its own: joined, a name with a separator in it could pass for another.
  const parts = [rule, user, impersonatedUser, verb, namespace, resource, name, subresource];
  known ??= new SubjectMemory();
  let fingerprint = known.find(parts);
  if (fingerprint === undefined) {
    fingerprint = hash(JSON.stringify(parts));
    known.keep(fingerprint);
  }
  return fingerprint;
}

/** Fingerprints of recent subjects: few subjects recur, and hashing costs as much as the rest of a finding. */
let known: SubjectMemory | undefined;

function hash(text: string): string {
  // At once where Node can: the object costs three times the hash.
  const once = crypto.hash as typeof crypto.hash | undefined;
  const hex = once?.('sha256', text) ?? crypto.createHash('sha256').update(text).digest('hex');
  return hex.slice(0, 32);
}
