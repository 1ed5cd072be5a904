// For each default correlation a log that completes it once, and some that nearly do.

/** An audit event, without what all have in common. */
type Keys = Record<string, unknown>;

export interface CorrelationCase {
  readonly fires: readonly Keys[];
  /** Logs that stay silent, by what they lack. */
  readonly misses: Readonly<Record<string, readonly Keys[]>>;
}

const START = Date.UTC(2026, 2, 1, 10);
const OFFICE = '192.0.2.10';
const ELSEWHERE = '203.0.113.7';
const POD_ADDRESS = '10.1.2.3';
const DAY = 86_400;

/** @param second seconds behind the start */
function event(second: number, keys: Keys): Keys {
  const time = new Date(START + 1000 * second).toISOString().replace('Z', '000Z');
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'RequestResponse',
    auditID: `${second}-${JSON.stringify(keys).length}-${JSON.stringify(keys['objectRef'] ?? '')}`,
    stage: 'ResponseComplete',
    requestURI: '/',
    verb: 'get',
    user: { username: 'mallory', groups: ['system:authenticated'] },
    sourceIPs: [OFFICE],
    userAgent: 'kubectl/v1.34.1',
    responseStatus: { code: 200 },
    annotations: { 'authorization.k8s.io/decision': 'allow' },
    requestReceivedTimestamp: time,
    stageTimestamp: time,
    ...keys,
  };
}

const object = (resource: string, name?: string, namespace: string | null = 'shop'): Keys => ({
  objectRef: { resource, ...(namespace !== null && { namespace }), ...(name && { name }) },
});
const sub = (resource: string, subresource: string, name: string): Keys => ({
  objectRef: { resource, subresource, namespace: 'shop', name },
});
const create = (resource: string, name: string, body: Keys = {}): Keys => ({
  verb: 'create',
  ...object(resource, name),
  responseStatus: { code: 201 },
  requestObject: body,
});
const remove = (resource: string, name: string): Keys => ({
  verb: 'delete',
  ...object(resource, name),
});
const scale = (name: string, replicas: number): Keys => ({
  verb: 'patch',
  ...sub('deployments', 'scale', name),
  requestObject: { spec: { replicas } },
});
const exec = (pod: string): Keys => ({
  verb: 'create',
  ...sub('pods', 'exec', pod),
  responseStatus: { code: 101 },
});
const privileged = {
  spec: { containers: [{ image: 'x', securityContext: { privileged: true } }] },
};
const many = (count: number, of: (at: number) => Keys): Keys[] =>
  Array.from({ length: count }, (_, at) => of(at));

/** A service account, with the token of a pod or one that was made by hand. */
function account(credential: string, pod?: string): Keys {
  return {
    user: {
      username: 'system:serviceaccount:shop:web',
      groups: ['system:serviceaccounts'],
      extra: {
        'authentication.kubernetes.io/credential-id': [credential],
        ...(pod !== undefined && { 'authentication.kubernetes.io/pod-name': [pod] }),
      },
    },
  };
}

const read = (second: number, at: number, more: Keys = {}): Keys =>
  event(second, { ...object('secrets', `s${at}`), ...more });
const list = (second: number, resource: string, namespace: string | null, more: Keys = {}): Keys =>
  event(second, { verb: 'list', ...object(resource, undefined, namespace), ...more });
const minted = (second: number): Keys =>
  event(second, {
    verb: 'create',
    ...sub('serviceaccounts', 'token', 'web'),
    responseStatus: { code: 201 },
    annotations: { 'authentication.kubernetes.io/issued-credential-id': 'JTI=1' },
  });
const binding = (second: number, user: string, more: Keys = {}): Keys =>
  event(second, {
    ...create('rolebindings', 'b', { subjects: [{ kind: 'User', name: user }] }),
    user: { username: 'boss' },
    ...more,
  });
const refused = (second: number, at: number): Keys =>
  event(second, {
    auditID: `refused-${second}-${at}`,
    ...object('pods', `p${at}`),
    stage: 'ResponseStarted',
    user: {},
    sourceIPs: [ELSEWHERE],
    responseStatus: { code: 401 },
  });
const denied = (second: number): Keys =>
  event(second, { ...object('secrets', 'db'), responseStatus: { code: 403, reason: 'Forbidden' } });
const known = (more: Keys): Keys[] => [
  event(0, { ...object('secrets', 'a') }),
  event(15 * DAY, { ...object('secrets', 'b'), ...more }),
];
const program = { userAgent: 'web/v1', sourceIPs: [POD_ADDRESS], ...account('JTI=1', 'web-0') };

/** Signs of life every two seconds. */
const beats = (from: number, count: number, more: Keys = {}): Keys[] =>
  many(count, (at) =>
    event(from + 2 * at, {
      verb: 'update',
      objectRef: { resource: 'leases', namespace: 'kube-system', name: 'kube-scheduler' },
      user: { username: 'system:kube-scheduler' },
      ...more,
    }),
  );

export const CORRELATION_CASES: Readonly<Record<string, CorrelationCase>> = {
  'Privileged Pod Entered and Deleted': {
    fires: [
      event(0, create('pods', 'p', privileged)),
      event(60, exec('p')),
      event(120, remove('pods', 'p')),
    ],
    misses: {
      'another pod is entered': [
        event(0, create('pods', 'p', privileged)),
        event(60, exec('q')),
        event(120, remove('pods', 'p')),
      ],
      'the pod owns nothing': [
        event(0, create('pods', 'p')),
        event(60, exec('p')),
        event(120, remove('pods', 'p')),
      ],
      'it is deleted after half an hour': [
        event(0, create('pods', 'p', privileged)),
        event(60, exec('p')),
        event(1800, remove('pods', 'p')),
      ],
    },
  },
  'Credential Used From Two Networks': {
    fires: [
      event(0, { verb: 'watch', ...object('configmaps'), ...program }),
      event(60, {
        ...object('secrets', 'db'),
        ...account('JTI=1', 'web-0'),
        sourceIPs: [ELSEWHERE],
      }),
    ],
    misses: {
      'the networks are the same': [
        event(0, { verb: 'watch', ...object('configmaps'), ...program }),
        event(60, {
          ...object('secrets', 'db'),
          ...account('JTI=1', 'w'),
          sourceIPs: ['10.1.2.9'],
        }),
      ],
      'the credentials differ': [
        event(0, { verb: 'watch', ...object('configmaps'), ...program }),
        event(60, { ...object('secrets', 'db'), ...account('JTI=2', 'w'), sourceIPs: [ELSEWHERE] }),
      ],
    },
  },
  'Token Minted and Used Elsewhere': {
    fires: [
      minted(0),
      event(60, { ...object('pods', 'p'), ...account('JTI=1'), sourceIPs: [ELSEWHERE] }),
    ],
    misses: {
      'it is used where it was minted': [
        minted(0),
        event(60, { ...object('pods', 'p'), ...account('JTI=1') }),
      ],
      'another token is used': [
        minted(0),
        event(60, { ...object('pods', 'p'), ...account('JTI=2'), sourceIPs: [ELSEWHERE] }),
      ],
    },
  },
  'Secret Sweep': {
    fires: many(10, (at) => read(at, at)),
    misses: {
      'nine are read': many(9, (at) => read(at, at)),
      'one is read ten times': many(10, (at) => read(at, 0)),
      'it takes longer': many(10, (at) => read(10 * at, at)),
      'a program reads': many(10, (at) => read(at, at, program)),
    },
  },
  'Namespaces Searched for Secrets': {
    fires: many(5, (at) => list(60 * at, 'secrets', `n${at}`)),
    misses: {
      'four are searched': many(4, (at) => list(60 * at, 'secrets', `n${at}`)),
      'it is ConfigMaps': many(5, (at) => list(60 * at, 'configmaps', `n${at}`)),
    },
  },
  'Denied, Granted, Used': {
    fires: [denied(0), binding(60, 'mallory'), event(120, object('secrets', 'db'))],
    misses: {
      'somebody else is granted': [
        denied(0),
        binding(60, 'bob'),
        event(120, object('secrets', 'db')),
      ],
      'nothing was denied': [binding(60, 'mallory'), event(120, object('secrets', 'db'))],
      'the order is another': [
        binding(0, 'mallory'),
        denied(60),
        event(120, object('secrets', 'db')),
      ],
    },
  },
  'Discovery Sweep': {
    fires: ['roles', 'rolebindings', 'serviceaccounts', 'nodes'].map((one, at) =>
      list(at, one, null),
    ),
    misses: {
      'three kinds are listed': ['roles', 'rolebindings', 'nodes'].map((one, at) =>
        list(at, one, null),
      ),
      'it is what everybody lists': ['pods', 'services', 'deployments', 'replicasets', 'jobs'].map(
        (one, at) => list(at, one, 'shop'),
      ),
    },
  },
  'Refused Ten Times, Then Let In': {
    fires: [
      ...many(10, (at) => refused(at, at)),
      event(60, { ...object('secrets', 'db'), sourceIPs: [ELSEWHERE] }),
    ],
    misses: {
      'nine were refused': [
        ...many(9, (at) => refused(at, at)),
        event(60, { ...object('secrets', 'db'), sourceIPs: [ELSEWHERE] }),
      ],
      'another address is let in': [
        ...many(10, (at) => refused(at, at)),
        event(60, object('secrets', 'db')),
      ],
    },
  },
  'Rights Created and Removed': {
    fires: [
      event(0, create('clusterrolebindings', 'b')),
      event(600, remove('clusterrolebindings', 'b')),
    ],
    misses: {
      'another is removed': [
        event(0, create('clusterrolebindings', 'b')),
        event(600, remove('clusterrolebindings', 'c')),
      ],
      'it stays for longer': [
        event(0, create('clusterrolebindings', 'b')),
        event(900, remove('clusterrolebindings', 'b')),
      ],
      'Helm tests': [
        event(0, { ...create('clusterrolebindings', 'b'), userAgent: 'Helm/3' }),
        event(600, { ...remove('clusterrolebindings', 'b'), userAgent: 'Helm/3' }),
      ],
    },
  },
  'Rights Written, Then Workload Started': {
    fires: [
      event(0, { ...create('roles', 'r'), ...account('JTI=1') }),
      event(60, { ...create('deployments', 'd'), ...account('JTI=1') }),
    ],
    misses: {
      'a person deploys both': [
        event(0, create('roles', 'r')),
        event(60, create('deployments', 'd')),
      ],
      'a program deploys both': [
        event(0, { ...create('roles', 'r'), ...program }),
        event(60, { ...create('deployments', 'd'), ...program }),
      ],
    },
  },
  'Pod Entered, Then Its Account Used by Hand': {
    fires: [
      event(0, exec('web-0')),
      event(60, { ...object('pods', 'p'), ...account('JTI=1', 'web-0') }),
    ],
    misses: {
      'another pod was entered': [
        event(0, exec('web-1')),
        event(60, { ...object('pods', 'p'), ...account('JTI=1', 'web-0') }),
      ],
      'its program goes on': [
        event(0, exec('web-0')),
        event(60, { ...object('pods', 'p'), ...program }),
      ],
    },
  },
  'First Client of User': {
    fires: known({ userAgent: 'python-requests/2' }),
    misses: {
      'another version': known({ userAgent: 'kubectl/v1.35' }),
      'before the two weeks are over': [
        event(0, object('secrets', 'a')),
        event(13 * DAY, { ...object('secrets', 'b'), userAgent: 'python-requests/2' }),
      ],
    },
  },
  'First Network of User': {
    fires: known({ sourceIPs: [ELSEWHERE] }),
    misses: { 'a neighbour': known({ sourceIPs: ['192.0.2.11'] }) },
  },
  'First Guarded Action of User': {
    fires: known({ verb: 'delete' }),
    misses: { 'the same on another object': known({}) },
  },
  'Dormant Account Active': {
    fires: [event(0, object('secrets', 'a')), event(30 * DAY, object('secrets', 'a'))],
    misses: {
      'it was there in between': [
        event(0, object('secrets', 'a')),
        event(15 * DAY, object('secrets', 'a')),
        event(30 * DAY, object('secrets', 'a')),
      ],
      'it is new': [event(0, object('secrets', 'a'))],
    },
  },
  'Mass Deletion': {
    fires: many(20, (at) =>
      event(at, at % 2 === 0 ? remove('deployments', `d${at}`) : scale(`d${at}`, 0)),
    ),
    misses: {
      'some are scaled up': many(20, (at) => event(at, scale(`d${at}`, at === 0 ? 1 : 0))),
      'nineteen are deleted': many(19, (at) => event(at, remove('deployments', `d${at}`))),
      'it is pods': many(20, (at) => event(at, remove('pods', `d${at}`))),
    },
  },
  'Namespaces Deleted in a Row': {
    fires: many(5, (at) => event(60 * at, remove('namespaces', `n${at}`))),
    misses: {
      'four are deleted': many(4, (at) => event(60 * at, remove('namespaces', `n${at}`))),
      'it is one, five times': many(5, (at) => event(60 * at, remove('namespaces', 'n'))),
      'it takes longer': many(5, (at) => event(90 * at, remove('namespaces', `n${at}`))),
      'a program does it': many(5, (at) =>
        event(at, {
          ...account('JTI=1', 'web-1'),
          ...remove('namespaces', `n${at}`),
          userAgent: 'capsule/0.7',
        }),
      ),
    },
  },
  'Audit Gap': {
    fires: [...beats(0, 100), ...beats(600, 100)],
    misses: {
      'the silence is shorter': [...beats(0, 100), ...beats(480, 100)],
      'it was not steady before': [...beats(0, 40), ...beats(600, 100)],
      'others are silent': [
        ...beats(0, 100, { user: { username: 'system:node:n1' } }),
        ...beats(600, 100, { user: { username: 'system:node:n1' } }),
      ],
      'nothing comes after': beats(0, 300),
    },
  },
};
