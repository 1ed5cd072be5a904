import { createHash } from 'node:crypto';
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
export function subjectFingerprint({ rule, subject }: Finding): string {
  const { user, impersonatedUser: as, verb, namespace, resource, name, subresource } = subject;
  let place = sample(sample(sample(sample(1, rule), user), as), verb);
  place = sample(sample(sample(sample(place, namespace), resource), name), subresource);
  place &= PLACES - 1;
  const found = known[place];
  if (
    found !== undefined &&
    found[0] === rule &&
    found[1] === user &&
    found[2] === as &&
    found[3] === verb &&
    found[4] === namespace &&
    found[5] === resource &&
    found[6] === name &&
    found[7] === subresource
  ) {
    return found[8]!;
  }
  // Each part on its own: joined, a name with a separator in it could pass for another.
  const json = JSON.stringify([rule, user, as, verb, namespace, resource, name, subresource]);
  const fingerprint = hash(json);
  if (json.length <= MAX_KNOWN_LENGTH) {
    // Copies: a part may be a piece of a whole event's text, which it would keep alive.
    const parts = JSON.parse(json) as (string | null)[];
    known[place] = [...parts.map((part) => part ?? undefined), fingerprint];
  }
  return fingerprint;
}

/**
 * The last fingerprint at each place, behind what it is of. The same few do the same to the same objects,
 * and hashing costs as much as all else of a finding.
 */
const PLACES = 16_384;
const known: (readonly (string | undefined)[] | undefined)[] = Array.from({ length: PLACES });
const MAX_KNOWN_LENGTH = 512;

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
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
