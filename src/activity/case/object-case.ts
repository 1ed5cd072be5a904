import type { Finding } from '../../engine/finding.ts';
import type { AuditEvent } from '../../events/event.ts';
import { severityOf, severityRank, type Severity } from '../../policies/severity.ts';
import type { CaseChange, CaseObject } from '../../outputs/case-sections.ts';
import type { CaseTexts } from '../../outputs/case/case-texts.ts';
import { clientName } from '../count/group-keys.ts';
import { ObjectHistory, type ObjectEntry } from '../object/object-history.ts';
import { requestResult, type Request } from '../request.ts';
import { Followed } from './followed.ts';

/** Objects of a page, the worst; writes of one; changes of one write. */
const MAX_OBJECTS = 100;
const MAX_ENTRIES = 100;
const MAX_CHANGES = 60;
/** Readers that are named. */
const MAX_READERS = 10;

/** An object of findings, and what happened to it. */
class FollowedObject {
  severity: Severity = 'info';
  readonly history: ObjectHistory;
  readonly resource: string;
  /** Undefined for objects of the cluster. */
  readonly namespace: string | undefined;
  readonly name: string;
  readonly entries: ObjectEntry[] = [];
  moreEntries = 0;

  constructor(key: string, showSecrets: boolean) {
    const [namespace, resource, name] = JSON.parse(key) as [string | null, string, string];
    this.namespace = namespace ?? undefined;
    this.resource = resource;
    this.name = name;
    const spec = { namespace: this.namespace, resources: [resource], apiGroup: undefined, name };
    this.history = new ObjectHistory(spec, { routine: false, showSecrets });
  }

  add(request: Request, event: AuditEvent | undefined): void {
    const entry = this.history.add(request, event);
    if (entry === undefined) return;
    if (this.entries.length < MAX_ENTRIES) {
      this.entries.push({ ...entry, changes: entry.changes.slice(0, MAX_CHANGES + 1) });
    } else this.moreEntries++;
  }
}

/** Follows the objects that findings name. */
export class FollowedObjects {
  readonly #all: Followed<FollowedObject>;
  /** By resource, then by name. */
  #index: Map<string, Map<string, FollowedObject[]>> | undefined;

  constructor(showSecrets: boolean) {
    this.#all = new Followed(MAX_OBJECTS, (key) => new FollowedObject(key, showSecrets));
  }

  finding({ subject, priority, severity = severityOf(priority) }: Finding, rank: number): void {
    const { namespace, resource, name } = subject;
    if (resource === undefined || name === undefined || name === '') return;
    const key = JSON.stringify([namespace ?? null, resource, name]);
    const object = this.#all.add(key, rank);
    if (severityRank(severity) < severityRank(object.severity)) object.severity = severity;
  }

  request(request: Request, event: AuditEvent | undefined): void {
    this.#index ??= this.#indexed();
    const { resource, name } = request;
    const named = resource === undefined ? undefined : this.#index.get(resource);
    if (named === undefined) return;
    // A request without a name may be of any object: a creation, or the deletion of many.
    const objects = name === undefined ? [...named.values()].flat() : (named.get(name) ?? []);
    for (const object of objects) object.add(request, event);
  }

  /** Objects that something is known of, the worst first, and how many were not followed. */
  end(): { readonly worst: readonly FollowedObject[]; readonly forgotten: number } {
    const worst = this.#all.worst().map(([, object]) => object);
    return {
      worst: worst.filter(({ entries, history }) => entries.length > 0 || history.reads > 0),
      forgotten: this.#all.forgotten,
    };
  }

  #indexed(): Map<string, Map<string, FollowedObject[]>> {
    const index = new Map<string, Map<string, FollowedObject[]>>();
    for (const [, object] of this.#all.worst()) {
      const named = index.get(object.resource) ?? new Map<string, FollowedObject[]>();
      index.set(object.resource, named);
      named.set(object.name, [...(named.get(object.name) ?? []), object]);
    }
    return index;
  }
}

/** An object as the page tells it. */
export function caseObject(object: FollowedObject, texts: CaseTexts): CaseObject {
  const { namespace, resource, name, severity, entries, moreEntries, history } = object;
  const sorted = entries.toSorted((a, b) =>
    a.request.time < b.request.time ? -1 : Number(a.request.time > b.request.time),
  );
  return {
    name: objectName([namespace, resource, name], texts),
    severity,
    entries: sorted.map((entry) => caseChange(entry, texts)),
    moreEntries,
    reads: history.reads,
    readers: history.readers
      .top(MAX_READERS)
      .map(([value, count]) => ({ value: texts.name(value), count })),
    routine: history.routine,
  };
}

/** `namespace/resource/name`, part by part as elsewhere in the page. */
export function objectName(
  parts: readonly (string | undefined)[],
  { name }: Pick<CaseTexts, 'name'>,
): string {
  return parts.flatMap((part) => (part === undefined || part === '' ? [] : [name(part)])).join('/');
}

function caseChange({ request, changes, note }: ObjectEntry, texts: CaseTexts): CaseChange {
  const { name, redact, long, time } = texts;
  // Diffs are redacted by key already; texts in them may hold more.
  const value = (text: string | undefined): string | null =>
    text === undefined ? null : long(redact(text));
  return {
    time: time(request.time),
    user: name(request.user),
    as: name(request.impersonatedUser),
    verb: name(request.verb),
    subresource: name(request.subresource),
    result: name(requestResult(request)),
    source: name(request.sourceIp),
    client: name(clientName(request.userAgent)),
    id: name(request.auditId),
    note: long(note),
    changes: changes.slice(0, MAX_CHANGES).map(({ path, before, after }) => ({
      path: name(path),
      before: value(before),
      after: value(after),
    })),
    moreChanges: Math.max(0, changes.length - MAX_CHANGES),
  };
}
