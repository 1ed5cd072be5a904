import type { AuditEvent } from '../../src/events/event.ts';
import { ParsedEvent } from '../../src/events/parsed-event.ts';
import type { JsonObject } from '../../src/json/value.ts';

/** Marks of a request behind its verb, resource and group. */
export interface RequestParts {
  readonly group?: string;
  readonly version?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly code?: number;
  readonly decision?: string;
  readonly cluster?: string;
  readonly user?: string;
}

/** An audit event of one request: `request('create', 'pods/exec', { namespace: 'a' })`. */
export function request(verb: string, target: string, parts: RequestParts = {}): AuditEvent {
  const [resource = '', subresource] = target.split('/');
  const objectRef: JsonObject = { resource, apiVersion: parts.version ?? 'v1' };
  if (subresource !== undefined) objectRef['subresource'] = subresource;
  if (parts.group !== undefined) objectRef['apiGroup'] = parts.group;
  if (parts.namespace !== undefined) objectRef['namespace'] = parts.namespace;
  if (parts.name !== undefined) objectRef['name'] = parts.name;
  const event: JsonObject = {
    kind: 'Event',
    auditID: 'a-1',
    stage: 'ResponseComplete',
    verb,
    user: { username: parts.user ?? 'jane' },
    responseStatus: { code: parts.code ?? 200 },
  };
  if (resource !== '') event['objectRef'] = objectRef;
  if (parts.decision !== undefined) {
    event['annotations'] = { 'authorization.k8s.io/decision': parts.decision };
  }
  return new ParsedEvent(JSON.stringify(event), event, {
    time: 0n,
    num: 1,
    firstTime: 0n,
    origin: { file: 'test', line: 1, cluster: parts.cluster },
  });
}
