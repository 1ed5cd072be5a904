import { Buffer } from 'node:buffer';
import type { Random } from './random.ts';

const VERBS = ['get', 'list', 'create', 'update', 'patch', 'delete'];
const RESOURCES = ['pods', 'secrets', 'configmaps', 'clusterrolebindings', 'services'];
const NAMESPACES = ['default', 'kube-system', 'shop', ''];
const USERS = ['alice', 'bob', 'system:anonymous', 'system:node:n1', 'CORP\\carol', 'zoë'];
const STAGES = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'];

function body(r: Random): unknown {
  if (r.chance(8)) return r.pick([null, [], {}, 12, true, [[1], { a: {} }]]);
  const container = () => ({
    name: 'c',
    image: `img:${r.below(3)}`,
    command: ['/bin/sh', '-c', 'a "b" \\ <c>'],
    securityContext: { privileged: r.chance(50), runAsUser: r.below(2) },
    ports: r.chance(30) ? [{ hostPort: 80 }] : [],
  });
  return {
    kind: 'Pod',
    metadata: { name: `p${r.below(9)}`, annotations: { note: r.chance(20) ? 'XMRig' : 'x' } },
    spec: {
      ...(r.chance(30) ? { hostNetwork: r.chance(60) } : {}),
      containers: Array.from({ length: r.below(3) }, container),
      ...(r.chance(20) ? { volumes: [{ name: 'v', hostPath: { path: '/etc' } }] } : {}),
      type: r.pick(['NodePort', 'ClusterIP']),
    },
    data: { key: 'value'.repeat(r.below(30)), emoji: '😀', n: 1 },
    subjects: [{ kind: 'User', name: r.pick(USERS) }],
    verb: 'nested',
  };
}

function stamp(r: Random): string {
  const second = String(r.below(60)).padStart(2, '0');
  const fraction = r.pick(['.000000', '.123456', '', '.5', '.123456789']);
  return `2024-0${1 + r.below(9)}-1${r.below(10)}T0${r.below(10)}:00:${second}${fraction}Z`;
}

/** Members of an event, in the API server's order. */
function members(r: Random): [string, unknown][] {
  const time = stamp(r);
  const code = r.pick([200, 201, 403, 404]);
  const stage = r.pick(STAGES);
  const list: [string, unknown][] = [
    ['kind', 'Event'],
    ['apiVersion', 'audit.k8s.io/v1'],
    ['level', r.pick(['Metadata', 'Request', 'RequestResponse'])],
    ['auditID', `id-${r.below(1e6)}`],
    ['stage', stage],
    ['requestURI', `/api/v1/x?limit=500&a=<b>&n=${r.below(9)}`],
    ['verb', r.pick(VERBS)],
    [
      'user',
      {
        username: r.pick(USERS),
        groups: r.pick([['system:authenticated'], ['system:unauthenticated'], ['a', 'b'], []]),
        extra: { username: ['inner'] },
      },
    ],
    ['sourceIPs', [`10.0.0.${r.below(9)}`]],
    ['userAgent', r.pick(['kubectl/v1', 'curl/8 "x"', 'python-requests'])],
  ];
  if (r.chance(5)) list.push(['impersonatedUser', { username: r.pick(USERS), groups: ['g'] }]);
  if (r.chance(90)) {
    const reference: Record<string, string> = { resource: r.pick(RESOURCES) };
    if (r.chance(80)) reference['namespace'] = r.pick(NAMESPACES);
    if (r.chance(80)) reference['name'] = `${r.pick(['n', 'n', 'N', 'n1"'])}${r.below(20)}`;
    if (r.chance(20)) reference['subresource'] = r.pick(['exec', 'status', 'log']);
    list.push(['objectRef', reference]);
  }
  // A request that was only received has no answer yet.
  if (stage !== 'RequestReceived')
    list.push(['responseStatus', { metadata: {}, code, reason: 'why' }]);
  if (r.chance(50)) list.push(['requestObject', body(r)]);
  if (r.chance(30)) list.push(['responseObject', body(r)]);
  list.push(['requestReceivedTimestamp', time], ['stageTimestamp', time]);
  list.push([
    'annotations',
    {
      'authorization.k8s.io/decision': code === 403 ? 'forbid' : 'allow',
      'authorization.k8s.io/reason': 'RBAC: by "x"',
      ...(r.chance(5) ? { 'pod-security.kubernetes.io/audit-violations': 'would violate' } : {}),
      ...(r.chance(5) ? { 'failed-open.example.com': 'hook' } : {}),
      ...(r.chance(5) ? { 'audit.k8s.io/truncated': 'true' } : {}),
    },
  ]);
  return list;
}

/** JSON as Go's encoder writes it. */
function goJson(entries: readonly (readonly [string, unknown])[]): string {
  const text = entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  return `{${text.join(',')}}`.replaceAll(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);
}

/** A line as API servers write them. */
export function plainLine(r: Random): string {
  const line = goJson(members(r));
  // Nobody writes names so, but they may.
  return r.chance(5) ? line.replace('"name":"n1', '"name":"n\\u0031') : line;
}

type Mutation = (line: string, r: Random) => string;

function insert(line: string, at: number, text: string, cut = 0): string {
  return line.slice(0, at) + text + line.slice(at + cut);
}

const SPLINTERS = [
  '"',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '\\',
  ' ',
  '\t',
  '0',
  'x',
  '-',
  '\0',
  '\u0001',
  '\u001b[31m',
  '\u001b',
  'é',
  '\\u0041',
  '\r',
];
const ODD_VALUES = [
  'tru',
  '01',
  '1.e',
  'NaN',
  'inf',
  '-',
  '1e400',
  '12345678901234567890',
  '"\\ud800"',
  '"\\q"',
  'null',
  '[1,]',
  '{"a"}',
  '{"a":1,}',
  '["a":1]',
  '{1:2}',
  '[1 2]',
  '{"a" :  1 }',
  '[{]}',
  '{"__proto__":{"x":1}}',
  '1 ',
  '"a\tb"',
  '"\\u0000z"',
];
const KEYS = [
  'verb',
  'stage',
  'user',
  'kind',
  'auditID',
  'objectRef',
  'annotations',
  'responseStatus',
  'requestObject',
  'stageTimestamp',
  'extra',
  '__proto__',
  'hostname',
  'kubernetes',
];

/** What can happen to a line of a log. */
const MUTATIONS: readonly Mutation[] = [
  (line) => line,
  (_line, r) => goJson(r.shuffled(members(r))),
  (line, r) => insert(line, r.below(line.length), r.pick(SPLINTERS)),
  (line, r) => insert(line, r.below(line.length), '', 1 + r.below(3)),
  (line, r) => insert(line, r.below(line.length), r.pick(SPLINTERS), 1),
  (line, r) => line.slice(0, r.below(line.length)),
  (line) => `${line}\r`,
  (line) => `\ufeff${line}`,
  (line, r) => line + plainLine(r),
  (line) => `${line} x`,
  (line) => ` ${line}  `,
  (line, r) => line.replace('{', `{"${r.pick(KEYS)}":${r.pick(ODD_VALUES)},`),
  (line, r) => line.replace(/}$/, `,"${r.pick(KEYS)}":${r.pick(ODD_VALUES)}}`),
  (line, r) => line.replace(/}$/, `,"${r.pick(KEYS)}":"late"}`),
  (line, r) => line.replace(`"verb":`, `"\\u0076erb":"${r.pick(VERBS)}","verb":`),
  (line, r) => line.replace(/"stage":"(.)/, `"stage":"\\u00${r.pick(['52', '50'])}`),
  (line, r) => line.replace('"spec":{', `"spec":{"x":${r.pick(ODD_VALUES)},`),
  (line, r) => line.replace('"spec":{', `"s\\u0070ec":{"x":${r.pick(ODD_VALUES)},`),
  (line, r) => line.replace('"metadata":{', `"metadata":{"x":${r.pick(ODD_VALUES)},`),
  (line, r) => line.replace('"groups":[', `"groups":[${r.pick(ODD_VALUES)},`),
  (line, r) => line.replace('"code":', `"code":${r.pick(ODD_VALUES)},"c":`),
  (line) => line.replaceAll('":', '": ').replaceAll(',"', ', "'),
  (line) => line.replace('"spec":{', '"spec" :{ '),
  (line) => line.replace('audit.k8s.io/v1', 'v1'),
  (line) => line.replace('"requestObject":{', '"requestObject":"text \\"xmrig\\"","x":{'),
  (line) =>
    line.replace(
      /"responseObject":(\{.*\}),"requestR/,
      (_, text: string) => `"responseObject":${JSON.stringify(text)},"requestR`,
    ),
  (line) =>
    line.replace(
      /"(user|objectRef|responseStatus|annotations)":(\{[^{}]*\})/g,
      (_, key: string, text: string) => `"${key}":${JSON.stringify(text)}`,
    ),
  (line) => line.replaceAll('k8s.io/', 'k8s_io/'),
  (line) =>
    line.replace(
      /"authorization\.k8s\.io\/decision":("\w+")/,
      '"authorization":{"k8s":{"io/decision":$1}}',
    ),
  (line) =>
    line
      .replace('"user":{"username"', '"user_extra":{},"user_username"')
      .replace('"extra":{"username":["inner"]}}', '"x":1'),
  (line) =>
    line.replace(
      /"(auditID|stage|verb|requestURI|sourceIPs|responseStatus|annotations|user)"/,
      '"x$1"',
    ),
  (line) => line.replace(/"(auditID|stage|verb|requestURI|sourceIPs)":/, '"x":'),
  (line) => line.replace('"kind":"Event"', '"kind":"EventList"'),
  (line) => line.replace('"kind":"Event"', '"kind":"Eventx"'),
  (line) => `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[${line}]}`,
  (line) => `[${line}]`,
  (line) => `{"log":${JSON.stringify(`${line}\n`)},"stream":"stdout"}`,
  (line) => `2024-01-01T00:00:00.0Z stdout F ${line}`,
  (line) => line.replace('{', '{\n'),
  (line) => JSON.stringify(JSON.parse(line), null, 2),
  (line, r) =>
    line.replace(
      /"stageTimestamp":"[^"]*"/,
      `"stageTimestamp":${r.pick(['"2024-02-30T00:00:00Z"', '"2024-01-01T00:00:00+02:00"', '1', '"1970-01-01T00:00:00Z"', '"2024-01-01T00:00:00.Z"', '"9999-12-31T23:59:59.999999Z"', '"2024-02-29T24:00:00Z"', '"2024-12-31T23:59:60Z"'])}`,
    ),
  (line) => line.replace(/,"stageTimestamp":"[^"]*"/, ''),
  (line) => line.replace(/"auditID":"[^"]*",/, ''),
  (line, r) => line.replace('"data":{', `"data":{"deep":${'['.repeat(r.below(90))}`),
  (line, r) => {
    const depth = r.pick([5, 59, 60, 61, 999, 1001]);
    return line.replace(
      '"data":{',
      `"data":{"deep":${'[{"a":'.repeat(depth)}1${'}]'.repeat(depth)},`,
    );
  },
  (line) => line.replace(/"objectRef":\{[^}]*\}/, '"objectRef":null'),
  (line) => line.replace(/"user":\{/, '"user":"x","u":{'),
  (line) =>
    line.replace(
      '"requestURI":',
      '"hostname":"node-7","kubernetes":{"host":"h"},"openshift":{"cluster_id":"c"},"requestURI":',
    ),
  () => '',
  () => '   ',
  () => 'I0102 03:04:05.123456       1 main.go:9] text',
  () => '}',
  () => '],',
  () => 'null',
  () => '{"a":1}',
  () => '{}',
  () => '"text"',
];

/** Lines that a scanner may get wrong, joined by line feeds. */
export function adversarial(r: Random, lines: number): Buffer {
  const out: Buffer[] = [];
  for (let i = 0; i < lines; i++) {
    let line = plainLine(r);
    try {
      for (let n = r.below(3); n >= 0; n--) line = r.pick(MUTATIONS)(line, r);
    } catch {
      // A mutation that needs valid JSON met another's result.
    }
    const bytes = Buffer.from(line, 'utf8');
    // Bytes that are no UTF-8.
    if (r.chance(4) && bytes.length > 0) bytes[r.below(bytes.length)] = 0x80 + r.below(128);
    out.push(bytes, Buffer.from(i === lines - 1 && r.chance(50) ? '' : '\n'));
  }
  return Buffer.concat(out);
}

/** Members of an event that lost nothing, as JSON text by path. */
const USUAL: Readonly<Record<string, string>> = {
  kind: '"Event"',
  apiVersion: '"audit.k8s.io/v1"',
  auditID: '"1"',
  stage: '"ResponseComplete"',
  requestURI: '"/api/v1/pods"',
  verb: '"create"',
  'user.username': '"jane"',
  sourceIPs: '["10.0.0.1"]',
  'responseStatus.code': '200',
  'annotations.authorization.k8s.io/decision': '"allow"',
  stageTimestamp: '"2024-05-01T00:00:00Z"',
};

/**
 * The line of an event that the scanner takes, with other members: JSON text by path. A path has one dot at most
 * that counts, the first; an empty text takes a member away.
 */
export function wholeLine(other: Readonly<Record<string, string>> = {}): string {
  const objects = new Map<string, string[]>();
  for (const [path, json] of Object.entries({ ...USUAL, ...other })) {
    if (json === '') continue;
    const dot = path.indexOf('.');
    const key = dot === -1 ? path : path.slice(0, dot);
    const inner = dot === -1 ? json : `${JSON.stringify(path.slice(dot + 1))}:${json}`;
    objects.set(key, dot === -1 ? [inner] : [...(objects.get(key) ?? []), inner]);
  }
  const texts = [...objects].map(([key, inner]) => {
    const isObject = [...Object.keys(USUAL), ...Object.keys(other)].some((path) =>
      path.startsWith(`${key}.`),
    );
    return `${JSON.stringify(key)}:${isObject ? `{${inner.join(',')}}` : inner[0]}`;
  });
  return `{${texts.join(',')}}\n`;
}
