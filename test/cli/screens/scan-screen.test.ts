import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { displayWidth } from '../../../src/outputs/table/width.ts';
import { eventLine, ruleText } from '../events.ts';
import { runCli, type CliResult } from '../run-cli.ts';

const RULES = [
  ruleText('Bad', 'ka.verb = delete', { priority: 'CRITICAL' }),
  ruleText('Any', 'ka.verb exists', { priority: 'NOTICE' }),
].join('\n');

function event(i: number, verb: string, minute: number, user = 'jane'): string {
  const time = `2026-03-05T10:${String(minute).padStart(2, '0')}:00Z`;
  return eventLine({
    auditID: `${String(i).padStart(8, '0')}-aaaa-4bbb-8ccc-0123456789ab`,
    verb,
    user: { username: user },
    requestReceivedTimestamp: time,
    stageTimestamp: time,
    objectRef: { resource: 'pods', namespace: 'shop', name: `pod-${i}` },
  });
}

/** Two logs: the second one begins before the first. */
function logs(): { first: string; second: string; rules: string } {
  const folder = mkdtempSync(join(tmpdir(), 'k8s-audit-'));
  const write = (name: string, text: string): string => {
    const file = join(folder, name);
    writeFileSync(file, text);
    return file;
  };
  return {
    first: write('first.log', Array.from({ length: 60 }, (_, i) => event(i, 'get', 30)).join('\n')),
    second: write('second.log', `${event(70, 'get', 10)}\n${event(71, 'delete', 50, 'mallory')}`),
    rules: write('rules.yaml', RULES),
  };
}

const LOGS = logs();

function scan(paths: readonly string[], args: readonly string[], tty: boolean): Promise<CliResult> {
  return runCli({
    args: ['scan', ...paths, '--no-default-rules', '-r', LOGS.rules, '--color', 'never', ...args],
    tty,
  });
}

/** Numbers of the objects in the order in which rows show them. */
function objects(text: string): number[] {
  return [...text.matchAll(/pods\/pod-(\d+)/g)].map(([, number]) => Number(number));
}

const BOTH = [LOGS.first, LOGS.second];

describe('a table on a terminal', () => {
  test('has the worst event first, and no more than fifty', async () => {
    const { stdout } = await scan(BOTH, [], true);
    expect(objects(stdout)).toHaveLength(50);
    expect(objects(stdout)[0]).toBe(71);
    expect(stdout).toMatch(/^HIGH {4}Bad \+1 .*00000071\n/);
    expect(stdout).toContain('… 12 more events with findings: --limit 0 shows all');
  });

  test.each([
    ['--limit', '0', 62],
    ['--limit', '3', 3],
  ])('has with %s %s so many', async (option, value, rows) => {
    expect(objects((await scan(BOTH, [option, value], true)).stdout)).toHaveLength(rows);
  });

  test('has a row a finding with --by-rule', async () => {
    const { stdout } = await scan([LOGS.second], ['--by-rule'], true);
    expect(objects(stdout)).toEqual([71, 70, 71]);
    expect(stdout).not.toContain('+1');
  });

  test.each([
    ['time', [70, 71]],
    ['severity', [71, 70]],
    ['priority', [71, 70]],
  ])('is in order of %s when that is asked for', async (order, expected) => {
    const { stdout } = await scan([LOGS.second], ['--sort', order], true);
    expect(objects(stdout)).toEqual(expected);
  });
});

describe('a table in a pipe', () => {
  test('has all events of all inputs, in order of time', async () => {
    const { stdout } = await scan(BOTH, ['-f', 'table'], false);
    const shown = objects(stdout);
    expect(shown).toHaveLength(62);
    expect([shown[0], shown.at(-1)]).toEqual([70, 71]);
  });
});

describe('the summary', () => {
  test('goes by severity, and names users and the next commands, which work', async () => {
    const { stderr } = await scan([LOGS.second], [], true);
    expect(stderr).toContain('Findings  3 on 2 events (100.0 %): 1 high, 2 low');
    expect(stderr).toMatch(/^HIGH {6}1 {2}Bad {2}mallory\nlow {7}2 {2}Any {2}/m);
    expect(stderr).toContain('Users     mallory 2 (1 high)');
    const next = stderr
      .slice(stderr.indexOf('Next '))
      .replaceAll(/ \\\n +/g, ' ')
      .split('\n')
      .map((line) => /k8s-audit (.*?)(?: {2}|$)/.exec(line)?.[1]?.split(' '))
      .filter((words) => words !== undefined);
    expect(next.map(([command]) => command)).toEqual(['incidents', 'show', 'activity', 'scan']);
    const stories = await runCli({ args: next[0]! });
    expect(stories).toMatchObject({ code: 0 });
    expect(stories.stdout).toMatch(/HIGH\b.*Bad by mallory/);
    const shown = await runCli({ args: next[1]! });
    expect(shown).toMatchObject({ code: 0 });
    expect(shown.stdout).toContain('00000071-aaaa-4bbb-8ccc-0123456789ab');
    expect(shown.stdout).toContain('Bad');
    const identity = await runCli({ args: next[2]! });
    expect(identity).toMatchObject({ code: 0 });
    expect(identity.stdout).toContain('mallory');
  });

  test('quotes what a log names for the shell', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'k8s-audit-')), 'a.log');
    writeFileSync(file, event(1, 'delete', 1, "$(touch x); 'y'"));
    const { stderr } = await scan([file], [], true);
    expect(stderr.replaceAll(/ \\\n +/g, ' ')).toContain(
      String.raw`activity identity '$(touch x); '\''y'\''' `,
    );
  });

  test('names every rule above medium', async () => {
    const { stderr } = await runCli({
      args: ['scan', 'samples/'],
      tty: true,
      env: { NO_COLOR: '1' },
    });
    const { stdout } = await runCli({ args: ['scan', 'samples/', '-f', 'ndjson'] });
    const high = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { rule: string; k8s_audit: { severity: string } })
      .filter(({ k8s_audit: own }) => own.severity === 'high');
    expect(high.length).toBeGreaterThan(10);
    for (const { rule } of high) expect(stderr).toContain(` ${rule.slice(0, 60)}`);
  });
});

test.each([40, 80, 120, 200])('nothing of a scan is wider than %i columns', async (columns) => {
  const { stdout, stderr } = await runCli({
    args: ['scan', 'samples/', '--limit', '0'],
    tty: true,
    columns,
    env: { NO_COLOR: '1', CI: '1' },
  });
  for (const line of `${stdout}${stderr}`.split('\n')) {
    expect(displayWidth(line)).toBeLessThanOrEqual(columns);
  }
});

describe('the commands to go on with', () => {
  const next = async (user: string): Promise<string> => {
    const folder = mkdtempSync(join(tmpdir(), 'k8s-audit-'));
    writeFileSync(join(folder, 'a.log'), event(1, 'delete', 1, user));
    const rules = ['--no-default-rules', '-r', LOGS.rules];
    const { stderr } = await runCli({
      args: ['scan', join(folder, 'a.log'), ...rules, '--color', 'never'],
      tty: true,
      columns: 400,
    });
    return stderr.slice(stderr.indexOf('\nNext')).replaceAll(`${folder}/`, '');
  };

  test('have the rules of the run', async () => {
    const text = await next('jane');
    const rules = `--no-default-rules -r ${LOGS.rules}`;
    expect(text).toContain(`k8s-audit show 00000001 a.log ${rules}`);
    expect(text).toContain(`k8s-audit activity identity jane a.log ${rules}`);
    expect(text).toContain(`k8s-audit scan a.log ${rules} -o report.html`);
  });

  test('have what else of the command line made the findings, and no path that is not there', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'k8s-audit-'));
    const path = (name: string): string => join(folder, name);
    writeFileSync(path('a.log'), event(1, 'delete', 1, 'jane'));
    writeFileSync(path('c.yaml'), `default-rules: false\nrules: [${LOGS.rules}]\n`);
    mkdirSync(path('empty'));
    const rules = ['--disable-rule', 'No*', '--enable-rule', '*'];
    const { stderr } = await runCli({
      args: [
        'scan',
        ...['a.log', 'gone.log', 'empty'].map(path),
        '--config',
        path('c.yaml'),
        ...'-n * --input-format event --color never -f table'.split(' '),
        ...rules,
      ],
      tty: true,
      columns: 400,
    });
    const commands = stderr.slice(stderr.indexOf('\nNext')).replaceAll(`${folder}/`, '');
    const again = '--input-format event';
    const switched = "--disable-rule 'No*' --enable-rule '*'";
    expect(commands).toContain(`show 00000001 a.log --config c.yaml ${again} ${switched}  one`);
    expect(commands).toContain(`identity jane a.log --config c.yaml ${again} ${switched}  what`);
    expect(commands).toContain(
      `scan a.log --config c.yaml ${again} -n '*' ${switched} -o report.html`,
    );
    expect(commands).not.toMatch(/gone\.log|empty/);
  });

  test.each(['ja\u001bne', 'ja\u202ene', 'ja\nne', '--help', 'token=ghp_0123456789abcdef'])(
    'name no user who is not shown as logged: %j',
    async (user) => {
      const text = await next(user);
      expect(text).toContain('k8s-audit show 00000001');
      expect(text).not.toContain('activity identity');
    },
  );
});
