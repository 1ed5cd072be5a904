import type { AuditEvent, EventNode } from '../events/event.ts';
import { ParsedNode } from '../events/parsed-node.ts';

const VERB = ['verb'];
const RESOURCE = ['objectRef', 'resource'];
const SUBRESOURCE = ['objectRef', 'subresource'];
const BODY = ['requestObject'];

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
  const metadata = bodyMetadata(event);
  if (metadata === undefined) return undefined;
  const owner = controllerOf(metadata) ?? generatedOf(metadata);
  return owner === undefined || owner.length > LONGEST ? undefined : owner;
}

/** The beginning of the name that a new object asks for; undefined where it has a name of its own. */
export function namePrefix(event: AuditEvent): string | undefined {
  const metadata = bodyMetadata(event);
  return metadata === undefined ? undefined : generatedName(metadata);
}

/** The metadata of the request's body. Node by node: an engine over bytes then parses no more than that. */
function bodyMetadata(event: AuditEvent): EventNode | undefined {
  const body = event.node === undefined ? ParsedNode.at(event, BODY) : event.node(BODY);
  const metadata = body?.member('metadata');
  return metadata?.kind === 'object' ? metadata : undefined;
}

function controllerOf(metadata: EventNode): string | undefined {
  const owners = metadata.member('ownerReferences')?.elements() ?? [];
  const owner = owners.find((entry) => entry.member('controller')?.value === true);
  const kind = textOf(owner?.member('kind'));
  const name = textOf(owner?.member('name'));
  // A node "owns" the pods that lie as files on it: they have nothing in common but the node.
  if (kind === undefined || name === undefined || kind === 'Node') return undefined;
  return `${kind}/${lastingName(kind, name, metadata)}`;
}

function generatedOf(metadata: EventNode): string | undefined {
  const prefix = generatedName(metadata);
  return prefix === undefined ? undefined : `generated/${prefix}`;
}

function generatedName(metadata: EventNode): string | undefined {
  if (textOf(metadata.member('name')) !== undefined) return undefined;
  return textOf(metadata.member('generateName'));
}

function lastingName(kind: string, name: string, metadata: EventNode): string {
  if (kind === 'Job') return name.replace(JOB_TIME, '');
  const hash = textOf(metadata.member('labels')?.member('pod-template-hash'));
  return hash !== undefined && name.endsWith(`-${hash}`) ? name.slice(0, -hash.length - 1) : name;
}

function textOf(node: EventNode | undefined): string | undefined {
  const text = node?.kind === 'string' ? node.text() : '';
  return text === '' ? undefined : text;
}
