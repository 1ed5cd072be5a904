import type { GroupResources, PolicyRule } from './audit-policy.ts';
import type { Circumstances } from '../probe.ts';

/** Resources of one group, whatever their names. */
export function entry(group: string, resources: readonly string[]): GroupResources {
  return { group, resources, resourceNames: [] };
}

/** A rule about everything, to be narrowed. */
export const EMPTY = {
  users: [],
  userGroups: [],
  verbs: [],
  resources: [],
  namespaces: [],
  nonResourceURLs: [],
  omitStages: [],
  line: 0,
} as const satisfies Partial<PolicyRule>;

const CONTROL_PLANE = [
  'system:apiserver',
  'system:kube-controller-manager',
  'system:kube-scheduler',
];

export interface Noise {
  readonly rule: PolicyRule;
  /** Requests that it takes away, to ask the rules about. */
  readonly samples: readonly {
    readonly resources: readonly string[];
    readonly circumstances: Circumstances;
  }[];
}

/** Requests that every cluster makes all day. The list is chosen by hand, not derived from rules. */
export const NOISE: readonly Noise[] = [
  {
    rule: {
      ...EMPTY,
      level: 'None',
      users: ['system:kube-proxy'],
      verbs: ['watch'],
      resources: [
        entry('', ['endpoints', 'services', 'services/status']),
        entry('discovery.k8s.io', ['endpointslices']),
      ],
      comment: 'noise: kube-proxy watching its endpoints',
    },
    samples: [
      {
        resources: ['endpoints', 'services', 'endpointslices'],
        circumstances: { user: 'system:kube-proxy', groups: ['system:authenticated'] },
      },
    ],
  },
  {
    rule: {
      ...EMPTY,
      level: 'None',
      userGroups: ['system:nodes'],
      verbs: ['get'],
      resources: [entry('', ['nodes', 'nodes/status'])],
      comment: 'noise: kubelets looking at their nodes',
    },
    samples: [
      {
        resources: ['nodes', 'nodes/status'],
        circumstances: { user: 'system:node:n', groups: ['system:nodes', 'system:authenticated'] },
      },
    ],
  },
  {
    rule: {
      ...EMPTY,
      level: 'None',
      userGroups: ['system:nodes', 'system:serviceaccounts'],
      resources: [entry('coordination.k8s.io', ['leases'])],
      comment: 'noise: leases of nodes, and leader elections of controllers',
    },
    samples: [
      {
        resources: ['leases'],
        circumstances: { user: 'system:node:n', groups: ['system:nodes', 'system:authenticated'] },
      },
      {
        resources: ['leases'],
        circumstances: {
          user: 'system:serviceaccount:kube-system:s',
          groups: ['system:serviceaccounts', 'system:authenticated'],
        },
      },
    ],
  },
  {
    rule: {
      ...EMPTY,
      level: 'None',
      users: CONTROL_PLANE,
      resources: [entry('coordination.k8s.io', ['leases'])],
      comment: 'noise: leader elections of the control plane',
    },
    samples: CONTROL_PLANE.map((user) => ({
      resources: ['leases'],
      circumstances: { user, groups: ['system:authenticated'] },
    })),
  },
  {
    rule: {
      ...EMPTY,
      level: 'None',
      nonResourceURLs: ['/healthz*', '/livez*', '/readyz*'],
      comment: 'noise: health checks',
    },
    samples: [
      { resources: ['(other URLs)'], circumstances: { uri: '/healthz' } },
      { resources: ['(other URLs)'], circumstances: { uri: '/livez' } },
      { resources: ['(other URLs)'], circumstances: { uri: '/readyz' } },
    ],
  },
];
