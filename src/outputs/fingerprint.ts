import { createHash } from 'node:crypto';
import type { Finding } from '../engine/finding.ts';
import { subjectObject, subjectUser } from './subject.ts';

/**
 * Identifies one rule on one event, in whatever file or line the event is: it survives rotation.
 * A cryptographic hash, because who writes log text must not be able to match a known finding.
 */
export function eventFingerprint(finding: Finding): string {
  return hash([finding.rule, finding.auditId ?? '', finding.stage ?? '']);
}

/** Identifies who did what to which object by which rule, independent of when. */
export function subjectFingerprint({ rule, subject }: Finding): string {
  return hash([rule, subjectUser(subject), subject.verb ?? '', subjectObject(subject)]);
}

function hash(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
