import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadRules } from '../../src/rules/load.ts';
import { clickHouseSql } from '../../src/sql/clickhouse.ts';
import { tableStatements } from '../../src/sql/event-tables.ts';
import { EVENT_COLUMNS } from '../../src/sql/event-columns.ts';
import { commented, patternOf, quoted } from '../../src/sql/sql-text.ts';
import { expectGenerated } from '../generated.ts';

/** What the view of matches says of one rule with this condition. */
async function sqlOf(condition: string, name = 'A rule'): Promise<string> {
  const text =
    `- rule: ${JSON.stringify(name)}\n  desc: d\n  condition: >-\n    ${condition}\n` +
    `  output: o\n  priority: INFO\n  source: k8s_audit\n`;
  const { ruleSet } = await loadRules([{ name: 'r.yaml', text }]);
  return clickHouseSql(ruleSet!.rules, { version: '1', table: 'typed' });
}

/** The condition of the only rule, and whether it is exact. */
async function ruleOf(condition: string): Promise<[string, boolean]> {
  const sql = await sqlOf(condition);
  const exact = / {2}\('A rule', ([01])\)/.exec(sql)![1] === '1';
  const shared = new Map(
    [...sql.matchAll(/^ {2}(.*) AS (c\d+),?$/gm)].map(([, text, name]) => [name!, text!]),
  );
  let text = / {2}if\(ifNull\((.*), 1\), 'A rule', ''\)/.exec(sql)![1]!;
  while (/\bc\d+\b/.test(text)) text = text.replaceAll(/\bc\d+\b/g, (name) => shared.get(name)!);
  return [text, exact];
}

test('tables for ClickHouse are those of the code', () => {
  expectGenerated('integrations/clickhouse/tables.sql', `${tableStatements().join(';\n\n')};\n`);
});

test('no column has the name of a part of a condition', () => {
  expect(EVENT_COLUMNS.filter(({ name }) => /^c\d+$|^found$|^rules?$/.test(name))).toEqual([]);
});

describe('texts that come from rules', () => {
  test.each([
    [`a'b`, String.raw`'a\x27b'`],
    ['a\\', String.raw`'a\x5c'`],
    ['\n;--é', String.raw`'\x0a;--\xc3\xa9'`],
  ])('%j is one literal', (text, sql) => expect(quoted(text)).toBe(sql));

  test('patterns match themselves only', () => {
    expect(patternOf('a.b/*é')).toBe(String.raw`a\x2eb\x2f\x2aé`);
  });

  test('a comment stays on its line', () => {
    expect(commented('a\n; DROP\u2028TABLE\0x')).toBe('a ; DROP TABLE x');
  });

  test('a name cannot leave its literal or comment', async () => {
    const sql = await sqlOf('ka.verb = get', `x'); DROP TABLE t; --\nSELECT 1; -- \\`);
    expect(sql).toContain(String.raw`'x\x27); DROP TABLE t; --\x0aSELECT 1; -- \x5c'`);
    expect(sql).not.toMatch(/^SELECT 1/m);
  });
});

describe('conditions', () => {
  test.each([
    ['ka.verb = get', `verb = 'get'`],
    ['not ka.verb = get', `(NOT verb = 'get')`],
    ['ka.target.name != x', `least(object_name != '', object_name != 'x')`],
    ['ka.verb in (a, b)', `verb IN ('a', 'b')`],
    ['ka.verb in (a, "")', `least(verb != '', verb IN ('a', ''))`],
    ['ka.user.groups in (a)', `(notEmpty(user_groups) AND hasAll(['a'], user_groups))`],
    ['not ka.user.groups intersects (a)', `(NOT hasAny(user_groups, ['a']))`],
    ['ka.useragent icontains KUBE', `position(lower(user_agent), 'kube') > 0`],
    ['ka.verb = get and ka.verb = get', `verb = 'get'`],
    ['ka.verb = get or not ka.verb = get', '1'],
    ['jevt.rawtime exists', '1'],
    [
      'len(ka.user.groups) >= 2',
      `least(notEmpty(user_groups), length(user_groups) >= toUInt64(2))`,
    ],
  ])('%s is exact', async (condition, sql) => {
    expect(await ruleOf(condition)).toEqual([sql, true]);
  });

  test.each([
    // Nothing is known of the value, so both it and its opposite may hold.
    ['kx.outcome = denied', '1'],
    ['not kx.outcome = denied', '1'],
    ['not not kx.outcome = denied', '1'],
    ['not (ka.verb = get and not kx.outcome = denied)', '1'],
    ['ka.verb = get and kx.outcome = denied', `verb = 'get'`],
    ['not (ka.verb = get or kx.outcome = denied)', `(NOT verb = 'get')`],
    // A pattern with a class tells its letters, its opposite nothing.
    ['ka.useragent glob "kube[cl]*"', `(position(user_agent, 'kube') > 0)`],
    ['not ka.useragent glob "kube[cl]*"', '1'],
    ['not kx.any[/user/username] = a', '1'],
  ])('%s is weakened', async (condition, sql) => {
    expect(await ruleOf(condition)).toEqual([sql, false]);
  });

  test('a body is searched for what it must hold, where nothing can hide it', async () => {
    const [sql, isExact] = await ruleOf('ka.req.pod.containers.privileged intersects (true)');
    expect(isExact).toBe(false);
    expect(sql).toBe('greatest((NOT plain), hasAny(found, [1, 2]))');
    expect(await ruleOf('not ka.req.pod.containers.privileged intersects (true)')).toEqual([
      '1',
      false,
    ]);
  });

  test('a path in a body is followed where no key is there twice', async () => {
    const [sql, isExact] = await ruleOf('jevt.value[/requestObject/spec/type] = NodePort');
    expect(isExact).toBe(true);
    expect(sql).toContain(`countEqual(JSONExtractKeys(request_object, 'spec'), 'type') <= 1`);
  });

  test('numbers of a body are spelled anyhow', async () => {
    const [, isExact] = await ruleOf('jevt.value[/requestObject/spec/replicas] = 3');
    expect(isExact).toBe(false);
  });
});

describe('the statements', () => {
  let raw: string;
  beforeAll(async () => {
    const text = `- rule: A\n  desc: d\n  condition: ka.verb = get\n  output: o\n  priority: INFO\n  source: k8s_audit\n`;
    const { ruleSet } = await loadRules([{ name: 'r.yaml', text }]);
    raw = clickHouseSql(ruleSet!.rules, { version: '1', table: 'raw' });
  });

  test('are three views of the table of lines', () => {
    expect(raw.match(/^CREATE OR REPLACE VIEW \w+/gm)).toEqual([
      'CREATE OR REPLACE VIEW k8s_audit_rules',
      'CREATE OR REPLACE VIEW k8s_audit_matches',
      'CREATE OR REPLACE VIEW k8s_audit_candidates',
    ]);
    expect(raw).toContain('FROM k8s_audit_lines');
  });

  test('let lines pass that are no plain event', () => {
    expect(raw).toContain('WHERE ifNull(greatest((NOT regular), ');
  });
});

/** Conditions that the tests of `integrations/clickhouse` run in a server; here a change of their SQL is seen. */
test.each(['raw', 'typed'] as const)('hard conditions on a %s table', async (table) => {
  const path = join(
    import.meta.dirname,
    '../../integrations/clickhouse/tests/hard-conditions.yaml',
  );
  const text = readFileSync(path, 'utf8');
  const { ruleSet } = await loadRules([{ name: 'hard-conditions.yaml', text }]);
  const sql = clickHouseSql(ruleSet!.rules, { version: '1', table });
  expectGenerated(`test/golden/sql/hard-conditions-${table}.sql`, sql);
  // Quotes and brackets in texts are written as \xNN: what is left must come in pairs.
  const code = sql.replaceAll(/^ *--.*$/gm, '').replaceAll(/'[^'\n]*'/g, "''");
  expect(code.split("'").length % 2).toBe(1);
  expect(code.split('(').length).toBe(code.split(')').length);
  expect(code).not.toMatch(/undefined|NaN|\[object/);
});
