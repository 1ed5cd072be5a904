import { describe, expect, it } from 'vitest';
import { decide, type PolicyRequest } from '../../src/setup/policy/audit-policy.ts';
import { readAuditPolicy } from '../../src/setup/policy/read-audit-policy.ts';
import { requestShapes } from '../../src/setup/api-resources.ts';
import { unreachableRules } from '../../src/setup/policy/policy-branches.ts';

function policy(rules: string, head = '') {
  return readAuditPolicy(
    'p.yaml',
    `apiVersion: audit.k8s.io/v1\nkind: Policy\n${head}rules:\n${rules}`,
  ).policy;
}

const REQUEST: PolicyRequest = {
  user: 'alice',
  groups: ['dev', 'system:authenticated'],
  verb: 'get',
  resource: { group: '', resource: 'pods', subresource: undefined },
  namespace: 'shop',
  name: 'web',
  path: '/api/v1/namespaces/shop/pods/web',
};

const sub = (subresource: string) => ({
  ...REQUEST,
  resource: { group: '', resource: 'pods', subresource },
});
const url = (path: string) => ({ ...REQUEST, resource: undefined, path });

describe('which rule of an audit policy decides', () => {
  const TWO = '- {level: Request, RULE}\n- {level: Metadata}\n';
  it.each<[string, Partial<PolicyRequest>, boolean]>([
    ['users: [bob, alice]', {}, true],
    ['users: [bob]', {}, false],
    ['userGroups: [ops, dev]', {}, true],
    ['userGroups: [ops]', {}, false],
    ['verbs: [get, list]', {}, true],
    ['verbs: [list]', {}, false],
    ['namespaces: [shop]', {}, true],
    ['namespaces: [""]', {}, false],
    ['namespaces: [""]', { namespace: '' }, true],
    ['namespaces: [shop]', url('/healthz'), false],
    ['resources: [{group: ""}]', {}, true],
    ['resources: [{group: ""}]', sub('exec'), true],
    ['resources: [{group: apps}]', {}, false],
    ['resources: [{group: "*", resources: [pods]}]', {}, true],
    ['resources: [{group: "", resources: [pods]}]', {}, true],
    ['resources: [{group: "", resources: [pods]}]', sub('exec'), false],
    ['resources: [{group: "", resources: ["pods/*"]}]', sub('exec'), true],
    ['resources: [{group: "", resources: ["pods/*"]}]', {}, true],
    ['resources: [{group: "", resources: ["*/exec"]}]', sub('exec'), true],
    ['resources: [{group: "", resources: ["*/exec"]}]', {}, false],
    ['resources: [{group: "", resources: ["*"]}]', sub('log'), true],
    ['resources: [{group: "", resources: [pods], resourceNames: [web]}]', {}, true],
    ['resources: [{group: "", resources: [pods], resourceNames: [api]}]', {}, false],
    ['resources: [{group: ""}]', url('/healthz'), false],
    ['nonResourceURLs: ["/healthz*"]', url('/healthz/etcd'), true],
    ['nonResourceURLs: ["/healthz"]', url('/healthz/etcd'), false],
    ['nonResourceURLs: ["*"]', url('/version'), true],
    ['nonResourceURLs: ["*"]', {}, false],
  ])('%s on %j: %s', (rule, parts, matches) => {
    const decision = decide(policy(TWO.replace('RULE', rule)), { ...REQUEST, ...parts });
    expect(decision.level).toBe(matches ? 'Request' : 'Metadata');
  });

  it('is the first that matches', () => {
    const rules = '- {level: None, verbs: [get]}\n- {level: Request}\n- {level: Metadata}\n';
    expect(decide(policy(rules), REQUEST)).toMatchObject({ level: 'None', rule: 0 });
    expect(decide(policy(rules), { ...REQUEST, verb: 'list' })).toMatchObject({ rule: 1 });
  });

  it('is none when no rule matches: the request is not logged', () => {
    const decision = decide(policy('- {level: Request, verbs: [create]}\n'), REQUEST);
    expect(decision).toEqual({ level: 'None', omitStages: [], rule: undefined });
  });

  it('leaves out the stages of policy and rule together', () => {
    const read = policy(
      '- {level: Request, omitStages: [ResponseStarted]}\n',
      'omitStages: [RequestReceived]\n',
    );
    expect(decide(read, REQUEST).omitStages).toEqual(['RequestReceived', 'ResponseStarted']);
  });
});

describe('reading an audit policy', () => {
  it.each([
    ['kind: Pod', 'p.yaml:1: this is no audit policy'],
    ['apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: []', 'p.yaml:3: rules must be a list'],
    ['rules: [', 'this is no YAML'],
    ['', 'this is no audit policy'],
  ])('refuses %j', (text, message) => {
    expect(() => readAuditPolicy('p.yaml', text)).toThrow(message);
  });

  it.each([
    ['- {level: All}', 'level must be one of None, Metadata, Request, RequestResponse'],
    ['- {}', 'level must be one of'],
    ['- level', 'a rule must be a mapping'],
    ['- {level: None, users: alice}', 'users must be a list'],
    [
      '- {level: None, namespaces: [a], nonResourceURLs: [/x]}',
      'both resources and nonResourceURLs',
    ],
    ['- {level: None, nonResourceURLs: ["/a*b"]}', 'only stand at the end'],
    ['- {level: None, nonResourceURLs: [healthz]}', 'must begin with /'],
    ['- {level: None, resources: [{group: apps/v1}]}', 'without a version'],
    ['- {level: None, resources: [{group: "*.example.com"}]}', 'this is no API group'],
    ['- {level: None, resources: [{group: Apps}]}', 'this is no API group: Apps'],
    ['- {level: None, resources: [{resourceNames: [a]}]}', 'resourceNames need resources'],
    ['- {level: None, omitStages: [Never]}', 'unknown stage Never'],
  ])('refuses the rule %s', (rule, message) => {
    expect(() => policy(`${rule}\n`)).toThrow(message);
  });

  it('warns of keys it does not know, with their line', () => {
    const text = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: None\n  user: [a]\n';
    expect(readAuditPolicy('p.yaml', text).warnings).toEqual(['p.yaml:5: unknown key user']);
  });

  it.each([
    ['"*"', 'only from Kubernetes 1.36 on may a group be a star'],
    ['core', 'no API group is called core'],
    ['v1', 'no API group is called v1'],
  ])('warns of the group %s, with its line', (group, message) => {
    const text = `apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: None\n  resources:\n  - group: ${group}\n`;
    const [warning] = readAuditPolicy('p.yaml', text).warnings;
    expect(warning).toContain(`p.yaml:6: ${message}`);
  });

  it('reads JSON too', () => {
    const text = JSON.stringify({
      apiVersion: 'audit.k8s.io/v1',
      kind: 'Policy',
      rules: [{ level: 'Request' }],
    });
    expect(readAuditPolicy('p.json', text).policy.rules[0]!.level).toBe('Request');
  });
});

it('finds rules that an earlier one leaves nothing', () => {
  const read = policy(
    '- {level: Metadata, resources: [{group: "", resources: [secrets]}]}\n- {level: None, resources: [{group: "", resources: [secrets]}]}\n- {level: Metadata}\n- {level: None, verbs: [get]}\n',
  );
  const dead = unreachableRules(read, requestShapes({ resources: new Map(), groups: new Set() }));
  expect(dead.map(({ line }) => line)).toEqual([5, 7]);
});
