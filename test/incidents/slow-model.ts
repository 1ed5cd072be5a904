import type { Finding } from '../../src/engine/finding.ts';

// The links of docs/incidents.md, written down once more: every pair of findings is asked whether one of them joins
// the two. Slow, and without any of the code that it is compared with.

const HOUR = 3_600_000_000_000n;
const DAY = 24n * HOUR;

type Kind = 'person' | 'shared' | 'account' | 'anonymous' | 'system';

/** The findings that belong together, as sets of their indexes in `findings`. */
export function slowPartition(findings: readonly Finding[], pause: bigint): number[][] {
  const group = findings.map((_, index) => index);
  for (let changed = true; changed;) {
    changed = false;
    for (const [a, one] of findings.entries()) {
      for (const [b, other] of findings.entries()) {
        if (a === b || group[a] === group[b] || !joins(one, other, findings, pause)) continue;
        const [low, high] = [Math.min(group[a]!, group[b]!), Math.max(group[a]!, group[b]!)];
        for (const [index, each] of group.entries()) if (each === high) group[index] = low;
        changed = true;
      }
    }
  }
  const sets = new Map<number, number[]>();
  for (const [index, each] of group.entries()) sets.set(each, [...(sets.get(each) ?? []), index]);
  return [...sets.values()];
}

function joins(a: Finding, b: Finding, all: readonly Finding[], pause: bigint): boolean {
  if (a.auditId === b.auditId) return true;
  if (a.time === 0n || b.time === 0n) return false;
  const [kindA, kindB] = [kindOf(a), kindOf(b)];
  const apart = b.time > a.time ? b.time - a.time : a.time - b.time;
  const short = pause < HOUR / 4n ? pause : HOUR / 4n;
  const day = pause > DAY ? pause : DAY;
  const behind = b.time - a.time + 1_000_000_000n;
  const isBehind = (window: bigint): boolean => behind >= 0n && behind <= window;
  if (kindA !== 'system' && kindB !== 'system' && kindA !== 'anonymous' && kindB !== 'anonymous') {
    const credential = a.facts?.credential;
    if (credential !== undefined && credential === b.facts?.credential && apart <= pause)
      return true;
    if (a.subject.user === b.subject.user && place(a) === place(b) && apart <= pause) return true;
    const address = a.subject.sourceIp;
    if (address === b.subject.sourceIp && apart <= short && !inPod(a) && !inPod(b)) {
      if (a.facts?.isOutside === true && isTelling(address, all)) return true;
    }
  }
  if (kindA === 'anonymous' && kindB === 'anonymous') {
    const { sourceIp, userAgent } = a.subject;
    const isAlike =
      sourceIp === b.subject.sourceIp && (userAgent ?? '') === (b.subject.userAgent ?? '');
    if (sourceIp !== undefined && isAlike && apart <= short) return true;
  }
  // From here on: a made what b uses.
  if (isBehind(day) && madeFor(a, b, all)) return true;
  return (
    kindA !== 'system' && isBehind(pause) && grants(a, b) && b.facts?.grant?.subjectKind === 'User'
  );
}

function madeFor(a: Finding, b: Finding, all: readonly Finding[]): boolean {
  if (kindOf(a) === 'system') return false;
  const { resource, subresource, namespace, name } = a.subject;
  const isMade =
    a.subject.verb === 'create' && subresource === undefined && a.subject.code === '201';
  const own = `${namespace}/${name}`;
  if (grants(a, b)) {
    const { subjectKind, subject } = b.facts!.grant!;
    if (subjectKind === 'ServiceAccount' || subject === 'system:unauthenticated') return true;
    if (kindOf(b) === 'anonymous') return true;
  }
  const account =
    kindOf(b) === 'account' ? b.subject.user!.split(':').slice(2).join('/') : undefined;
  const isEntered = resource === 'pods' && subresource === 'exec' && Number(a.subject.code) < 400;
  if (account !== undefined) {
    if (isMade && resource === 'serviceaccounts' && own === account) return true;
    const pod = b.facts?.pod === undefined ? undefined : `${account.split('/')[0]}/${b.facts.pod}`;
    if ((isEntered || (isMade && resource === 'pods')) && own === pod) return true;
    if (resource === 'serviceaccounts' && subresource === 'token' && a.subject.code === '201') {
      const [issued, used] = [a.facts?.issued, b.facts?.credential];
      if (issued !== undefined && issued === used) return true;
      if (own === account && pod === undefined && (issued === undefined || used === undefined))
        return true;
    }
  }
  if (!isMade || own !== `${b.subject.namespace}/${b.subject.name}`) return false;
  return isObjectUse(a, b) && usersOf(a, all) <= 5;
}

function isObjectUse(a: Finding, b: Finding): boolean {
  if (a.subject.resource !== b.subject.resource || a.subject.name === undefined) return false;
  const { verb, subresource, code } = b.subject;
  switch (b.subject.resource) {
    case 'pods':
      return subresource === 'exec' && Number(code) < 400;
    case 'serviceaccounts':
      return subresource === 'token';
    case 'secrets':
      return verb === 'get' && subresource === undefined;
    default:
      return false;
  }
}

function usersOf(made: Finding, all: readonly Finding[]): number {
  const same = all.filter(
    (each) =>
      each.time !== 0n &&
      isObjectUse(made, each) &&
      each.subject.namespace === made.subject.namespace &&
      each.subject.name === made.subject.name,
  );
  return new Set(same.map(({ subject }) => subject.user ?? '')).size;
}

function grants(a: Finding, b: Finding): boolean {
  const grant = b.facts?.grant;
  if (grant === undefined || kindOf(b) === 'system') return false;
  const { resource, subresource, namespace = '', name, verb = '', code } = a.subject;
  return (
    ['create', 'update', 'patch'].includes(verb) &&
    subresource === undefined &&
    Number(code) < 400 &&
    resource === grant.resource &&
    namespace === grant.namespace &&
    name === grant.name
  );
}

function isTelling(address: string | undefined, all: readonly Finding[]): boolean {
  const there = all.filter(
    (each) =>
      each.subject.sourceIp === address &&
      each.facts?.isOutside === true &&
      !['system', 'anonymous'].includes(kindOf(each)),
  );
  const users = new Set(there.map(({ subject }) => subject.user));
  const accounts = new Set(
    there.filter((each) => kindOf(each) === 'account').map(({ subject }) => subject.user),
  );
  return users.size <= 3 && accounts.size > 0 && users.size - accounts.size <= 1;
}

function inPod(finding: Finding): boolean {
  return kindOf(finding) === 'account' && finding.facts?.pod !== undefined;
}

/** What beside the name tells users apart. */
function place(finding: Finding): string {
  const kind = kindOf(finding);
  if (kind === 'person') return '';
  const at = `@${finding.subject.sourceIp ?? ''}`;
  return kind === 'account' ? (finding.facts?.pod ?? at) : at;
}

function kindOf({ subject: { user = '', userAgent = '' } }: Finding): Kind {
  if (user === '' || user === 'system:anonymous') return 'anonymous';
  if (user === 'kubernetes-admin') return 'shared';
  if (user === 'system:serviceaccount:kube-system:replicaset-controller') {
    return userAgent.startsWith('kube-controller-manager/') ? 'system' : 'account';
  }
  if (user.startsWith('system:serviceaccount:')) return 'account';
  return user.startsWith('system:') ? 'system' : 'person';
}
