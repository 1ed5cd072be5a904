import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Issues } from '../../src/policies/issue.ts';
import { ResourceFilter } from '../../src/policies/resource/resource-filter.ts';
import type { ResourceMode } from '../../src/policies/resource/resource-mode.ts';
import { readResourceRules } from '../../src/policies/resource/resource-rules.ts';
import { DEFAULT_FIELD_SETTINGS, fieldResolver } from '../../src/rules/resolver.ts';
import { parseYaml } from '../../src/yaml/yaml-parser.ts';
import { request, type RequestParts } from './resource-events.ts';

const FIELDS = await fieldResolver(DEFAULT_FIELD_SETTINGS, false);

function filterOf(yaml: string, mode: ResourceMode, matchPolicy?: 'Exact'): ResourceFilter {
  const issues = new Issues();
  const spec = readResourceRules(parseYaml({ name: 'rules.yaml', text: yaml }), issues);
  expect(issues.list).toEqual([]);
  return new ResourceFilter({ ...spec!, ...(matchPolicy && { matchPolicy }) }, mode, FIELDS);
}

const LEAVE_SECRETS_OUT = readFileSync(new URL('leave-secrets-out.yaml', import.meta.url), 'utf8');

/** Verb, target, other parts, kept in admission mode, kept in filter mode. */
const EXAMPLE: readonly [string, string, RequestParts, boolean, boolean][] = [
  ['create', 'pods', {}, true, true],
  ['create', 'pods/exec', {}, true, true],
  ['get', 'pods/exec', { code: 101 }, true, true],
  ['create', 'pods/portforward', {}, true, true],
  ['get', 'pods/attach', {}, true, true],
  ['create', 'pods/binding', {}, true, true],
  ['create', 'pods/eviction', {}, true, true],
  ['update', 'pods/ephemeralcontainers', {}, true, true],
  ['get', 'pods/log', {}, false, true],
  ['list', 'pods', {}, false, true],
  ['watch', 'configmaps', {}, false, true],
  ['create', 'secrets', {}, false, false],
  ['update', 'secrets', {}, false, false],
  ['delete', 'secrets', {}, false, false],
  ['get', 'secrets', {}, false, false],
  ['list', 'secrets', {}, false, false],
  ['create', 'serviceaccounts', {}, true, true],
  ['create', 'serviceaccounts/token', {}, false, false],
  ['get', 'services/proxy', {}, false, false],
  ['get', 'nodes/proxy', {}, false, false],
  ['patch', 'nodes/status', {}, false, false],
  ['create', 'namespaces', {}, true, true],
  ['update', 'namespaces/finalize', {}, false, false],
  ['update', 'deployments/scale', { group: 'apps' }, true, true],
  ['create', 'deployments', { group: 'extensions' }, true, true],
  ['create', 'clusterrolebindings', { group: 'rbac.authorization.k8s.io' }, true, true],
  ['patch', 'deployments', { group: 'apps', code: 201 }, true, true],
  ['deletecollection', 'configmaps', {}, true, true],
  ['create', 'events', { group: 'events.k8s.io' }, true, true],
  ['create', 'horizontalpodautoscalers', { group: 'autoscaling', version: 'v2' }, true, true],
  ['create', 'certificatesigningrequests', { group: 'certificates.k8s.io' }, false, false],
  [
    'create',
    'validatingwebhookconfigurations',
    { group: 'admissionregistration.k8s.io' },
    false,
    false,
  ],
  ['create', 'poddisruptionbudgets', { group: 'policy' }, false, false],
  ['delete', 'pods', { code: 403 }, false, true],
  ['delete', 'pods', { code: 403, decision: 'forbid' }, false, true],
  ['create', 'pods', { code: 403, decision: 'allow' }, true, true],
  ['create', 'pods', { code: 401 }, false, true],
  ['get', '', {}, false, false],
];

describe('the example that leaves secrets out', () => {
  it.each(EXAMPLE)(
    '%s %s %j: admission %s, filter %s',
    (verb, target, parts, admission, filter) => {
      const event = request(verb, target, { namespace: 'shop', ...parts });
      const kept = (mode: ResourceMode): boolean =>
        filterOf(LEAVE_SECRETS_OUT, mode).decide(event) === undefined;
      expect([kept('admission'), kept('filter')]).toEqual([admission, filter]);
    },
  );

  it('reads the core group under the name that GKE gives it', () => {
    const filter = filterOf(LEAVE_SECRETS_OUT, 'filter');
    expect(filter.decide(request('create', 'pods', { group: 'core' }))).toBeUndefined();
    expect(filter.decide(request('create', 'secrets', { group: 'core' }))).toBeDefined();
  });

  it('loses events.k8s.io with an Exact policy', () => {
    const event = request('create', 'events', { group: 'events.k8s.io' });
    const filter = filterOf(LEAVE_SECRETS_OUT, 'admission', 'Exact');
    expect(filter.decide(event)?.reason).toBe('not covered by the resource rules');
  });

  it('says which drops only the way of collecting causes', () => {
    const filter = filterOf(LEAVE_SECRETS_OUT, 'admission');
    expect(filter.decide(request('list', 'pods'))).toMatchObject({ missed: true });
    expect(filter.decide(request('list', 'secrets'))).toMatchObject({ missed: false });
  });

  it('counts rules that cover nothing', () => {
    const filter = filterOf(LEAVE_SECRETS_OUT, 'filter');
    expect(filter.unused).toEqual([1, 2]);
    filter.decide(request('list', 'deployments', { group: 'apps' }));
    expect(filter.unused).toEqual([1]);
  });
});

function rule(parts: string): string {
  const all = { apiGroups: '["*"]', apiVersions: '["*"]', operations: '["*"]' };
  const rest = Object.entries(all).filter(([key]) => !parts.includes(key));
  return `- {${[parts, ...rest.map(([key, value]) => `${key}: ${value}`)].join(', ')}}\n`;
}

/** Rule, verb, target, other parts, kept in admission mode. */
const MATCHER: readonly [string, string, string, RequestParts, boolean][] = [
  ['scope: Namespaced, resources: ["*"]', 'create', 'pods', { namespace: 'a' }, true],
  [
    'scope: Namespaced, resources: ["*"]',
    'create',
    'namespaces',
    { namespace: 'a', name: 'a' },
    false,
  ],
  ['scope: Cluster, resources: ["*"]', 'create', 'namespaces', { namespace: 'a', name: 'a' }, true],
  ['scope: Cluster, resources: ["*"]', 'create', 'nodes', {}, true],
  ['scope: Cluster, resources: ["*"]', 'create', 'pods', { namespace: 'a' }, false],
  ['scope: Weird, resources: ["*/*"]', 'create', 'pods', { namespace: 'a' }, false],
  ['resources: ["*"]', 'update', 'pods/status', {}, false],
  ['resources: ["*/status"]', 'update', 'pods/status', {}, true],
  ['resources: ["*/status"]', 'update', 'pods', {}, false],
  ['resources: ["pods/*"]', 'create', 'pods', {}, true],
  ['resources: ["pods"]', 'create', 'pods/exec', {}, false],
  ['resources: ["pods/exec"]', 'create', 'pods', {}, false],
  ['resources: ["*/*"], operations: [CONNECT]', 'create', 'pods/exec', {}, true],
  ['resources: ["*/*"], operations: [CONNECT]', 'create', 'pods', {}, false],
  ['resources: ["*/*"], operations: [CREATE]', 'create', 'pods/exec', {}, false],
  ['resources: ["*/*"], operations: [CREATE]', 'patch', 'configmaps', { code: 201 }, true],
  ['resources: ["*/*"], operations: [CREATE]', 'patch', 'configmaps', { code: 200 }, false],
  ['resources: ["*/*"], operations: [UPDATE]', 'patch', 'configmaps', { code: 200 }, true],
  ['resources: ["*/*"], operations: [DELETE]', 'deletecollection', 'pods', {}, true],
  ['resources: ["*/*"], operations: [create]', 'create', 'pods', {}, false],
  [
    'resources: ["*/*"]',
    'create',
    'mutatingadmissionpolicies',
    { group: 'admissionregistration.k8s.io' },
    false,
  ],
  ['resources: []', 'create', 'pods', {}, false],
  ['resources: ["*/*"], apiGroups: []', 'create', 'pods', {}, false],
  ['resources: ["*/*"], apiGroups: [core]', 'create', 'pods', { group: 'core' }, false],
  ['resources: ["*/*"], apiVersions: []', 'create', 'pods', {}, false],
  ['resources: ["*/*"], apiVersions: [v1beta1]', 'create', 'pods', {}, true],
  [
    'resources: [ingresses], apiGroups: [extensions]',
    'create',
    'ingresses',
    { group: 'networking.k8s.io' },
    true,
  ],
  [
    'resources: [ingresses], apiGroups: [extensions]',
    'create',
    'ingressclasses',
    { group: 'networking.k8s.io' },
    false,
  ],
];

describe('one rule', () => {
  it.each(MATCHER)('%s on %s %s %j: %s', (text, verb, target, parts, kept) => {
    const filter = filterOf(rule(text), 'admission');
    expect(filter.decide(request(verb, target, parts)) === undefined).toBe(kept);
  });

  it('lets a listed operation keep reads out in filter mode too', () => {
    const filter = filterOf(rule('resources: ["*/*"], operations: [CREATE]'), 'filter');
    expect(filter.decide(request('list', 'pods'))).toBeDefined();
  });

  it('heeds versions with an Exact policy', () => {
    const filter = filterOf(rule('resources: ["*/*"], apiVersions: [v2]'), 'filter', 'Exact');
    expect(filter.decide(request('list', 'pods', { version: 'v1' }))).toBeDefined();
    expect(filter.decide(request('list', 'pods', { version: 'v2' }))).toBeUndefined();
  });
});

describe('excluded namespaces', () => {
  const filter = filterOf(
    `webhook_rules:\n${rule('resources: ["*/*"]')}excluded_namespaces: [kube-system]\n`,
    'admission',
  );

  it.each([
    ['pods', { namespace: 'kube-system' }, false],
    ['pods', { namespace: 'shop' }, true],
    ['namespaces', { name: 'kube-system' }, false],
    ['namespaces', { name: 'shop' }, true],
    ['clusterroles', { group: 'rbac.authorization.k8s.io', name: 'kube-system' }, true],
    ['nodes', {}, true],
  ] as const)('on %s %j: kept %s', (target, parts, kept) => {
    expect(filter.decide(request('create', target, parts)) === undefined).toBe(kept);
  });
});

describe('files with resource rules', () => {
  const bare = rule('resources: [pods]');
  const indented = bare.replace(/^/gm, '      ').trimEnd();

  it.each([
    ['a list', bare],
    ['the named list', `k8sAuditDetectionsRules:\n${bare}`],
    [
      'Helm values',
      `admission:\n  features:\n    k8sAuditDetections: true\n    k8sAuditDetectionsRules:\n${indented}\n`,
    ],
    [
      'a webhook configuration',
      `kind: ValidatingWebhookConfiguration\nwebhooks:\n  - name: other\n    rules: []\n  - name: audit.example.com\n    rules:\n${indented}\n`,
    ],
    [
      'what kubectl get prints, among others',
      `kind: List\nitems:\n- kind: ValidatingWebhookConfiguration\n  webhooks:\n  - {name: other, rules: []}\n- kind: ValidatingWebhookConfiguration\n  webhooks:\n  - name: audit.example.com\n    rules:\n${indented}\n`,
    ],
    [
      'documents of a chart',
      `kind: ValidatingWebhookConfiguration\nwebhooks:\n- {name: other, rules: []}\n---\nkind: ValidatingWebhookConfiguration\nwebhooks:\n- name: audit.example.com\n  rules:\n${indented}\n`,
    ],
  ])('may be %s', (_what, text) => {
    const filter = filterOf(text, 'filter');
    expect(filter.decide(request('list', 'pods'))).toBeUndefined();
    expect(filter.decide(request('list', 'secrets'))).toBeDefined();
  });

  it('take match policy and excluded namespaces from a webhook configuration', () => {
    const text = `kind: ValidatingWebhookConfiguration
webhooks:
  - name: audit.example.com
    matchPolicy: Exact
    namespaceSelector:
      matchExpressions:
        - {key: kubernetes.io/metadata.name, operator: NotIn, values: [kube-system]}
    rules:
${indented}
`;
    const spec = readResourceRules(parseYaml({ name: 'x', text }), new Issues());
    expect(spec).toMatchObject({ matchPolicy: 'Exact', excludedNamespaces: ['kube-system'] });
  });

  it('are refused without a list, at their start', () => {
    const issues = new Issues();
    readResourceRules(parseYaml({ name: 'x.yaml', text: '\nreplicas: 1\n' }), issues);
    expect(issues.errors).toMatchObject([{ line: 2, message: 'no resource rules here' }]);
  });
});
