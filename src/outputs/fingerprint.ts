import type { Finding } from '../engine/finding.ts';
import { sha256 } from '../util/sha256.ts';

/** SARIF's names of the two fingerprints; a change of what goes into one needs a new version. */
export const EVENT_FINGERPRINT = 'k8sAuditEvent/v1';
export const SUBJECT_FINGERPRINT = 'k8sAuditSubject/v1';

/**
 * Identifies one rule on one event, in whatever file or line the event is: it survives rotation.
 * A cryptographic hash, because who writes log text must not be able to match a known finding.
 */
export function eventFingerprint(finding: Finding): string {
  return hash([finding.rule, finding.auditId ?? '', finding.stage ?? '']);
}

/** Identifies who did what to which object by which rule, independent of when. */
export function subjectFingerprint({ rule, subject }: Finding): string {
  const { user, impersonatedUser, verb, namespace, resource, name, subresource } = subject;
  // Each part on its own: joined, a name with a separator in it could pass for another.
  return hash([rule, user, impersonatedUser, verb, namespace, resource, name, subresource]);
}

function hash(parts: readonly (string | undefined)[]): string {
  return sha256(JSON.stringify(parts)).slice(0, 32);
}
