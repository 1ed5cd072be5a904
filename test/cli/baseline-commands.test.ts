import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { platform } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { eventLine, folder } from './events.ts';
import { runCli, type CliResult } from './run-cli.ts';

const exec = (command: readonly string[], pod = 'web'): string =>
  eventLine({
    verb: 'create',
    stage: 'ResponseStarted',
    requestURI: `/api/v1/namespaces/shop/pods/${pod}/exec?${command.map((word) => `command=${word}`).join('&')}`,
    objectRef: {
      resource: 'pods',
      subresource: 'exec',
      namespace: 'shop',
      name: pod,
      apiVersion: 'v1',
    },
    responseStatus: { code: 101 },
  });

const dir = folder({
  'cat.log': `${exec(['cat', 'a'])}\n`,
  'both.log': `${exec(['cat', 'a'])}\n${exec(['cat', 'b'])}\n${exec(['sh'], 'db')}\n`,
});
const at = (name: string): string => join(dir, name);
const run = (...args: string[]): Promise<CliResult> =>
  runCli({ args, cwd: dir, now: Date.UTC(2026, 2, 20) });
const RULE = ['--rule', 'Attach/Exec Pod'];
const scan = (log: string, ...args: string[]): Promise<CliResult> =>
  run('scan', at(log), ...RULE, '-f', 'ndjson', ...args);
const lines = (text: string): number => text.split('\n').filter((line) => line !== '').length;

/** Writes what a scan found. @returns the file's path */
async function report(log: string, name: string, ...args: string[]): Promise<string> {
  writeFileSync(at(name), (await scan(log, ...args)).stdout);
  return at(name);
}

describe('a baseline', () => {
  test('knows a command, and no other command in that pod', async () => {
    await scan('cat.log', '--write-baseline', at('cat.json'));
    expect(lines((await scan('cat.log', '--baseline', at('cat.json'))).stdout)).toBe(0);
    const { stdout, code } = await scan(
      'both.log',
      '--baseline',
      at('cat.json'),
      '--fail-on',
      'notice',
    );
    expect(lines(stdout)).toBe(2);
    expect(code).toBe(1);
  });

  test('of an older version knows each command, with a warning', async () => {
    // What 0.1.0 wrote for the first event of both.log.
    const { stdout } = await scan('cat.log');
    expect(stdout).toContain('"fingerprint":"');
    writeFileSync(
      at('old.json'),
      `{"baseline":[{"rule":"Attach/Exec Pod","fingerprint":"${'0'.repeat(32)}"}]}`,
    );
    const { stderr } = await scan('both.log', '--baseline', at('old.json'));
    expect(stderr).toContain(
      `warning: baseline ${at('old.json')}: 1 entry of an older version, which`,
    );
  });
});

describe('baseline add', () => {
  test('accepts findings of a report, with reason and expiry', async () => {
    const file = at('added.json');
    const both = await report('both.log', 'both.ndjson');
    const accept = ['--reason', 'migration', '--expires', '2030-12-31'];
    const { stderr, code } = await run('baseline', 'add', file, both, ...RULE, ...accept);
    expect({ stderr, code }).toEqual({ stderr: '3 findings accepted in added.json\n', code: 0 });
    // Windows knows no such modes.
    expect(statSync(file).mode & 0o777).toBe(platform() === 'win32' ? 0o666 : 0o600);
    const shown = JSON.parse(
      (await run('baseline', 'show', file, '-f', 'json')).stdout,
    ) as object[];
    expect(shown).toHaveLength(3);
    expect(shown[0]).toMatchObject({
      rule: 'Attach/Exec Pod',
      reason: 'migration',
      expires: '2030-12-31',
      state: 'holds',
    });
    expect(lines((await scan('both.log', '--baseline', file)).stdout)).toBe(0);
  });

  test('accepts one finding by its fingerprint, and leaves the others in the file', async () => {
    const file = at('one.json');
    const all = await report('both.log', 'all.ndjson');
    const found = [...readFileSync(all, 'utf8').matchAll(/"fingerprint":"([0-9a-f]+)"/g)].map(
      (m) => m[1]!,
    );
    await run('baseline', 'add', file, all, '--fingerprint', found[0]!, '--reason', 'first');
    await run('baseline', 'add', file, all, '--fingerprint', found[1]!);
    const text = readFileSync(file, 'utf8');
    expect(text.match(/"fingerprint"/g)).toHaveLength(2);
    expect(text.match(/"reason":"first"/g)).toHaveLength(1);
    expect(lines((await scan('both.log', '--baseline', file)).stdout)).toBe(1);
  });

  test('keeps what a report for programs tells of the evidence, without credentials', async () => {
    const alert = (line: string, fingerprint: string): string =>
      JSON.stringify({
        rule: 'Attach/Exec Pod',
        output_fields: {
          'ka.user.name': 'jane',
          'ka.sourceips': ['10.0.0.1'],
          'kx.command.line': line,
          'ka.req.pod.containers.image': ['a', 'b'],
        },
        k8s_audit: { fingerprint },
      });
    writeFileSync(
      at('told.ndjson'),
      `${alert('login --password=hunter2222', 'a'.repeat(40))}\n${alert('x'.repeat(400), 'b'.repeat(40))}\n`,
    );
    await run('baseline', 'add', at('told.json'), at('told.ndjson'));
    const { baseline } = JSON.parse(readFileSync(at('told.json'), 'utf8')) as {
      baseline: object[];
    };
    expect(baseline).toMatchObject([
      {
        user: 'jane',
        evidence: {
          'kx.command.line': 'login --password=[redacted]',
          'ka.req.pod.containers.image': 'a b',
        },
      },
      { evidence: { 'kx.command.line': 'x'.repeat(300) } },
    ]);
    expect(baseline[0]).not.toHaveProperty('evidence.ka.sourceips');
  });

  test.each([
    [['--expires', 'soon'], 'Give a date such as 2030-12-31'],
    [['--expires', '2026-03-19'], '--expires 2026-03-19 is over: that accepts nothing'],
    [['--rule', 'Nothing*'], 'no finding of the reports is meant'],
    [['--fingerprint', '00'], 'no finding of the reports is meant'],
  ])('refuses %j', async (args, message) => {
    const all = await report('both.log', 'refused.ndjson');
    const { stderr, code } = await run('baseline', 'add', at('no.json'), all, ...args);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});

describe('baseline show', () => {
  test('tells what is known, why and until when', async () => {
    await scan('cat.log', '--write-baseline', at('show.json'));
    await run(
      'baseline',
      'add',
      at('show.json'),
      at('show.json'),
      '--reason',
      'fine',
      '--expires',
      '2026-03-20',
    );
    const later = Date.UTC(2026, 2, 21);
    const { stdout } = await runCli({
      args: ['baseline', 'show', at('show.json')],
      cwd: dir,
      now: later,
    });
    expect(stdout).toContain('Attach/Exec Pod  (expired)\n');
    expect(stdout).toContain('  kx.command: cat a\n');
    expect(stdout).toContain('  reason: fine\n  expires: 2026-03-20\n  fingerprint: ');
    const scanned = await runCli({
      args: ['scan', at('cat.log'), ...RULE, '-f', 'ndjson', '--baseline', at('show.json')],
      cwd: dir,
      now: later,
    });
    expect(lines(scanned.stdout)).toBe(1);
    expect(scanned.stderr).toContain('1 baseline entry has expired (Attach/Exec Pod: ');
  });
});

describe('baseline prune', () => {
  test('drops what expired, and what reports do not have', async () => {
    const file = at('prune.json');
    await scan('both.log', '--write-baseline', file);
    const cat = await report('cat.log', 'cat.ndjson');
    const dry = await run('baseline', 'prune', file, cat, '--dry-run');
    expect(dry.stdout).toMatch(/^-.*"sh"/m);
    expect(readFileSync(file, 'utf8').match(/"fingerprint"/g)).toHaveLength(3);
    const { stderr } = await run('baseline', 'prune', file, cat);
    expect(stderr).toBe('2 entries dropped, 1 kept\n');
    await run('baseline', 'add', file, file, '--expires', '2026-03-20T10:00:00Z');
    const later = await runCli({
      args: ['baseline', 'prune', file],
      cwd: dir,
      now: Date.UTC(2026, 2, 20, 11),
    });
    expect(later.stderr).toBe('1 entry dropped, 0 kept\n');
    expect(readFileSync(file, 'utf8')).toBe('{"baseline":[\n]}\n');
  });

  test('drops nothing for reports that leave known findings out, or are empty', async () => {
    const file = at('kept.json');
    await scan('both.log', '--write-baseline', file);
    const before = readFileSync(file, 'utf8');
    writeFileSync(at('empty.ndjson'), '');
    const without = await report('both.log', 'without.ndjson', '--baseline', file);
    const refused =
      /no report has a finding that kept\.json knows: nothing was dropped \(.*--baseline \/dev\/null\)/;
    for (const from of [without, at('empty.ndjson')]) {
      const { code, stderr } = await run('baseline', 'prune', file, from);
      expect([code, stderr]).toEqual([2, expect.stringMatching(refused)]);
    }
    expect(readFileSync(file, 'utf8')).toBe(before);
    writeFileSync(at('none.json'), '{"baseline":[]}');
    const all = await report('both.log', 'all.ndjson', '--baseline', at('none.json'));
    expect((await run('baseline', 'prune', file, all)).stderr).toBe('0 entries dropped, 3 kept\n');
  });
});
