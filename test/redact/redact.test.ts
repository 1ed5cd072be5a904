import { describe, expect, it } from 'vitest';
import { redact, redactField, redactor } from '../../src/redact/redact.ts';

const R = '[redacted]';

const REDACTED: readonly (readonly [input: string, output: string])[] = [
  ['uri=/api?token=abc123&x=1', `uri=/api?token=${R}&x=1`],
  ['?X-Amz-Signature=abc&b=c', `?X-Amz-Signature=${R}&b=c`],
  ['?sig=a%2Bb&se=1', `?sig=${R}&se=1`],
  ['mysql --password=hunter2 -e x', `mysql --password=${R} -e x`],
  ['mysql --password hunter2 -e x', `mysql --password ${R} -e x`],
  ['(mysql,--password,hunter2,-e)', `(mysql,--password,${R},-e)`],
  ['["mysql","--password","hunter2"]', `["mysql","--password","${R}"]`],
  ['command=a&command=--token&command=abc&x=1', `command=a&command=--token&command=${R}&x=1`],
  ['command=--password%3Dabc&x=1', `command=--password%3D${R}&x=1`],
  ['DB_PASSWORD=a API_KEY: b', `DB_PASSWORD=${R} API_KEY: ${R}`],
  ["token='a b' c", `token='${R}' c`],
  ['{"password":"a\\"b","c":"d"}', `{"password":"${R}","c":"d"}`],
  ['"{\\"token\\":\\"a\\\\\\"b\\",\\"c\\":1}"', `"{\\"token\\":\\"${R}\\",\\"c\\":1}"`],
  ['Authorization: Basic dXNlcg== x', `Authorization: ${R} x`],
  ['bearer abcdefgh12345678', `bearer ${R}`],
  ['jwt eyJhbGciOiJI.eyJzdWIiOiI.c2ln end', `jwt ${R} end`],
  ['key AKIAIOSFODNN7EXAMPLE.', `key ${R}.`],
  [`ghp_${'a'.repeat(36)} glpat-${'b'.repeat(20)}`, `${R} ${R}`],
  ['https://user:pass@host/x', `https://user:${R}@host/x`],
  [
    'a -----BEGIN RSA PRIVATE KEY-----\\nMII\\n-----END RSA PRIVATE KEY-----\\n b',
    `a -----BEGIN RSA PRIVATE KEY-----${R}-----END RSA PRIVATE KEY-----\\n b`,
  ],
  ['-----BEGIN PRIVATE KEY-----\nMII', `-----BEGIN PRIVATE KEY-----${R}`],
  [
    '{"kind":"Secret","data":{"a":"eA==","b":"eQ=="},"type":"Opaque"}',
    `{"kind":"Secret","data":{"a":"${R}","b":"${R}"},"type":"Opaque"}`,
  ],
  [
    '{\\"stringData\\":{\\"a\\":\\"b\\"},\\"kind\\":\\"Secret\\"}',
    `{\\"stringData\\":{\\"a\\":\\"${R}\\"},\\"kind\\":\\"Secret\\"}`,
  ],
  [
    '{"kind":"SecretList","items":[{"data":{"a":"eA=="}}]}',
    `{"kind":"SecretList","items":[{"data":{"a":"${R}"}}]}`,
  ],
  ['{"name":"DB","value":"hunter2"}', `{"name":"DB","value":"${R}"}`],
  ['{"data":{"cfg":"password=x\\nport=1"}}', `{"data":{"cfg":"password=${R}\\nport=1"}}`],
];

const KEPT: readonly string[] = [
  'K8s Secret Created (user=alice secret=my-secret ns=shop resource=secrets resp=201)',
  'verb=create resource=serviceaccounts subresource=token name=default',
  'authorization.k8s.io/decision: allow',
  'token=<NA> password=null',
  '{"kind":"ConfigMap","data":{"color":"blue"}}',
  '{"name":"X","valueFrom":{"secretKeyRef":{"name":"db","key":"k"}}}',
  '--token-file /var/run/x --secret-name y',
  'https://host:6443/api',
  'the secret keys of the pass',
];

describe('redaction', () => {
  it.each(REDACTED)('hides the credential in %j', (input, output) => {
    expect(redact(input)).toBe(output);
  });

  it.each(REDACTED)('changes nothing more the second time in %j', (input) => {
    expect(redact(redact(input))).toBe(redact(input));
  });

  it.each(KEPT)('keeps %j', (text) => {
    expect(redact(text)).toBe(text);
  });

  it.each([
    ['ka.uri.param[token]', 'abc', R],
    ['jevt.value[/requestObject/password]', 'abc', R],
    ['ka.uri.param[token]', '<NA>', '<NA>'],
    ['ka.target.name', 'token=abc', `token=${R}`],
    ['ka.target.name', 'abc', 'abc'],
  ])('of the field %s with %j gives %j', (name, value, output) => {
    expect(redactField(name, value)).toBe(output);
  });

  it('is off when secrets are to be shown', () => {
    expect(redactor(true)('token=abc')).toBe('token=abc');
    expect(redactor(false)('token=abc')).toBe(`token=${R}`);
  });
});
