import type { Random } from '../fast/random.ts';

const USERS = ['alice', 'bob', 'system:node:n1', 'system:serviceaccount:ci:deployer', 'zoë', ''];
const NAMESPACES = ['shop', 'kube-system', 'default'];
const NAMES = ['web', 'db', 'node-debugger-n1-abcde', 'aws-auth'];
const AGENTS = ['kubectl/v1.34.1 (linux/amd64)', 'kube-controller-manager/v1.34.1', 'curl/8.0'];
/** What requests are about: verbs, resource and subresource. */
const SHAPES: readonly (readonly [string[], string, string?])[] = [
  [['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'], 'pods'],
  [['get', 'create'], 'pods', 'exec'],
  [['get', 'create'], 'pods', 'attach'],
  [['create'], 'pods', 'portforward'],
  [['patch', 'get'], 'pods', 'ephemeralcontainers'],
  [['patch', 'update'], 'pods', 'status'],
  [['get', 'create'], 'nodes', 'proxy'],
  [['get', 'list', 'create', 'update', 'patch', 'delete', 'deletecollection'], 'configmaps'],
  [['get', 'list', 'watch'], 'secrets'],
  [['update', 'get'], 'leases'],
  [['update', 'patch'], 'deployments', 'scale'],
  [['create', 'update'], 'deployments'],
];
const STAGES = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'];

type Members = Record<string, unknown>;

/** The lines of one request, a stage each: later stages know more than earlier ones. */
function request(r: Random, number: number): string[] {
  const [verbs, resource, subresource] = r.pick(SHAPES);
  const verb = r.pick(verbs);
  const namespace = r.chance(85) ? r.pick(NAMESPACES) : undefined;
  const name = r.chance(85) ? r.pick(NAMES) : undefined;
  const user = r.pick(USERS);
  const impersonated = r.chance(8) ? r.pick(USERS) : undefined;
  const code = r.pick([200, 201, 101, 403, 404, 500]);
  const at = (second: number): string =>
    new Date(Date.UTC(2026, 2, 1, 10, 0, number * 3 + second)).toISOString();
  const received = r.chance(92) ? at(0) : undefined;
  const reference = { resource, namespace, apiVersion: 'v1', subresource };
  const uri = r.pick([
    `/api/v1/namespaces/${namespace}/${resource}/${name}?command=sh&command=-c&container=app&stdin=true`,
    '/api/v1/nodes/n1/proxy/run/shop/web/app?cmd=id',
    '/API/v1/nodes/n1/Proxy/Exec/shop/web?command=id',
    '/healthz',
    '/apis',
  ]);
  const body = {
    kind: resource === 'configmaps' ? 'ConfigMap' : 'Pod',
    metadata: { name: name ?? r.pick(NAMES), namespace },
    data: { key: `value ${r.below(5)}`, password: 'hunter2' },
    spec: {
      nodeName: 'n1',
      replicas: r.below(5),
      ephemeralContainers: [{ name: 'debug', image: 'busybox', command: ['sh'], tty: true }],
      containers: [{ image: `img:${r.below(3)}` }],
    },
  };
  const common: Members = {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: r.pick(['Metadata', 'Request', 'RequestResponse']),
    // A client may choose an ID that was used before.
    auditID: r.chance(95) ? `id-${String(number).padStart(4, '0')}` : `id-${r.below(9)}`,
    requestURI: uri,
    verb,
    ...(user === '' ? {} : { user: { username: user, groups: ['g', 'system:authenticated'] } }),
    sourceIPs: r.chance(90) ? ['203.0.113.9', `10.0.0.${r.below(20)}`] : undefined,
    userAgent: r.chance(90) ? r.pick(AGENTS) : undefined,
    requestReceivedTimestamp: received,
  };
  const early = resource === 'leases' ? undefined : { ...reference, ...known(r, verb, name) };
  const answer: Members = {
    impersonatedUser: impersonated === undefined ? undefined : { username: impersonated },
    responseStatus: { metadata: {}, code },
    objectRef: { ...reference, name },
    ...(r.chance(60) ? { requestObject: body } : {}),
    ...(r.chance(40) ? { responseObject: body } : {}),
    annotations: {
      'authorization.k8s.io/decision': code === 403 ? 'forbid' : 'allow',
      'authorization.k8s.io/reason':
        'RBAC: allowed by RoleBinding "b/shop" of Role "r" to User "alice"',
    },
  };
  return STAGES.filter((stage) => r.chance(stage === 'Panic' ? 3 : 70)).map((stage, i) => {
    const late = stage === 'RequestReceived' ? { objectRef: early } : answer;
    return JSON.stringify({ ...common, stage, ...late, stageTimestamp: at(i) });
  });
}

/** A creation need not tell from the start how its object is called. */
function known(r: Random, verb: string, name: string | undefined): Members {
  return verb === 'create' && r.chance(60) ? {} : { name };
}

/** The lines of a log of requests. Their stages are mixed, some are missing, some are there twice. */
export function stageLog(r: Random, requests: number): string[] {
  const open: string[][] = [];
  const lines: string[] = [];
  for (let number = 0; number < requests || open.length > 0; number++) {
    if (number < requests) open.push(request(r, number));
    for (let i = r.below(4); i >= 0 && open.length > 0; i--) {
      const at = r.below(open.length);
      const next = open[at]!.shift();
      if (next === undefined) open.splice(at, 1);
      else lines.push(...(r.chance(4) ? [next, next] : [next]));
    }
  }
  return lines;
}
