import { describe, expect, it } from 'vitest';
import { normalisePath } from '../../src/fields/kx-podspec.ts';
import type { JsonObject, JsonValue } from '../../src/json/value.ts';
import { readOn } from './fake-event.ts';

const SPEC = {
  hostNetwork: true,
  hostPID: false,
  serviceAccountName: 'sa',
  securityContext: { runAsUser: 1 },
  containers: [
    {
      image: 'r:5000/a:1',
      command: ['sh', '-c'],
      args: ['id'],
      securityContext: { privileged: true, runAsUser: 0, capabilities: { add: ['A', 'B'] } },
      ports: [{ hostPort: 80 }, { containerPort: 9 }, { hostPort: 0 }],
    },
    { securityContext: { privileged: null, capabilities: { add: null } } },
  ],
  initContainers: [{ image: 'i', securityContext: { privileged: false } }],
  ephemeralContainers: [{ image: 'e', args: ['x'] }, null, 'x'],
  volumes: [{ hostPath: { path: '//var/../etc/' } }, { emptyDir: {} }, { hostPath: { path: '' } }],
};

function workload(resource: string, requestObject: JsonValue, more: JsonObject = {}) {
  return { objectRef: { resource }, requestObject, ...more };
}

const template = { template: { spec: SPEC } };

describe('kx.workload.kind', () => {
  it.each<[JsonValue, string | undefined]>([
    [{ resource: 'pods' }, 'pods'],
    [{ resource: 'cronjobs', subresource: '' }, 'cronjobs'],
    [{ resource: 'pods', subresource: 'ephemeralcontainers' }, 'pods'],
    [{ resource: 'pods', subresource: 'exec' }, undefined],
    [{ resource: 'deployments', subresource: 'scale' }, undefined],
    [{ resource: 'secrets' }, undefined],
    [{ resource: 'constructor' }, undefined],
    [{ resource: ['pods'] }, undefined],
    [null, undefined],
  ])('of %j is %j', (objectRef, expected) => {
    expect(readOn('kx.workload.kind', { objectRef })).toBe(expected);
  });
});

describe('kx.podspec', () => {
  it.each<[string, JsonValue]>([
    ['pods', { spec: SPEC }],
    ['deployments', { spec: template }],
    ['daemonsets', { spec: template }],
    ['statefulsets', { spec: template }],
    ['replicasets', { spec: template }],
    ['replicationcontrollers', { spec: template }],
    ['jobs', { spec: template }],
    ['cronjobs', { spec: { jobTemplate: { spec: template } } }],
    ['podtemplates', template],
  ])('is found in %s', (resource, body) => {
    expect(readOn('kx.podspec.images', workload(resource, body))).toEqual(['r:5000/a:1', 'i', 'e']);
  });

  it.each<[string, JsonValue | undefined]>([
    ['images.repository', ['r:5000/a', 'i', 'e']],
    ['privileged', ['true', 'false']],
    ['capabilities', ['A', 'B']],
    ['host_network', 'true'],
    ['host_pid', 'false'],
    ['host_ipc', undefined],
    ['hostpaths', ['/etc']],
    ['run_as_user', ['1', '0']],
    ['host_ports', ['80']],
    ['service_account', 'sa'],
    ['commands', ['sh -c id', 'x']],
  ])('%s is %j', (suffix, expected) => {
    expect(readOn(`kx.podspec.${suffix}`, workload('pods', { spec: SPEC }))).toEqual(expected);
  });

  it.each<[string, string, JsonValue]>([
    ['apps.openshift.io', 'deploymentconfigs', { spec: template }],
    ['argoproj.io', 'rollouts', { spec: template }],
    ['argoproj.io', 'workflows', { spec: { templates: [SPEC] } }],
    ['argoproj.io', 'cronworkflows', { spec: { workflowSpec: { templates: [null, SPEC] } } }],
    ['tekton.dev', 'taskruns', { spec: { taskSpec: SPEC } }],
    ['tekton.dev', 'pipelineruns', { spec: { pipelineSpec: { tasks: [{ taskSpec: SPEC }] } } }],
    ['serving.knative.dev', 'services', { spec: template }],
    ['batch.volcano.sh', 'jobs', { spec: { tasks: [template] } }],
    ['monitoring.coreos.com', 'prometheuses', { spec: SPEC }],
  ])('is found in %s/%s', (apiGroup, resource, requestObject) => {
    const event = { objectRef: { resource, apiGroup }, requestObject };
    expect(readOn('kx.podspec.images', event)).toEqual(['r:5000/a:1', 'i', 'e']);
    expect(readOn('kx.podspec.service_account', event)).toBe('sa');
  });

  it('knows what custom resources call containers', () => {
    const event = (spec: JsonValue) => ({
      objectRef: { resource: 'workflows', apiGroup: 'argoproj.io' },
      requestObject: { spec: { templates: [spec] } },
    });
    const one = { image: 'x', source: 'id' };
    expect(readOn('kx.podspec.images', event({ container: one, script: one }))).toEqual(['x', 'x']);
    expect(readOn('kx.podspec.images', event({ sidecars: [one], steps: [[], one] }))).toEqual([
      'x',
      'x',
    ]);
    expect(readOn('kx.podspec.commands', event({ script: one }))).toEqual(['id']);
  });

  it('commands are those of hooks and probes too', () => {
    const exec = (word: string) => ({ exec: { command: ['sh', word] } });
    const container = {
      command: ['main'],
      lifecycle: { postStart: exec('a'), preStop: exec('b') },
      startupProbe: exec('c'),
      livenessProbe: exec('d'),
      readinessProbe: exec('e'),
    };
    const event = workload('pods', { spec: { containers: [container] } });
    const expected = ['main', 'sh a', 'sh b', 'sh c', 'sh d', 'sh e'];
    expect(readOn('kx.podspec.commands', event)).toEqual(expected);
  });

  it('capabilities have one spelling', () => {
    const add = ['CAP_SYS_ADMIN', 'net_raw', 'cap_bpf', 'CAPSTONE'];
    const event = workload('pods', {
      spec: { containers: [{ securityContext: { capabilities: { add } } }] },
    });
    expect(readOn('kx.podspec.capabilities', event)).toEqual([
      'SYS_ADMIN',
      'NET_RAW',
      'BPF',
      'CAPSTONE',
    ]);
  });

  it('host_process is that of the pod and its containers', () => {
    const securityContext = { windowsOptions: { hostProcess: true } };
    const event = workload('pods', {
      spec: { securityContext, containers: [{ securityContext }, {}] },
    });
    expect(readOn('kx.podspec.host_process', event)).toEqual(['true', 'true']);
  });

  it('of a patch is the one in the response, when it was logged', () => {
    const answered = { spec: { containers: [{ image: 'new' }, { image: 'old' }] } };
    const patch = { spec: { containers: [{ image: 'new' }] } };
    const of = (more: JsonObject) => readOn('kx.podspec.images', workload('pods', patch, more));
    expect(of({ verb: 'patch', responseObject: answered })).toEqual(['new', 'old']);
    expect(of({ verb: 'patch' })).toEqual(['new']);
    expect(of({ verb: 'patch', responseObject: { kind: 'Status' } })).toEqual(['new']);
    expect(of({ verb: 'update', responseObject: answered })).toEqual(['new']);
  });

  it.each<[string, JsonValue]>([
    ['pods', null],
    ['pods', 'x'],
    ['pods', []],
    ['pods', { spec: [SPEC] }],
    ['pods', { spec: { containers: {} } }],
    ['deployments', { spec: SPEC }],
    ['secrets', { spec: SPEC }],
  ])('is missing in %s with body %j', (resource, body) => {
    expect(readOn('kx.podspec.images', workload(resource, body))).toBeUndefined();
  });

  it.each([
    ['/', '/'],
    ['///', '/'],
    ['/..', '/'],
    ['/../../etc', '/etc'],
    ['/var/./run//docker.sock/', '/var/run/docker.sock'],
    ['/a/b/../..', '/'],
    ['a/../../b', '../b'],
    ['.', '.'],
  ])('normalises %j to %j', (path, expected) => {
    expect(normalisePath(path)).toBe(expected);
  });
});

function escalations(rules: JsonValue, more: JsonObject = {}) {
  return readOn('kx.role.escalations', workload('clusterroles', { rules }, more));
}

describe('kx.role.escalations', () => {
  const rbac = ['rbac.authorization.k8s.io'];

  it.each<[JsonValue, JsonValue | undefined]>([
    [{ apiGroups: rbac, resources: ['roles'], verbs: ['escalate'] }, ['escalate']],
    [{ apiGroups: rbac, resources: ['clusterroles'], verbs: ['bind'] }, ['bind']],
    [{ apiGroups: [''], resources: ['users'], verbs: ['impersonate'] }, ['impersonate']],
    [
      {
        apiGroups: ['authentication.k8s.io'],
        resources: ['userextras/scopes'],
        verbs: ['impersonate'],
      },
      ['impersonate'],
    ],
    [{ apiGroups: [''], resources: ['secrets'], verbs: ['list'] }, ['secrets:read']],
    [{ apiGroups: [''], resources: ['secrets'], verbs: ['delete'] }, undefined],
    [{ apiGroups: ['apps'], resources: ['secrets'], verbs: ['get'] }, undefined],
    [{ resources: ['secrets'], verbs: ['get'] }, ['secrets:read']],
    [{ apiGroups: [''], resources: ['pods/exec'], verbs: ['create'] }, ['pods/exec:create']],
    [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }, undefined],
    [{ apiGroups: [''], resources: ['pods'], verbs: ['create'] }, ['pods:create']],
    [{ apiGroups: [''], resources: ['nodes/proxy'], verbs: ['get'] }, ['nodes/proxy:*']],
    [{ apiGroups: [''], resources: ['nodes/proxy'], verbs: [] }, undefined],
    [
      { apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ['create'] },
      ['serviceaccounts/token:create'],
    ],
    [
      { apiGroups: [''], resources: ['persistentvolumes'], verbs: ['create'] },
      ['persistentvolumes:create'],
    ],
    [
      {
        apiGroups: ['admissionregistration.k8s.io'],
        resources: ['validatingwebhookconfigurations'],
        verbs: ['patch'],
      },
      ['webhooks:write'],
    ],
    [
      { apiGroups: ['certificates.k8s.io'], resources: ['signers'], verbs: ['approve'] },
      ['certificates:approve'],
    ],
    [
      { apiGroups: ['certificates.k8s.io'], resources: ['signers'], verbs: ['sign'] },
      ['certificates:sign'],
    ],
    [
      { apiGroups: [''], resources: ['pods/portforward'], verbs: ['get'] },
      ['pods/portforward:create'],
    ],
    [{ apiGroups: [''], resources: ['services/proxy'], verbs: ['get'] }, ['services/proxy:*']],
    [{ apiGroups: [''], resources: ['nodes/status'], verbs: ['patch'] }, ['nodes:write']],
    [{ apiGroups: [''], resources: ['nodes'], verbs: ['delete'] }, undefined],
    [{ apiGroups: [''], resources: ['namespaces'], verbs: ['update'] }, ['namespaces:write']],
    [{ apiGroups: [''], resources: ['namespaces'], verbs: ['create'] }, undefined],
    [{ apiGroups: rbac, resources: ['clusterroles'], verbs: ['update'] }, ['roles:write']],
    [{ apiGroups: rbac, resources: ['rolebindings'], verbs: ['create'] }, ['bindings:write']],
    [{ apiGroups: ['apps'], resources: ['daemonsets'], verbs: ['patch'] }, ['workloads:write']],
    [{ apiGroups: ['batch'], resources: ['cronjobs'], verbs: ['create'] }, ['workloads:write']],
    [{ apiGroups: ['batch'], resources: ['deployments'], verbs: ['create'] }, undefined],
    [
      {
        apiGroups: ['admissionregistration.k8s.io'],
        resources: ['mutatingadmissionpolicybindings'],
        verbs: ['create'],
      },
      ['admissionpolicies:write'],
    ],
    [
      { apiGroups: ['apiregistration.k8s.io'], resources: ['apiservices'], verbs: ['patch'] },
      ['apiservices:write'],
    ],
    [
      {
        apiGroups: ['security.openshift.io'],
        resources: ['securitycontextconstraints'],
        verbs: ['use'],
      },
      ['securitycontextconstraints:use'],
    ],
    [{ apiGroups: [''], resources: ['*/exec'], verbs: ['create'] }, ['pods/exec:create']],
    [{ apiGroups: ['x'], resources: ['y'], verbs: ['*'] }, ['wildcard']],
    [{ nonResourceURLs: ['*'], verbs: ['get'] }, ['wildcard']],
    [
      { apiGroups: [''], resources: ['*'], verbs: ['get'] },
      [
        'wildcard',
        'secrets:read',
        'pods/exec:create',
        'pods/attach:create',
        'pods/portforward:create',
        'pods/proxy:*',
        'services/proxy:*',
        'nodes/proxy:*',
      ],
    ],
    [{ verbs: 'escalate', resources: { roles: 1 } }, undefined],
    [{}, undefined],
    [null, undefined],
    ['x', undefined],
  ])('of the rule %j are %j', (rule, expected) => {
    expect(escalations([rule])).toEqual(expected);
  });

  it('do not combine verbs and resources of different rules', () => {
    const apart = [
      { apiGroups: [''], resources: ['secrets'], verbs: ['delete'] },
      { apiGroups: [''], resources: ['configmaps'], verbs: ['get'] },
    ];
    expect(escalations(apart)).toBeUndefined();
  });

  it('are listed once, in a fixed order', () => {
    const secrets = { apiGroups: [''], resources: ['secrets'], verbs: ['get'] };
    const bind = { apiGroups: rbac, resources: ['roles'], verbs: ['bind'] };
    expect(escalations([secrets, bind, secrets])).toEqual(['bind', 'secrets:read']);
  });

  it('of a patch come from the response, when it was logged', () => {
    const rules = [{ apiGroups: rbac, resources: ['roles'], verbs: ['bind'] }];
    expect(escalations([], { verb: 'patch', responseObject: { rules } })).toEqual(['bind']);
    expect(escalations(rules, { verb: 'patch', responseObject: { kind: 'Status' } })).toEqual([
      'bind',
    ]);
  });

  it('exist for roles and cluster roles only', () => {
    const rules = [{ apiGroups: rbac, resources: ['roles'], verbs: ['bind'] }];
    const of = (resource: string) => readOn('kx.role.escalations', workload(resource, { rules }));
    expect(of('roles')).toEqual(['bind']);
    expect(of('pods')).toBeUndefined();
  });
});
