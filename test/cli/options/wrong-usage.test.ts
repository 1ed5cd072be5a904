import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventLine, folder } from '../events.ts';
import { runCli, spawnCli } from '../run-cli.ts';

const dir = folder({ 'a.log': eventLine(), scna: eventLine(), 'b.txt': 'hello\n' });
const LOG = join(dir, 'a.log');

describe('a mistyped command', () => {
  it.each([
    ['scna', "did you mean the command 'scan'?"],
    ['activty', "did you mean the command 'activity'?"],
    ['sessions', "did you mean the command 'activity sessions'?"],
    ['identity', "did you mean the command 'activity identity'?"],
  ])('%s is said before anything is read', async (word, hint) => {
    const { stdout, stderr, code } = await runCli({ args: [word, LOG] });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toBe(`k8s-audit: ${word}: no such file or directory (${hint})\n`);
  });

  it.each([
    [['activity', 'idenity', LOG], 'idenity', "did you mean the command 'activity identity'?"],
    [['notify'], 'notify', 'no command is called so either; see k8s-audit --help'],
  ])('%j is said as well', async (args, word, hint) => {
    const { stdout, stderr, code } = await runCli({ args });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toBe(`k8s-audit: ${word}: no such file or directory (${hint})\n`);
  });

  it.each([
    ['activity', 'logs', LOG],
    ['notify', LOG],
  ])('%s %s is none: what is there is read', async (...args) => {
    const { stderr, code } = await runCli({ args });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^k8s-audit: (?:logs|notify): no such file or directory\n/);
    expect(stderr).toMatch(/read 1 event |Events +1 read /);
  });

  it('is a file when there is one of that name', async () => {
    const { stderr } = await spawnCli({ args: ['scna'], cwd: dir });
    expect(stderr).not.toContain('did you mean the command');
  });
});

it.each([
  ['s3://b/a.log', 'aws s3 cp s3://b/a.log - | k8s-audit scan -'],
  ['gs://b/a.log', 'gcloud storage cat gs://b/a.log | k8s-audit scan -'],
  ['https://h/a.log?x=1&y', "curl -fsSL 'https://h/a.log?x=1&y' | k8s-audit scan -"],
  ['abfs://c/a.log', 'URLs are not read: download it first'],
])('%s: how to read it', async (url, hint) => {
  const { stderr, code } = await runCli({ args: ['scan', url] });
  expect(code).toBe(2);
  expect(stderr).toContain(hint);
});

it('an input that is no audit log ends with what to do', async () => {
  const { stderr, code } = await runCli({ args: ['scan', join(dir, 'b.txt')] });
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /no audit event in the input.* \(k8s-audit inputs lists .* k8s-audit setup/,
  );
});

it.each([
  [['activity', LOG, '--min-severity=high'], '--min-severity is an option of scan, merge'],
  [['activity', LOG, '--rule', 'x'], '--rule is an option of scan, merge, serve and '],
  [['doctor', LOG, '-o', 'x'], '-o is an option of scan, merge, serve and '],
])('%j names commands that have the option', async (args, hint) => {
  const { stderr, code } = await runCli({ args });
  expect(code).toBe(2);
  expect(stderr).toContain(`(${hint}`);
  expect(stderr).not.toContain('Did you mean');
  expect(stderr).toMatch(/; see --help\n$/);
});

it.each([
  [['scan', LOG, '--json'], '(here that is -f json)'],
  [[LOG, '--no-color'], '(here that is --color never)'],
  [['scan', LOG, '--watch'], '(here that is -F)'],
  [['scan', LOG, '--from', '2h'], '(here that is --since TIME)'],
  [[LOG, '--stage', 'Panic'], "(here that is --where 'ka.stage = ResponseComplete')"],
  [['serve', '--port', '8080'], '(here that is --listen ADDRESS:PORT)'],
  [['activity', LOG, '-o', 'json'], '; here that is -f FORMAT, and > FILE)'],
  [['activity', 'object', 'pods/x', LOG, '--output=x'], '; here that is -f FORMAT, and > FILE)'],
])('%j names what does the same here', async (args, hint) => {
  const { stderr, code } = await runCli({ args });
  expect(code).toBe(2);
  expect(stderr).toContain(`${hint}; see --help`);
});

it.each([
  ['doctor', '--watch'],
  ['scan', '--constructor'],
])('%s %s has no such hint', async (...args) => {
  const { stderr } = await runCli({ args: [...args, LOG] });
  expect(stderr).not.toContain('here that is');
});

it.each([
  [
    ['rules', 'enable', 'x'],
    "unknown command 'enable' (rules has check, list, show, diff, export, coverage, test; there is 'policies enable')",
  ],
  [['baseline', 'remove'], "unknown command 'remove' (baseline has add, show, prune)"],
  [['rules', 'chekc'], "unknown command 'chekc' (Did you mean check?)"],
  [['version'], 'version: no such file or directory (k8s-audit --version prints it)'],
  [['help', 'rules', 'create'], "test; there is 'policies create')"],
])('%j is told what there is', async (args, told) => {
  const { stderr, code } = await runCli({ args });
  expect(code).toBe(2);
  expect(stderr).toContain(told);
});

it('an option that no command has gets the nearest one', async () => {
  const { stderr } = await runCli({ args: ['scan', LOG, '--min-severty', 'high'] });
  expect(stderr).toBe(
    "k8s-audit: unknown option '--min-severty' (Did you mean --min-severity?); see --help\n",
  );
  const joined = await runCli({ args: ['scan', LOG, '--min-severity high'] });
  expect(joined.stderr).toBe(
    "k8s-audit: unknown option '--min-severity high' (a value is an argument of its own, or behind =: --min-severity=high); see --help\n",
  );
  const many = await runCli({ args: ['inputs', 'cri'] });
  expect(many.stderr).toMatch(/got 1; see --help\n$/);
});

describe('a log where an audit ID is due', () => {
  it.each([
    ['show', [LOG, 'ab12'], `show ab12 ${LOG}`],
    ['show', [LOG], `show ID ${LOG}`],
    ['explain', [LOG, 'ab12', '--rule', 'Attach/Exec Pod'], `explain ab12 ${LOG}`],
    ['ignore add', [LOG, 'ab12', '--reason', 'x'], `ignore add ab12 ${LOG}`],
  ])('%s says what comes first', async (command, args, hint) => {
    const { stderr, code } = await runCli({ args: [...command.split(' '), ...args] });
    expect(code).toBe(2);
    expect(stderr).toBe(
      `k8s-audit: '${LOG}' is a file, where an audit ID is due (k8s-audit ${hint})\n`,
    );
  });
});

describe('--input-format', () => {
  const WITHOUT = 'without the option every shape is recognised; k8s-audit inputs lists them';

  it.each([
    ['json', `(${WITHOUT})`],
    ['gzip', `(${WITHOUT})`],
    ['aks', `(did you mean 'aks-storage' or 'aks-event-hub' or 'aks-diagnostics'? ${WITHOUT})`],
    ['syslog', `(did you mean 'syslog-rfc3164' or 'syslog-rfc5424'? ${WITHOUT})`],
    ['Evnt', `(did you mean 'event'? ${WITHOUT})`],
  ])('%s is no shape', async (name, hint) => {
    const { stderr, code } = await runCli({ args: ['scan', LOG, '--input-format', name] });
    expect(code).toBe(2);
    expect(stderr).toBe(`k8s-audit: --input-format '${name}' is not known ${hint}\n`);
  });

  it.each(['scan', 'activity', 'doctor'])(
    '%s: a log in another shape is not called no audit log',
    async (command) => {
      const { stderr, code } = await runCli({ args: [command, LOG, '--input-format', 'gke'] });
      expect(code).toBe(2);
      expect(stderr).toContain(
        'no audit event in the input has the shape --input-format gke (without the option every known shape is recognised)',
      );
    },
  );
});

describe('a wrong --where', () => {
  it.each([
    ['verb=delete', 'fields start with ka. or kx.: ka.verb? (k8s-audit fields lists them)'],
    ['not user = jane', 'fields start with ka. or kx.: ka.user.name?'],
    ['ka.verb == ', 'is no condition: the value is missing (k8s-audit fields lists'],
    ['nonsense = 1', 'is no condition: '],
  ])('%s says what is missing', async (where, text) => {
    const { stderr, code } = await runCli({ args: ['scan', LOG, '--where', where] });
    expect(code).toBe(2);
    expect(stderr).toContain(text);
    expect(Math.max(...stderr.split('\n').map((line) => line.length))).toBeLessThan(200);
  });
});
