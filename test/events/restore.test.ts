import { describe, expect, test } from 'vitest';
import { restoreEvent } from '../../src/events/convert/restore.ts';
import { isObject, type JsonObject, type JsonValue } from '../../src/json/value.ts';
import { decode } from './decode.ts';

const ALLOW = { 'authorization.k8s.io/decision': 'allow' };

describe('annotations that a shipper spelled anew', () => {
  test.each<[string, JsonObject, JsonObject]>([
    ['underscores', { 'authorization_k8s_io/decision': 'allow' }, ALLOW],
    ['underscores throughout', { authorization_k8s_io_decision: 'allow' }, ALLOW],
    ['levels', { authorization: { k8s: { 'io/decision': 'allow' } } }, ALLOW],
    ['dashes', { 'authorization-k8s-io/decision': 'allow' }, ALLOW],
    [
      'others stay',
      { 'authorization_k8s_io/decision': 'allow', 'note.example.com/a': 'b' },
      { ...ALLOW, 'note.example.com/a': 'b' },
    ],
  ])('%s', (_name, annotations, expected) => {
    const restored = restoreEvent({ user: {}, annotations });
    expect(restored?.['annotations']).toEqual(expected);
  });

  test.each<[string, JsonObject]>([
    ['as written', ALLOW],
    ['none', {}],
    ['only others', { 'note.example.com/a': 'b' }],
    ['the decision stands beside', { ...ALLOW, authorization_k8s_io_reason: 'x' }],
  ])('%s: nothing changes', (_name, annotations) => {
    expect(restoreEvent({ user: {}, annotations })).toBeUndefined();
  });
});

describe('an event whose objects are JSON in texts', () => {
  const OBJECTS = {
    user: { username: 'mia', groups: ['dev'] },
    impersonatedUser: { username: 'eve' },
    objectRef: { resource: 'secrets' },
    responseStatus: { code: 200 },
    annotations: ALLOW,
    requestObject: { kind: 'Secret' },
    sourceIPs: ['10.0.0.1', '::1'],
  };
  const QUOTED = Object.fromEntries(
    Object.entries(OBJECTS).map(([key, value]) => [key, JSON.stringify(value)]),
  );

  test('is what it was', () => {
    expect(restoreEvent({ verb: 'get', ...QUOTED })).toEqual({ verb: 'get', ...OBJECTS });
  });

  const REASON = 'RBAC: allowed by ClusterRoleBinding "x" of ClusterRole "y" to User "mia"';
  const LOGGED = {
    user: { username: 'mia', groups: ['dev', 'system:masters'], extra: { a: ['b, c'] } },
    sourceIPs: ['10.0.0.1', '::1'],
    objectRef: { resource: 'secrets', namespace: "mia's" },
    responseStatus: { metadata: {}, code: 200 },
    annotations: { ...ALLOW, 'authorization.k8s.io/reason': REASON },
  };

  test.each([
    [
      'Python',
      "{'username': 'mia', 'groups': ['dev', 'system:masters'], 'extra': {'a': ['b, c']}}",
      "['10.0.0.1', '::1']",
      `{'resource': 'secrets', 'namespace': "mia's"}`,
      "{'metadata': {}, 'code': 200}",
      `{'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': '${REASON}'}`,
    ],
    [
      'DuckDB',
      "{'username': mia, 'groups': [dev, 'system:masters'], 'extra': {'a': ['b, c']}}",
      '[10.0.0.1, ::1]',
      `{'resource': secrets, 'namespace': mia's}`,
      "{'metadata': {}, 'code': 200}",
      `{'authorization.k8s.io/decision': allow, 'authorization.k8s.io/reason': ${REASON}}`,
    ],
    [
      'Athena',
      '{username=mia, groups=[dev, system:masters], extra={a=["b, c"]}}',
      '[10.0.0.1, ::1]',
      "{resource=secrets, namespace=mia's}",
      '{metadata={}, code=200}',
      `{authorization.k8s.io/decision=allow, authorization.k8s.io/reason=${REASON}}`,
    ],
  ])('and as %s prints them', (_name, user, sourceIPs, objectRef, responseStatus, annotations) => {
    const event = { verb: 'get', user, sourceIPs, objectRef, responseStatus, annotations };
    expect(restoreEvent(event)).toEqual({ verb: 'get', ...LOGGED });
  });

  test('bodies that were printed are taken where texts have quotes', () => {
    const restored = (user: string, requestObject: string): JsonObject | undefined =>
      restoreEvent({ user, requestObject });
    expect(
      restored(
        "{'username': 'mia'}",
        String.raw`{'a': "it's A
", 'b': [True, None, 1.5]}`,
      ),
    ).toMatchObject({ requestObject: { a: "it's A\n", b: [true, null, 1.5] } });
    expect(restored('{username=mia}', '{a=b}')).toMatchObject({ requestObject: '{a=b}' });
    expect(restored("{'username': mia}", "{'a': b}")).toMatchObject({ requestObject: "{'a': b}" });
  });

  test.each([
    '{username=mia',
    '{username=mia} x',
    "{'username': }x}",
    '{a b}',
    `{${'a={'.repeat(90)}`,
  ])('%s is none', (user) => {
    expect(restoreEvent({ user, objectRef: '{resource=pods}' })).toBeUndefined();
  });

  test('keeps texts that hold no JSON', () => {
    const event = {
      user: '{"username":"mia"}',
      objectRef: '{',
      responseStatus: '-',
      sourceIPs: '',
    };
    expect(restoreEvent(event)).toEqual({
      user: { username: 'mia' },
      objectRef: '{',
      responseStatus: '-',
      sourceIPs: [],
    });
  });

  test('is told by its user: what the API server wrote stays', () => {
    expect(restoreEvent({ user: { username: 'mia' }, objectRef: '{"resource":"a"}' })).toBe(
      undefined,
    );
    expect(restoreEvent({ user: 'mia', objectRef: '{"resource":"a"}' })).toBeUndefined();
  });
});

/** Twelve, so that the order of their names is another one. */
const GROUPS = Array.from({ length: 12 }, (_, at) => `g${at}`);

describe('members under names that all logs of a store share, as Datadog has them', () => {
  const moved = {
    auditID: 'a',
    http: { method: 'list', url: '/api/v1/pods', status_code: 403, useragent: 'kubectl' },
    usr: { id: 'mia' },
    network: { client: { ip: '::1' } },
    user: { groups: ['dev'] },
  };

  test('are moved back', () => {
    expect(restoreEvent(moved)).toEqual({
      ...moved,
      verb: 'list',
      requestURI: '/api/v1/pods',
      userAgent: 'kubectl',
      sourceIPs: ['::1'],
      user: { username: 'mia', groups: ['dev'] },
      responseStatus: { code: 403 },
    });
  });

  test('where they are not there as they were', () => {
    const own = {
      requestURI: '/x',
      sourceIPs: ['::2'],
      user: { username: 'eve' },
      responseStatus: { code: 200 },
    };
    expect(restoreEvent({ ...moved, ...own })).toMatchObject({ verb: 'list', ...own });
    expect(restoreEvent({ ...moved, verb: 'get' })).toBeUndefined();
    expect(restoreEvent({ auditID: 'a', http: { method: 5 } })).toBeUndefined();
  });

  test('are those of an archive', () => {
    const record = {
      _id: '1',
      attributes: {
        ...moved,
        kind: 'Event',
        apiVersion: 'audit.k8s.io/v1',
        stageTimestamp: '2026-01-02T03:04:05Z',
      },
    };
    const { events } = decode(`${JSON.stringify(record)}\n`);
    expect(events.map(({ value }) => value)).toMatchObject([
      { verb: 'list', requestURI: '/api/v1/pods' },
    ]);
  });
});

describe('flattened keys', () => {
  test.each<[string, JsonObject, JsonObject]>([
    [
      'underscores',
      { verb: 'get', user_username: 'mia', objectRef_resource: 'secrets', user_groups: ['a'] },
      {
        verb: 'get',
        user: { username: 'mia', groups: ['a'] },
        objectRef: { resource: 'secrets' },
      },
    ],
    [
      'dots',
      { 'user.username': 'mia', 'user.groups.0': 'a', 'user.groups.1': 'b', 'sourceIPs.0': '::1' },
      { user: { username: 'mia', groups: ['a', 'b'] }, sourceIPs: ['::1'] },
    ],
    [
      'elements of lists in brackets, as LogScale names them, in any order',
      {
        'user.username': 'mia',
        ...Object.fromEntries(GROUPS.map((name, at) => [`user.groups[${at}]`, name]).toReversed()),
        'user.extra.authentication.kubernetes.io/credential-id[0]': 'JTI=1',
        'sourceIPs[0]': '::1',
        'requestObject.spec.containers[0].args[0]': '-c',
        'requestObject.spec.containers[0].image': 'x',
        'requestObject.rows[0][1]': 'b',
        'requestObject.rows[0][0]': 'a',
      },
      {
        user: {
          username: 'mia',
          groups: GROUPS,
          extra: { 'authentication.kubernetes.io/credential-id': ['JTI=1'] },
        },
        sourceIPs: ['::1'],
        requestObject: { spec: { containers: [{ args: ['-c'], image: 'x' }] }, rows: [['a', 'b']] },
      },
    ],
    [
      'what a user has beside',
      { user_username: 'mia', user_extra_authentication_kubernetes_io_credential_id: '["JTI=1"]' },
      {
        user: {
          username: 'mia',
          extra: { 'authentication.kubernetes.io/credential-id': ['JTI=1'] },
        },
      },
    ],
    [
      'lists in one cell of a table',
      {
        'user.username': 'mia',
        'user.groups': 'dev, system:masters',
        'impersonatedUser.groups': '["a","b"]',
        sourceIPs: '10.0.0.1,::1',
      },
      {
        user: { username: 'mia', groups: ['dev', 'system:masters'] },
        impersonatedUser: { groups: ['a', 'b'] },
        sourceIPs: ['10.0.0.1', '::1'],
      },
    ],
    [
      'lists as Python and Athena print them',
      { 'user.username': 'mia', 'user.groups': "['dev', 'system:masters']", sourceIPs: '[::1]' },
      { user: { username: 'mia', groups: ['dev', 'system:masters'] }, sourceIPs: ['::1'] },
    ],
    [
      'lists of a body as texts, and words of Python',
      {
        'user.username': 'mia',
        'requestObject.subjects': '[{"kind":"User"}]',
        'requestObject.spec.containers': "[{'name': 'a', 'tty': True}]",
        'requestObject.spec.hostNetwork': 'True',
        'requestObject.data.note': '[a]',
      },
      {
        user: { username: 'mia' },
        requestObject: {
          subjects: [{ kind: 'User' }],
          spec: { containers: [{ name: 'a', tty: true }], hostNetwork: true },
          data: { note: '[a]' },
        },
      },
    ],
    [
      'an object of which a row of a table has nothing',
      { 'user.username': 'mia', requestObject: '', 'requestObject.a': 'x', 'responseObject.a': '' },
      { user: { username: 'mia' }, requestObject: { a: 'x' } },
    ],
    [
      'lists as Splunk names them; objects of lists in bodies cannot be put together',
      {
        'user.username': 'mia',
        'user.groups{}': 'dev\nsystem:masters',
        'sourceIPs{}': ['::1'],
        'requestObject.kind': 'Pod',
        'requestObject.spec.containers{}.image': 'a\nb',
      },
      {
        user: { username: 'mia', groups: ['dev', 'system:masters'] },
        sourceIPs: ['::1'],
        requestObject: 'flattened',
      },
    ],
    [
      'empty cells of a table, but no texts of bodies',
      {
        'user.username': 'mia',
        'objectRef.name': 'x',
        'objectRef.subresource': '-',
        'objectRef.apiGroup': '',
        'requestObject.kind': 'Secret',
        'requestObject.data': '',
      },
      {
        user: { username: 'mia' },
        objectRef: { name: 'x' },
        requestObject: { kind: 'Secret', data: '' },
      },
    ],
    [
      'annotations keep their own dots',
      { 'user.username': 'mia', 'annotations.authorization.k8s.io/decision': 'allow' },
      { user: { username: 'mia' }, annotations: ALLOW },
    ],
    [
      'bodies',
      {
        user_username: 'mia',
        'requestObject.spec.containers.0.image': 'x',
        responseStatus_code: 201,
      },
      {
        user: { username: 'mia' },
        requestObject: { spec: { containers: [{ image: 'x' }] } },
        responseStatus: { code: 201 },
      },
    ],
    [
      'an object that is there wins',
      { user_username: 'mia', objectRef: { name: 'a' }, objectRef_name: 'b' },
      { objectRef: { name: 'a' }, objectRef_name: 'b', user: { username: 'mia' } },
    ],
  ])('%s', (_name, event, expected) => {
    expect(restoreEvent(event)).toEqual(expected);
  });

  test('in small letters with underscores, as OpenObserve stores them', () => {
    const event = {
      auditid: 'a',
      verb: 'get',
      requesturi: '/api',
      user_username: 'mia',
      user_groups: '["dev","system:masters"]',
      sourceips: '["10.0.0.1","::1"]',
      objectref_resource: 'pods',
      annotations_authorization_k8s_io_decision: 'allow',
      requestobject_spec_hostnetwork: true,
      requestobject_kind: 'Pod',
    };
    expect(restoreEvent(event)).toEqual({
      auditID: 'a',
      verb: 'get',
      requestURI: '/api',
      requestObject: 'flattened',
      sourceIPs: ['10.0.0.1', '::1'],
      user: { username: 'mia', groups: ['dev', 'system:masters'] },
      objectRef: { resource: 'pods' },
      annotations: ALLOW,
    });
  });

  test('an event that has its user is left alone', () => {
    expect(restoreEvent({ user: { username: 'a' }, objectRef_name: 'b' })).toBeUndefined();
  });

  test('hostile keys make no prototype', () => {
    const event = JSON.parse(
      '{"user.__proto__.polluted":1,"user.constructor.prototype.p":1}',
    ) as JsonObject;
    const restored = restoreEvent(event)!;
    expect(Object.keys(restored['user'] as JsonObject)).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(({} as Record<string, unknown>)['p']).toBeUndefined();
  });
});

describe('keys in another spelling', () => {
  const usual = {
    auditID: 'a',
    requestURI: '/api',
    verb: 'get',
    user: { username: 'mia', groups: ['dev'] },
    objectRef: { resource: 'pods', apiGroup: 'apps' },
    responseStatus: { code: 200 },
    requestObject: { spec: { hostpid: true } },
  };
  const spell = (value: JsonValue, as: (key: string) => string, depth = 2): JsonValue =>
    depth === 0 || !isObject(value)
      ? value
      : Object.fromEntries(
          Object.entries(value).map(([key, inner]) => [
            as(key),
            key === 'requestObject' ? inner : spell(inner, as, depth - 1),
          ]),
        );

  test.each([
    ['small letters', (key: string) => key.toLowerCase()],
    ['capitals', (key: string) => key.toUpperCase()],
    ['underscores', (key: string) => key.replace(/[A-Z]+/g, (part) => `_${part.toLowerCase()}`)],
  ])('%s', (_name, as) => {
    expect(restoreEvent(spell(usual, as) as JsonObject)).toEqual(usual);
  });

  test('flattened keys, and an object that is there wins', () => {
    const event = { audit_id: 'a', user_username: 'mia', object_ref_name: 'b', objectref: {} };
    expect(restoreEvent(event)).toEqual({
      auditID: 'a',
      user: { username: 'mia' },
      objectRef: {},
      object_ref_name: 'b',
    });
  });

  test('the usual spelling wins, and events that have it are left alone', () => {
    expect(restoreEvent({ auditid: 'a', verb: 'get', VERB: 'list', user: {} })).toEqual({
      auditID: 'a',
      verb: 'get',
      user: {},
    });
    expect(restoreEvent({ auditID: 'a', requesturi: '/', user: {} })).toBeUndefined();
  });

  test('hostile keys make no prototype', () => {
    const event = JSON.parse(
      '{"auditid":"a","__proto__":{"p":1},"user":{"__proto__":{"p":1}}}',
    ) as JsonObject;
    const restored = restoreEvent(event)!;
    expect(Object.keys(restored)).toEqual(['auditID', '__proto__', 'user']);
    expect(Object.getPrototypeOf(restored['user'])).toBe(Object.prototype);
  });
});

describe('bodies in a text', () => {
  test('JSON is read', () => {
    const event = { user: {}, requestObject: '{"kind":"Pod"}', responseObject: ' {"a":1}' };
    expect(restoreEvent(event)).toEqual({
      user: {},
      requestObject: { kind: 'Pod' },
      responseObject: { a: 1 },
    });
  });

  test.each(['skipped-too-big-size-object', '{"kind":"Pod', '', '[1]'])('%j stays', (body) => {
    expect(restoreEvent({ user: {}, requestObject: body })).toBeUndefined();
  });
});

test.each([
  [{ verb: 'get', auditID: 'a', stage: 's' }, 1],
  [{ verb: 'get', stage: 's', requestURI: '/', sourceIPs: [], objectRef: {} }, 1],
  [{ verb: 'get', auditID: 'a', requestURI: '/', sourceIPs: [], objectRef: {} }, 1],
  [{ verb: 'get', requestURI: '/', sourceIPs: [], objectRef: {}, stageTimestamp: 'x' }, 1],
  [{ verb: 'get', requestURI: '/', sourceIPs: [] }, 0],
  [
    {
      verb: 'get',
      objectRef: {},
      sourceIPs: [],
      stageTimestamp: 'x',
      requestReceivedTimestamp: 'x',
    },
    0,
  ],
])('%j without a kind: %i events', (event, count) => {
  expect(decode(JSON.stringify(event)).events).toHaveLength(count);
});
