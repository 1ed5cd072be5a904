import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../../src/json/value.ts';
import { ROW_CHARACTERS, shownText } from '../../../src/cli/queries/shown-row.ts';

const TOKEN = 'ghp_16C7e42F292c6912E7710c838347Ae178B4a';
const PASSWORD = 'hunter2-hunter2';

const shown = (row: JsonValue): JsonValue => JSON.parse(shownText(row)) as JsonValue;

describe('a row as it is told', () => {
  test.each<[string, JsonValue]>([
    ['a text', { note: `token ${TOKEN}` }],
    ['a list of words', { command: ['mysql', `-p${PASSWORD}`] }],
    ['words far inside', { a: [{ b: { command: ['curl', '-u', `jane:${PASSWORD}`] } }] }],
    ['a name that asks for one', { body: { password: PASSWORD } }],
    ['JSON in a text', { body: JSON.stringify({ password: PASSWORD }) }],
    ['a request on secrets', { resource: 'secrets', body: { data: { key: PASSWORD } } }],
    ['a text that is the whole row', `token ${TOKEN}`],
    [
      "a finding's field that is one, and its message",
      {
        output: `12:00:00: Warning Asked with ${PASSWORD} (user=jane)`,
        output_fields: { 'ka.uri.param[token]': PASSWORD, 'ka.user.name': 'jane' },
      },
    ],
    [
      "a finding's list",
      { output: 'ran', output_fields: { 'ka.uri.param[command]': ['redis-cli', '-a', PASSWORD] } },
    ],
    [
      'a finding on secrets',
      {
        output: 'made',
        output_fields: {
          'ka.target.resource': 'secrets',
          'jevt.value[/requestObject/data/a]': PASSWORD,
        },
      },
    ],
  ])('hides a credential in %s', (_, row) => {
    const text = shownText(row);
    expect(text).not.toContain(PASSWORD);
    expect(text).not.toContain(TOKEN);
    expect(text).toContain('[redacted]');
  });

  test('keeps what is evidence', () => {
    const row = {
      time: '2026-03-03T21:40:13.821282000Z',
      user: 'system:serviceaccount:shop:web',
      audit_id: '1f3c42b2-e2cb-4b93-a981-45593a9afa39',
      k8s_audit: { fingerprint: '866ec44638fc73ace7152f6da6106ce2fbd7a57e', line: 4, ok: true },
      command: ['cat', '/etc/passwd'],
      none: null,
    };
    expect(shown(row)).toEqual(row);
  });

  test('holds nothing that a reader does not see', () => {
    const text = shownText({ user: 'eve\u202e\u009b31m\u200b\u{e0041}\ud800' });
    expect(text).toMatch(/^[\x20-\x7e]*$/);
    expect(JSON.parse(text)).toEqual({ user: 'eve\u202e\u009b31m\u200b\u{e0041}\ud800' });
  });

  test.each<[string, JsonValue]>([
    ['a long text', { output: 'x'.repeat(1_000_000) }],
    ['a long key', { ['k'.repeat(1_000_000)]: 1 }],
    ['a long list', { list: Array.from({ length: 100_000 }, (_, index) => `item ${index}`) }],
    ['many members', Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`k${i}`, i]))],
    ['much of everything', { a: Array.from({ length: 300 }, () => ({ b: ['y'.repeat(5000)] })) }],
    ['texts of characters that need escapes', { a: ['\u202e'.repeat(100_000)] }],
    ['lists in lists', Array.from({ length: 6 }).reduce<JsonValue>((v) => [v, v, v, v], 'leaf')],
    ['deep lists', JSON.parse(`${'['.repeat(4000)}1${']'.repeat(4000)}`) as JsonValue],
  ])('is cut to its bound: %s', (_, row) => {
    const text = shownText(row);
    expect(text.length).toBeLessThanOrEqual(ROW_CHARACTERS);
    expect(text.includes('…')).toBe(true);
    expect(JSON.parse(text)).toBeDefined();
  });

  test('is no object with a prototype of the log', () => {
    const row = JSON.parse('{"__proto__":{"polluted":true},"constructor":"x"}') as JsonValue;
    const text = shownText(row);
    expect(text).toContain('"constructor":"x"');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
