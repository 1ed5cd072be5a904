import { expect, test } from 'vitest';
import { linkFacts, type LinkFacts } from '../../src/engine/facts/link-facts.ts';
import type { JsonObject } from '../../src/json/value.ts';
import { eventOf } from '../helpers.ts';

const ID = 'authentication.kubernetes.io/credential-id';

function factsOf(event: JsonObject, address?: string): LinkFacts {
  return linkFacts(eventOf(event), address);
}

test('names the credential, the pod that it is bound to, and the token that was issued', () => {
  const event = {
    level: 'Metadata',
    user: { extra: { [ID]: ['JTI=1'], 'authentication.kubernetes.io/pod-name': ['web-1'] } },
    annotations: { 'authentication.kubernetes.io/issued-credential-id': 'JTI=2' },
  };
  expect(factsOf(event)).toMatchObject({
    level: 'Metadata',
    credential: 'JTI=1',
    pod: 'web-1',
    issued: 'JTI=2',
    isOutside: false,
  });
});

test.each([
  [{ extra: { [ID]: 'JTI=1' } }],
  [{ extra: { [ID]: [] } }],
  [{ extra: { [ID]: [1] } }],
  [{ extra: { [ID]: [''] } }],
  [{ extra: { [ID]: ['x'.repeat(5000)] } }],
  [{ extra: null }],
])('takes nothing for a credential that is none: %#', (user) => {
  expect(factsOf({ user }).credential).toBeUndefined();
});

test.each([
  [
    'RBAC: allowed by ClusterRoleBinding "open" of ClusterRole "edit" to Group "system:unauthenticated"',
    ['clusterrolebindings', '', 'open', 'Group', 'system:unauthenticated'],
  ],
  [
    'RBAC: allowed by RoleBinding "web/shop" of Role "reader" to ServiceAccount "web/shop"',
    ['rolebindings', 'shop', 'web', 'ServiceAccount', 'web/shop'],
  ],
  ['RBAC: allowed by ClusterRoleBinding "a', undefined],
  ['', undefined],
])('reads the binding in the reason of the authorizer: %s', (reason, expected) => {
  const { grant } = factsOf({ annotations: { 'authorization.k8s.io/reason': reason } });
  const parts = grant && [
    grant.resource,
    grant.namespace,
    grant.name,
    grant.subjectKind,
    grant.subject,
  ];
  expect(parts).toEqual(expected);
});

test('tells the controller of what is created, and the account of a token', () => {
  const pod = {
    verb: 'create',
    objectRef: { resource: 'pods' },
    requestObject: {
      metadata: {
        ownerReferences: [
          { kind: 'Other', name: 'x' },
          { kind: 'ReplicaSet', name: 'web-1', controller: true },
        ],
      },
    },
  };
  expect(factsOf(pod).owner).toBe('ReplicaSet/web-1');
  expect(factsOf({ ...pod, verb: 'update' }).owner).toBeUndefined();
  const secret = {
    verb: 'create',
    objectRef: { resource: 'secrets' },
    requestObject: { metadata: { annotations: { 'kubernetes.io/service-account.name': 'web' } } },
  };
  expect(factsOf(secret).tokenFor).toBe('web');
});

test('tells public addresses from private ones', () => {
  expect(factsOf({}, '203.0.113.9').isOutside).toBe(true);
  expect(factsOf({}, '10.0.0.1').isOutside).toBe(false);
});
