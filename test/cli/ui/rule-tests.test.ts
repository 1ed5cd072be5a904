import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { Answers } from '../../../src/cli/queries/answers.ts';
import { UiChanges } from '../../../src/cli/ui/ui-changes.ts';
import type { JsonObject, JsonValue } from '../../../src/json/value.ts';
import { invocationFor, ROOT, runCli } from '../run-cli.ts';

const LOG = join(ROOT, 'samples/exec-session.log');
const RULE = `- rule: Web Shell
  desc: a shell in the shop
  condition: ka.user.name = jane and ka.target.subresource = exec
  output: shell (user=%ka.user.name)
  priority: WARNING
  source: k8s_audit
`;
const EVENT = {
  kind: 'Event',
  apiVersion: 'audit.k8s.io/v1',
  level: 'Request',
  auditID: 'a: "1" # {x}',
  stage: 'ResponseComplete',
  verb: 'create',
  user: { username: 'jane' },
  objectRef: { resource: 'pods', subresource: 'exec', namespace: 'shop', name: 'web' },
};
const TESTS = `files: [mine.yaml]
default-rules: false
tests:
  - rule: Web Shell
    fires:
      - ${JSON.stringify(EVENT)}
    silent:
      - ${JSON.stringify({ ...EVENT, user: { username: 'joe' } })}
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ui-tests-'));
  writeFileSync(join(folder, 'k8s-audit.yaml'), 'default-rules: false\nrules: mine.yaml\n');
  writeFileSync(join(folder, 'mine.yaml'), RULE);
});

async function desk(): Promise<(name: string, asked?: JsonObject) => Promise<JsonObject>> {
  const run = await invocationFor({ args: ['ui', LOG], cwd: folder });
  const changes = new UiChanges(run, new Answers(run, [LOG]), [LOG], () => undefined);
  return async (name, asked = {}) =>
    (await changes.answer(name, asked, new AbortController().signal)) as JsonObject;
}

const names = async (ask: Awaited<ReturnType<typeof desk>>): Promise<string[]> =>
  ((await ask('rules-files')) as unknown as { file: string }[]).map(({ file }) => file);

describe('tests of rules in the editor', () => {
  test('are those that rules test runs, of the text that is tried, with the place of each failure', async () => {
    mkdirSync(join(folder, 'tests'));
    writeFileSync(join(folder, 'tests/shell.yml'), TESTS.replace('mine.yaml', '../mine.yaml'));
    // Neither tests nor of these rules.
    writeFileSync(join(folder, 'pod.yaml'), 'kind: Pod\n');
    writeFileSync(join(folder, 'other.yaml'), 'files: [others.yaml]\ntests: []\n');
    const ask = await desk();
    expect(await names(ask)).toEqual(['mine.yaml', 'k8s-audit-rules.yaml', 'tests/shell.yml']);
    const file = 'mine.yaml';
    expect(await ask('tests', { file, text: RULE })).toMatchObject({
      passed: 2,
      failed: 0,
      files: ['tests/shell.yml'],
    });
    const text = RULE.replace('jane', 'joe');
    const run = await ask('tests', { file, text });
    expect(run['failures']).toEqual([
      {
        name: 'Web Shell fires on an event',
        file: 'tests/shell.yml',
        line: 6,
        wrong: ['Web Shell: fired not at all, expected once'],
      },
      {
        name: 'Web Shell is silent on an event',
        file: 'tests/shell.yml',
        line: 8,
        wrong: ['Web Shell: fired once, expected not at all'],
      },
    ]);
    writeFileSync(join(folder, file), text);
    const { stdout } = await runCli({
      args: ['rules', 'test', join(folder, 'tests/shell.yml')],
      cwd: folder,
    });
    expect(stdout).toContain('0 passed, 2 failed');
    // A change that is not written counts too.
    const changes = [{ kind: 'rules', file, text: RULE }];
    const own = { file: 'tests/shell.yml', text: TESTS.replace('mine', '../mine'), changes };
    expect(await ask('check', own)).toMatchObject({
      diagnostics: [],
      tests: { passed: 2, failed: 0 },
    });
  });

  test('are wrong with line and column, and none runs then', async () => {
    const file = 'mine.tests.yaml';
    writeFileSync(join(folder, file), TESTS);
    const ask = await desk();
    const wrong = TESTS.replace('rule: Web Shell', 'rule: Web Shel');
    const checked = await ask('check', { file, text: wrong });
    expect(checked['diagnostics']).toEqual([
      expect.objectContaining({ severity: 'error', line: 4, column: 11 }),
    ]);
    expect(JSON.stringify(checked)).toContain("did you mean 'Web Shell'?");
    writeFileSync(join(folder, file), wrong);
    const run = await ask('tests', { file: 'mine.yaml', text: RULE });
    expect(run).toMatchObject({ passed: 0, failed: 0, failures: [] });
    expect(run['problems']).toEqual([expect.stringContaining(`${file}:4:11: error:`)]);
    // No YAML at all, but it says whose tests they are.
    writeFileSync(join(folder, file), `tests: [}\nfiles: [mine.yaml]\n`);
    expect(await names(ask)).toContain(file);
    const lost = await ask('check', { file, text: 'files: [gone.yaml]\ntests: []\n' });
    expect(lost['diagnostics']).toEqual([]);
    const gone = await ask('check', { file, text: TESTS.replace('mine.yaml', 'gone.yaml') });
    expect(JSON.stringify(gone['diagnostics'])).toContain('gone.yaml');
  });

  test('are made of an event, beside the rules, and written after their difference was shown', async () => {
    const ask = await desk();
    const file = 'mine.tests.yaml';
    const begun = await ask('rules-text', { file });
    expect(begun).toEqual({ text: 'files: [mine.yaml]\n\ntests: []\n' });
    const event = JSON.stringify({ ...EVENT, requestObject: { text: '- a: |\n  b' } });
    const one = await ask('test-of', { rule: 'Web Shell', event });
    expect(one).toMatchObject({ file, before: (begun as { text: string }).text });
    const drafts = [{ kind: 'rules', file, text: one['text']! }];
    const two = await ask('test-of', { rule: 'Web Shell', event, changes: drafts });
    expect(two['before']).toBe(one['text']);
    const { text } = two as { text: string };
    expect(await ask('check', { file, text })).toMatchObject({
      diagnostics: [],
      tests: { passed: 2 },
    });
    const changes: JsonValue = [{ kind: 'rules', file, text }];
    const { stamp, files } = await ask('diff', { changes });
    expect(JSON.stringify(files)).toContain('/dev/null');
    expect(existsSync(join(folder, file))).toBe(false);
    expect(await ask('write', { changes, stamp: stamp! })).toEqual({ written: [file] });
    expect(readFileSync(join(folder, file), 'utf8')).toBe(text);
    const { stdout } = await runCli({ args: ['rules', 'test', join(folder, file)], cwd: folder });
    expect(stdout).toBe(`${join(folder, file)}: 2 passed\n`);
    for (const wrong of ['', '[]', '{']) {
      await expect(ask('test-of', { rule: 'Web Shell', event: wrong })).rejects.toThrow(
        'this is no event',
      );
    }
  });

  test('of rules in a folder lie beside the folder', async () => {
    mkdirSync(join(folder, 'rules'));
    writeFileSync(join(folder, 'rules/a.yaml'), RULE);
    writeFileSync(join(folder, 'k8s-audit.yaml'), 'default-rules: false\nrules: rules\n');
    const ask = await desk();
    expect(await names(ask)).toEqual(['rules/a.yaml', 'k8s-audit-rules.yaml', 'a.tests.yaml']);
    expect(await ask('rules-text', { file: 'a.tests.yaml' })).toEqual({
      text: 'files: [rules/a.yaml]\n\ntests: []\n',
    });
  });
});
