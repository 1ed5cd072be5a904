import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { eventLine, folder, ruleText } from '../cli/events.ts';
import { runCli, type CliResult } from '../cli/run-cli.ts';

const RULES =
  '- list: allowed_users\n  items: [nobody]\n' +
  ruleText('Seen', 'ka.verb in (get, list, watch, patch) and not ka.user.name in (allowed_users)') +
  ruleText('Grave', 'ka.verb = delete', { priority: 'ERROR' });

/** Reads of many objects by few users, and deletes. */
function logOf(
  count: number,
  more: (index: number) => Record<string, unknown> = () => ({}),
): string {
  const lines = Array.from({ length: count }, (_, index) =>
    eventLine({
      auditID: `id-${index}`,
      user: { username: index % 3 === 0 ? 'jane' : 'omar' },
      verb: ['get', 'list', 'watch', 'patch'][index % 4],
      objectRef: { resource: `kind${index % 7}`, name: `n${index}` },
      ...more(index),
    }),
  );
  return `${lines.join('\n')}\n`;
}

const dir = folder({
  'rules.yaml': RULES,
  'a.log': logOf(60),
  'grave.log': logOf(60, () => ({ verb: 'delete' })),
  'empty.log': '',
  'broken.yaml': '- rule: [\n',
  'other.yaml': '- list: x\n  items: [a]\n',
});
const at = (name: string): string => join(dir, name);
const RUN = ['--no-default-rules', '-r', at('rules.yaml')];

const LOW = ['--per-hour', '10', '--share', '60'];

function tune(log: string, ...more: string[]): Promise<CliResult> {
  return runCli({ args: ['tune', at(log), ...RUN, ...more], cwd: dir });
}

async function findings(log: string, ...more: string[]): Promise<number> {
  const args = ['scan', at(log), ...RUN, '-q', '-f', 'ndjson', ...more];
  const { stdout } = await runCli({ args, cwd: dir });
  return stdout.split('\n').length - 1;
}

describe('tune', () => {
  test('prints a tuning file, and a page on a terminal', async () => {
    const { stdout, stderr, code } = await tune('a.log');
    expect(code).toBe(0);
    expect(stdout).toContain('# Made by k8s-audit tune');
    expect(stdout).toContain('- list: allowed_users\n  items:\n    # 40 findings\n');
    expect(stdout).toContain(`    # ${at('a.log')}:2 id-1\n`);
    expect(stderr).toContain('2 entries would silence 60 of 60 findings');
    const args = ['tune', at('a.log'), ...RUN];
    const page = await runCli({ args, cwd: dir, tty: true, columns: 100 });
    expect(page.stdout).toContain('40 findings (66.7 %)');
    expect(page.stdout).toContain('list allowed_users');
    const { stdout: json } = await tune('a.log', '-f', 'json');
    expect(JSON.parse(json)).toMatchObject({
      findings: 60,
      silenced: 60,
      rules: [
        { rule: 'Seen', entries: [{ form: 'list', fields: { 'ka.user.name': 'omar' } }, {}] },
      ],
    });
  });

  test('proposes nothing of severity high unless it is asked to', async () => {
    const { stdout, stderr } = await tune('grave.log');
    expect(stdout).toBe('');
    expect(stderr).toContain('0 entries would silence 0 of 60 findings');
    const page = await tune('grave.log', '-f', 'text');
    expect(page.stdout).toContain('Grave: 60 findings, all of severity high (--include-high');
    const asked = await tune('grave.log', '--include-high');
    expect(asked.stdout).toContain('# 40 findings, 40 of severity high\n');
  });

  test('heeds both thresholds', async () => {
    expect((await tune('a.log', '--per-hour', '61')).stdout).toBe('');
    expect((await tune('a.log', '--share', '67')).stdout).toBe('');
    expect((await tune('a.log', '--share', '66%')).stdout).toContain('- omar\n');
    for (const share of ['101', '-1', 'x']) {
      expect((await tune('a.log', `--share=${share}`)).code).toBe(2);
    }
  });

  test('with --apply shows what it adds to a file, adds it once, and keeps what is there', async () => {
    writeFileSync(
      at('tuning.yaml'),
      '# ours\n- list: allowed_users\n  items: [omar]\n  override: {items: append}',
    );
    const dry = await tune('a.log', ...LOW, '--apply', 'tuning.yaml', '--dry-run');
    expect(dry.stdout).toContain('+    - jane\n');
    expect(readFileSync(at('tuning.yaml'), 'utf8')).not.toContain('jane');
    const { stdout, stderr, code } = await tune('a.log', ...LOW, '--apply', 'tuning.yaml');
    expect(code).toBe(0);
    expect(stdout).toBe(dry.stdout);
    expect(stderr).toContain('tuning.yaml written: use it with -r tuning.yaml');
    expect(stderr).toContain('1 entry would silence 20 of 20 findings');
    const text = readFileSync(at('tuning.yaml'), 'utf8');
    expect(text.startsWith('# ours\n- list: allowed_users\n  items: [omar]\n')).toBe(true);
    expect(await findings('a.log', '-r', at('tuning.yaml'))).toBe(0);
    const again = await tune('a.log', '-r', at('tuning.yaml'), '--apply', 'tuning.yaml');
    expect(again.stderr).toContain('nothing to add');
    expect(readFileSync(at('tuning.yaml'), 'utf8')).toBe(text);
  });

  test('writes nothing where rules would not load, or not all was read', async () => {
    const { code, stderr } = await tune('a.log', '--apply', 'broken.yaml');
    expect(code).toBe(2);
    expect(stderr).toContain('broken.yaml');
    expect(readFileSync(at('broken.yaml'), 'utf8')).toBe('- rule: [\n');
    const unread = await tune('a.log', at('missing.log'), '--apply', 'new.yaml');
    expect(unread.code).toBe(2);
    expect(unread.stderr).toContain('not all was read: the file is left as it is');
    expect(existsSync(at('new.yaml'))).toBe(false);
    const stopped = await runCli({
      args: ['tune', at('a.log'), ...RUN, '--apply', 'new.yaml'],
      cwd: dir,
      signal: 'SIGINT',
    });
    expect(stopped.code).toBe(130);
    expect(existsSync(at('new.yaml'))).toBe(false);
  });

  test('with --check names the entries that silence nothing, and fails', async () => {
    writeFileSync(
      at('check.yaml'),
      '- list: allowed_users\n  items: [omar, gone]\n  override: {items: append}\n' +
        '- rule: Seen\n  exceptions:\n' +
        '    - {name: a, fields: [ka.user.name, ka.verb], comps: ["=", in], values: [\n' +
        '        [jane, [get]],\n        [jane, [delete]]]}\n' +
        '  override: {exceptions: append}\n',
    );
    const { stdout, stderr, code } = await tune('a.log', '--check', 'check.yaml', '-f', 'json');
    expect(code).toBe(1);
    expect(stderr).toContain('2 of 4 entries of check.yaml silence nothing in this log');
    const { entries } = JSON.parse(stdout) as { entries: Record<string, unknown>[] };
    expect(entries.map(({ of, place, silences }) => [of, place, silences])).toEqual([
      ['exception a of Seen', 'check.yaml:7', 5],
      ['exception a of Seen', 'check.yaml:8', 0],
      ['list allowed_users', 'check.yaml', 40],
      ['list allowed_users', 'check.yaml', 0],
    ]);
    const text = await tune('a.log', '-r', at('check.yaml'), '--check', 'check.yaml');
    expect(text.stdout).toContain('check.yaml:8 exception a of Seen\nsilences    unused\n');
    expect((await tune('empty.log', '--check', 'check.yaml')).code).toBe(1);
  });

  test('with --check refuses what is no tuning file', async () => {
    for (const [args, said] of [
      [['--check', 'missing.yaml'], 'missing.yaml'],
      [['--check', 'broken.yaml'], 'broken.yaml'],
      [['--check', 'rules.yaml', '--apply', 'x.yaml'], 'exclude each other'],
      [['--check', 'rules.yaml', '-f', 'yaml'], 'no yaml format'],
    ] as const) {
      const { code, stderr } = await tune('a.log', ...args);
      expect(code).toBe(2);
      expect(stderr).toContain(said);
    }
  });
});
