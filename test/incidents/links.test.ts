import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/engine/finding.ts';
import { account, found, incidentsOf, mallory, type Given } from './entries.ts';

const create = { verb: 'create', code: '201' } as const;
const token = { ...create, resource: 'serviceaccounts', subresource: 'token', namespace: 'shop' };
const exec = { verb: 'get', resource: 'pods', subresource: 'exec', namespace: 'shop', code: '101' };
const CONTROLLER = account('replicaset-controller', 'kube-system');
const AGENT = 'kube-controller-manager/v1.34.1 (linux/amd64)';
const grant = (subjectKind: string, subject: string) => ({
  resource: 'clusterrolebindings' as const,
  namespace: '',
  name: 'open',
  subjectKind,
  subject,
});
const binding = { ...create, resource: 'clusterrolebindings', name: 'open' };
const web = { user: account('web') };

/** Findings, in how many incidents they are, and the link that joins the last to the story. */
const CASES: Readonly<Record<string, readonly [readonly Given[], number, string?]>> = {
  'one person within an hour': [
    [
      { at: 0, ...mallory },
      { at: 59, ...mallory },
    ],
    1,
    'actor',
  ],
  'one person after more than an hour': [
    [
      { at: 0, ...mallory },
      { at: 61, ...mallory },
    ],
    2,
  ],
  'one person in two clusters': [
    [
      { at: 0, ...mallory },
      { at: 1, ...mallory, rest: { origin: { file: 'b.log', line: 1, cluster: 'b' } } },
    ],
    2,
  ],
  'two people behind one gateway': [
    [
      { at: 0, ...mallory, facts: { isOutside: true } },
      { at: 1, ...mallory, user: 'omar', facts: { isOutside: true } },
    ],
    2,
  ],
  'a pipeline account and one person at a public address': [
    [
      { at: 0, ...mallory, facts: { isOutside: true } },
      { at: 1, ...mallory, ...web, facts: { isOutside: true } },
    ],
    1,
    'address',
  ],
  'the same at a private address': [
    [
      { at: 0, ...mallory },
      { at: 1, ...mallory, ...web },
    ],
    2,
  ],
  'an account between two people behind one gateway': [
    ['mallory', 'omar', web.user].map((user, at) => ({
      at,
      user,
      sourceIp: '198.51.100.1',
      facts: { isOutside: true },
    })),
    3,
  ],
  'one account in two pods': [
    [
      { at: 0, ...web, facts: { pod: 'web-1' } },
      { at: 1, ...web, facts: { pod: 'web-2' } },
    ],
    2,
  ],
  'one account in one pod': [
    [
      { at: 0, ...web, facts: { pod: 'web-1' }, sourceIp: '10.0.0.1' },
      { at: 1, ...web, facts: { pod: 'web-1' }, sourceIp: '10.0.0.2' },
    ],
    1,
    'actor',
  ],
  'a shared administrator at two addresses': [
    [
      { at: 0, user: 'kubernetes-admin', sourceIp: '192.0.2.1' },
      { at: 1, user: 'kubernetes-admin', sourceIp: '192.0.2.2' },
    ],
    2,
  ],
  'a busy controller': [
    ['a', 'b', 'c'].map((name, at) => ({
      at,
      ...create,
      user: CONTROLLER,
      userAgent: AGENT,
      sourceIp: '10.0.0.5',
      resource: 'pods',
      namespace: 'shop',
      name,
      facts: { credential: 'JTI=1' },
    })),
    3,
  ],
  "a controller's account with somebody's kubectl": [
    ['a', 'b'].map((name, at) => ({
      at,
      user: CONTROLLER,
      userAgent: 'kubectl/v1.34.1',
      sourceIp: '10.0.0.5',
      name,
    })),
    1,
    'actor',
  ],
  'people of whom a controller makes the pods': [
    [
      { at: 0, ...create, user: 'omar', resource: 'deployments', namespace: 'shop', name: 'a' },
      { at: 0, ...create, user: 'jane', resource: 'deployments', namespace: 'shop', name: 'b' },
      ...['a', 'b'].map((name) => ({
        at: 1,
        ...create,
        user: CONTROLLER,
        userAgent: AGENT,
        resource: 'pods',
        namespace: 'shop',
        facts: { owner: `ReplicaSet/${name}-7c5ddbdf54`, credential: 'JTI=1' },
      })),
    ],
    2,
  ],
  'a pod of a workload of the same name in another namespace': [
    [
      { at: 0, ...create, user: 'omar', resource: 'deployments', namespace: 'shop', name: 'a' },
      {
        at: 1,
        ...create,
        user: CONTROLLER,
        userAgent: AGENT,
        resource: 'pods',
        namespace: 'pay',
        facts: { owner: 'ReplicaSet/a-7c5ddbdf54' },
      },
    ],
    2,
  ],
  'a token minted and used, by its ID': [
    [
      { at: 0, ...mallory, ...token, name: 'web', facts: { issued: 'JTI=1' } },
      { at: 1200, ...web, facts: { credential: 'JTI=1' } },
    ],
    1,
    'token',
  ],
  'a token minted, and another token of the account used': [
    [
      { at: 0, ...mallory, ...token, name: 'web', facts: { issued: 'JTI=1' } },
      { at: 1, ...web, facts: { credential: 'JTI=2' } },
    ],
    2,
  ],
  'a token used before it was minted': [
    [
      { at: 0, ...web, facts: { credential: 'JTI=1' } },
      { at: 1, ...mallory, ...token, name: 'web', facts: { issued: 'JTI=1' } },
    ],
    2,
  ],
  'a token minted and used, without IDs': [
    [
      { at: 0, ...mallory, ...token, name: 'web' },
      { at: 1, ...web },
    ],
    1,
    'token-name',
  ],
  'a token refused, and the account': [
    [
      { at: 0, ...mallory, ...token, code: '403', name: 'web' },
      { at: 1, ...web },
    ],
    2,
  ],
  'a token minted, and pods of the account': [
    [
      { at: 0, ...mallory, ...token, name: 'web' },
      { at: 1, ...web, facts: { pod: 'web-1' } },
    ],
    2,
  ],
  'an account created and used': [
    [
      { at: 0, ...mallory, ...create, resource: 'serviceaccounts', namespace: 'shop', name: 'web' },
      { at: 1, ...web },
    ],
    1,
    'account',
  ],
  'an account of the same name in another namespace': [
    [
      { at: 0, ...mallory, ...create, resource: 'serviceaccounts', namespace: 'pay', name: 'web' },
      { at: 1, ...web },
    ],
    2,
  ],
  'a pod entered, and its account': [
    [
      { at: 0, ...mallory, ...exec, name: 'web-1' },
      { at: 300, ...web, facts: { pod: 'web-1' } },
    ],
    1,
    'pod-account',
  ],
  'a pod entered, and the account in another pod': [
    [
      { at: 0, ...mallory, ...exec, name: 'web-1' },
      { at: 1, ...web, facts: { pod: 'web-2' } },
    ],
    2,
  ],
  'a pod that was refused, and its account': [
    [
      { at: 0, ...mallory, ...exec, code: '403', name: 'web-1' },
      { at: 1, ...web, facts: { pod: 'web-1' } },
    ],
    2,
  ],
  "a deployment created, and its pod's account": [
    [
      { at: 0, ...mallory, ...create, resource: 'deployments', namespace: 'shop', name: 'tool' },
      { at: 1, ...web, facts: { pod: 'tool-6f9c7d5b8c-r4m2t' } },
    ],
    1,
    'pod-account',
  ],
  'a deployment whose name is only a part of that of the pod': [
    [
      { at: 0, ...mallory, ...create, resource: 'deployments', namespace: 'shop', name: 'tool' },
      { at: 1, ...web, facts: { pod: 'tool-shed-6f9c7d5b8c-r4m2t' } },
    ],
    2,
  ],
  'a binding for everyone, and a stranger whom it lets in': [
    [
      { at: 0, ...mallory, ...binding },
      {
        at: 600,
        user: 'system:anonymous',
        facts: { grant: grant('Group', 'system:unauthenticated') },
      },
    ],
    1,
    'grant',
  ],
  'a binding for a team, and its members': [
    [
      { at: 0, ...mallory, ...binding },
      { at: 1, user: 'omar', facts: { grant: grant('Group', 'team') } },
      { at: 2, user: 'jane', facts: { grant: grant('Group', 'team') } },
    ],
    3,
  ],
  'a binding for a user, who uses it at once': [
    [
      { at: 0, ...mallory, ...binding },
      { at: 5, user: 'omar', facts: { grant: grant('User', 'omar') } },
    ],
    1,
    'grant-user',
  ],
  'a binding for a user, who uses it in the evening': [
    [
      { at: 0, ...mallory, ...binding },
      { at: 300, user: 'omar', facts: { grant: grant('User', 'omar') } },
    ],
    2,
  ],
  'a secret made by one and read by another': [
    [
      { at: 0, ...mallory, ...create, resource: 'secrets', namespace: 'shop', name: 's' },
      { at: 1, user: 'omar', resource: 'secrets', namespace: 'shop', name: 's' },
    ],
    1,
    'object',
  ],
  'a popular secret': [
    [
      { at: 0, ...mallory, ...create, resource: 'secrets', namespace: 'shop', name: 's' },
      ...['a', 'b', 'c', 'd', 'e', 'f'].map((user) => ({
        at: 1,
        user,
        resource: 'secrets',
        namespace: 'shop',
        name: 's',
      })),
    ],
    7,
  ],
  'a secret read by two, made by nobody known': [
    ['omar', 'jane'].map((user) => ({
      at: 1,
      user,
      resource: 'secrets',
      namespace: 'shop',
      name: 's',
    })),
    2,
  ],
  'people of one namespace': [
    ['omar', 'jane'].map((user) => ({ at: 1, user, namespace: 'shop', resource: 'pods' })),
    2,
  ],
  'somebody who acts as another, and that other': [
    [
      { at: 0, ...mallory, impersonatedUser: 'jane' },
      { at: 1, user: 'jane' },
    ],
    2,
  ],
  'a proxy that acts as many': [
    ['a', 'b', 'c', 'd'].map((name, at) => ({
      at,
      user: account('proxy'),
      sourceIp: '10.0.0.9',
      impersonatedUser: name,
    })),
    4,
  ],
  'strangers at one address with different clients': [
    ['curl/8', 'python-requests/2'].map((userAgent, at) => ({
      at,
      user: 'system:anonymous',
      sourceIp: '10.0.0.5',
      userAgent,
    })),
    2,
  ],
  'one person at times that nobody knows': [
    [
      { at: 0, ...mallory, rest: { time: 0n } },
      { at: 1, ...mallory, rest: { time: 0n } },
    ],
    2,
  ],
};

describe('findings', () => {
  test.each(Object.entries(CASES))('%s', (_, [given, count, link]) => {
    const list = incidentsOf(given.map((each, at) => found({ ...each, rule: `R${at}` })));
    expect(list).toHaveLength(count);
    const told = list.length === 1 ? list[0]!.steps.at(-1)!.because?.link : undefined;
    expect(told).toBe(link);
  });
});

test('what a correlation counted belongs to its finding', () => {
  const counted = found({ at: 0, user: 'omar' });
  const other = found({ at: 0, user: 'jane' });
  const places = [`${counted.origin.file}:${counted.origin.line}`];
  const sweep: Finding = {
    ...found({ at: 2000, user: 'carol', rule: 'Sweep' }),
    outputFields: [['corr.events', places]],
  };
  const list = incidentsOf([sweep, other, counted]);
  expect(list.map(({ findings }) => findings).toSorted((a, b) => a - b)).toEqual([1, 2]);
  const story = list.find(({ findings }) => findings === 2)!;
  expect(story.steps.map(({ finding }) => finding.subject.user)).toEqual(['omar', 'carol']);
  expect(story.steps[1]!.because).toMatchObject({ link: 'correlation', step: 1 });
});
