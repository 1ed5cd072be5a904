import { createHash } from 'node:crypto';
import type { Finding } from '../engine/finding.ts';
import { severityOf } from '../policies/severity.ts';
import { told } from './consequences.ts';
import { compareWorst, eventOf, type Entry } from './incident-entry.ts';
import type { Identity } from './user-kind.ts';
import { actorsOf, leftBehind, MAX_ACTORS, MAX_OBJECTS, objectsOf } from './cast.ts';
import type { Consequence, Incident, Step, TacticSeen } from './incident.ts';
import type { Edge, Joined } from './join.ts';
import { isChange, isEntered, WORKLOADS } from './made.ts';
import { tacticName, tacticOf } from './tactics.ts';
import { unseenOf } from './unseen.ts';

/** Names of further objects of equal requests. */
const MAX_ALSO = 3;
const ID_LENGTH = 8;

/** A request of a story, or several equal ones. */
interface Request {
  readonly finding: Finding;
  readonly identity: Identity;
  /** Its entries, and those of its consequences. */
  readonly indexes: number[];
  readonly consequences: Consequence[];
}

/** The story of entries that were joined. */
export function storyOf(joined: Joined, members: readonly number[]): Incident {
  const entries = members.map((index) => joined.entries[index]!);
  const requests = requestsOf(joined, members);
  const [first] = entries as [Entry, ...Entry[]];
  const [worst] = entries.toSorted(compareWorst) as [Entry, ...Entry[]];
  const actors = actorsOf(joined, members);
  const objects = objectsOf(entries);
  return {
    id: idOf(first.finding),
    severity: worst.finding.severity ?? severityOf(worst.finding.priority),
    priority: worst.finding.priority,
    worst: worst.finding,
    rules: new Set(entries.map(({ finding }) => finding.rule)).size,
    findings: entries.length,
    first: first.finding.time,
    last: entries.at(-1)!.finding.time,
    tactics: tacticsOf(entries),
    actors: actors.slice(0, MAX_ACTORS),
    objects: objects.slice(0, MAX_OBJECTS),
    steps: stepsOf(joined, requests),
    more: {
      actors: Math.max(0, actors.length - MAX_ACTORS),
      objects: Math.max(0, objects.length - MAX_OBJECTS),
    },
    unseen: unseenOf(entries),
    leftBehind: leftBehind(entries).slice(0, MAX_OBJECTS),
  };
}

/** The same for a finding wherever the log lies; of one without an audit ID the place tells it from others. */
function idOf(finding: Finding): string {
  const { rule, time, stage = '', auditId, origin } = finding;
  const place = auditId ?? `${origin.file}:${origin.line}`;
  const text = JSON.stringify([rule, String(time), stage, place, origin.cluster ?? '']);
  return createHash('sha256').update(text).digest('hex').slice(0, ID_LENGTH);
}

/** Entries of one event are one request; what controllers did is told where it belongs. */
function requestsOf(joined: Joined, members: readonly number[]): Request[] {
  const byEvent = new Map<string, number[]>();
  for (const index of members) {
    const key = eventOf(joined.entries[index]!.finding);
    const list = byEvent.get(key);
    if (list === undefined) byEvent.set(key, [index]);
    else list.push(index);
  }
  const requests: Request[] = [];
  const byIndex = new Map<number, Request>();
  for (const indexes of byEvent.values()) {
    const [index] = indexes as [number, ...number[]];
    const entries = indexes.map((each) => joined.entries[each]!);
    const finding = withOthers(entries);
    const cause = causeOf(joined, index, byIndex);
    if (cause !== undefined) {
      const rules = [finding.rule, ...(finding.others ?? []).map(({ rule }) => rule)];
      cause.consequences.push(told(finding, rules));
      for (const each of indexes) {
        cause.indexes.push(each);
        byIndex.set(each, cause);
      }
      continue;
    }
    const identity = joined.identities[index]!;
    const request = { finding, identity, indexes, consequences: [] };
    requests.push(request);
    for (const each of indexes) byIndex.set(each, request);
  }
  return requests;
}

/** The request of which a controller's finding is the consequence. */
function causeOf(
  { reasons }: Joined,
  index: number,
  known: ReadonlyMap<number, Request>,
): Request | undefined {
  const edge = reasons[index];
  return edge?.link === 'controller' && edge.to === index ? known.get(edge.from) : undefined;
}

function withOthers(entries: readonly Entry[]): Finding {
  const [worst, ...others] = entries.toSorted(compareWorst).map(({ finding }) => finding) as [
    Finding,
    ...Finding[],
  ];
  const seen = new Set([worst.rule]);
  const rest = others.filter(({ rule }) => !seen.has(rule) && seen.add(rule));
  return rest.length === 0 ? worst : { ...worst, others: rest };
}

/** Requests as steps: those that differ in the object's name alone are one. */
function stepsOf({ reasons }: Joined, requests: readonly Request[]): Step[] {
  const steps: { requests: Request[]; key: string }[] = [];
  const stepOf = new Map<number, number>();
  for (const request of requests) {
    const key = alikeKey(request);
    const last = steps.at(-1);
    if (last?.key === key && !isWorthAStep(request)) last.requests.push(request);
    else steps.push({ requests: [request], key });
  }
  // Number of the step that each entry is in: a reason names another entry.
  for (const [at, step] of steps.entries()) {
    const indexes = step.requests.flatMap((request) => request.indexes);
    for (const index of indexes) stepOf.set(index, at + 1);
  }
  return steps.map(({ requests: alike }, at): Step => {
    const [first] = alike as [Request, ...Request[]];
    const names = new Set(alike.map(({ finding }) => finding.subject.name ?? ''));
    names.delete(first.finding.subject.name ?? '');
    names.delete('');
    const consequences = alike.flatMap((request) => request.consequences);
    return {
      finding: first.finding,
      count: alike.length,
      last: alike.at(-1)!.finding.time,
      alsoOn: [...names].slice(0, MAX_ALSO),
      because: at === 0 ? undefined : becauseOf(reasons, first, stepOf, at + 1),
      consequences,
      moreConsequences: 0,
    };
  });
}

/** What runs a command says something else each time. */
function isWorthAStep({ finding, consequences }: Request): boolean {
  const isWorkload = WORKLOADS.has(finding.subject.resource ?? '') && isChange(finding);
  return isEntered(finding) || isWorkload || consequences.length > 0;
}

function alikeKey({ finding, identity }: Request): string {
  const { verb, namespace, resource, subresource, code } = finding.subject;
  const rules = [finding.rule, ...(finding.others ?? []).map(({ rule }) => rule)];
  return JSON.stringify([rules, identity.name, verb, namespace, resource, subresource, code]);
}

/** The reason of the first of its findings that names another step. */
function becauseOf(
  reasons: readonly (Edge | undefined)[],
  { indexes }: Request,
  stepOf: ReadonlyMap<number, number>,
  own: number,
): Step['because'] {
  for (const index of indexes) {
    const edge = reasons[index];
    if (edge === undefined) continue;
    const step = stepOf.get(edge.to === index ? edge.from : edge.to);
    if (step !== undefined && step !== own) return { link: edge.link, text: edge.text, step };
  }
  return undefined;
}

function tacticsOf(entries: readonly Entry[]): TacticSeen[] {
  const seen = new Map<number, bigint>();
  for (const { finding } of entries) {
    for (const tag of finding.tags) {
      const at = tacticOf(tag);
      if (at !== undefined && !seen.has(at)) seen.set(at, finding.time);
    }
  }
  return [...seen]
    .toSorted(([a, one], [b, other]) => (one === other ? a - b : one < other ? -1 : 1))
    .map(([at, first]) => ({ name: tacticName(at), first }));
}
