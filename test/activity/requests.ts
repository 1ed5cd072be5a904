import type { AuditEvent } from '../../src/events/event.ts';
import { requestOf, type Request } from '../../src/activity/request.ts';
import type { JsonObject, JsonValue } from '../../src/json/value.ts';
import { parseRfc3339 } from '../../src/util/time.ts';
import { FakeEvent } from '../fields/fake-event.ts';

type Parts = Record<string, JsonValue | undefined>;

const BASE: JsonObject = {
  kind: 'Event',
  apiVersion: 'audit.k8s.io/v1',
  level: 'Metadata',
  auditID: 'id-1',
  stage: 'ResponseComplete',
  verb: 'get',
  requestURI: '/api/v1/namespaces/shop/pods/web',
  user: { username: 'alice' },
  sourceIPs: ['10.0.0.1'],
  userAgent: 'kubectl/v1.34.1 (linux/amd64)',
  objectRef: { resource: 'pods', namespace: 'shop', name: 'web', apiVersion: 'v1' },
  responseStatus: { code: 200 },
  requestReceivedTimestamp: '2026-03-01T10:00:00.000000Z',
  stageTimestamp: '2026-03-01T10:00:01.000000Z',
};

/** An event like the one above, with some members changed, or left out when undefined. */
export function event(parts: Parts = {}): AuditEvent {
  const entries = Object.entries({ ...BASE, ...parts });
  const value = Object.fromEntries(entries.filter(([, each]) => each !== undefined)) as JsonObject;
  const stage = value['stageTimestamp'];
  const time = (typeof stage === 'string' ? parseRfc3339(stage) : undefined) ?? 0n;
  return new FakeEvent(value, { time });
}

export function request(parts: Parts = {}): Request {
  return requestOf(event(parts));
}

/** A time on the day of the events. */
export function at(clock: string): bigint {
  return parseRfc3339(`2026-03-01T${clock}Z`)!;
}
