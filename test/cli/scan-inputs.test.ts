import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { eventLine, folder, ruleText } from './events.ts';
import { runCli, spawnCli } from './run-cli.ts';

const RED = '\u001B[31m';
const dir = folder({
  'good.log': `${eventLine()}\n${eventLine()}\n`,
  'binary.log': Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3, 0, 0, 0, 0, 4, 5, 6, 7]),
  'empty.log': '',
  'text.log': 'started\nstopped\n',
  'mixed.log': `${eventLine()}\nnot json\n\n${eventLine()}\n`,
  'long.log': `${eventLine({ auditID: 'x'.repeat(3000) })}\n${eventLine()}\n`,
  'cut.log': `${eventLine()}\n${eventLine().slice(0, 200)}\n${eventLine()}\n`,
  'packed.log.gz': gzipSync(`${eventLine()}\n`),
  [`red${RED}.log`]: 'no events here\n',
  'rules.yaml': ruleText('Any', 'ka.verb exists'),
});
const at = (name: string) => join(dir, name);
const RULES = ['--no-default-rules', '-r', at('rules.yaml')];
const scan = (...args: string[]) => runCli({ args: ['scan', ...args, ...RULES] });
const findings = (stdout: string) => stdout.split('\n').filter((line) => line !== '').length;

describe('inputs that cannot be read are named in one line; the others are read', () => {
  test.each([
    ['a missing file', 'nope.log', 'nope.log: no such file or directory'],
    ['a binary file', 'binary.log', 'binary.log: binary data, not a log'],
    ['a directory without logs', 'empty-directory', 'directory or pattern without log files'],
    ['a pattern without matches', '*.none', 'directory or pattern without log files'],
  ])('%s', async (_name, path, message) => {
    const bad = path === 'empty-directory' ? folder({ 'notes.pdf': 'x' }) : at(path);
    const { stdout, stderr, code } = await scan(bad, at('good.log'));
    expect(stderr.split('\n')[0]).toMatch(/^k8s-audit: /);
    expect(stderr.split('\n')[0]).toContain(message);
    expect(stderr).toContain('Events    2 read from');
    expect({ findings: findings(stdout), code }).toEqual({ findings: 2, code: 2 });
  });

  test('alone it is one line, without a summary of nothing', async () => {
    const { stdout, stderr, code } = await scan(at('nope.log'));
    expect(stderr).toBe(`k8s-audit: ${at('nope.log')}: no such file or directory\n`);
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
  });

  test('many are counted after the first three', async () => {
    const names = [1, 2, 3, 4, 5].map((n) => at(`nope${n}.log`));
    const { stderr, code } = await scan(...names);
    expect(stderr.trimEnd().split('\n')).toHaveLength(4);
    expect(stderr).toContain('k8s-audit: 2 more: no such file or directory\n');
    expect(code).toBe(2);
  });
});

describe('records that a tool broke into lines, beside others that fit into one', () => {
  const item = (text: string): string => `- eventId: '1'\n  message: '${text}'\n`;
  const broken = eventLine({ userAgent: 'kubectl/v1 (linux/amd64)' }).replace(' ', '\n    ');
  const yaml = folder({
    'aws.yaml': `events:\n${item(eventLine())}${item(broken)}${item(broken)}`,
    'whole.yaml': `events:\n${item(eventLine())}${item(eventLine())}`,
    // A logger has cut these: there is no rest.
    'cut.log': [eventLine(), broken, broken].map((text) => text.split('\n')[0]).join('\n'),
  });
  const NOTE = '2 records end in the middle of a value, with text behind';

  test.each([['scan'], ['activity']])('are told with the way out by %s', async (command) => {
    const run = async (name: string) => runCli({ args: [command, join(yaml, name)] });
    const { stderr, code } = await run('aws.yaml');
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(`${NOTE}: if a tool broke`);
    expect(code).toBe(0);
    expect((await run('whole.yaml')).stderr).not.toContain('with text behind');
    expect((await run('cut.log')).stderr).not.toContain('with text behind');
  });
});

describe('input without events', () => {
  test('an empty input is said to be empty and passes', async () => {
    const { stderr, code } = await scan(at('empty.log'));
    expect(stderr).toContain('k8s-audit: the input is empty: no events\n');
    expect(code).toBe(0);
  });

  test('-q leaves that out', async () => {
    expect((await scan(at('empty.log'), '-q')).stderr).toBe('');
  });

  test('other text is said to be no audit log and fails', async () => {
    const { stderr, code } = await scan(at('text.log'));
    expect(stderr).toContain('k8s-audit: no audit event in the input');
    expect(stderr).toContain('2 text without JSON');
    expect(code).toBe(2);
  });
});

describe('lines that are no events', () => {
  test('a line that is no JSON is counted with its place; the rest is read', async () => {
    const { stdout, stderr, code } = await scan(at('mixed.log'));
    expect(stderr).toContain('Events    2 read from 1 input (4 lines, 1 blank, ');
    expect(stderr).toContain('Not read  1 text without JSON');
    expect(stderr).toContain('mixed.log:2');
    expect({ findings: findings(stdout), code }).toEqual({ findings: 2, code: 0 });
  });

  test('a line over --max-event-size is counted and skipped', async () => {
    const { stdout, stderr, code } = await scan(at('long.log'), '--max-event-size', '2kB');
    expect(stderr).toContain('1 line longer than --max-event-size');
    expect(stderr).toContain('long.log:1');
    expect({ findings: findings(stdout), code }).toEqual({ findings: 1, code: 0 });
  });

  test('a cut line does not take its neighbours along', async () => {
    const { stdout, code } = await scan(at('cut.log'));
    expect({ findings: findings(stdout), code }).toEqual({ findings: 2, code: 0 });
  });
});

describe('names with control characters are escaped on standard error', () => {
  const name = `${RED}x.log`;
  test.each([
    ['a missing input', [name]],
    ['an input without events', [at(`red${RED}.log`)]],
    ['a missing rules file', [at('good.log'), '-r', name]],
    ['an unknown rule', [at('good.log'), '--rule', name]],
    ['an unknown switch', [at('good.log'), '--disable-rule', name]],
    ['a wrong value', [at('good.log'), '--since', name]],
    ['an unknown option', [at('good.log'), `--${name}`]],
    ['an output', [at('good.log'), '-o', `${dir}/no/${name}`]],
    ['a condition', [at('good.log'), '--where', `ka.verb = get ${name}`]],
  ])('%s', async (_name, args) => {
    const { stderr } = await scan(...args);
    expect(stderr).toContain('\\x1b[31m');
    expect(stderr).not.toContain('\u001B');
  });
});

test('compressed files, directories and files named twice', async () => {
  expect(findings((await scan(at('packed.log.gz'))).stdout)).toBe(1);
  const logs = folder({ 'a.log': `${eventLine()}\n`, 'b.json': `${eventLine()}\n`, 'c.pdf': 'x' });
  expect(findings((await scan(logs)).stdout)).toBe(2);
  expect(findings((await scan(at('good.log'), at('good.log'))).stdout)).toBe(2);
});

describe('standard input', () => {
  test('is read when something is piped in and no path is given', async () => {
    const { stdout, code } = await spawnCli({
      args: ['scan', ...RULES],
      stdin: `${eventLine()}\n`,
    });
    expect(JSON.parse(stdout).k8s_audit).toMatchObject({ file: '-', line: 1 });
    expect(code).toBe(0);
  });

  test('is - among files', async () => {
    const args = [at('good.log'), '-', ...RULES];
    const { stdout } = await spawnCli({ args, stdin: `${eventLine()}\n` });
    const files = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).k8s_audit.file);
    expect(files).toEqual([at('good.log'), at('good.log'), '-']);
  });

  test('on a terminal without a path is a short help line and exit 2', async () => {
    for (const args of [[], ['scan']]) {
      const { stdout, stderr, code } = await runCli({ args, tty: true });
      expect(stderr).toBe(
        'k8s-audit: nothing to scan: name a file or directory, or pipe a log in (k8s-audit scan --help)\n',
      );
      expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
    }
  });
});
