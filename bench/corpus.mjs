// A seeded, realistic audit log: the mix of a busy cluster. `normal` is mostly components, `users`
// has 60 % reads by people, `shuffled` is normal with keys in random order and other oddities.
import { configMap, podBody } from './bodies.mjs';
import { closeSync, openSync, writeSync } from 'node:fs';

/** A small deterministic random number generator (mulberry32). */
function random(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    below: (n) => Math.floor(next() * n),
    pick: (list) => list[Math.floor(next() * list.length)],
    chance: (p) => next() < p,
    hex: (n) => Array.from({ length: n }, () => Math.floor(next() * 16).toString(16)).join(''),
  };
}

const NAMESPACES = ['default', 'kube-system', 'shop', 'payments', 'monitoring', 'ci', 'ingress'];
const PEOPLE = ['alice@example.com', 'bob@example.com', 'carol', 'dave@example.com', 'erin'];
const AGENTS = [
  'kubectl/v1.29.3 (linux/amd64) kubernetes/6813625',
  'kube-controller-manager/v1.29.3 (linux/amd64) kubernetes/6813625/leader-election',
  'kubelet/v1.29.3 (linux/amd64) kubernetes/6813625',
  'kube-scheduler/v1.29.3 (linux/amd64) kubernetes/6813625/scheduler',
  'Mozilla/5.0 (X11; Linux x86_64) "quoted" <agent>',
];
const READ = ['get', 'list', 'watch'];
/** Where people, and pods that call the API server, come from. */
const OFFICE_ADDRESSES = 200;
const POD_ADDRESSES = 2000;

/** JSON as Go's encoder writes it. */
function goJson(value) {
  return JSON.stringify(value).replaceAll(
    /[<>&]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function user(r, name, groups, extra) {
  return { username: name, uid: `${r.hex(8)}-${r.hex(4)}`, groups, ...(extra ? { extra } : {}) };
}

function serviceAccount(r, namespace, name) {
  return user(
    r,
    `system:serviceaccount:${namespace}:${name}`,
    ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
    {
      'authentication.kubernetes.io/pod-name': [`${name}-${r.hex(8)}`],
      'authentication.kubernetes.io/pod-uid': [`${r.hex(8)}-${r.hex(4)}-${r.hex(12)}`],
    },
  );
}

function person(r) {
  return user(r, r.pick(PEOPLE), ['developers', 'system:authenticated']);
}

function node(r) {
  return user(r, `system:node:worker-${r.below(120)}`, ['system:nodes', 'system:authenticated']);
}

/** A node's address is its own; pods and people have some of a range. */
function address(r, { username }) {
  const worker = /^system:node:worker-(\d+)$/.exec(username)?.[1];
  if (worker !== undefined) return `10.0.1.${worker}`;
  const isPod = username.startsWith('system:');
  const host = r.below(isPod ? POD_ADDRESSES : OFFICE_ADDRESSES);
  return `${isPod ? '10.244' : '192.168'}.${host >> 8}.${host & 255}`;
}

function objectRef(resource, namespace, name, more = {}) {
  return { resource, namespace, name, apiVersion: 'v1', ...more };
}

/** One event without its timestamps and ID: [verb, uri, user, objectRef, code, bodies, agent]. */
function request(r, profile) {
  const namespace = r.pick(NAMESPACES);
  const name = `app-${r.below(400)}-${r.hex(5)}`;
  if (profile === 'users' && r.chance(0.6)) {
    const resource = r.pick(['pods', 'services', 'deployments', 'configmaps', 'events']);
    const uri = `/api/v1/namespaces/${namespace}/${resource}?limit=500&watch=false`;
    return [r.pick(['get', 'list']), uri, person(r), objectRef(resource, namespace), 200, {}, 0];
  }
  const dice = r.next();
  if (dice < 0.34) {
    const lease = objectRef('leases', 'kube-node-lease', `worker-${r.below(120)}`, {
      apiGroup: 'coordination.k8s.io',
    });
    const uri = `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/x?timeout=10s`;
    return [r.pick(['get', 'update']), uri, node(r), lease, 200, {}, 2];
  }
  if (dice < 0.7) {
    const resource = r.pick(['pods', 'services', 'endpoints', 'nodes', 'replicasets', 'secrets']);
    const uri = `/api/v1/${resource}?allowWatchBookmarks=true&resourceVersion=${r.below(1e9)}&watch=true`;
    const who = serviceAccount(r, 'kube-system', r.pick(['generic-gc', 'replicaset-controller']));
    return [r.pick(READ), uri, who, objectRef(resource, namespace), 200, {}, 1];
  }
  if (dice < 0.84) {
    const status = objectRef('pods', namespace, name, { subresource: 'status' });
    const body = { metadata: { uid: r.hex(12) }, status: { phase: 'Running', podIP: '10.0.0.9' } };
    return [
      'patch',
      `/api/v1/namespaces/${namespace}/pods/${name}/status`,
      node(r),
      status,
      200,
      { requestObject: body },
      2,
    ];
  }
  if (dice < 0.9) {
    const who = person(r);
    const resource = r.pick(['pods', 'secrets', 'configmaps', 'nodes']);
    const code = r.chance(0.05) ? 403 : 200;
    return [
      r.pick(READ),
      `/api/v1/namespaces/${namespace}/${resource}`,
      who,
      objectRef(resource, namespace),
      code,
      {},
      0,
    ];
  }
  const who = r.chance(0.3) ? person(r) : serviceAccount(r, namespace, 'deployer');
  if (dice < 0.955) {
    const body = podBody(r, name, namespace);
    const bodies = { requestObject: body, responseObject: body };
    return [
      'create',
      `/api/v1/namespaces/${namespace}/pods`,
      who,
      objectRef('pods', namespace, name),
      201,
      bodies,
      1,
    ];
  }
  if (dice < 0.985) {
    const size = 8 + r.below(110);
    const bodies = { requestObject: configMap(r, name, namespace, size) };
    return [
      r.pick(['create', 'update']),
      `/api/v1/namespaces/${namespace}/configmaps/${name}`,
      who,
      objectRef('configmaps', namespace, name),
      200,
      bodies,
      1,
    ];
  }
  if (dice < 0.99) {
    const exec = objectRef('pods', namespace, name, { subresource: 'exec' });
    const uri = `/api/v1/namespaces/${namespace}/pods/${name}/exec?command=sh&container=c0&stdin=true`;
    return ['create', uri, person(r), exec, 101, {}, 0];
  }
  const binding = objectRef('clusterrolebindings', undefined, name, {
    apiGroup: 'rbac.authorization.k8s.io',
  });
  const role = r.pick(['view', 'edit', 'cluster-admin']);
  const body = {
    kind: 'ClusterRoleBinding',
    roleRef: { kind: 'ClusterRole', name: role },
    subjects: [{ kind: 'User', name: r.pick(PEOPLE) }],
  };
  return [
    'create',
    '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
    person(r),
    binding,
    201,
    { requestObject: body },
    0,
  ];
}

function reason(r, name) {
  const role = r.pick(['system:node', 'system:controller:generic-garbage-collector', 'edit']);
  return `RBAC: allowed by ClusterRoleBinding "${role}-${r.below(20)}" of ClusterRole "${role}" to User "${name}"`;
}

function event(r, profile, ms) {
  const [verb, requestURI, who, ref, code, bodies, agent] = request(r, profile);
  const stamp = new Date(ms)
    .toISOString()
    .replace('Z', `${String(r.below(1000)).padStart(3, '0')}Z`);
  const hasBody = Object.keys(bodies).length > 0;
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: hasBody ? 'RequestResponse' : 'Metadata',
    auditID: `${r.hex(8)}-${r.hex(4)}-${r.hex(4)}-${r.hex(4)}-${r.hex(12)}`,
    stage: r.chance(0.9) ? 'ResponseComplete' : r.pick(['RequestReceived', 'ResponseStarted']),
    requestURI,
    verb,
    user: who,
    sourceIPs: [address(r, who)],
    userAgent: r.chance(0.02) ? AGENTS[4] : AGENTS[agent],
    objectRef: ref,
    responseStatus: { metadata: {}, code },
    ...bodies,
    requestReceivedTimestamp: stamp,
    stageTimestamp: stamp,
    annotations: {
      'authorization.k8s.io/decision': code === 403 ? 'forbid' : 'allow',
      'authorization.k8s.io/reason': reason(r, who.username),
    },
  };
}

function shuffle(r, object) {
  const entries = Object.entries(object);
  for (let i = entries.length - 1; i > 0; i--) {
    const j = r.below(i + 1);
    [entries[i], entries[j]] = [entries[j], entries[i]];
  }
  return Object.fromEntries(entries);
}

function line(r, profile, ms) {
  const value = event(r, profile, ms);
  if (profile !== 'shuffled') return goJson(value);
  const text = goJson(shuffle(r, value));
  const dice = r.next();
  if (dice < 0.02) return goJson(value).replaceAll('":', '": ');
  if (dice < 0.03) return text.replace('"verb"', '"\\u0076erb"');
  if (dice < 0.04) return text.replace('{', '{"stage":"Panic",');
  if (dice < 0.05)
    return text.replace(/"verb":"(.)/, (_, c) => `"verb":"\\u00${c.charCodeAt(0).toString(16)}`);
  return text;
}

/** Lines of a corpus, without end. */
export function* corpusLines(profile, seed) {
  const r = random(seed);
  let ms = Date.UTC(2024, 4, 1);
  for (;;) {
    ms += r.below(20);
    yield line(r, profile, ms);
  }
}

/** Writes a corpus of about `megabytes` (10^6 bytes) to a file. */
export function writeCorpus(path, profile, megabytes, seed = 1) {
  const file = openSync(path, 'w');
  let left = megabytes * 1e6;
  let chunk = [];
  let size = 0;
  for (const text of corpusLines(profile, seed)) {
    chunk.push(text);
    size += text.length + 1;
    if (size < 4e6 && size < left) continue;
    left -= writeSync(file, `${chunk.join('\n')}\n`);
    chunk = [];
    size = 0;
    if (left <= 0) break;
  }
  closeSync(file);
}
