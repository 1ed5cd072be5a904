import { describe, expect, it } from 'vitest';
import { redact, redactJson, redactWords } from '../../src/redact/redact.ts';
import { COMMAND_CARRIERS, fill, TEXT_CARRIERS, token } from './fill.ts';
import { HARMLESS } from './harmless.ts';
import { COMMANDS, FILES, LOWER, SCRIPTS, TOKENS } from './secret-shapes.ts';

/** What is left of a credential, and whether a second time changes more. */
function seen(text: string, secret: string): string {
  const shown = redact(text);
  if (shown.includes(secret) || shown.includes(encodeURIComponent(secret))) return shown;
  return redact(shown) === shown ? '' : `another time: ${redact(shown)}`;
}

describe.each(COMMAND_CARRIERS)('a credential on a command line in %s', (_, carry) => {
  it.each(COMMANDS.map((words) => [words.join(' '), words] as const))('%s', (__, words) => {
    expect(seen(carry(words.map(fill)), LOWER)).toBe('');
  });
});

describe.each(TEXT_CARRIERS)('a credential in text in %s', (_, carry) => {
  it.each([...SCRIPTS, ...FILES])('%j', (text) => {
    expect(seen(carry(fill(text)), LOWER)).toBe('');
  });

  it.each(TOKENS)('a token like %s', (shape) => {
    const text = token(shape);
    expect(seen(carry(`value ${text} end`), text.slice(-12))).toBe('');
  });
});

describe('a credential in base64', () => {
  it.each(FILES)('hides the whole of %j', (text) => {
    const encoded = Buffer.from(fill(text)).toString('base64');
    expect(seen(JSON.stringify({ data: { file: encoded } }), encoded.slice(0, 24))).toBe('');
  });
});

describe('words of a command', () => {
  it.each(COMMANDS.map((words) => [words.join(' '), words] as const))('%s', (_, words) => {
    const shown = redactWords(words.map(fill));
    expect(shown).toHaveLength(words.length);
    expect(shown.join('\0')).not.toContain(LOWER);
  });

  it('keeps the program, flags, users and hosts', () => {
    const shown = redactWords(['sudo', 'mysql', '-h', 'db', '-uroot', '-pSECRET', 'shop']);
    expect(shown).toEqual(['sudo', 'mysql', '-h', 'db', '-uroot', '-p[redacted]', 'shop']);
    expect(redactWords(['curl', '-u', 'bob:SECRET', 'https://h'])).toEqual([
      'curl',
      '-u',
      'bob:[redacted]',
      'https://h',
    ]);
  });
});

describe('evidence', () => {
  it('is of many kinds', () => expect(HARMLESS.length).toBeGreaterThan(100));

  it.each(HARMLESS)('stays: %s', (text) => {
    expect(redact(text)).toBe(text);
    const json = JSON.stringify({ message: text });
    expect(redact(json)).toBe(json);
  });
});

const SECRET_BODIES: readonly unknown[] = [
  { data: { a: LOWER } },
  { stringData: { a: LOWER }, metadata: { name: 's' } },
  { data: { a: LOWER }, kind: 'Secret' },
  [{ op: 'replace', path: '/data/a', value: LOWER }],
  [{ value: LOWER, path: '/data/a', op: 'add' }],
  [{ op: 'add', path: '/data', value: { a: LOWER } }],
  [{ op: 'add', path: '/stringData', value: { a: LOWER } }],
  { $patch: 'merge', data: { a: LOWER, $retainKeys: ['a'] } },
  { items: [{ metadata: { name: 's' }, data: { a: LOWER } }] },
  {
    metadata: {
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration': `${JSON.stringify({ kind: 'Secret', data: { a: LOWER } })}\n`,
      },
    },
  },
  {
    metadata: {
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ data: { a: LOWER } }),
      },
    },
  },
];

describe('an event about a secret', () => {
  it.each(SECRET_BODIES.map((body) => [JSON.stringify(body), body] as const))(
    '%s',
    (json, body) => {
      expect(redact(json, { resource: 'secrets' })).not.toContain(LOWER);
      const event = { objectRef: { resource: 'secrets' }, requestObject: body };
      expect(redact(JSON.stringify(event))).not.toContain(LOWER);
      const late = { responseObject: body, objectRef: { resource: 'secrets' } };
      expect(redact(JSON.stringify(late))).not.toContain(LOWER);
      const shown = redactJson(body as never, { resource: 'secrets' });
      expect(JSON.stringify(shown)).not.toContain(LOWER);
      expect(Object.keys(shown as object)).toEqual(Object.keys(body as object));
    },
  );

  it('hides the data of a ConfigMap only where it holds a credential', () => {
    const event = {
      objectRef: { resource: 'configmaps' },
      requestObject: { kind: 'ConfigMap', data: { color: 'blue', 'app.properties': 'password=x' } },
    };
    const shown = redact(JSON.stringify(event));
    expect(shown).toContain('"color":"blue"');
    expect(shown).toContain('password=[redacted]');
  });
});

const OBJECTS: readonly unknown[] = [
  { acme: { externalAccountBinding: { keyID: 'a', key: LOWER } } },
  { kind: 'KongConsumer', credentials: [{ key: LOWER }] },
  { vars: [{ key: 'a', value: LOWER, sensitive: true }] },
  { secureJsonData: { anything: LOWER } },
  { chpasswd: { list: `root:${LOWER}` } },
  { kind: 'OAuthClient', secret: LOWER, additionalSecrets: [LOWER] },
  { role_id: 'a', secret_id: LOWER },
  { authKey: LOWER, privKey: LOWER },
  { 'admin/password_double_sha1_hex': LOWER },
  { kind: 'TokenRequest', status: { token: LOWER } },
  { kind: 'TokenReview', spec: { token: LOWER } },
  { env: [{ name: 'X', value: LOWER }] },
  { env: [{ value: LOWER, name: 'X' }] },
  { env: [{ name: 'X', other: 1, value: LOWER }] },
  { env: [{ Name: 'X', Value: LOWER }] },
  [{ op: 'add', path: '/spec/containers/0/env/0/value', value: LOWER }],
  [{ op: 'add', path: '/spec/containers/0/env/-', value: { name: 'X', value: LOWER } }],
  [{ op: 'add', path: '/metadata/annotations/example.com~1token', value: LOWER }],
  [{ op: 'add', path: '/spec/containers/0/command', value: ['mysql', `-p${LOWER}`] }],
  { httpHeaders: [{ name: 'Authorization', value: `Custom ${LOWER}` }] },
  { httpHeaders: [{ value: LOWER, name: 'X-Api-Key' }] },
  { headers: { Authorization: [`Bearer ${LOWER}`], Cookie: [`a=${LOWER}`] } },
  { annotations: { 'vault.example.com/token': LOWER } },
  { command: ['mysql'], args: [`-p${LOWER}`] },
  { image: 'redis:7', args: ['redis-server', '--requirepass', LOWER] },
  { users: [{ user: { token: LOWER } }, { user: { 'client-key-data': LOWER } }] },
  { users: [{ user: { 'auth-provider': { config: { 'refresh-token': LOWER } } } }] },
  { auths: { 'r.example.com': { auth: LOWER } } },
  { auths: { 'r.example.com': { password: LOWER, username: 'bob' } } },
  { password: { value: LOWER } },
  { password: 123_456_789_012 },
  { '.dockerconfigjson': LOWER },
  { '.pgpass': `db:5432:*:u:${LOWER}` },
];

describe('an object that says what it holds', () => {
  it.each(OBJECTS.map((object) => JSON.stringify(object)))('%s', (json) => {
    const inString = JSON.stringify({ x: json });
    for (const text of [json, `a (req=${json} resp=<NA>)`, inString, JSON.stringify(inString)]) {
      expect(redact(text)).not.toContain(LOWER);
      expect(redact(text)).not.toContain('123456789012');
    }
    expect(() => JSON.parse(redact(json)) as unknown).not.toThrow();
  });
});
