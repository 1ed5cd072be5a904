import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { rulesOf } from '../conditions.ts';
import { scanFast, scanReference } from '../engines.ts';

// JSON may spell any character of a text, or of a key, as \uXXXX. The bytes that the fast engine searches then
// lack the text that a rule looks for, though the value has it: whoever can shape a request could use that
// to pass unseen. Here every text that a rule can read is spelled so.

/** A field, where its text lies in an event, the text, and a piece from the middle of it. */
interface Place {
  readonly field: string;
  readonly path: readonly string[];
  readonly text: string;
  readonly piece: string;
}

const PLACES: readonly Place[] = [
  { field: 'ka.uri', path: ['requestURI'], text: '/api/v1/secrets?limit=500', piece: '/secrets' },
  { field: 'ka.uri.param[limit]', path: ['requestURI'], text: '/x?limit=5000', piece: '500' },
  { field: 'ka.verb', path: ['verb'], text: 'create', piece: 'reat' },
  { field: 'ka.stage', path: ['stage'], text: 'ResponseComplete', piece: 'seCom' },
  { field: 'ka.useragent', path: ['userAgent'], text: 'python-requests/2', piece: 'requests' },
  { field: 'ka.auditid', path: ['auditID'], text: '57ad057d-11', piece: '057d' },
  { field: 'ka.user.name', path: ['user', 'username'], text: 'system:anonymous', piece: 'anon' },
  { field: 'ka.impuser.name', path: ['impersonatedUser', 'username'], text: 'root', piece: 'oo' },
  { field: 'ka.target.resource', path: ['objectRef', 'resource'], text: 'secrets', piece: 'cret' },
  { field: 'ka.target.subresource', path: ['objectRef', 'subresource'], text: 'exec', piece: 'xe' },
  {
    field: 'ka.target.namespace',
    path: ['objectRef', 'namespace'],
    text: 'kube-system',
    piece: 'e-sys',
  },
  { field: 'ka.target.name', path: ['objectRef', 'name'], text: 'aws-auth', piece: 's-au' },
  {
    field: 'ka.response.reason',
    path: ['responseStatus', 'reason'],
    text: 'Forbidden',
    piece: 'orbid',
  },
  {
    field: 'ka.auth.reason',
    path: ['annotations', 'authorization.k8s.io/reason'],
    text: 'RBAC: allowed by cluster-admin',
    piece: 'cluster-admin',
  },
  {
    field: 'ka.auth.decision',
    path: ['annotations', 'authorization.k8s.io/decision'],
    text: 'forbid',
    piece: 'orbi',
  },
  {
    field: 'jevt.value[/annotations/mutation.example.com]',
    path: ['annotations', 'mutation.example.com'],
    text: 'failed-open',
    piece: 'ed-op',
  },
  {
    field: 'jevt.value[/user/uid]',
    path: ['user', 'uid'],
    text: 'uid-4711',
    piece: '471',
  },
  {
    field: 'jevt.value[/requestObject/spec/image]',
    path: ['requestObject', 'spec', 'image'],
    text: 'docker.io/xmrig:1',
    piece: 'xmrig',
  },
  {
    field: 'jevt.value[/responseObject/status/message]',
    path: ['responseObject', 'status', 'message'],
    text: 'token leaked here',
    piece: 'leaked',
  },
];

type Spell = (text: string) => string;

const hex = (character: string): string => character.charCodeAt(0).toString(16).padStart(4, '0');
const escape = (character: string): string => `\\u${hex(character)}`;

/** Spellings of one text inside quotes. */
const SPELLINGS: readonly Spell[] = [
  (text) => text,
  (text) => text.replaceAll(/./g, escape),
  (text) => text.replaceAll(/./g, (c) => `\\u${hex(c).toUpperCase()}`),
  (text) => text.replace(/./, escape),
  (text) => text.replace(/.$/, escape),
  (text) => text.replaceAll(/(?<=^(?:..)*.)./g, escape),
  (text) => text.replace(/(?<=..)./, escape),
  (text) => text.replaceAll('/', String.raw`\/`),
];

const EVENT: Readonly<Record<string, unknown>> = {
  kind: 'Event',
  apiVersion: 'audit.k8s.io/v1',
  level: 'RequestResponse',
  auditID: 'a',
  stage: 'Panic',
  requestURI: '/x',
  verb: 'get',
  user: { username: 'bob' },
  objectRef: { resource: 'pods' },
  responseStatus: { code: 200 },
  requestObject: { kind: 'Pod' },
  responseObject: { kind: 'Pod' },
  stageTimestamp: '2024-05-01T00:00:00Z',
  sourceIPs: ['10.0.0.1'],
  annotations: { 'authorization.k8s.io/decision': 'allow' },
};

/** How the text is spelled, and how the keys that lead to it are. */
interface Spelling {
  readonly text: Spell;
  readonly key: Spell;
}

/** The JSON of an object with a text put at a path. */
function put(object: object, path: readonly string[], text: string, spelling: Spelling): string {
  const [key = '', ...rest] = path;
  const inner = new Map<string, unknown>(Object.entries(object)).get(key) ?? {};
  const value = rest.length === 0 ? `"${spelling.text(text)}"` : put(inner, rest, text, spelling);
  const others = Object.entries(object)
    .filter(([name]) => name !== key)
    .map(([name, other]) => `"${name}":${JSON.stringify(other)}`);
  return `{${[...others, `"${spelling.key(key)}":${value}`].join(',')}}`;
}

/** Conditions that a place's text meets, in every operator that looks into a text. */
function conditions({ field, text, piece }: Place): string[] {
  const value = field.startsWith('ka.uri.param') ? '5000' : text;
  const quoted = JSON.stringify(value);
  return [
    `${field} contains ${JSON.stringify(piece)}`,
    `${field} icontains ${JSON.stringify(piece.toUpperCase())}`,
    `${field} startswith ${JSON.stringify(value.slice(0, 3))}`,
    `${field} endswith ${JSON.stringify(value.slice(-3))}`,
    `${field} = ${quoted}`,
    `${field} in (nothing, ${quoted})`,
    `${field} pmatch (${quoted}, nothing)`,
    `${field} glob ${JSON.stringify(`*${piece}*`)}`,
    `${field} regex ${JSON.stringify(`.*${piece}.*`)}`,
    `tolower(${field}) contains ${JSON.stringify(piece.toLowerCase())}`,
  ];
}

describe.each(PLACES)('$field in any spelling', (place) => {
  const all = conditions(place);
  const lines = SPELLINGS.flatMap((spell) => [
    put(EVENT, place.path, place.text, { text: spell, key: (key) => key }),
    put(EVENT, place.path, place.text, { text: spell, key: spell }),
  ]);
  const input = Buffer.from(`${lines.join('\n')}\n`);

  // Alone a condition decides which events are looked at; among others it is one of those still open.
  test.each([...all.map((one) => [one]), all])(
    'is what the reference engine finds: %s',
    async (...some) => {
      const rules = await rulesOf(some.map((one) => `>-\n      ${one}`));
      const options = { rules, matching: 'all' } as const;
      const expected = scanReference(input, options);
      expect(expected.problems).toEqual([]);
      expect(expected.findings).toHaveLength(lines.length * some.length);
      expect(scanFast(input, options, 4096)).toEqual(expected);
    },
  );
});
