import type { AuditEvent } from '../events/event.ts';
import { isObject, member, type JsonObject, type JsonValue } from '../json/value.ts';

const VERB = ['verb'];
const RESOURCE = ['objectRef', 'resource'];
const SUBRESOURCE = ['objectRef', 'subresource'];
const METADATA = ['requestObject', 'metadata'];

/** What cron jobs put behind the name of a job: minutes since 1970. */
const JOB_TIME = /-\d{8,10}$/;
/** Longer texts come from nobody but an attacker. */
const LONGEST = 1024;

/**
 * The controller that a new pod belongs to, as `Kind/name`; `generated/prefix` where only the prefix of its generated
 * name tells. What differs from rollout to rollout, or from run to run of a cron job, is left out. Undefined for
 * other requests, for pods that somebody named, and where no body was logged. Log text.
 */
export function podOwner(event: AuditEvent): string | undefined {
  if (event.text(VERB) !== 'create' || event.text(RESOURCE) !== 'pods') return undefined;
  if (event.text(SUBRESOURCE) !== undefined) return undefined;
  const metadata = event.get(METADATA);
  if (!isObject(metadata)) return undefined;
  const owner = controllerOf(metadata) ?? generatedOf(metadata);
  return owner === undefined || owner.length > LONGEST ? undefined : owner;
}

function controllerOf(metadata: JsonObject): string | undefined {
  const owners = member(metadata, 'ownerReferences');
  if (!Array.isArray(owners)) return undefined;
  const owner = owners.find((entry) => isObject(entry) && member(entry, 'controller') === true);
  if (!isObject(owner)) return undefined;
  const kind = textOf(member(owner, 'kind'));
  const name = textOf(member(owner, 'name'));
  // A node "owns" the pods that lie as files on it: they have nothing in common but the node.
  if (kind === undefined || name === undefined || kind === 'Node') return undefined;
  return `${kind}/${lastingName(kind, name, metadata)}`;
}

function generatedOf(metadata: JsonObject): string | undefined {
  if (textOf(member(metadata, 'name')) !== undefined) return undefined;
  const prefix = textOf(member(metadata, 'generateName'));
  return prefix === undefined ? undefined : `generated/${prefix}`;
}

function lastingName(kind: string, name: string, metadata: JsonObject): string {
  if (kind === 'Job') return name.replace(JOB_TIME, '');
  const labels = member(metadata, 'labels');
  const hash = isObject(labels) ? textOf(member(labels, 'pod-template-hash')) : undefined;
  return hash !== undefined && name.endsWith(`-${hash}`) ? name.slice(0, -hash.length - 1) : name;
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
