import { expect, test } from 'vitest';
import { eventLine } from '../cli/events.ts';
import { fires } from '../helpers.ts';

const DEPLOYMENT = { resource: 'deployments', namespace: 'shop', name: 'web', apiGroup: 'apps' };
const TEMPLATE = '/spec/template/spec';

function patch(requestObject: unknown, more: Record<string, unknown> = {}): string {
  const responseStatus = { metadata: {}, code: 200 };
  const fixed = { level: 'Request', verb: 'patch', objectRef: DEPLOYMENT, responseStatus };
  return eventLine({ ...fixed, requestObject, ...more });
}

test.each<[string, unknown, string]>([
  [
    'a value of a container',
    [{ op: 'replace', path: `${TEMPLATE}/containers/2/securityContext/privileged`, value: true }],
    'kx.podspec.privileged intersects (true)',
  ],
  [
    'containers at two positions',
    [
      { op: 'add', path: `${TEMPLATE}/containers/-`, value: { image: 'a' } },
      { op: 'add', path: `${TEMPLATE}/containers/-`, value: { image: 'b' } },
      { op: 'add', path: `${TEMPLATE}/initContainers/0/image`, value: 'c' },
    ],
    'kx.podspec.images in (a, b, c) and kx.podspec.images intersects (b)',
  ],
  [
    'a value inside a value that came before',
    [
      { op: 'add', path: `${TEMPLATE}/containers/0`, value: { image: 'a', args: ['x'] } },
      { op: 'replace', path: `${TEMPLATE}/containers/0/image`, value: 'b' },
      { op: 'add', path: `${TEMPLATE}/containers/0/args/-`, value: 'y' },
    ],
    'kx.podspec.images in (b) and kx.podspec.commands intersects ("x y")',
  ],
  [
    'keys with slashes and tildes',
    [
      { op: 'test', path: '/spec/template/spec/nodeSelector/a~1b~0c', value: 'x' },
      { op: 'add', path: `${TEMPLATE}/hostPID`, value: true },
    ],
    'kx.podspec.host_pid = true',
  ],
  [
    'null',
    [{ op: 'add', path: `${TEMPLATE}/hostPID`, value: null }],
    'not kx.podspec.host_pid exists',
  ],
  [
    'nothing of what is removed',
    [
      { op: 'add', path: `${TEMPLATE}/hostPID`, value: true },
      { op: 'remove', path: `${TEMPLATE}/hostPID` },
    ],
    'not kx.podspec.host_pid exists',
  ],
  [
    'the whole object, put in its place',
    [
      { op: 'add', path: `${TEMPLATE}/hostIPC`, value: true },
      { op: 'replace', path: '', value: { spec: { template: { spec: { hostPID: true } } } } },
    ],
    'kx.podspec.host_pid = true and not kx.podspec.host_ipc exists',
  ],
  [
    'what it moves into place',
    [
      { op: 'add', path: '/metadata/x', value: { y: [{ privileged: true }] } },
      { op: 'move', from: '/metadata/x/y/0', path: `${TEMPLATE}/containers/0/securityContext` },
    ],
    'kx.podspec.privileged intersects (true)',
  ],
  [
    'what it copies, apart from the original',
    [
      { op: 'add', path: `${TEMPLATE}/initContainers/0/image`, value: 'a' },
      { op: 'copy', from: `${TEMPLATE}/initContainers`, path: `${TEMPLATE}/containers` },
      { op: 'replace', path: `${TEMPLATE}/initContainers/0/image`, value: 'b' },
      { op: 'copy', from: '/nowhere', path: `${TEMPLATE}/hostPID` },
    ],
    'kx.podspec.images in (a, b) and kx.podspec.images intersects (a)',
  ],
  [
    'no more copies than the API server makes',
    [
      { op: 'add', path: '/spec/template/spec/nodeSelector/x', value: 'x'.repeat(1000) },
      ...Array.from({ length: 60 }, (_each, at) => ({
        op: 'copy',
        from: TEMPLATE,
        path: `${TEMPLATE}/${at}`,
      })),
      { op: 'add', path: `${TEMPLATE}/hostPID`, value: true },
    ],
    'not kx.podspec.host_pid exists',
  ],
  ['nothing without operations', [], 'not kx.podspec.host_pid exists'],
])('a JSON patch shows %s', async (_what, operations, condition) => {
  expect(await fires(condition, patch(operations))).toBe(true);
});

test.each<[string, unknown]>([
  ['no objects', [1, null, 'x', [], true]],
  ['no path', [{ op: 'add', value: 1 }]],
  [
    'odd paths',
    ['', 'spec', '/', '//', '/spec//x', 5, null, {}].map((path) => ({ op: 'add', path, value: 1 })),
  ],
  [
    'keys of objects',
    ['/__proto__/polluted', '/constructor/prototype/polluted', '/spec/__proto__'].map((path) => ({
      op: 'add',
      path,
      value: { polluted: true },
    })),
  ],
  ['endless paths', [{ op: 'add', path: '/a'.repeat(100_000), value: 1 }]],
  [
    'many operations',
    Array.from({ length: 20_000 }, (_, at) => ({ op: 'add', path: `/spec/x/${at}`, value: at })),
  ],
  ...['', '/spec', '/spec/template'].map((from): [string, unknown] => [
    `a move of ${JSON.stringify(from)} into itself`,
    [
      { op: 'add', path: `${TEMPLATE}/hostPID`, value: true },
      { op: 'move', from, path: `${TEMPLATE}/x` },
      { op: 'copy', from: '', path: '/spec/copy' },
    ],
  ]),
  ...['copy', 'move'].map((op): [string, unknown] => [
    `an endless ${op}`,
    [
      { op: 'add', path: '/a/0/x', value: 1 },
      ...Array.from({ length: 9000 }, (_, at) => ({
        op,
        from: at % 2 === 0 ? '/a' : '/b',
        path: at % 2 === 0 ? '/b/0/y/0/y' : '/a/0/y/0/y',
      })),
      { op: 'copy', from: '', path: '/spec/copy' },
    ],
  ]),
  [
    'a value where a list was',
    [
      { op: 'add', path: '/spec/0', value: 1 },
      { op: 'add', path: '/spec/template', value: 2 },
    ],
  ],
])('a patch with %s does no harm', async (_what, operations) => {
  expect(await fires('kx.podspec.privileged intersects (true)', patch(operations))).toBe(false);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

test('a response that was logged has the last word', async () => {
  const operations = [{ op: 'add', path: `${TEMPLATE}/hostPID`, value: true }];
  const responseObject = { kind: 'Deployment', spec: { template: { spec: { hostPID: false } } } };
  const event = patch(operations, { level: 'RequestResponse', responseObject });
  expect(await fires('kx.podspec.host_pid = false', event)).toBe(true);
});

test('ka fields are missing on a list of operations, as in Falco', async () => {
  const operations = [{ op: 'add', path: '/rules/-', value: { verbs: ['*'] } }];
  expect(await fires('ka.req.role.rules exists', patch(operations))).toBe(false);
});
