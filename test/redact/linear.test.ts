import { describe, expect, it } from 'vitest';
import { redact } from '../../src/redact/redact.ts';

/** Makes every detector look: none gives up before it reads the rest. */
const BEFORE = [
  'token PRIVATE KEY @ % command= login kind: mysql -p " bearer ',
  '{"data":"',
  "sh -c '",
];

/** What patterns begin with, repeat and stop at: text that makes a step backwards cost most. */
const PARTS: readonly string[] = [
  ['a', 'A', '0', ' ', '\n', '\t', '"', "'", '`', '\\', '/', '-', '--', '=', ':', '%', '@', '$'],
  ['$(', '((', '))', '{', '[', '[[', '{"', '{\\"', '{\\\\"', '"a":', '"a","b",', '"]}', '<', '<<<'],
  ['eyJ', 'eyJaaaaaaaa.', 'ghp_', 'glpat-', 'xoxb-', 'sk-', 'sk-a-', 's.', 'SG.', 'dp.a.', 'A3-'],
  ['$1$', '12345678:', 'abcdef.', 'M'.repeat(24), `${'M'.repeat(24)}.`, 'pat', 'v1.0-', 'key-'],
  [
    'token="',
    'token=\'\\"',
    'token        ',
    'token=',
    'token-',
    'key.',
    'key/',
    '/token',
    '-token ',
  ],
  ['secret_', 'password: |\n', 'password: |\n  a\n', 'cookie: a=', 'cookie: a=b; ', 'Bearer '],
  ['authorization: a ', 'basic AAAAAAAA', 'login ', 'machine login password ', 'a=b&', 'value: '],
  ['kind: Secret\n', 'data:\n', 'kind: Secret\ndata:\n a: b\n', '://', '://a:', 'a@', 'thin:a/'],
  ['-----BEGIN PRIVATE KEY-----', '-----END PRIVATE KEY-----', 'Private-Lines: 1 ', 'AAAA'],
  [`${'A'.repeat(23)} `, '%41', '%25', '%2525', 'command=', 'command=a&', 'command=%2525'],
  ['mysql ', 'mysql -p', 'sudo mysql curl docker ', 'echo a|chpasswd ', 'htpasswd -b ', '|', ';'],
  [
    "sh -c '",
    'sh -c "',
    '"mysql","-p",',
    '{"command":["a"],',
    '{"op":"add","path":"/',
    '[{"name":',
  ],
  ['{"auth":"QUFB', '\\u0041', 'hooks.slack.com/services/', '\u0000', 'é', '"[\\"'],
].flat();

const SIZE = 100_000;

/** Milliseconds of processor time of the thread, so that other processes count little. */
function cost(text: string): number {
  const start = process.cpuUsage();
  redact(text);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

describe('hostile text', () => {
  const plain = BEFORE[0]! + 'the quick brown fox jumps over the lazy dog '.repeat(SIZE / 44);
  // The first use of a pattern takes longer: what is compared with is a harmless text's worst of three.
  const harmless = Math.max(cost(plain), cost(plain), cost(plain));

  /** A quadratic step would cost more than a thousand times as much as harmless text of the same length. */
  it.each(PARTS)('costs little more than harmless text: %j', (part) => {
    for (const before of BEFORE) {
      const text = before + part.repeat(Math.ceil(SIZE / part.length));
      expect(cost(text)).toBeLessThan(300 * harmless);
    }
  });

  /** V8 has no room for millions of rounds of `{20,}`. */
  const long = 'Aa1'.repeat(3_000_000);

  it.each(['', 'Basic '])('reads a text of millions of letters behind %j', (before) => {
    expect(redact(before + long) === before + long).toBe(true);
  });

  it.each(['Bearer ', 'ghp_', 'password=', 'glpat-'])('hides millions behind %j', (before) => {
    expect(redact(before + long).length).toBeLessThan(100);
  });

  it('hides millions of cookies', () => {
    expect(redact(`Cookie: a=b${';a=b'.repeat(4_000_000)}`).length).toBeLessThan(100);
  });

  it('reads a token of GitLab with millions of parts', () => {
    expect(redact(`glpat-${'a'.repeat(20)}${'.a1'.repeat(4_000_000)}`)).toMatch(/^\[redacted\]/);
  });

  it('nests as deep as it likes', () => {
    let json = '"token=abcdefgh"';
    for (let i = 0; i < 12; i++) json = JSON.stringify([json]);
    expect(redact(json.slice(0, 1_000_000))).not.toBe('');
    expect(redact('['.repeat(SIZE))).toBe('['.repeat(SIZE));
    expect(redact('{"a":'.repeat(SIZE / 5))).toBe('{"a":'.repeat(SIZE / 5));
  });
});
