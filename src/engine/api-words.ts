/** Short names that kubectl takes (kubectl api-resources). */
const SHORT: Readonly<Record<string, string>> = {
  cm: 'configmaps',
  cj: 'cronjobs',
  crd: 'customresourcedefinitions',
  crds: 'customresourcedefinitions',
  cs: 'componentstatuses',
  csr: 'certificatesigningrequests',
  deploy: 'deployments',
  ds: 'daemonsets',
  ep: 'endpoints',
  ev: 'events',
  hpa: 'horizontalpodautoscalers',
  ing: 'ingresses',
  limits: 'limitranges',
  netpol: 'networkpolicies',
  no: 'nodes',
  ns: 'namespaces',
  pc: 'priorityclasses',
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

/**
 * The names a kind may have as a resource of the API, for what kubectl takes: `pod`, `Pods`, `po`, `deploy`.
 * The API has plural names in lower case.
 */
export function resourceNames(kind: string): string[] {
  const word = kind.toLowerCase();
  const short = Object.hasOwn(SHORT, word) ? SHORT[word] : undefined;
  if (short !== undefined) return [short, word];
  // As the API machinery guesses plurals (meta.UnsafeGuessKindToResource).
  if (word.endsWith('y') && !/[aeiou]y$/.test(word)) return [word, `${word.slice(0, -1)}ies`];
  if (/(?:s|x|ch|sh)$/.test(word)) return [word, `${word}es`];
  return [word, `${word}s`];
}

/** Subresources by the words that people use for them. */
const SUBRESOURCES: Readonly<Record<string, string>> = {
  attach: 'attach',
  approve: 'approval',
  approval: 'approval',
  binding: 'binding',
  cp: 'exec',
  debug: 'ephemeralcontainers',
  drain: 'eviction',
  ephemeralcontainers: 'ephemeralcontainers',
  evict: 'eviction',
  eviction: 'eviction',
  exec: 'exec',
  log: 'log',
  logs: 'log',
  'port-forward': 'portforward',
  portforward: 'portforward',
  proxy: 'proxy',
  scale: 'scale',
  status: 'status',
  token: 'token',
};

/** The subresource that a word of kubectl leads to: `log` for `logs`; undefined for other words. */
export function subresourceOf(word: string): string | undefined {
  const lower = word.toLowerCase();
  return Object.hasOwn(SUBRESOURCES, lower) ? SUBRESOURCES[lower] : undefined;
}

/** Commands of kubectl that are no verbs of the API, with the verbs they send. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  apply: ['create', 'patch'],
  annotate: ['patch'],
  describe: ['get', 'list'],
  edit: ['patch', 'update'],
  label: ['patch'],
  replace: ['update'],
};

/** The verbs of the API that a word may mean: itself in lower case, or what a kubectl command sends. */
export function verbNames(word: string): readonly string[] {
  const lower = word.toLowerCase();
  return Object.hasOwn(COMMANDS, lower) ? COMMANDS[lower]! : [lower];
}
