import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../io/temp.ts';
import { eventLine, ruleText } from '../cli/events.ts';
import { runCli, type CliResult } from '../cli/run-cli.ts';

const AUDIT_ID = '1f3c42b2-e2cb-4b93-a981-45593a9afa39';
const CONFIG =
  '# Ours.\nignore:\n  # The node exporter.\n  - rule: Other\n    reason: known # since May\n';

/** A log with two requests, by this user and by bob, and a rule that fires on both. */
function place(user: string, config?: string, more = '') {
  const at = temporaryFolder();
  const events = [
    eventLine({ auditID: AUDIT_ID, user: { username: user } }),
    eventLine({ auditID: 'x-2', user: { username: 'bob' } }),
  ];
  writeFileSync(join(at, 'a.log'), events.join('\n'));
  writeFileSync(join(at, 'r.yaml'), ruleText("It's a rule", 'ka.verb = get') + more);
  const file = join(at, 'k8s-audit.yaml');
  if (config !== undefined) writeFileSync(file, config);
  const args = ['--no-default-rules', '-r', join(at, 'r.yaml'), '--config', file];
  const log = join(at, 'a.log');
  const add = (...options: string[]): Promise<CliResult> =>
    runCli({ args: ['ignore', 'add', '1f3c', log, ...args, ...options], cwd: at });
  const users = async (engine: string): Promise<string[]> => {
    const scan = ['scan', log, ...args, '-f', 'ndjson', '--engine', engine];
    const { stdout } = await runCli({ args: scan, cwd: at });
    return stdout.split('\n').flatMap((line) => (line === '' ? [] : [idOf(line)]));
  };
  return { add, users, text: () => readFileSync(file, 'utf8') };
}

function idOf(line: string): string {
  return (JSON.parse(line) as { k8s_audit: { auditID: string } }).k8s_audit.auditID;
}

describe('ignore add', () => {
  test.each(['jane', "it's jane", 'CN="jane"', 'a: [b, *c] #d', '- x', 'ünï, and (more) or not'])(
    'accepts the finding of %s and no other, in both engines',
    async (user) => {
      const { add, users, text } = place(user, CONFIG);
      expect(await users('fast')).toEqual([AUDIT_ID, 'x-2']);
      const { code, stdout } = await add('--reason', "it's: fine # yes", '--expires', '2030-12-31');
      expect(code).toBe(0);
      expect(text().startsWith(CONFIG)).toBe(true);
      expect(stdout).toContain("+    reason: 'it''s: fine # yes'");
      expect(await users('fast')).toEqual(['x-2']);
      expect(await users('reference')).toEqual(['x-2']);
    },
  );

  test('writes a file where there is none, and an entry once', async () => {
    const { add, text } = place('jane', '');
    await add('--reason', 'drill');
    const once = text();
    expect(once).toMatch(/^ignore:\n {2}- rule: 'It''s a rule'\n {4}condition: /);
    const { stderr, stdout } = await add('--reason', 'another');
    expect([text(), stdout]).toEqual([once, '']);
    expect(stderr).toContain('has it already');
  });

  test('shows the change with --dry-run and leaves the file alone', async () => {
    const { add, text } = place('jane', CONFIG);
    const { stdout } = await add('--reason', 'drill', '--dry-run');
    expect(stdout).toContain("+    reason: 'drill'");
    expect(text()).toBe(CONFIG);
  });

  test('wants a reason, and a rule where several fired', async () => {
    const { add, text } = place('jane', CONFIG, ruleText('Second', 'ka.verb = get'));
    const bare = await add();
    expect([bare.code, bare.stderr]).toEqual([2, expect.stringContaining('say why')]);
    const both = await add('--reason', 'drill');
    expect(both.code).toBe(2);
    expect(both.stderr).toContain("several findings: 'It's a rule', 'Second'");
    expect(text()).toBe(CONFIG);
    await add('--reason', 'drill', '--rule', 'Second');
    expect(text()).toContain("rule: 'Second'");
  });

  test.each([
    ['a value that no condition holds', 'a\\b', CONFIG, 'no condition can hold'],
    ['a credential', 'token=hunter2hunter2', CONFIG, 'no condition can hold'],
    ['a list in brackets', 'jane', 'ignore: [{rule: Other, reason: r}]\n', 'cannot change'],
  ])('refuses %s', async (_, user, config, message) => {
    const { add, text } = place(user, config);
    const { code, stderr } = await add('--reason', 'drill');
    expect(code).not.toBe(0);
    expect(stderr).toContain(message);
    expect(text()).toBe(config);
  });

  test('refuses a last day that is over', async () => {
    const { add, text } = place('jane', CONFIG);
    const { stderr, code } = await add('--reason', 'x', '--expires', '2026-03-19');
    expect({ stderr, code }).toEqual({
      stderr: 'k8s-audit: --expires 2026-03-19 is over: that accepts nothing\n',
      code: 2,
    });
    expect(text()).toBe(CONFIG);
  });
});
