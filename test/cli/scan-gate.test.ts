import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { eventLine, folder, ruleText } from './events.ts';
import { runCli } from './run-cli.ts';

const dir = folder({
  'audit.log': `${eventLine()}\n${eventLine({ verb: 'delete' })}\n`,
  'cut.log': `${eventLine()}\n${eventLine().slice(0, 100)}\n`,
  'rules.yaml':
    ruleText('Any', 'ka.verb exists', { priority: 'NOTICE' }) +
    ruleText('Deleted', 'ka.verb = delete', { priority: 'CRITICAL' }) +
    ruleText('Got', 'ka.verb = get', { priority: 'WARNING' }),
});
const at = (name: string) => join(dir, name);
const scan = (file: string, ...args: string[]) =>
  runCli({ args: ['scan', at(file), '--no-default-rules', '-r', at('rules.yaml'), ...args] });

describe('--fail-on', () => {
  test.each([
    ['critical', 1, 'gate: 1 finding at or above critical (1 critical)'],
    ['warning', 1, 'gate: 2 findings at or above warning (1 critical, 1 warning)'],
    ['notice', 1, 'gate: 4 findings at or above notice (1 critical, 1 warning, 2 notice)'],
    ['ALERT', 0, undefined],
  ])('%s ends with %s', async (priority, code, reason) => {
    const result = await scan('audit.log', '--fail-on', priority);
    expect(result.code).toBe(code);
    const gate = result.stderr.split('\n').find((line) => line.includes('gate:'));
    expect(gate).toBe(reason === undefined ? undefined : `k8s-audit: ${reason}`);
  });

  test('without it findings are no failure', async () => {
    expect((await scan('audit.log')).code).toBe(0);
  });

  test.each([
    ['--limit', '1'],
    ['--min-priority', 'critical'],
    ['-f', 'text'],
    ['-o', at('out.txt')],
    ['-q'],
    ['--no-summary'],
  ])('is not changed by what is shown: %s %s', async (...option) => {
    const result = await scan('audit.log', '--fail-on', 'notice', ...option);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('gate: 4 findings at or above notice');
  });

  test.each([
    [['--verb', 'get'], 'gate: 1 finding at or above warning (1 warning)'],
    [['--where', 'ka.verb = delete'], 'gate: 1 finding at or above warning (1 critical)'],
    [['--disable-rule', 'Deleted'], 'gate: 1 finding at or above warning (1 warning)'],
  ])('follows what is looked at: %j', async (option, reason) => {
    const result = await scan('audit.log', '--fail-on', 'warning', ...option);
    expect(result.stderr).toContain(reason);
  });
});

describe('--rule-matching first with --min-priority leaves rules out, as in Falco', () => {
  const first = ['--rule-matching', 'first', '--min-priority', 'warning'];

  test('so a gate below it is refused', async () => {
    const { stdout, stderr, code } = await scan('audit.log', ...first, '--fail-on', 'notice');
    expect(stderr).toContain('so --fail-on notice would miss them');
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
  });

  test('and one at or above it works', async () => {
    expect((await scan('audit.log', ...first, '--fail-on', 'warning')).code).toBe(1);
  });
});

test('--min-priority shows and counts only findings that severe', async () => {
  const { stdout, stderr } = await scan('audit.log', '--min-priority', 'warning');
  expect(stdout.trimEnd().split('\n')).toHaveLength(2);
  expect(stderr).toContain('Findings  2 on 2 events');
});

describe('--strict', () => {
  test('ends with 3 when a record was not understood', async () => {
    const { code, stderr } = await scan('cut.log', '--strict');
    expect(code).toBe(3);
    expect(stderr).toContain('k8s-audit: strict: 1 record was not understood\n');
  });

  test('without it the record is counted and the run passes', async () => {
    const { code, stderr } = await scan('cut.log');
    expect(code).toBe(0);
    expect(stderr).toContain('Not read  1 ');
  });

  test('healthy records of other logs are no fault', async () => {
    const text = folder({ 'mixed.log': `${eventLine()}\nI0305 started\n` });
    const result = await runCli({ args: ['scan', '--strict', join(text, 'mixed.log')] });
    expect(result.code).toBe(0);
  });
});

describe('codes outrank each other', () => {
  test.each([
    ['an unread input outranks the gate', ['audit.log', 'no.log'], ['--fail-on', 'notice'], 2],
    ['an unread input outranks strict', ['cut.log', 'no.log'], ['--strict'], 2],
    ['strict outranks the gate', ['cut.log'], ['--strict', '--fail-on', 'notice'], 3],
  ])('%s', async (_name, files, options, code) => {
    const args = [...files.map(at), ...options, '--no-default-rules', '-r', at('rules.yaml')];
    expect((await runCli({ args: ['scan', ...args] })).code).toBe(code);
  });
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s ends with %s and a partial summary', async (signal, code) => {
  const result = await runCli({ args: ['scan', at('audit.log')], signal });
  expect(result.stderr).toContain('interrupted, partial');
  expect(result.code).toBe(code);
});
