import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ignoreEntry } from '../../../src/outputs/card/ignore-entry.ts';
import { redactor } from '../../../src/redact/redact.ts';
import { temporaryFolder } from '../../io/temp.ts';
import { finding } from '../../outputs/findings.ts';
import { eventLine, ruleText } from '../events.ts';
import { runCli } from '../run-cli.ts';

const AUDIT_ID = '1f3c42b2-e2cb-4b93-a981-45593a9afa39';

function place(user: string): { at: string; args: string[] } {
  const at = temporaryFolder();
  const events = [1, 2].map((i) =>
    eventLine({ auditID: i === 1 ? AUDIT_ID : `x-${i}`, user: { username: user } }),
  );
  writeFileSync(join(at, 'a.log'), events.join('\n'));
  writeFileSync(join(at, 'r.yaml'), ruleText("It's a rule", 'ka.verb = get'));
  return { at, args: ['--no-default-rules', '-r', join(at, 'r.yaml'), '--color', 'never'] };
}

describe('show', () => {
  test.each([
    'jane',
    'system:serviceaccount:shop:web',
    "it's jane",
    'CN="jane"',
    'ünï, and (more) or not',
  ])('of a request by %s ends with an ignore entry that accepts it', async (user) => {
    const { at, args } = place(user);
    const shown = await runCli({ args: ['show', '1f3c42b2', join(at, 'a.log'), ...args], cwd: at });
    expect(shown.stdout).toContain('Severity          medium');
    expect(shown.stdout).toContain('Means             A rule of the tests.');
    const start = shown.stdout.indexOf('  ignore:');
    const entry = shown.stdout.slice(start).split('\n').slice(0, 4);
    writeFileSync(join(at, 'k8s-audit.yaml'), `${entry.map((line) => line.slice(2)).join('\n')}\n`);
    const { stdout, stderr } = await runCli({
      args: ['scan', join(at, 'a.log'), ...args],
      cwd: at,
    });
    expect(stdout).toBe('');
    expect(stderr).toContain('Findings  none');
  });
});

describe('an ignore entry', () => {
  const entry = (user: string, name = 'web'): string[] =>
    ignoreEntry(
      finding({
        subject: { ...finding().subject, user, namespace: 'shop', resource: 'pods', name },
      }),
      redactor(false),
    );

  test('names rule, user and object', () => {
    expect(entry('jane')).toEqual([
      'ignore:',
      "  - rule: 'Attach/Exec Pod'",
      `    condition: 'ka.user.name = "jane" and ka.target.namespace = "shop" and ka.target.resource = "pods" and ka.target.name = "web"'`,
      '    reason: why this is fine',
    ]);
  });

  test.each([
    ['a line end', 'a\nb'],
    ['both quotes', `'a"`],
    ['a backslash', 'a\\'],
    ['a credential', 'token=hunter2hunter2'],
    ['what a screen shows escaped', 'a\u{200D}b\u{202E}'],
  ])('is left out for a name with %s: without it, it would accept more', (_, name) => {
    expect(entry(name)).toEqual([]);
    expect(entry('jane', name)).toEqual([]);
  });
});

test.each([60, 100, 200])(
  '--explain says at %i columns what a rule means, once',
  async (columns) => {
    const { at, args } = place('jane');
    const run = (...more: string[]) =>
      runCli({
        args: ['scan', join(at, 'a.log'), ...args, '--no-fold', ...more],
        cwd: at,
        tty: true,
        columns,
      });
    const { stdout } = await run('--explain');
    expect(stdout.match(/It's a rule/g)).toHaveLength(2);
    expect(stdout.match(/means: A rule of the tests\./g)).toHaveLength(1);
    expect((await run()).stdout).not.toContain('means:');
  },
);

test('an HTML report says what a rule means, how to see the request, and how to accept it', async () => {
  const { at, args } = place('jane');
  const { stdout } = await runCli({
    args: ['scan', join(at, 'a.log'), ...args, '-f', 'html'],
    cwd: at,
  });
  expect(stdout).toContain('means: A rule of the tests.');
  expect(stdout).toContain(`k8s-audit show ${AUDIT_ID} ${at}`);
  expect(stdout).toContain('ka.user.name = &quot;jane&quot;');
});
