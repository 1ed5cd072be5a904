import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isObject, type JsonObject, type JsonValue } from '../../../src/json/value.ts';
import { decode } from '../decode.ts';

const SAMPLE = JSON.parse(
  readFileSync(new URL('../../../samples/inputs/ocsf.json', import.meta.url), 'utf8'),
) as JsonObject;

/** The event of the sample with other members. */
function eventOf(changes: JsonObject): JsonObject {
  const decoded = decode(JSON.stringify({ ...SAMPLE, ...changes }));
  expect(decoded.reasons).toEqual([]);
  return decoded.events[0]!.value;
}

describe('records of Amazon Security Lake', () => {
  test('have bodies in parts, which count as not logged', () => {
    expect(eventOf({})).toMatchObject({ requestObject: 'flattened', responseObject: 'flattened' });
    const without = eventOf({
      unmapped: { kind: 'Event' },
      api: { operation: 'list', request: { uid: 'a' }, response: { code: 200 } },
    });
    expect(without).not.toHaveProperty('requestObject');
    expect(without).not.toHaveProperty('responseObject');
    expect(without).not.toHaveProperty('annotations');
  });

  test.each<[string, JsonObject]>([
    [
      'flattened',
      {
        'impersonatedUser.username': 'root',
        'impersonatedUser.groups[]': 'system:masters,a',
        'annotations.authorization.k8s.io/decision': 'forbid',
      },
    ],
    [
      'as objects',
      {
        impersonatedUser: { username: 'root', groups: ['system:masters', 'a'] },
        annotations: { 'authorization.k8s.io/decision': 'forbid' },
      },
    ],
  ])('and what the schema has no place for %s', (_name, unmapped) => {
    expect(eventOf({ unmapped })).toMatchObject({
      impersonatedUser: { username: 'root', groups: ['system:masters', 'a'] },
      annotations: { 'authorization.k8s.io/decision': 'forbid' },
    });
  });

  test('name the object by the request, and where that does not by the resource', () => {
    const path = '/apis/apps/v1/namespaces/shop/deployments/web/scale';
    const resources = [{ name: 'web', namespace: null, type: 'deploymentsscale', uid: 'u' }];
    expect(eventOf({ http_request: { url: { path } }, resources })['objectRef']).toEqual({
      resource: 'deployments',
      subresource: 'scale',
      apiGroup: 'apps',
      apiVersion: 'v1',
      namespace: 'shop',
      name: 'web',
      uid: 'u',
    });
    const none = [{ name: null, namespace: '', type: null, uid: null, version: null }];
    const healthz = eventOf({ http_request: { url: { path: '/healthz' } }, resources: none });
    expect(healthz).not.toHaveProperty('objectRef');
  });

  test('are judged by their address, its proxies, the answer and the time in milliseconds', () => {
    const found = eventOf({
      src_endpoint: { ip: '10.0.0.1', intermediate_ips: ['10.0.0.1', '::1'] },
      api: {
        operation: 'get',
        request: { uid: 'a' },
        response: { code: 403, error: 'Forbidden', error_message: 'Failure', message: 'no' },
      },
      time_dt: null,
    });
    expect(found).toMatchObject({
      sourceIPs: ['10.0.0.1', '::1'],
      responseStatus: { code: 403, reason: 'Forbidden', status: 'Failure', message: 'no' },
      stageTimestamp: 1_767_323_045_678,
    });
  });

  test.each<[string, JsonValue]>([
    ['another source', { product: { name: 'CloudTrail', version: '1.08' } }],
    ['none', {}],
  ])('of %s are none', (_name, metadata) => {
    expect(isObject(metadata)).toBe(true);
    const { events } = decode(JSON.stringify({ ...SAMPLE, metadata }));
    expect(events).toEqual([]);
  });
});
