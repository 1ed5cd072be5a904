import { Buffer } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { mutated } from './random.mjs';
import { listsLog } from './event-lists.mjs';

/**
 * A case: files, and the arguments of a run on them. `engines`: it is a scan that both engines do alike.
 * `asks`: it is a command that asks for events of `a.log`, which both engines do alike.
 * `sentinels`: events that must be found, each with its line.
 *
 * @typedef {{ kind: string, args: string[], files: Record<string, Buffer>, engines: boolean,
 *   asks?: boolean, sentinels?: [string, number][] }} Case
 */

const SAMPLES = new URL('../../samples/', import.meta.url).pathname;
const texts = (folder, wanted) =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && wanted(entry.name))
    .map((entry) => readFileSync(join(folder, entry.name), 'latin1'));
const isLog = (name) => !/\.(?:md|gz|zst)$/.test(name);
const LOGS = [...texts(SAMPLES, isLog), ...texts(join(SAMPLES, 'inputs'), isLog)].filter(
  (text) => text !== '',
);
const LINES = LOGS.flatMap((text) => text.split('\n')).filter((line) => line !== '');
/** Events as they are written. */
const EVENTS = LINES.filter((line) => line.startsWith('{"kind":"Event",') && line.length < 5000);
const bytes = (text) => Buffer.from(text, 'latin1');

const RULES = `- list: watched
  items: [alice, "bob", 'c d']
- macro: changing
  condition: ka.verb in (create, update, patch, delete)
- rule: Changed
  desc: someone changed something
  condition: changing and (ka.user.name in (watched) or ka.target.namespace startswith kube- or not ka.uri contains "%2e")
  output: changed %ka.verb by %ka.user.name in %ka.target.namespace (uri=%ka.uri[q])
  priority: WARNING
  source: k8s_audit
  tags: [k8s, T1098]
  exceptions:
    - name: by
      fields: [ka.user.name, ka.target.namespace]
      comps: [=, in]
      values: [[alice, [a, b]], [bob, [c]]]
- rule: Changed
  override: {condition: append}
  condition: and ka.response.code != 403
`;
const CONFIG = `fail-on: high
rules: []
timezone: UTC
min-priority: notice
color: never
resources:
  - groups: [""]
    resources: [pods, "pods/*", "*/scale"]
    namespaces: [shop]
  - groups: [apps, "*.k8s.io"]
    resources: ["*"]
ignore:
  - rule: Attach/Exec Pod
    condition: ka.user.name = alice
    reason: on duty
    until: 2030-01-01
`;
const POLICIES = `policies:
  - name: Team Events
    extends: K8s Notable Events
    description: Notable events outside sandboxes
    enabled: true
    severity: medium
    scope:
      clusters: [prod-*, "[a-z]?x"]
      namespaces: {notIn: [sandbox-*]}
    rules:
      - {name: Create NodePort Service, enabled: false}
      - Attach/Exec Pod
    runbook: https://example.com/runbooks/k8s
  - name: K8s Notable Events
    enabled: false
`;
const BASELINE = `{"baseline":[
{"rule":"Attach/Exec Pod","user":"alice","verb":"create","object":"shop/pods/web","fingerprint":"0123456789abcdef0123456789abcdef"}
]}
`;
const RESOURCES = `- apiGroups: [""]
  apiVersions: ["v1"]
  operations: ["CREATE", "*"]
  resources: ["pods", "pods/*", "*/exec"]
  scope: "*"
- apiGroups: ["*"]
  resources: ["deployments.apps"]
  namespaces: ["kube-*"]
`;
const CONDITIONS = [
  'ka.verb = get and not (ka.user.name in (alice, "b c") or ka.target.name glob "*a?[!b-d]*")',
  'ka.uri.param[command] contains sh and jevt.value[/user/username] exists',
  'ka.req.pod.containers.image intersects (a, b) or ka.response.code >= 400',
  'ka.user.name regex "^(a|b)+c{2,3}[^x]$" and toupper(ka.verb) = GET and evt.rawtime > 5',
  'ka.target.name pmatch (/a, /b/c) or val(ka.verb) = val(ka.user.name) or b64(ka.uri) startswith x',
];
const GLOBS = [
  '*',
  'a*b?c',
  '[a-z]*',
  '[!a]?',
  '\\*',
  '**/x',
  '[[:alpha:]]',
  '{a,b}',
  '?'.repeat(60),
  '*a'.repeat(40),
];
const TIMES = [
  '2026-03-05T10:00:00Z',
  '2026-03-05',
  '10:00',
  '-2h',
  '3d',
  'now',
  '1772704800',
  '2026-03-05 10:00:00+02:00',
  'yesterday',
];
const ZONES = ['UTC', 'Europe/Berlin', 'America/Anchorage', '+02:00', 'Local'];

/** Commands that ask for events, with what they ask for in the samples. */
const ASKS = [
  ['activity'],
  ['activity', '--noise', '--failed-only'],
  ['activity', '--by', 'user'],
  ['activity', '--by', 'code', '--user', '*a*'],
  ['activity', 'sessions'],
  ['activity', 'identity', 'mallory@example.com'],
  ['activity', 'identity', 'system:*'],
  ['activity', 'object', 'shop/deployment/web'],
  ['activity', 'object', 'pod/web', '--noise'],
  ['show', '5e470000-0000-0000-0000-000000000001'],
  ['show', '1'],
  ['explain', '5e47', '--rule', 'Attach/Exec Pod'],
  ['doctor', '--rule', 'Attach/Exec Pod'],
];

function sentinel(number) {
  const auditID = `5e470000-0000-0000-0000-${String(number).padStart(12, '0')}`;
  const line = JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID,
    stage: 'ResponseComplete',
    requestURI: '/api/v1/namespaces/shop/pods/w',
    verb: 'delete',
    user: { username: 'mallory@example.com' },
    objectRef: { resource: 'pods', namespace: 'shop', name: 'w', apiVersion: 'v1' },
    responseStatus: { code: 200 },
    requestReceivedTimestamp: '2026-03-05T13:20:23.000000Z',
    stageTimestamp: '2026-03-05T13:20:23.100000Z',
  });
  return { auditID, line };
}

/** Lines that are broken in many ways, with whole events between them. */
function brokenLog(random) {
  const pool = random.chance(60) ? random.pick(LOGS).split('\n') : LINES;
  const out = [];
  const sentinels = [];
  let line = 0;
  for (let i = 0, n = 5 + random.below(120); i < n; i++) {
    const text = random.chance(70) ? mutated(random, random.pick(pool), LINES) : random.pick(pool);
    out.push(text);
    line += text.split('\n').length;
    if (!random.chance(12)) continue;
    const { auditID, line: whole } = sentinel(sentinels.length);
    out.push(whole);
    sentinels.push([auditID, ++line]);
  }
  return { text: out.join('\n') + (random.chance(80) ? '\n' : ''), sentinels };
}

/** Ways to write an event into a line; a number is another one in each line. */
const WRAPPINGS = [
  (event, n) => `2026-01-02T03:04:05.${n}Z ${event}`,
  (event, n) => `2026-01-02T03:04:05.${n}Z stdout F ${event}`,
  (event, n) => `Jan 02 03:04:05 node-${n % 3} k3s[812]: ${event}`,
  (event) => `[pod/kube-apiserver-n1/kube-apiserver] ${event}`,
  (event) => `master-0.ocp.example ${event}`,
  (event, n) => JSON.stringify({ log: `${event}\n`, stream: 'stdout', time: String(n) }),
  (event, n) =>
    JSON.stringify({ MESSAGE: event, _HOSTNAME: 'n1', __REALTIME_TIMESTAMP: String(n) }),
  (event, n) => JSON.stringify({ ts: n, labels: { node: `n${n % 3}` }, line: event }),
  (event, n) => JSON.stringify({ n, body: event, note: [event.length, { a: 'b' }] }),
  (event, n) =>
    JSON.stringify({
      '@timestamp': String(n),
      message: JSON.stringify({ log: `${event}\n`, stream: 'stderr', time: 't' }),
    }),
];

/** Whole events in wrappings that change now and then; some lines are broken. */
function wrappedLog(random) {
  const out = [];
  let wrap = random.pick(WRAPPINGS);
  for (let i = 0, n = 20 + random.below(150); i < n; i++) {
    if (random.chance(5)) wrap = random.pick(WRAPPINGS);
    const text = wrap(
      random.chance(50) ? sentinel(i).line : random.pick(LINES),
      random.below(1000),
    );
    out.push(random.chance(15) ? mutated(random, text, [...out, text]) : text);
  }
  return `${out.join('\n')}\n`;
}

const LOG = () => bytes(LOGS[0]);
const scan = (kind, file, args, files = {}, more = {}) => ({
  kind,
  args: ['scan', file, '--all-rules', ...args],
  files,
  engines: true,
  ...more,
});
const SENTINEL_RULE = bytes(
  '- rule: Sentinel\n  desc: d\n  source: k8s_audit\n  condition: ka.auditid startswith "5e47"\n  output: sentinel\n  priority: NOTICE\n',
);

/** What is fuzzed: each makes a case. @type {Record<string, (random: ReturnType<import('./random.mjs').randomOf>) => Case>} */
export const KINDS = {
  lines(random) {
    const { text, sentinels } = brokenLog(random);
    const args = random.chance(30) ? ['--sort', 'time'] : random.chance(30) ? ['--raw'] : [];
    return scan(
      'lines',
      'a.log',
      ['-r', 's.yaml', ...args],
      { 'a.log': bytes(text), 's.yaml': SENTINEL_RULE },
      { sentinels },
    );
  },
  wrapped: (random) =>
    scan('wrapped', 'a.log', ['-r', 's.yaml'], {
      'a.log': bytes(wrappedLog(random)),
      's.yaml': SENTINEL_RULE,
    }),
  lists(random) {
    const text = listsLog(random, 4 + random.below(12), () => random.pick(EVENTS));
    const whole = random.chance(70) ? text : mutated(random, text, LINES);
    return scan('lists', 'a.log', random.chance(20) ? ['--raw'] : [], { 'a.log': bytes(whole) });
  },
  compressed(random) {
    const members = Array.from({ length: 1 + random.below(3) }, () => {
      const text = bytes(brokenLog(random).text);
      const isZstd = random.chance(30);
      const packed = isZstd ? spawnSync('zstd', ['-q', '-c'], { input: text }).stdout : undefined;
      return packed ?? gzipSync(text);
    });
    let data = Buffer.concat(members).toString('latin1');
    if (random.chance(70)) data = mutated(random, data);
    return scan('compressed', 'a.log.gz', [], { 'a.log.gz': bytes(data) });
  },
  rules: (random) =>
    random.chance(50)
      ? {
          kind: 'rules',
          args: ['rules', 'check', 'r.yaml'],
          files: { 'r.yaml': bytes(mutated(random, RULES)) },
          engines: false,
        }
      : scan('rules', 'a.log', ['-r', 'r.yaml'], {
          'a.log': LOG(),
          'r.yaml': bytes(mutated(random, RULES)),
        }),
  config: (random) =>
    scan('config', 'a.log', ['--config', 'c.yaml'], {
      'a.log': LOG(),
      'c.yaml': bytes(mutated(random, CONFIG)),
    }),
  policies: (random) =>
    scan('policies', 'a.log', ['--config', 'p.yaml'], {
      'a.log': LOG(),
      'p.yaml': bytes(mutated(random, POLICIES)),
    }),
  baseline: (random) =>
    scan('baseline', 'a.log', ['--baseline', 'b.json'], {
      'a.log': LOG(),
      'b.json': bytes(mutated(random, BASELINE)),
    }),
  resources: (random) =>
    scan('resources', 'a.log', ['--resource-rules', 'w.yaml'], {
      'a.log': LOG(),
      'w.yaml': bytes(mutated(random, RESOURCES)),
    }),
  conditions: (random) =>
    scan(
      'conditions',
      'a.log',
      [
        `--where=${mutated(random, random.pick(CONDITIONS), CONDITIONS).replaceAll('\0', '').slice(0, 60_000)}`,
      ],
      { 'a.log': bytes(random.pick(LOGS)) },
    ),
  globs: (random) =>
    scan(
      'globs',
      'a.log',
      [
        `--where=ka.user.name glob ${JSON.stringify(mutated(random, random.pick(GLOBS), GLOBS).replaceAll('\0', '').slice(0, 5000))}`,
      ],
      { 'a.log': bytes(random.pick(LOGS)) },
    ),
  times: (random) =>
    scan(
      'times',
      'a.log',
      [
        `--since=${random.chance(50) ? random.pick(TIMES) : mutated(random, random.pick(TIMES), TIMES).replaceAll('\0', '').slice(0, 200)}`,
        `--timezone=${random.chance(70) ? random.pick(ZONES) : mutated(random, random.pick(ZONES), ZONES).replaceAll('\0', '').slice(0, 200)}`,
      ],
      { 'a.log': bytes(random.pick(LOGS)) },
    ),
  asks(random) {
    const [command, ...options] = random.pick(ASKS);
    return {
      kind: 'asks',
      args: [command, ...options, 'a.log', '-f', 'json'],
      files: { 'a.log': bytes(brokenLog(random).text) },
      engines: false,
      asks: true,
    };
  },
};
