import type { Request } from './request.ts';

/** Kinds of requests that a cluster makes all day, with their names in listings. */
const NOISE_KINDS = {
  health: 'health checks and metrics',
  discovery: 'API discovery',
  leases: 'leases',
  kubelet: 'kubelets',
  controllers: 'controllers',
  watches: 'watches',
  reviews: 'access reviews',
  events: 'cluster events',
} as const;

export type NoiseKind = keyof typeof NOISE_KINDS;

const HEALTH = /^\/(?:healthz|livez|readyz|ping)(?:[/?]|$)/;
const METRICS = /^\/metrics(?:[/?]|$)/;
const DISCOVERY = /^\/(?:apis?|openapi|version|swagger)(?:[/.?]|$)/;

/** Users of the control plane and of what managed platforms run beside it. */
const CONTROL_PLANE = new Set([
  'system:apiserver',
  'system:kube-controller-manager',
  'system:kube-scheduler',
  'system:kube-proxy',
  'system:cloud-controller-manager',
  'system:addon-manager',
  'aksService',
  'cloud-controller-manager',
]);

/** Service accounts of the controllers inside kube-controller-manager (kube-system). */
const CONTROLLERS = new Set(
  `attachdetach-controller bootstrap-signer certificate-controller clusterrole-aggregation-controller
  cronjob-controller daemon-set-controller deployment-controller disruption-controller endpoint-controller
  endpointslice-controller endpointslicemirroring-controller ephemeral-volume-controller expand-controller
  generic-garbage-collector horizontal-pod-autoscaler job-controller legacy-service-account-token-cleaner
  namespace-controller node-controller persistent-volume-binder pod-garbage-collector
  pv-protection-controller pvc-protection-controller replicaset-controller replication-controller
  resourcequota-controller root-ca-cert-publisher service-account-controller service-controller
  statefulset-controller token-cleaner tokens-controller ttl-after-finished-controller ttl-controller
  kube-proxy`
    .split(/\s+/)
    .map((name) => `system:serviceaccount:kube-system:${name}`),
);

/** Resources that a kubelet uses all day. Secrets are not among them: reads of secrets stay listed. */
const KUBELET_RESOURCES = new Set([
  'nodes',
  'pods',
  'leases',
  'events',
  'csinodes',
  'csidrivers',
  'runtimeclasses',
  'services',
  'configmaps',
  'serviceaccounts',
  'certificatesigningrequests',
]);

const REVIEWS = new Set(['tokenreviews', 'subjectaccessreviews']);

/**
 * The kind of noise that a request is; undefined when it deserves a row of its own. Refused requests always do,
 * and so do requests of people and add-ons, except those that only look around.
 */
export function noiseKind(request: Request): NoiseKind | undefined {
  const { resource, user = '', verb, result } = request;
  if (resource === undefined) return urlNoise(request);
  if (result === 'denied' || request.impersonatedUser !== undefined) return undefined;
  if (!user.startsWith('system:') && !CONTROL_PLANE.has(user) && !user.startsWith('eks:')) {
    return undefined;
  }
  if (resource === 'leases') return 'leases';
  if (user.startsWith('system:node:') && KUBELET_RESOURCES.has(resource)) return 'kubelet';
  if (CONTROL_PLANE.has(user) || isController(request) || user.startsWith('eks:')) {
    return 'controllers';
  }
  if (user === 'system:anonymous' || user === 'system:admin') return undefined;
  if (verb === 'watch' && resource !== 'secrets') return 'watches';
  if (REVIEWS.has(resource)) return 'reviews';
  return resource === 'events' && verb !== 'delete' && verb !== 'deletecollection'
    ? 'events'
    : undefined;
}

/** Also accounts that newer versions of kube-controller-manager have. */
function isController({ user = '', userAgent = '' }: Request): boolean {
  if (CONTROLLERS.has(user)) return true;
  return (
    user.startsWith('system:serviceaccount:kube-system:') &&
    userAgent.startsWith('kube-controller-manager/')
  );
}

/** True for people and tools of theirs: they ask for metrics on purpose, machines do all day. */
function isPerson({ user }: Request): boolean {
  if (user === undefined || user.startsWith('system:') || user.startsWith('eks:')) return false;
  return !CONTROL_PLANE.has(user);
}

function urlNoise(request: Request): NoiseKind | undefined {
  const { uri = '', result } = request;
  if (HEALTH.test(uri)) return 'health';
  if (METRICS.test(uri)) return isPerson(request) ? undefined : 'health';
  return result !== 'denied' && DISCOVERY.test(uri) ? 'discovery' : undefined;
}

/** Counts noise by kind. */
export class NoiseCounter {
  readonly #counts = new Map<NoiseKind, number>();

  add(kind: NoiseKind): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
  }

  get total(): number {
    let total = 0;
    for (const count of this.#counts.values()) total += count;
    return total;
  }

  /** Counts by kind, most first. */
  rows(): { readonly kind: NoiseKind; readonly text: string; readonly count: number }[] {
    return [...this.#counts]
      .map(([kind, count]) => ({ kind, text: NOISE_KINDS[kind], count }))
      .toSorted((a, b) => b.count - a.count || (a.kind < b.kind ? -1 : 1));
  }
}
