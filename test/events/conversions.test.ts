import { describe, expect, it, vi } from 'vitest';
import { convertAksRow } from '../../src/events/convert/aks.ts';
import { convertGke } from '../../src/events/convert/gke.ts';
import { parseLegacy } from '../../src/events/convert/legacy.ts';
import { convertRancher } from '../../src/events/convert/rancher.ts';
import { requestTarget, verbOf } from '../../src/events/convert/request-uri.ts';
import { lookup } from '../../src/json/value.ts';
import type { JsonObject, JsonValue } from '../../src/json/value.ts';
import { decode } from './decode.ts';

function gkeEntry(payload: JsonObject, entry: JsonObject = {}): JsonObject {
  return {
    insertId: 'ins',
    timestamp: '2026-01-02T03:04:05.6Z',
    ...entry,
    protoPayload: {
      serviceName: 'k8s.io',
      methodName: 'io.k8s.core.v1.pods.create',
      resourceName: 'core/v1/namespaces/default/pods/web',
      ...payload,
    },
  };
}

const convert = (payload: JsonObject, entry?: JsonObject): JsonObject =>
  convertGke(gkeEntry(payload, entry))?.event ?? {};
const at = (event: JsonObject, ...path: string[]): JsonValue | undefined => lookup(event, path);

describe('GKE entries', () => {
  it.each([
    [0, 201],
    [1, 499],
    [2, 500],
    [3, 400],
    [4, 504],
    [5, 404],
    [6, 409],
    [7, 403],
    [8, 429],
    [9, 400],
    [10, 409],
    [11, 400],
    [12, 501],
    [13, 500],
    [14, 503],
    [15, 500],
    [16, 401],
    [403, 403],
    [422, 422],
  ])('maps status code %i to %i', (code, http) => {
    expect(at(convert({ status: { code } }), 'responseStatus', 'code')).toBe(http);
  });

  it.each([
    ['io.k8s.core.v1.pods.create', 'core/v1/namespaces/d/pods/web', 201],
    ['io.k8s.core.v1.pods.get', 'core/v1/namespaces/d/pods/web', 200],
    ['io.k8s.core.v1.pods.exec.create', 'core/v1/namespaces/d/pods/web/exec', 101],
    ['io.k8s.core.v1.pods.attach.get', 'core/v1/namespaces/d/pods/web/attach', 101],
  ])('takes %s without status for a success', (methodName, resourceName, code) => {
    expect(convert({ methodName, resourceName })['responseStatus']).toEqual({ metadata: {}, code });
  });

  it('says why a request failed', () => {
    const event = convert({ status: { code: 7, message: 'no' } });
    expect(event['responseStatus']).toEqual({
      metadata: {},
      status: 'Failure',
      message: 'no',
      code: 403,
    });
  });

  it('takes the Status the API server answered with when there is no other', () => {
    const response = {
      kind: 'Status',
      status: 'Failure',
      reason: 'Forbidden',
      code: 403,
      '@type': 't',
    };
    const event = convert({ response });
    expect(at(event, 'responseStatus', 'code')).toBe(403);
    expect(at(event, 'responseObject')).not.toHaveProperty('@type');
  });

  it.each<[string, JsonObject | undefined]>([
    [
      'core/v1/namespaces/d/pods/web',
      { resource: 'pods', namespace: 'd', name: 'web', apiVersion: 'v1' },
    ],
    ['core/v1/namespaces/d/pods', { resource: 'pods', namespace: 'd', apiVersion: 'v1' }],
    [
      'core/v1/namespaces/d/pods/web/exec',
      { resource: 'pods', namespace: 'd', name: 'web', apiVersion: 'v1', subresource: 'exec' },
    ],
    ['core/v1/namespaces/foo', { resource: 'namespaces', name: 'foo', apiVersion: 'v1' }],
    ['core/v1/nodes', { resource: 'nodes', apiVersion: 'v1' }],
    [
      'core/v1/nodes/n1/proxy',
      { resource: 'nodes', name: 'n1', apiVersion: 'v1', subresource: 'proxy' },
    ],
    [
      'apps/v1/namespaces/d/deployments/w',
      { resource: 'deployments', namespace: 'd', name: 'w', apiGroup: 'apps', apiVersion: 'v1' },
    ],
    ['odd', undefined],
    ['', undefined],
  ])('reads the object of %j', (resourceName, objectRef) => {
    expect(convert({ resourceName })['objectRef']).toEqual(objectRef);
  });

  it.each([
    [{ first: true, last: true }, 'exec', 'ResponseStarted'],
    [{ first: true }, 'exec', 'ResponseStarted'],
    [{ last: true }, 'exec', 'ResponseComplete'],
    [{}, 'exec', 'ResponseStarted'],
    [{ first: true }, 'portforward', 'ResponseStarted'],
    [{}, 'log', 'ResponseComplete'],
  ])('gives operation %j of %s the stage %s', (operation, subresource, stage) => {
    const event = convert(
      { resourceName: `core/v1/namespaces/d/pods/w/${subresource}` },
      { operation },
    );
    expect(event['stage']).toBe(stage);
  });

  it('does not take a stream that has started for a failure', () => {
    const resourceName = 'core/v1/namespaces/d/pods/w/exec';
    const started = convert({ resourceName, status: { code: 2 } }, { operation: { first: true } });
    expect(at(started, 'responseStatus', 'code')).toBe(101);
    const ended = convert({ resourceName, status: { code: 2 } }, { operation: { last: true } });
    expect(at(ended, 'responseStatus', 'code')).toBe(500);
  });

  it('puts the labels of the resource over those of the entry', () => {
    const event = convert(
      {},
      { labels: { a: '1', b: '1' }, resource: { labels: { b: '2', cluster_name: 'prod' } } },
    );
    expect(event['annotations']).toEqual({ a: '1', b: '2', cluster_name: 'prod' });
  });

  it('are left alone when they are of another service', () => {
    const entry = gkeEntry({ serviceName: 'container.googleapis.com' });
    expect(decode(JSON.stringify(entry)).reasons).toEqual(['1:gke-other']);
  });

  it('survive being empty', () => {
    expect(decode('{"protoPayload":{"serviceName":"k8s.io"}}').reasons).toEqual(['1:bad-record']);
  });
});

describe('AKS rows', () => {
  it('parse columns that are JSON text', () => {
    const event = convertAksRow({
      AuditId: 'a',
      Verb: 'get',
      User: '{"username":"jane"}',
      SourceIps: '["192.0.2.1"]',
    });
    expect(event).toMatchObject({
      auditID: 'a',
      user: { username: 'jane' },
      sourceIPs: ['192.0.2.1'],
    });
  });

  it('mark bodies that Azure left out', () => {
    const event = convertAksRow({
      AuditId: 'a',
      Verb: 'get',
      RequestObject: 'skipped-too-big-size-object',
    });
    expect(event).not.toHaveProperty('requestObject');
    expect(event['annotations']).toEqual({ 'audit.k8s.io/truncated': 'true' });
  });

  it('take the time the row was generated when there is no other', () => {
    expect(convertAksRow({ TimeGenerated: '2026-01-02T03:04:05Z' })['stageTimestamp']).toBe(
      '2026-01-02T03:04:05Z',
    );
  });
});

describe('legacy lines', () => {
  const start = '2017-03-21T03:57:09.106841886-04:00 AUDIT: id="c939"';

  it('read the request line of the older form', () => {
    const event = parseLegacy(
      `${start} ip="127.0.0.1" method="GET" user="admin" groups="<none>" as="<self>" asgroups="<lookup>" namespace="default" uri="/api/v1/namespaces/default/pods"`,
    );
    expect(event).toMatchObject({
      auditID: 'c939',
      verb: 'list',
      user: { username: 'admin' },
      objectRef: { resource: 'pods', namespace: 'default', apiVersion: 'v1' },
      stageTimestamp: '2017-03-21T03:57:09.106841886-04:00',
    });
  });

  it('read impersonation and the response', () => {
    const event = parseLegacy(
      `${start} stage="ResponseComplete" method="delete" user="a\\"b" as="root" asgroups="\\"g1\\",\\"g2\\"" uri="/healthz" response="403"`,
    );
    expect(event).toMatchObject({
      user: { username: 'a"b' },
      impersonatedUser: { username: 'root', groups: ['g1', 'g2'] },
      responseStatus: { code: 403 },
    });
    expect(event).not.toHaveProperty('objectRef');
  });

  it.each(['AUDIT: id="x"', 'yesterday AUDIT: id="x"', start.slice(0, -1), ''])(
    'leave %j alone',
    (text) => {
      expect(parseLegacy(text)).toBeUndefined();
    },
  );
});

describe('Rancher records', () => {
  const record = {
    auditID: 'r',
    method: 'GET',
    user: { name: 'u' },
    remoteAddr: '[2001:db8::1]:443',
    responseCode: 200,
  };

  it('become events when they were passed on to a cluster', () => {
    const converted = convertRancher({
      ...record,
      requestURI: '/k8s/clusters/c-1/api/v1/secrets?watch=true',
    });
    expect(converted).toMatchObject({
      cluster: 'c-1',
      event: {
        verb: 'watch',
        requestURI: '/api/v1/secrets?watch=true',
        sourceIPs: ['2001:db8::1'],
        objectRef: { resource: 'secrets' },
      },
    });
  });

  it('are reported when they are about Rancher itself', () => {
    expect(convertRancher({ ...record, requestURI: '/v3/users' })).toBeUndefined();
    expect(decode(JSON.stringify({ ...record, requestURI: '/v3/users' })).reasons).toEqual([
      '1:rancher',
    ]);
  });

  it('have their odd times rewritten', () => {
    const converted = convertRancher({
      ...record,
      requestURI: '/k8s/clusters/c/version',
      responseTimestamp: '2026-01-02 03:04:05 +0000 UTC',
    });
    expect(converted?.event['stageTimestamp']).toBe('2026-01-02T03:04:05+00:00');
  });
});

describe('request URIs', () => {
  it.each<[string, JsonObject | undefined]>([
    ['/api/v1/pods', { resource: 'pods', apiVersion: 'v1' }],
    [
      '/api/v1/namespaces/d/pods/w/log?follow=1',
      { resource: 'pods', namespace: 'd', name: 'w', apiVersion: 'v1', subresource: 'log' },
    ],
    [
      '/api/v1/namespaces/d',
      { resource: 'namespaces', namespace: 'd', name: 'd', apiVersion: 'v1' },
    ],
    [
      '/api/v1/namespaces/d/finalize',
      {
        resource: 'namespaces',
        namespace: 'd',
        name: 'd',
        apiVersion: 'v1',
        subresource: 'finalize',
      },
    ],
    ['/api/v1/namespaces', { resource: 'namespaces', apiVersion: 'v1' }],
    [
      '/apis/apps/v1/watch/deployments',
      { resource: 'deployments', apiGroup: 'apps', apiVersion: 'v1' },
    ],
    [
      '/api/v1/namespaces/d/pods/a%2Fb',
      { resource: 'pods', namespace: 'd', name: 'a/b', apiVersion: 'v1' },
    ],
    [
      '/api/v1/namespaces/d/pods/%zz',
      { resource: 'pods', namespace: 'd', name: '%zz', apiVersion: 'v1' },
    ],
    ['/healthz', undefined],
    ['/api/v1', undefined],
    ['', undefined],
  ])('%s', (uri, objectRef) => {
    expect(requestTarget(uri)?.objectRef).toEqual(objectRef);
  });

  it.each([
    ['GET', '/api/v1/pods', 'list'],
    ['GET', '/api/v1/pods?watch=true', 'watch'],
    ['GET', '/api/v1/namespaces/d/pods/w', 'get'],
    ['POST', '/api/v1/pods', 'create'],
    ['PUT', '/api/v1/namespaces/d/pods/w', 'update'],
    ['PATCH', '/api/v1/namespaces/d/pods/w', 'patch'],
    ['DELETE', '/api/v1/namespaces/d/pods', 'deletecollection'],
    ['DELETE', '/api/v1/namespaces/d/pods/w', 'delete'],
    ['POST', '/healthz', 'post'],
    ['deletecollection', '/api/v1/pods', 'deletecollection'],
  ])('%s %s is %s', (method, uri, verb) => {
    expect(verbOf(method, requestTarget(uri))).toBe(verb);
  });
});

describe('bodies of GKE entries', () => {
  const long = 'x'.repeat(400);
  const entry = (payload: string): string =>
    `{"protoPayload":{"serviceName":"k8s.io","methodName":"io.k8s.core.v1.pods.create","resourceName":"core/v1/namespaces/d/pods/w","authenticationInfo":{"principalEmail":"jane"},${payload}},"timestamp":"2026-01-02T03:04:05Z","insertId":"i"}`;
  const pod = `"@type":"core.k8s.io/v1.Pod","n":1.50,"big":12345678901234567890,"s":"\\u003c${long}"`;
  const PAYLOADS: Readonly<Record<string, string>> = {
    'as they were written': `"request":{${pod}},"response":{"a":1e3}`,
    'with the type in another place': `"request":{"a":{"@type":"x"},${pod}}`,
    'without a type': `"request":{"a":1.0,"s":"${long}"}`,
    'with nothing but a type': `"request":{"@type":"x"},"response":{}`,
    'that are no objects': `"request":null,"response":[1.0,"${long}"]`,
    'that are JSON in a text': `"request":"{\\"a\\":1.0,\\"s\\":\\"${long}\\"}"`,
    'with a failure': `"response":{"@type":"x","status":"Failure","code":404,"message":"${long}"}`,
    'with a failure in other letters': `"response":{"status":"\\u0046ailure","code":404,"s":"${long}"}`,
    'that come twice': `"request":{${pod}},"request":{"b":2}`,
    'that are broken': `"request":{${pod},},"response":{}`,
  };

  it.each(Object.keys(PAYLOADS))('are the same wherever they are in a log: %s', (name) => {
    const text = entry(PAYLOADS[name]!);
    const first = decode(text);
    const later = decode(`${entry('"x":1')}\n${text}\n${text}`);
    expect(first.events.length + first.problems.length).toBe(1);
    for (const again of [1, 2]) {
      const event = later.events[again];
      expect(event && { ...event, line: 1 }).toEqual(first.events[0]);
    }
    expect(later.problems.map(({ reason }) => reason)).toEqual(
      [...first.problems, ...first.problems].map(({ reason }) => reason),
    );
    for (const { text: own, value } of first.events) expect(JSON.parse(own)).toEqual(value);
  });

  it('are not parsed in a log that is known', () => {
    const parse = vi.spyOn(JSON, 'parse');
    const text = entry(PAYLOADS['as they were written']!);
    decode(text);
    const isLong = ([parsed]: readonly unknown[]): boolean => String(parsed).includes(long);
    expect(parse.mock.calls.filter(isLong)).toHaveLength(1);
    parse.mockClear();
    decode(`${entry('"x":1')}\n${text}`);
    expect(parse.mock.calls.filter(isLong)).toEqual([]);
    parse.mockRestore();
  });

  it('keep the spelling of numbers and escapes', () => {
    const { events } = decode(entry(PAYLOADS['as they were written']!));
    expect(events[0]?.text).toContain(
      `"requestObject":{"n":1.50,"big":12345678901234567890,"s":"\\u003c${long}"},"responseObject":{"a":1e3}}`,
    );
  });
});
