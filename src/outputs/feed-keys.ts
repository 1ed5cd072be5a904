import type { Finding } from '../engine/finding.ts';
import { subjectObject, subjectUser } from './subject.ts';

/** The values that `--group-by` can count by. */
const FINDING_GROUPS = ['rule', 'policy', 'user', 'object', 'source-ip', 'namespace'] as const;
export type FindingGroup = (typeof FINDING_GROUPS)[number];

/** What `--group-by` takes: a value to count by, or incidents, which join findings of several values. */
export const GROUPINGS = [...FINDING_GROUPS, 'incident'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** The values of a finding in a grouping: one, except for policies. Untrusted text. */
export function groupValues(finding: Finding, group: FindingGroup): readonly string[] {
  const { subject } = finding;
  switch (group) {
    case 'rule':
      return [finding.rule];
    case 'policy':
      return (finding.policies?.length ?? 0) > 0 ? finding.policies! : ['(none)'];
    case 'user':
      return [subjectUser(subject) || '(none)'];
    case 'object':
      return [subjectObject(subject) || '(none)'];
    case 'source-ip':
      return [subject.sourceIp ?? '(none)'];
    case 'namespace':
      return [subject.namespace ?? '(cluster)'];
  }
}

/**
 * Findings with equal keys repeat each other: same rule, user, action, object and result, and nothing
 * different to say. A fold must not hide a command or a value.
 */
export function foldKey(finding: Finding): string {
  const { rule, message, subject, others = [] } = finding;
  if (isRemoval(finding)) return removalKey(finding);
  return JSON.stringify([
    rule,
    message,
    others.flatMap((other) => [other.rule, other.message]),
    subject.user,
    subject.impersonatedUser,
    subject.verb,
    subject.namespace,
    subject.resource,
    subject.subresource,
    subject.name,
    subject.code,
    subject.sourceIp,
  ]);
}

/** True for the removal of one object: `kubectl delete --all` and scripts make one request for each. */
export function isRemoval({ subject: { verb, name } }: Finding): boolean {
  return verb === 'delete' && name !== undefined;
}

/** What removals of many objects by one command have in common; they have no bodies, so nothing else differs. */
function removalKey({ rule, subject, others = [] }: Finding): string {
  const { user, impersonatedUser, verb, namespace, resource, subresource } = subject;
  const { code, sourceIp, userAgent } = subject;
  const rules = [rule, ...others.map((other) => other.rule)];
  return JSON.stringify([
    rules,
    user,
    impersonatedUser,
    verb,
    namespace,
    resource,
    subresource,
    code,
    sourceIp,
    userAgent,
  ]);
}
