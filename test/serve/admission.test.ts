import { describe, expect, test } from 'vitest';
import { admit } from '../../src/serve/admission.ts';

const NOW = Date.UTC(2026, 2, 5, 10, 0, 0, 12);
const POD = { metadata: { name: 'web' }, spec: { containers: [{ name: 'c', image: 'nginx' }] } };
const REQUEST = {
  uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
  kind: { group: '', version: 'v1', kind: 'Pod' },
  resource: { group: '', version: 'v1', resource: 'pods' },
  name: 'web',
  namespace: 'shop',
  operation: 'CREATE',
  userInfo: { username: 'alice', groups: ['system:authenticated'] },
  object: POD,
  oldObject: null,
  dryRun: false,
  options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
};

function review(request: object, apiVersion = 'admission.k8s.io/v1'): string {
  return JSON.stringify({
    kind: 'AdmissionReview',
    apiVersion,
    request: { ...REQUEST, ...request },
  });
}

function eventOf(request: object): Record<string, unknown> {
  return JSON.parse(admit(review(request), NOW).event!) as Record<string, unknown>;
}

test('a request is allowed in the version it was asked in', () => {
  expect(JSON.parse(admit(review({}, 'admission.k8s.io/v1beta1'), NOW).answer)).toEqual({
    apiVersion: 'admission.k8s.io/v1beta1',
    kind: 'AdmissionReview',
    response: { uid: REQUEST.uid, allowed: true },
  });
});

test('a request is an audit event', () => {
  expect(eventOf({})).toEqual({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Request',
    auditID: REQUEST.uid,
    stage: 'ResponseComplete',
    requestURI: '/api/v1/namespaces/shop/pods',
    verb: 'create',
    user: REQUEST.userInfo,
    objectRef: { resource: 'pods', namespace: 'shop', name: 'web', apiVersion: 'v1' },
    responseStatus: { metadata: {}, code: 201 },
    requestObject: POD,
    requestReceivedTimestamp: '2026-03-05T10:00:00.012000Z',
    stageTimestamp: '2026-03-05T10:00:00.012000Z',
    annotations: {
      'authorization.k8s.io/decision': 'allow',
      'k8s-audit/source': 'admission: the response is assumed',
    },
  });
});

test.each([
  [
    'exec',
    {
      operation: 'CONNECT',
      subResource: 'exec',
      object: {
        kind: 'PodExecOptions',
        apiVersion: 'v1',
        command: ['sh', '-c', 'a&b'],
        container: 'c',
        tty: true,
      },
    },
    {
      verb: 'create',
      requestURI:
        '/api/v1/namespaces/shop/pods/web/exec?command=sh&command=-c&command=a%26b&container=c&tty=true',
      responseStatus: { metadata: {}, code: 101 },
    },
  ],
  [
    'update',
    { operation: 'UPDATE' },
    {
      verb: 'update',
      requestURI: '/api/v1/namespaces/shop/pods/web',
      responseStatus: { metadata: {}, code: 200 },
    },
  ],
  [
    'delete',
    { operation: 'DELETE', object: null, options: { kind: 'DeleteOptions' } },
    { verb: 'delete', requestObject: { kind: 'DeleteOptions' } },
  ],
  [
    'a binding',
    { subResource: 'binding' },
    { requestURI: '/api/v1/namespaces/shop/pods/web/binding' },
  ],
  [
    'what is addressed, not what it was converted to',
    {
      resource: { group: 'apps', version: 'v1', resource: 'deployments' },
      requestResource: { group: 'extensions', version: 'v1beta1', resource: 'deployments' },
    },
    {
      requestURI: '/apis/extensions/v1beta1/namespaces/shop/deployments',
      objectRef: {
        apiGroup: 'extensions',
        apiVersion: 'v1beta1',
        name: 'web',
        namespace: 'shop',
        resource: 'deployments',
      },
    },
  ],
  ['a dry run', { dryRun: true }, { requestURI: '/api/v1/namespaces/shop/pods?dryRun=All' }],
  [
    'a namespace, which lies in none',
    {
      resource: { group: '', version: 'v1', resource: 'namespaces' },
      name: 'shop',
      operation: 'DELETE',
    },
    { requestURI: '/api/v1/namespaces/shop' },
  ],
])('%s', (_name, request, event) => {
  expect(eventOf(request)).toMatchObject(event);
});

describe('what is no AdmissionReview is allowed too, and no event', () => {
  test.each([
    '',
    'no JSON',
    '[]',
    'null',
    '{"kind":"EventList"}',
    '{"kind":"AdmissionReview"}',
    '{"kind":"AdmissionReview","request":[]}',
    '{"kind":"AdmissionReview","request":{"uid":"u","operation":"__proto__"}}',
    '['.repeat(200_000),
  ])('%.40s', (text) => {
    const { answer, event } = admit(text, NOW);
    expect((JSON.parse(answer) as { response: object }).response).toMatchObject({ allowed: true });
    expect(event).toBeUndefined();
  });
});
