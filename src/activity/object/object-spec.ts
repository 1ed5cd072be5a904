/** The object that a history follows. */
export interface ObjectSpec {
  readonly namespace: string | undefined;
  /** Names the resource may have in the API: plural, lower case. */
  readonly resources: readonly string[];
  readonly apiGroup: string | undefined;
  readonly name: string;
}

/** Short names that kubectl takes (kubectl api-resources). */
const SHORT: Readonly<Record<string, string>> = {
  cm: 'configmaps',
  crd: 'customresourcedefinitions',
  cj: 'cronjobs',
  csr: 'certificatesigningrequests',
  deploy: 'deployments',
  ds: 'daemonsets',
  ep: 'endpoints',
  ev: 'events',
  hpa: 'horizontalpodautoscalers',
  ing: 'ingresses',
  netpol: 'networkpolicies',
  no: 'nodes',
  ns: 'namespaces',
  pdb: 'poddisruptionbudgets',
  po: 'pods',
  pv: 'persistentvolumes',
  pvc: 'persistentvolumeclaims',
  quota: 'resourcequotas',
  rc: 'replicationcontrollers',
  rs: 'replicasets',
  sa: 'serviceaccounts',
  sc: 'storageclasses',
  sts: 'statefulsets',
  svc: 'services',
};

/** Reads `[namespace/]kind[.group]/name`; undefined when the text has another form. */
export function parseObjectSpec(text: string): ObjectSpec | undefined {
  const parts = text.split('/');
  if (parts.length < 2 || parts.length > 3 || parts.includes('')) return undefined;
  const [namespace, kind, name] =
    parts.length === 3 ? (parts as [string, string, string]) : [undefined, parts[0]!, parts[1]!];
  const dot = kind.indexOf('.');
  const bare = (dot === -1 ? kind : kind.slice(0, dot)).toLowerCase();
  return {
    namespace,
    resources: resourceNames(bare),
    apiGroup: dot === -1 ? undefined : kind.slice(dot + 1),
    name,
  };
}

function resourceNames(kind: string): string[] {
  const short = Object.hasOwn(SHORT, kind) ? SHORT[kind] : undefined;
  if (short !== undefined) return [short, kind];
  // As the API machinery guesses plurals (meta.UnsafeGuessKindToResource).
  if (kind.endsWith('y') && !/[aeiou]y$/.test(kind)) return [kind, `${kind.slice(0, -1)}ies`];
  if (/(?:s|x|ch|sh)$/.test(kind)) return [kind, `${kind}es`];
  return [kind, `${kind}s`];
}
