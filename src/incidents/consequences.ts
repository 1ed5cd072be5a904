import type { Finding } from '../engine/finding.ts';
import type { Consequence, Incident, Step, TouchedObject } from './incident.ts';
import { isChange, podFamilies, WORKLOADS } from './made.ts';

/** Something that a controller made, and of what. */
export interface MadeByController {
  readonly consequence: Consequence;
  /** What it was made of, by cluster, namespace, kind and name; where the log only gives names, what it may be. */
  readonly of: readonly string[];
}

/** Consequences that are told of one step; the others are counted. */
const MAX_TOLD = 12;
/** Later ones are of another change that is no finding. */
const DAY = 86_400_000_000_000n;

/** Kinds of owners, by the names that requests have for them. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ['cronjobs', 'CronJob'],
  ['daemonsets', 'DaemonSet'],
  ['deployments', 'Deployment'],
  ['jobs', 'Job'],
  ['replicasets', 'ReplicaSet'],
  ['replicationcontrollers', 'ReplicationController'],
  ['serviceaccounts', 'ServiceAccount'],
  ['statefulsets', 'StatefulSet'],
]);

/** What a controller made, of its request; undefined where the log does not say of what. */
export function consequenceOf(finding: Finding): MadeByController | undefined {
  const owners = ownersOf(finding);
  if (owners.length === 0 || finding.time === 0n) return undefined;
  const { namespace = '', code } = finding.subject;
  if (code !== undefined && Number(code) >= 400) return undefined;
  return {
    consequence: told(finding, []),
    of: owners.map((owner) => keyOf(finding, namespace, owner)),
  };
}

/** Makers of replica sets and jobs, which have their names with a hash or a number behind it. */
const MAKERS: ReadonlyMap<string, string> = new Map([
  ['ReplicaSet', 'Deployment'],
  ['Job', 'CronJob'],
]);

/** The owner, and the owner of that as its name tells: what lies between them need not be logged. */
function ownersOf({ facts, subject: { resource = '', name = '' } }: Finding): string[] {
  if (facts?.tokenFor !== undefined) return [`ServiceAccount ${facts.tokenFor}`];
  const kind = KINDS.get(resource);
  const own = kind === undefined || facts?.owner !== undefined ? [] : makersOf(kind, name);
  const [owner = '', ownerName = ''] = facts?.owner?.split('/', 2) ?? [];
  return owner === '' ? own : [`${owner} ${ownerName}`, ...makersOf(owner, ownerName)];
}

function makersOf(kind: string, name: string): string[] {
  const maker = MAKERS.get(kind);
  return maker === undefined
    ? []
    : podFamilies(name)
        .slice(1, 2)
        .map((family) => `${maker} ${family}`);
}

/** Incidents with what controllers made of their steps. Findings of controllers move from the steps below their cause. */
export function withConsequences(
  incidents: readonly Incident[],
  made: readonly MadeByController[],
): Incident[] {
  const causes = new Map<string, Cause[]>();
  const found = new Map<Step, Consequence[]>();
  for (const incident of incidents) {
    for (const step of incident.steps) addCause(causes, step);
  }
  for (const { consequence, of } of made) {
    const cause = of
      .flatMap((key) => causes.get(key) ?? [])
      .findLast(({ time }) => isBehind(consequence.time, time));
    if (cause === undefined) continue;
    const list = found.get(cause.step);
    if (list === undefined) found.set(cause.step, [consequence]);
    else list.push(consequence);
    // What was made has consequences too: the pods of a replica set.
    const kind = KINDS.get(consequence.object.resource);
    const [cluster] = of[0]!.split('\n', 1);
    if (kind === undefined) continue;
    const { namespace = '', name } = consequence.object;
    pushCause(causes, `${cluster}\n${namespace}\n${kind} ${name}`, {
      step: cause.step,
      time: consequence.time,
    });
  }
  return incidents.map((incident) => ({
    ...incident,
    steps: incident.steps.map((step) => {
      const own = [...step.consequences, ...(found.get(step) ?? [])];
      const all = withoutCopies(own);
      if (all.length === 0) return step;
      return {
        ...step,
        consequences: all.slice(0, MAX_TOLD),
        moreConsequences: Math.max(0, all.length - MAX_TOLD),
      };
    }),
  }));
}

/** A request as a consequence. */
export function told(finding: Finding, rules: readonly string[]): Consequence {
  const { user = '', verb = '', resource = '', namespace, name = '' } = finding.subject;
  const { file, line } = finding.origin;
  return {
    time: finding.time,
    user,
    verb,
    object: { resource, namespace, name },
    file,
    line,
    auditId: finding.auditId,
    rules,
  };
}

interface Cause {
  readonly step: Step;
  readonly time: bigint;
}

function addCause(causes: Map<string, Cause[]>, step: Step): void {
  const { finding } = step;
  const { resource = '', namespace = '', name = '' } = finding.subject;
  const kind = KINDS.get(resource);
  if (kind === undefined || !(isChange(finding) || isScale(finding))) return;
  pushCause(causes, keyOf(finding, namespace, `${kind} ${name}`), { step, time: finding.time });
}

function isScale({ subject: { resource = '', subresource } }: Finding): boolean {
  return WORKLOADS.has(resource) && subresource === 'scale';
}

/** Causes of one object are in order of time: the latest before a consequence is its cause. */
function pushCause(causes: Map<string, Cause[]>, key: string, cause: Cause): void {
  const list = causes.get(key);
  if (list === undefined) causes.set(key, [cause]);
  else {
    list.push(cause);
    list.sort((a, b) => (a.time < b.time ? -1 : Number(a.time > b.time)));
  }
}

/** A controller may be done before the request that it heeds is logged. */
const SLACK = 1_000_000_000n;

function isBehind(time: bigint, cause: bigint): boolean {
  return time >= cause - SLACK && time - cause <= DAY;
}

function keyOf({ origin }: Finding, namespace: string, owner: string): string {
  return `${origin.cluster ?? ''}\n${namespace}\n${owner}`;
}

/** Requests once each: a finding of one is told with its rules. */
function withoutCopies(list: readonly Consequence[]): Consequence[] {
  const seen = new Map<string, Consequence>();
  for (const each of list) {
    const key = each.auditId ?? objectKey(each.object, each);
    const known = seen.get(key);
    if (known === undefined || known.rules.length < each.rules.length) seen.set(key, each);
  }
  return [...seen.values()].toSorted((a, b) =>
    a.time === b.time ? a.line - b.line : a.time < b.time ? -1 : 1,
  );
}

function objectKey(
  { namespace = '', resource, name }: TouchedObject,
  { file, line }: Consequence,
): string {
  return JSON.stringify([file, line, namespace, resource, name]);
}
