import type { AuditEvent, EventNode } from '../events/event.ts';
import { patchedObject } from './patched-object.ts';
import { descend, nodeAt } from './traverse.ts';

/** Path from the body of a workload to its pod spec. */
const POD_SPEC_PATHS: ReadonlyMap<string, readonly string[]> = new Map([
  ['pods', ['spec']],
  ['deployments', ['spec', 'template', 'spec']],
  ['daemonsets', ['spec', 'template', 'spec']],
  ['statefulsets', ['spec', 'template', 'spec']],
  ['replicasets', ['spec', 'template', 'spec']],
  ['replicationcontrollers', ['spec', 'template', 'spec']],
  ['jobs', ['spec', 'template', 'spec']],
  ['cronjobs', ['spec', 'jobTemplate', 'spec', 'template', 'spec']],
  ['podtemplates', ['template', 'spec']],
]);

/** The resource the request is about, when it is about the object itself. */
export function plainResource(event: AuditEvent): string | undefined {
  const resource = event.get(['objectRef', 'resource']);
  const subresource = event.get(['objectRef', 'subresource']) ?? '';
  return typeof resource === 'string' && subresource === '' ? resource : undefined;
}

/** The resource of a workload: something that has, or is, a pod spec. */
export function workloadKind(event: AuditEvent): string | undefined {
  const resource = plainResource(event);
  if (resource !== undefined) return POD_SPEC_PATHS.has(resource) ? resource : undefined;
  // Adding a debug container sends the whole pod to this subresource.
  const debug =
    event.get(['objectRef', 'resource']) === 'pods' &&
    event.get(['objectRef', 'subresource']) === 'ephemeralcontainers';
  return debug ? 'pods' : undefined;
}

/**
 * A part of the object as the request leaves it. A patch is only a difference, so that the response
 * is read where it was logged; else what the patch shows of the object.
 */
export function effectiveNode(event: AuditEvent, path: readonly string[]): EventNode | undefined {
  if (event.get(['verb']) === 'patch') {
    const answered = nodeAt(event, ['responseObject', ...path]);
    if (answered !== undefined && answered.kind !== 'null') return answered;
    const patch = nodeAt(event, ['requestObject']);
    if (patch?.kind === 'array') return descend(patchedObject(patch), ...path);
  }
  return nodeAt(event, ['requestObject', ...path]);
}

/** The pod spec of a workload of any kind; undefined when the event has none. */
export function podSpec(event: AuditEvent): EventNode | undefined {
  const kind = workloadKind(event);
  const path = kind === undefined ? undefined : POD_SPEC_PATHS.get(kind);
  const node = path === undefined ? undefined : effectiveNode(event, path);
  return node?.kind === 'object' ? node : undefined;
}
