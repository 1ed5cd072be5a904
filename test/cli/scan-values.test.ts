import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { eventLine, folder } from './events.ts';
import { runCli } from './run-cli.ts';

const dir = folder({ 'audit.log': `${eventLine()}\n` });
const log = join(dir, 'audit.log');

describe('a value that cannot be read is one clear line and exit 2, before any input is read', () => {
  test.each<[string[], string]>([
    [['--since', 'foo'], "--since 'foo' is not valid. Give a time such as"],
    [['--since', '2026-13-01'], "--since '2026-13-01' is not valid."],
    [['--since', ''], "--since '' is not valid."],
    [['--until', '2h3'], "--until '2h3' is not valid."],
    [['--timezone', 'Mars/Base'], "--timezone 'Mars/Base' is not valid."],
    [['--timezone', ''], "--timezone '' is not valid."],
    [['--format', 'tabel'], "did you mean 'table'?"],
    [['-f', 'yaml'], "--format 'yaml' is not valid. Allowed values are text, table,"],
    [['--min-priority', 'warnin'], "did you mean 'Warning'?"],
    [['--fail-on', 'worst'], "--fail-on 'worst' is not valid. "],
    [['--limit', '-1'], "--limit '-1' is not valid."],
    [['--limit', '1.5'], "--limit '1.5' is not valid."],
    [['--max-event-size', '64parsecs'], "--max-event-size '64parsecs' is not valid."],
    [['--rule-matching', 'last'], 'Allowed values are all, first.'],
    [['--time-format', 'iso'], "--time-format 'iso' is not valid."],
    [['--color', 'sometimes'], 'Allowed values are auto, always, never.'],
    [['--engine', 'turbo'], "--engine 'turbo' is not valid."],
    [['--output', ''], "--output '' is not valid."],
    [['--tag', 'mitre_discovry'], "no rule has the tag 'mitre_discovry' (did you mean"],
    [['--exclude-tag', 'nothing-like-it'], "no rule has the tag 'nothing-like-it'"],
    [['--rule', 'Attach/Exec Pot'], "did you mean 'Attach/Exec Pod'?"],
    [['--rule', 'Nope*'], "no rule is called 'Nope*'"],
    [['--source-ip', '10.0.0.0/33'], 'Networks are written 10.0.0.0/8'],
    [['--source-ip', '10.0.0/24'], 'Networks are written 10.0.0.0/8'],
    [['--source-ip', '10.*/8'], 'Networks are written 10.0.0.0/8'],
    [['--where', ''], '--where is no condition: '],
    [['--where', 'ka.verb ='], '--where is no condition: '],
    [['--where', 'ka.vreb = get'], "did you mean 'ka.verb'?"],
    [['--where', 'kcreat'], "did you mean 'kcreate'?"],
    [['-r', join(dir, 'nope.yaml')], 'nope.yaml: no such file or directory'],
    [['-r', dir], 'no .yaml or .yml files in this directory'],
    [['--limti', '3'], 'Did you mean --limit?'],
    [['--verbos'], "unknown option '--verbos'"],
  ])('%j', async (options, message) => {
    const result = await runCli({ args: ['scan', ...options, log] });
    const [first = ''] = result.stderr.split('\n');
    expect(first).toMatch(/^k8s-audit: /);
    expect(first).toContain(message);
    expect(result).toMatchObject({ stdout: '', code: 2 });
  });
});

test('a wrong value is told even when there is no such input', async () => {
  const { stderr, code } = await runCli({ args: ['scan', '--since', 'foo', join(dir, 'no.log')] });
  expect(stderr).toContain("--since 'foo'");
  expect(stderr).not.toContain('no.log');
  expect(code).toBe(2);
});

test('the place of an error in --where is shown below the message', async () => {
  const { stderr } = await runCli({
    args: ['scan', '--where', 'ka.verb = get and ka.nope = 1', log],
  });
  expect(stderr.split('\n').slice(1, 3)).toEqual([
    '  ka.verb = get and ka.nope = 1',
    '                    ^',
  ]);
});

describe('times', () => {
  const now = Date.UTC(2026, 2, 5, 12);
  test.each([
    ['2026-03-05T10:00:00Z', true],
    ['2026-03-05T11:00:01+01:00', false],
    ['2026-03-05 10:00:00Z', true],
    ['2026-03-05', true],
    ['2026-03-06', false],
    ['2h', true],
    ['1h59m', false],
    ['today', true],
    ['yesterday', true],
    ['now', false],
  ])('--since %s includes the event of ten o’clock: %s', async (since, included) => {
    const args = ['scan', log, '--since', since, '--no-summary', '--where', 'ka.verb = get'];
    const result = await runCli({ args: [...args, '-f', 'json'], now });
    const summary = JSON.parse(result.stdout).summary;
    expect(summary.filtered).toEqual(
      included ? [] : [{ reason: 'outside --since, --last and --until', count: 1 }],
    );
    expect(result.code).toBe(0);
  });

  test('--until leaves the moment itself out', async () => {
    const args = ['scan', log, '-f', 'json', '--until', '2026-03-05T10:00:00Z'];
    const { stdout } = await runCli({ args });
    expect(JSON.parse(stdout).summary.filtered).toHaveLength(1);
  });
});
