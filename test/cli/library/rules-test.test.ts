import { mkdirSync, mkdtempSync, writeFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT, runCli, type CliResult } from '../run-cli.ts';

const BASE = `events:
  get:
    kind: Event
    auditID: a
    stage: ResponseComplete
    verb: get
    user: {username: jane}
    objectRef: {resource: pods, name: web, namespace: shop}
    annotations: {authorization.k8s.io/decision: allow}
  delete: {base: get, set: {verb: delete}}
`;
const RULES = `- rule: Deletion
  desc: d
  condition: ka.verb = delete
  output: by %ka.user.name on %jevt.value[/list/0/n]
  priority: WARNING
  source: k8s_audit
- rule: Reading
  desc: d
  condition: ka.verb = get
  output: by %ka.user.name
  priority: NOTICE
  source: k8s_audit
`;

/** Runs a test file that stands beside its rules and events. */
async function run(tests: string, ...args: string[]): Promise<CliResult> {
  const root = mkdtempSync(join(tmpdir(), 'tests-'));
  mkdirSync(join(root, 'sub'));
  writeFileSync(join(root, 'sub', 'base.yaml'), BASE);
  writeFileSync(join(root, 'rules.yaml'), RULES);
  writeFileSync(
    join(root, 'a.log'),
    '{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"l","stage":"ResponseComplete","verb":"delete","user":{"username":"log"},"stageTimestamp":"2026-01-01T00:00:00Z"}\n',
  );
  const head = 'use: [sub/base.yaml]\ndefault-rules: false\nfiles: [rules.yaml]\n';
  writeFileSync(join(root, 't.yaml'), head + tests);
  const result = await runCli({
    args: ['rules', 'test', join(root, 't.yaml'), ...args],
    cwd: root,
  });
  const short = (text: string): string => text.replaceAll(`${root}/`, '');
  return { ...result, stdout: short(result.stdout), stderr: short(result.stderr) };
}

describe('rule tests pass', () => {
  test.each([
    [
      'for events that fire and that are silent',
      '- {rule: Deletion, fires: [delete], silent: [get]}',
      2,
    ],
    [
      'for several rules over several events',
      '- {name: both, events: [get, delete, get], expect: [{rule: Deletion}, {rule: Reading, count: 2}]}',
      1,
    ],
    [
      'within bounds',
      '- {name: b, events: [get, get], expect: [{rule: Reading, min: 1, max: 2}]}',
      1,
    ],
    [
      'from a least number',
      '- {name: b, events: [get, get], expect: [{rule: Reading, min: 1}]}',
      1,
    ],
    ['for some rules only', '- {name: a, about: [Deletion], events: [get]}', 1],
    [
      'for output fields, numbers and texts alike',
      '- {name: f, events: [{base: delete, set: {list.0.n: 7}}], expect: [{rule: Deletion, fields: {ka.user.name: jane, "jevt.value[/list/0/n]": 7}}]}',
      1,
    ],
    [
      'for events of a log',
      '- {name: l, log: a.log, expect: [{rule: Deletion, fields: {ka.user.name: log}}]}',
      1,
    ],
    [
      'for rules of their own',
      '- {name: o, rules: [{rule: Reading, enabled: false, override: {enabled: replace}}], events: [get]}',
      1,
    ],
    [
      'with policies',
      '- {name: p, policies: [{name: T, severity: high, scope: {namespaces: [shop]}, rules: [Reading]}], events: [get, delete, {base: get, remove: [objectRef.namespace]}], expect: [{rule: Reading, severity: high, policies: [T]}, {rule: Deletion, policies: [Custom Rules]}]}',
      1,
    ],
    [
      'for keys with dots',
      '- {rule: Reading, silent: [{base: delete, set: {/annotations/authorization.k8s.io~1decision: forbid}}]}',
      1,
    ],
  ])('%s', async (_what, tests, count) => {
    const { stdout, stderr, code } = await run(`tests:\n  ${tests}\n`);
    expect({ stdout, stderr, code }).toEqual({
      stdout: `t.yaml: ${count} passed\n`,
      stderr: '',
      code: 0,
    });
  });
});

/** A file without events. */
const TEXT = join(import.meta.dirname, '../../../NOTICE');

describe('rule tests fail', () => {
  test.each([
    ['- {rule: Deletion, fires: [get]}', 'Deletion: fired not at all, expected once'],
    ['- {rule: Deletion, silent: [delete]}', 'Deletion: fired once, expected not at all'],
    ['- {name: n, events: [get, get]}', 'Reading: fired 2 times, expected not at all'],
    [
      '- {name: n, events: [get, get], expect: [{rule: Reading, max: 1}]}',
      'Reading: fired 2 times, expected at most once',
    ],
    [
      '- {name: n, events: [get], expect: [{rule: Reading, min: 2}]}',
      'Reading: fired once, expected at least 2 times',
    ],
    [
      '- {name: n, events: [get], expect: [{rule: Reading, fields: {ka.user.name: joe}}]}',
      'Reading: ka.user.name: expected "joe", got "jane"',
    ],
    [
      '- {name: n, events: [get], expect: [{rule: Reading, fields: {ka.verb: get}}]}',
      'Reading: ka.verb: expected "get", got no such field',
    ],
    ['- {name: n, log: nope.log}', 'nope.log: no such file or directory'],
    [`- {name: n, log: '${TEXT}'}`, `${TEXT}: no audit event in it`],
  ])('%s', async (tests, message) => {
    const { stdout, code } = await run(`tests:\n  ${tests}\n`);
    expect(stdout).toMatch(/^t\.yaml:5: failed: /);
    expect(stdout).toContain(`\n  ${message}\n`);
    expect(stdout).toMatch(/t\.yaml: 0 passed, 1 failed\n$/);
    expect(code).toBe(1);
  });
});

describe('test files are refused', () => {
  test.each([
    [
      'with an unknown rule',
      'tests: [{rule: Delition, fires: [get]}]',
      "no rule is called 'Delition'",
    ],
    [
      'with an unknown rule to expect',
      'tests: [{name: a, expect: [{rule: X}]}]',
      "no rule is called 'X'",
    ],
    ['without events', 'tests: [{rule: Reading, fire: [get]}]', "needs events, under 'fires' or"],
    ['with an unknown event', 'tests: [{rule: Reading, fires: [gat]}]', "no event is called 'gat'"],
    ['without a name', 'tests: [{events: [get]}]', 'a test needs a rule or a name'],
    [
      'with a wrong count',
      'tests: [{name: a, expect: [{rule: Reading, count: -1}]}]',
      'count must be a whole number',
    ],
    [
      'with two kinds of count',
      'tests: [{name: a, expect: [{rule: Reading, count: 1, max: 2}]}]',
      'either count, or min and max',
    ],
    [
      'that reach for prototypes',
      'tests: [{rule: Reading, fires: [{base: get, set: {__proto__.x: 1}}]}]',
      'this path cannot be set',
    ],
    ['that are no YAML', 'tests: [', 'this is no YAML'],
    ['with rules that do not load', 'rules: [{rule: X}]\ntests: [{name: a}]', 'do not load'],
    ['without tests', 'tests: []', 'no test in these files'],
  ])('%s', async (_what, tests, message) => {
    const { stdout, stderr, code } = await run(`${tests}\n`);
    expect(stderr).toContain(message);
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
  });

  test('that use each other', async () => {
    const root = mkdtempSync(join(tmpdir(), 'tests-'));
    writeFileSync(join(root, 't.yaml'), 'use: [t.yaml]\n');
    const { stderr, code } = await runCli({ args: ['rules', 'test', join(root, 't.yaml')] });
    expect(stderr).toContain('files use each other too deeply');
    expect(code).toBe(2);
  });

  test('that do not exist', async () => {
    const { stderr, code } = await runCli({ args: ['rules', 'test', 'nope.yaml'] });
    expect(stderr).toBe('k8s-audit: cannot read tests nope.yaml: no such file or directory\n');
    expect(code).toBe(2);
  });
});

describe('results', () => {
  const tests = 'tests:\n  - {rule: Deletion, fires: [delete, get]}\n';

  test('as json', async () => {
    const { stdout, code } = await run(tests, '-f', 'json');
    expect(JSON.parse(stdout)).toEqual({
      tests: 2,
      passed: 1,
      failed: 1,
      files: [
        {
          file: 't.yaml',
          tests: [
            { name: 'Deletion fires on delete', place: 't.yaml:5', passed: true, wrong: [] },
            {
              name: 'Deletion fires on get',
              place: 't.yaml:5',
              passed: false,
              wrong: ['Deletion: fired not at all, expected once'],
            },
          ],
        },
      ],
    });
    expect(code).toBe(1);
  });

  test('as JUnit', async () => {
    const { stdout } = await run(tests, '-f', 'junit');
    expect(stdout).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="k8s-audit rules test">
  <testsuite name="t.yaml" tests="2" failures="1" errors="0" skipped="0" time="0">
    <testcase classname="t.yaml" name="Deletion fires on delete" time="0"/>
    <testcase classname="t.yaml" name="Deletion fires on get" time="0"><failure message="Deletion: fired not at all, expected once">Deletion: fired not at all, expected once</failure></testcase>
  </testsuite>
</testsuites>
`);
  });

  test('of the tests that --run names', async () => {
    expect((await run(tests, '--run', '* on delete')).stdout).toBe('t.yaml: 1 passed\n');
  });
});

test("the default rules' own tests pass", async () => {
  const cases = join(ROOT, 'test/rules-content/cases');
  const paths = readdirSync(cases).map((name) => join(cases, name));
  const list = join(mkdtempSync(join(tmpdir(), 'lists-')), 'tor.txt');
  writeFileSync(list, '198.51.100.64/28 # documentation addresses\n');
  const args = ['rules', 'test', ...paths, '--ip-list', list];
  const { stdout, code } = await runCli({ args });
  expect(stdout).not.toContain('failed');
  expect(code).toBe(0);
});
