import { customGroups, customResources } from './custom-groups.ts';

/** The properties of a request on which an audit policy and its level depend. */
export interface RequestShape {
  /** API group; empty for core, `*` for one that is not known. Undefined for URLs that are no resources. */
  readonly group: string | undefined;
  readonly resource: string | undefined;
  readonly subresource: string | undefined;
  readonly verb: string;
  readonly namespaced: boolean;
}

interface ResourceRow {
  readonly group: string;
  /** `name` for namespaced resources, `name!` for cluster-wide ones, `name:sub,sub` with subresources. */
  readonly resources: string;
}

// kubectl api-resources of Kubernetes 1.34, and the subresources of its OpenAPI document.
const ROWS: readonly ResourceRow[] = [
  {
    group: '',
    resources:
      'pods:status,log,exec,attach,portforward,proxy,eviction,binding,ephemeralcontainers,resize ' +
      'services:status,proxy endpoints configmaps secrets serviceaccounts:token events bindings ' +
      'podtemplates replicationcontrollers:status,scale persistentvolumeclaims:status limitranges ' +
      'resourcequotas:status namespaces!:status,finalize nodes!:status,proxy persistentvolumes!:status',
  },
  {
    group: 'apps',
    resources:
      'deployments:status,scale daemonsets:status statefulsets:status,scale replicasets:status,scale ' +
      'controllerrevisions',
  },
  { group: 'batch', resources: 'jobs:status cronjobs:status' },
  { group: 'autoscaling', resources: 'horizontalpodautoscalers:status' },
  { group: 'policy', resources: 'poddisruptionbudgets:status podsecuritypolicies!' },
  {
    group: 'rbac.authorization.k8s.io',
    resources: 'roles rolebindings clusterroles! clusterrolebindings!',
  },
  { group: 'networking.k8s.io', resources: 'ingresses:status networkpolicies ingressclasses!' },
  { group: 'discovery.k8s.io', resources: 'endpointslices' },
  { group: 'coordination.k8s.io', resources: 'leases' },
  { group: 'events.k8s.io', resources: 'events' },
  { group: 'authentication.k8s.io', resources: 'tokenreviews! selfsubjectreviews!' },
  {
    group: 'authorization.k8s.io',
    resources:
      'subjectaccessreviews! selfsubjectaccessreviews! selfsubjectrulesreviews! localsubjectaccessreviews',
  },
  { group: 'certificates.k8s.io', resources: 'certificatesigningrequests!:status,approval' },
  {
    group: 'admissionregistration.k8s.io',
    resources:
      'mutatingwebhookconfigurations! validatingwebhookconfigurations! ' +
      'validatingadmissionpolicies!:status validatingadmissionpolicybindings! ' +
      'mutatingadmissionpolicies! mutatingadmissionpolicybindings!',
  },
  { group: 'apiextensions.k8s.io', resources: 'customresourcedefinitions!:status' },
  { group: 'apiregistration.k8s.io', resources: 'apiservices!:status' },
  {
    group: 'storage.k8s.io',
    resources: 'storageclasses! csidrivers! csinodes! volumeattachments!',
  },
  { group: 'scheduling.k8s.io', resources: 'priorityclasses!' },
  { group: 'node.k8s.io', resources: 'runtimeclasses!' },
];

const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];
/** Verbs of subresources; a WebSocket client opens a session with get, others with create. */
const SUBRESOURCE_VERBS: Readonly<Record<string, readonly string[]>> = {
  exec: ['get', 'create'],
  attach: ['get', 'create'],
  portforward: ['get', 'create'],
  proxy: ['get', 'create', 'update', 'patch', 'delete'],
  log: ['get'],
  token: ['create'],
  eviction: ['create'],
  binding: ['create'],
  finalize: ['update'],
};
const CHANGING = ['get', 'update', 'patch'];
/** HTTP methods, as the audit log has them for URLs that are no resources. */
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

/** A resource no table knows: custom resources look like it. */
export const CUSTOM_GROUP = 'custom.example.com';

/** What rules name: resources, each with the API groups that the same rules name, and these groups. */
export interface NamedKinds {
  readonly resources: ReadonlyMap<string, ReadonlySet<string>>;
  readonly groups: ReadonlySet<string>;
}

/**
 * Every sort of request that rules may be about: the built-in resources, those that rules name besides, a
 * custom resource, and other URLs.
 */
export function requestShapes(named: NamedKinds): RequestShape[] {
  const shapes: RequestShape[] = [];
  const known = new Set<string>();
  const add = (
    group: string,
    resource: string,
    subresources: readonly string[],
    namespaced: boolean,
  ) => {
    known.add(resource);
    for (const verb of VERBS)
      shapes.push({ group, resource, subresource: undefined, verb, namespaced });
    for (const subresource of subresources) {
      for (const verb of SUBRESOURCE_VERBS[subresource] ?? CHANGING) {
        shapes.push({ group, resource, subresource, verb, namespaced });
      }
    }
  };
  for (const { group, resources } of ROWS) {
    for (const text of resources.split(' ')) {
      const [name = '', subresources] = text.split(':', 2);
      const clusterWide = name.endsWith('!');
      add(
        group,
        clusterWide ? name.slice(0, -1) : name,
        subresources === undefined ? [] : subresources.split(','),
        !clusterWide,
      );
    }
  }
  const custom = new Map<string, Set<string>>();
  const want = (resource: string, groups: Iterable<string>): void => {
    custom.set(resource, new Set([...(custom.get(resource) ?? []), ...groups]));
  };
  for (const [resource, besides] of named.resources) {
    if (known.has(resource)) continue;
    const groups = customGroups(resource);
    want(resource, groups.length > 0 ? groups : besides.size > 0 ? besides : ['*']);
  }
  for (const group of named.groups) {
    for (const resource of customResources(group)) want(resource, [group]);
  }
  for (const [resource, groups] of [...custom].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    for (const group of groups) add(group, resource, [], true);
  }
  add(CUSTOM_GROUP, 'customresources', [], true);
  for (const verb of METHODS) {
    shapes.push({
      group: undefined,
      resource: undefined,
      subresource: undefined,
      verb,
      namespaced: false,
    });
  }
  return shapes;
}

/** `pods/exec`, or `(other URLs)`. */
export function shapeResource({
  resource,
  subresource,
}: Pick<RequestShape, 'resource' | 'subresource'>): string {
  if (resource === undefined) return '(other URLs)';
  return subresource === undefined ? resource : `${resource}/${subresource}`;
}

/** Requests on the status of an object: controllers make them all day. */
export function isStatus({ subresource }: RequestShape): boolean {
  return subresource === 'status';
}

/** True for what the API server takes as the name of a group: a subdomain in lower case. */
export function isGroupName(text: string): boolean {
  return (
    text.length <= 253 &&
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(text)
  );
}
