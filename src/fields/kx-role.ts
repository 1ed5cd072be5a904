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
    resources: ['uids', 'userextras'],
    verbs: ['impersonate'],
  },
  { label: 'secrets:read', group: '', resources: ['secrets'], verbs: ['get', 'list', 'watch'] },
  { label: 'pods:create', group: '', resources: ['pods'], verbs: ['create'] },
  // A WebSocket client opens these two with a GET request.
  { label: 'pods/exec:create', group: '', resources: ['pods/exec'], verbs: ['create', 'get'] },
  { label: 'pods/attach:create', group: '', resources: ['pods/attach'], verbs: ['create', 'get'] },
  {
    label: 'pods/ephemeralcontainers:write',
    group: '',
    resources: ['pods/ephemeralcontainers'],
    verbs: ['update', 'patch'],
  },
  { label: 'nodes/proxy:*', group: '', resources: ['nodes/proxy'], verbs: undefined },
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
  return wanted === undefined ? verbs.size > 0 : wanted.some((verb) => verbs.has(verb));
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
