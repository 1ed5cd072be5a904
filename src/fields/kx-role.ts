import type { AuditEvent } from '../events/event.ts';
import { isObject, member, type JsonObject, type JsonValue } from '../json/value.ts';
import { effectiveNode, plainResource } from './kx-workload.ts';

/** A right that leads to more rights, when one rule of a role grants it. */
interface Escalation {
  readonly label: string;
  /** API group of the resources. */
  readonly group: string;
  readonly resources: readonly string[];
  /** Verbs any of which is enough; undefined means every verb. */
  readonly verbs: readonly string[] | undefined;
}

const RBAC = 'rbac.authorization.k8s.io';
const CERTIFICATES = 'certificates.k8s.io';
const WRITE = ['create', 'update', 'patch'];

// https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks
const ESCALATIONS: readonly Escalation[] = [
  { label: 'escalate', group: RBAC, resources: ['roles', 'clusterroles'], verbs: ['escalate'] },
  { label: 'bind', group: RBAC, resources: ['roles', 'clusterroles'], verbs: ['bind'] },
  {
    label: 'impersonate',
    group: '',
    resources: ['users', 'groups', 'serviceaccounts'],
    verbs: ['impersonate'],
  },
  {
    label: 'impersonate',
    group: 'authentication.k8s.io',
    resources: ['users', 'groups', 'serviceaccounts', 'nodes', 'uids', 'userextras'],
    verbs: ['impersonate'],
  },
  { label: 'roles:write', group: RBAC, resources: ['roles', 'clusterroles'], verbs: WRITE },
  {
    label: 'bindings:write',
    group: RBAC,
    resources: ['rolebindings', 'clusterrolebindings'],
    verbs: WRITE,
  },
  { label: 'secrets:read', group: '', resources: ['secrets'], verbs: ['get', 'list', 'watch'] },
  { label: 'pods:create', group: '', resources: ['pods'], verbs: ['create'] },
  // A controller creates the pods of a template with rights of its own.
  {
    label: 'workloads:write',
    group: 'apps',
    resources: ['deployments', 'daemonsets', 'statefulsets', 'replicasets'],
    verbs: WRITE,
  },
  { label: 'workloads:write', group: 'batch', resources: ['jobs', 'cronjobs'], verbs: WRITE },
  {
    label: 'workloads:write',
    group: '',
    resources: ['replicationcontrollers'],
    verbs: WRITE,
  },
  // A WebSocket client opens these two with a GET request.
  { label: 'pods/exec:create', group: '', resources: ['pods/exec'], verbs: ['create', 'get'] },
  { label: 'pods/attach:create', group: '', resources: ['pods/attach'], verbs: ['create', 'get'] },
  {
    label: 'pods/ephemeralcontainers:write',
    group: '',
    resources: ['pods/ephemeralcontainers'],
    verbs: ['update', 'patch'],
  },
  {
    label: 'pods/portforward:create',
    group: '',
    resources: ['pods/portforward'],
    verbs: ['create', 'get'],
  },
  // Every verb is a request to what listens in the pod.
  { label: 'pods/proxy:*', group: '', resources: ['pods/proxy'], verbs: undefined },
  { label: 'services/proxy:*', group: '', resources: ['services/proxy'], verbs: undefined },
  { label: 'nodes/proxy:*', group: '', resources: ['nodes/proxy'], verbs: undefined },
  // Labels and taints decide which pods run on a node, its status where the API server connects to.
  { label: 'nodes:write', group: '', resources: ['nodes', 'nodes/status'], verbs: WRITE },
  // The label for Pod Security is on the namespace.
  { label: 'namespaces:write', group: '', resources: ['namespaces'], verbs: ['update', 'patch'] },
  {
    label: 'serviceaccounts/token:create',
    group: '',
    resources: ['serviceaccounts/token'],
    verbs: ['create'],
  },
  {
    label: 'persistentvolumes:create',
    group: '',
    resources: ['persistentvolumes'],
    verbs: ['create'],
  },
  {
    label: 'webhooks:write',
    group: 'admissionregistration.k8s.io',
    resources: ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'],
    verbs: WRITE,
  },
  {
    label: 'admissionpolicies:write',
    group: 'admissionregistration.k8s.io',
    resources: [
      'mutatingadmissionpolicies',
      'mutatingadmissionpolicybindings',
      'validatingadmissionpolicies',
      'validatingadmissionpolicybindings',
    ],
    verbs: WRITE,
  },
  {
    label: 'apiservices:write',
    group: 'apiregistration.k8s.io',
    resources: ['apiservices'],
    verbs: WRITE,
  },
  {
    label: 'certificates:approve',
    group: CERTIFICATES,
    resources: ['certificatesigningrequests/approval'],
    verbs: ['update', 'patch'],
  },
  {
    label: 'certificates:approve',
    group: CERTIFICATES,
    resources: ['signers'],
    verbs: ['approve'],
  },
  { label: 'certificates:sign', group: CERTIFICATES, resources: ['signers'], verbs: ['sign'] },
  {
    label: 'podsecuritypolicies:use',
    group: 'policy',
    resources: ['podsecuritypolicies'],
    verbs: ['use'],
  },
  {
    label: 'securitycontextconstraints:use',
    group: 'security.openshift.io',
    resources: ['securitycontextconstraints'],
    verbs: ['use'],
  },
];

/**
 * Rights in the body of a Role or ClusterRole that lead to more rights, each once, in the order of
 * the table; empty when there is none.
 */
export function roleEscalations(event: AuditEvent): string[] | undefined {
  const resource = plainResource(event);
  if (resource !== 'roles' && resource !== 'clusterroles') return undefined;
  const rules = effectiveNode(event, ['rules'])?.value;
  if (!Array.isArray(rules)) return undefined;
  const granted = new Set<string>();
  for (const rule of rules) if (isObject(rule)) addEscalations(rule, granted);
  return ['wildcard', ...ESCALATIONS.map((entry) => entry.label)].filter((label) =>
    // Labels with several entries in the table are listed once.
    granted.delete(label),
  );
}

function addEscalations(rule: JsonObject, granted: Set<string>): void {
  const verbs = texts(member(rule, 'verbs'));
  const resources = texts(member(rule, 'resources'));
  const groups = texts(member(rule, 'apiGroups'));
  const urls = texts(member(rule, 'nonResourceURLs'));
  if ([verbs, resources, groups, urls].some((values) => values.has('*'))) granted.add('wildcard');
  for (const entry of ESCALATIONS) {
    if (
      grantsVerb(verbs, entry.verbs) &&
      // The API requires groups; a body without them is judged by the rest.
      (groups.size === 0 || groups.has('*') || groups.has(entry.group)) &&
      entry.resources.some((resource) => grantsResource(resources, resource))
    ) {
      granted.add(entry.label);
    }
  }
}

function texts(value: JsonValue | undefined): Set<string> {
  const found = new Set<string>();
  if (Array.isArray(value)) for (const text of value) if (typeof text === 'string') found.add(text);
  return found;
}

function grantsVerb(verbs: Set<string>, wanted: readonly string[] | undefined): boolean {
  if (verbs.has('*')) return true;
  if (wanted === undefined) return verbs.size > 0;
  // Kubernetes 1.36 names what is borrowed behind the verb: impersonate:user-info, impersonate:serviceaccount, …
  return wanted.some(
    (verb) => verbs.has(verb) || (verb === 'impersonate' && [...verbs].some(isImpersonation)),
  );
}

function isImpersonation(verb: string): boolean {
  return verb.startsWith('impersonate:');
}

// RBAC knows `*` and `*/subresource` (k8s.io/api/rbac/v1 PolicyRule), and `userextras/KEY`.
function grantsResource(resources: Set<string>, wanted: string): boolean {
  if (resources.has('*') || resources.has(wanted)) return true;
  const slash = wanted.indexOf('/');
  if (slash !== -1) return resources.has(`*${wanted.slice(slash)}`);
  return (
    wanted === 'userextras' && [...resources].some((resource) => resource.startsWith('userextras/'))
  );
}
