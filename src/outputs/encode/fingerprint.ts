import crypto from 'node:crypto';
import type { Finding } from '../../engine/finding.ts';
import { KnownTexts } from '../../util/known-texts.ts';
import { evidenceOf, isRefused } from './finding-evidence.ts';

/** SARIF's names of the two fingerprints; a change of what goes into one needs a new version. */
export const EVENT_FINGERPRINT = 'k8sAuditEvent/v1';
export const SUBJECT_FINGERPRINT = 'k8sAuditSubject/v2';
/** The name before evidence was part of it. */
export const OLD_SUBJECT_FINGERPRINT = 'k8sAuditSubject/v1';

/** Hexadecimal digits of a fingerprint; the length tells the two versions of the subject's apart. */
const DIGITS = 40;
const OLD_DIGITS = 32;

/**
 * Identifies one rule on one event, in whatever file or line the event is: it survives rotation.
 * A cryptographic hash, because who writes log text must not be able to match a known finding.
 */
export function eventFingerprint(finding: Finding): string {
  const parts = [finding.ruleId ?? finding.rule, finding.auditId ?? '', finding.stage ?? ''];
  return hash(JSON.stringify(parts), OLD_DIGITS);
}

/**
 * Identifies who did what to which object by which rule, with what evidence, independent of when. Evidence is what the
 * rule names: the command, the subjects of a binding, the images.
 */
export function subjectFingerprint(finding: Finding): string {
  const parts = subjectParts(finding, finding.ruleId ?? finding.rule);
  const refused = isRefused(finding);
  const evidence = evidenceOf(finding);
  // Lengths before texts: no two findings that differ have one key, whatever their texts are.
  let key = refused ? '!' : '';
  for (const part of parts) key += part === undefined ? '-' : `${part.length}:${part}`;
  for (const [name, value] of evidence) key += `${name.length}:${name}${value.length}:${value}`;
  const remembered = known.get(key);
  if (remembered !== undefined) return remembered;
  parts.push(refused || evidence.length > 0 ? JSON.stringify([refused, ...evidence]) : undefined);
  const fingerprint = hash(JSON.stringify(parts), DIGITS);
  known.set(key, fingerprint);
  return fingerprint;
}

/** The same findings come again and again: looking one up costs less than the hash. */
const known = new KnownTexts();

/** The fingerprint before evidence was part of it: baselines written then still hold it. */
export function oldSubjectFingerprint(finding: Finding): string {
  return hash(JSON.stringify(subjectParts(finding, finding.rule)), OLD_DIGITS);
}

/** True for a text that may be a fingerprint of a subject, of either version. */
export function isFingerprint(text: string): boolean {
  return /^(?:[0-9a-f]{32}|[0-9a-f]{40})$/.test(text);
}

/** True for a fingerprint that knows no evidence. */
export function isOldFingerprint(fingerprint: string): boolean {
  return fingerprint.length === OLD_DIGITS;
}

/** Each part on its own: joined, a name with a separator in it could pass for another. */
function subjectParts({ owner, subject }: Finding, rule: string): (string | undefined)[] {
  const { user, impersonatedUser, verb, namespace, resource, subresource } = subject;
  // A controller gives each of its pods another name.
  const name = owner ?? subject.name;
  return [rule, user, impersonatedUser, verb, namespace, resource, name, subresource];
}

function hash(text: string, digits: number): string {
  // At once where Node can: the object costs three times the hash.
  const once = crypto.hash as typeof crypto.hash | undefined;
  const hex = once?.('sha256', text) ?? crypto.createHash('sha256').update(text).digest('hex');
  return hex.slice(0, digits);
}
