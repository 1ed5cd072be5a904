import type { Finding } from '../engine/finding.ts';
import type { Entry } from './incident-entry.ts';
import type { Actor, TouchedObject } from './incident.ts';
import type { Joined } from './join.ts';
import { isChange, isEntered } from './made.ts';
import type { Identity } from './user-kind.ts';

/** Actors, their addresses and objects that are kept of one incident; more are counted. */
export const MAX_ACTORS = 20;
const MAX_ADDRESSES = 10;
export const MAX_OBJECTS = 50;

/** Who acted, in order of appearance, without the control plane. */
export function actorsOf({ entries, identities }: Joined, members: readonly number[]): Actor[] {
  const actors = new Map<
    string,
    { identity: Identity; as: Set<string>; addresses: Set<string>; findings: number }
  >();
  for (const index of members) {
    const identity = identities[index]!;
    // What controllers do is told as a consequence: they are tools of those who act.
    if (identity.kind === 'system') continue;
    let actor = actors.get(identity.name);
    if (actor === undefined) {
      actor = { identity, as: new Set(), addresses: new Set(), findings: 0 };
      actors.set(identity.name, actor);
    }
    actor.findings++;
    const { sourceIp } = entries[index]!.finding.subject;
    if (sourceIp !== undefined && actor.addresses.size < MAX_ADDRESSES)
      actor.addresses.add(sourceIp);
    if (identity.actingAs !== undefined && actor.as.size < MAX_ACTORS)
      actor.as.add(identity.actingAs);
  }
  return [...actors.values()].map(({ identity, as, addresses, findings }) => ({
    name: identity.name,
    kind: identity.kind,
    actedAs: [...as],
    addresses: [...addresses],
    findings,
  }));
}

function isRead({ subject: { verb, name } }: Finding): boolean {
  return name !== undefined && ['get', 'delete', 'deletecollection'].includes(verb ?? '');
}

function objectsWhere(
  entries: readonly Entry[],
  isWanted: (finding: Finding) => boolean,
): TouchedObject[] {
  const objects = new Map<string, TouchedObject>();
  for (const { finding } of entries) {
    const { resource, namespace, name } = finding.subject;
    if (resource === undefined || name === undefined || name === '' || !isWanted(finding)) continue;
    const key = JSON.stringify([resource, namespace ?? '', name]);
    if (!objects.has(key)) objects.set(key, { resource, namespace, name });
  }
  return [...objects.values()];
}

/** Objects that were made, changed, entered, read or removed by name, in order of appearance. */
export function objectsOf(entries: readonly Entry[]): TouchedObject[] {
  return objectsWhere(
    entries,
    (finding) => isChange(finding) || isEntered(finding) || isRead(finding),
  );
}

/** What was created and, as far as the findings tell, is still there. */
export function leftBehind(entries: readonly Entry[]): TouchedObject[] {
  const removed = objectsWhere(entries, ({ subject: { verb } }) => verb === 'delete');
  const gone = new Set(removed.map((object) => JSON.stringify(object)));
  return objectsWhere(
    entries,
    (finding) => finding.subject.verb === 'create' && isChange(finding) && !isDryRun(finding),
  ).filter((object) => !gone.has(JSON.stringify(object)) && !object.name.endsWith('*'));
}

function isDryRun({ evidence = [] }: Finding): boolean {
  return evidence.some(([name, value]) => name === 'ka.uri.param[dryRun]' && value !== null);
}
