import type { Finding } from '../engine/finding.ts';

/** Kinds from which controllers make pods. */
export const WORKLOADS: ReadonlySet<string> = new Set([
  'cronjobs',
  'daemonsets',
  'deployments',
  'jobs',
  'replicasets',
  'replicationcontrollers',
  'statefulsets',
]);

const CHANGES = new Set(['create', 'update', 'patch']);
const SESSIONS = new Set(['exec', 'attach', 'ephemeralcontainers']);

/** True when the request was not refused and did not fail, as far as the log says. */
function isDone({ subject: { code } }: Finding): boolean {
  return code === undefined || code === '' || Number(code) < 400;
}

/** True for an object that was created. */
export function isMade(finding: Finding): boolean {
  return finding.subject.verb === 'create' && isChange(finding);
}

/** True for an object that was created or changed. */
export function isChange(finding: Finding): boolean {
  const { verb = '', subresource, name = '' } = finding.subject;
  return CHANGES.has(verb) && subresource === undefined && name !== '' && isDone(finding);
}

/** True for a session in a pod. */
export function isEntered(finding: Finding): boolean {
  const { resource, subresource = '', name = '' } = finding.subject;
  return resource === 'pods' && SESSIONS.has(subresource) && name !== '' && isDone(finding);
}

/** `namespace/resource/name`, as far as known: log text. */
export function objectText({ subject: { namespace, resource, name } }: Finding): string {
  return [namespace, resource, name].filter((part) => part !== undefined && part !== '').join('/');
}

/** What controllers put behind the name of an object for what they make of it: a number, a hash, a random end. */
const MADE_END = /-(?:\d{1,11}|(?=[a-z]{0,10}\d)[a-z0-9]{5,11}|[bcdfghjklmnpqrstvwxz]{5,10})$/;
/** Pods of deployments have two such ends. */
const MOST_ENDS = 2;

/** The name of an object, and those of the objects that controllers may have made it of. */
export function podFamilies(name: string): string[] {
  const families = [name];
  for (let rest = name; families.length <= MOST_ENDS; families.push(rest)) {
    const shorter = rest.replace(MADE_END, '');
    if (shorter === rest || shorter === '') break;
    rest = shorter;
  }
  return families;
}
