import { join, resolve } from 'node:path';
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

const GATES = [['--fail-on', 'high'], ['--max-findings', '0'], ['--strict']];

/** What the tests look at of a SARIF log. */
interface SarifLog {
  readonly runs: readonly {
    readonly invocations: readonly {
      readonly executionSuccessful: boolean;
      readonly toolExecutionNotifications: readonly unknown[];
    }[];
  }[];
}

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
    // The last line says why a run failed, also behind reports that were written.
    expect(result.stderr.trimEnd().split('\n').at(-1)).toContain(
      'gate: 4 findings at or above notice',
    );
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

describe('a run without any event', () => {
  const empty = folder({
    'empty.log': '',
    'blank.log': '\n \n',
    'list.json': '{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[]}\n',
    'array.json': '[]',
    'text.log': 'connection refused\n',
  });
  const inputs = ['empty.log', 'blank.log', 'list.json', 'array.json'];
  const run = (args: readonly string[], stdin?: string) =>
    runCli({
      args: args.map((arg) => (/\.(?:log|json)$/.test(arg) ? resolve(empty, arg) : arg)),
      ...(stdin !== undefined && { stdin }),
    });
  const reason =
    'k8s-audit: the input is empty: no events, so nothing was checked (--allow-empty lets this pass)\n';

  test.each(inputs.flatMap((input) => GATES.map((gate) => [input, gate] as const)))(
    '%s fails with %j',
    async (input, gate) => {
      const { stderr, code } = await run(['scan', input, ...gate, '-q']);
      expect({ stderr, code }).toEqual({ stderr: reason, code: 2 });
      const allowed = await run(['scan', input, ...gate, '-q', '--allow-empty']);
      expect(allowed).toMatchObject({ stderr: '', code: 0 });
    },
  );

  test.each(inputs)('%s passes without a gate', async (input) => {
    const { stderr, code } = await run(['scan', input]);
    expect(stderr).toContain('k8s-audit: the input is empty: no events\n');
    expect(code).toBe(0);
  });

  test('on standard input fails too', async () => {
    expect(await run(['scan', '-', '--fail-on', 'high', '-q'], '')).toMatchObject({
      stderr: reason,
      code: 2,
    });
  });

  test.each(['activity', 'activity sessions', 'doctor'])('%s fails with --strict', async (name) => {
    const args = [...name.split(' '), 'empty.log'];
    expect((await run([...args, '--strict'])).code).toBe(2);
    expect((await run([...args, '--strict', '--allow-empty'])).code).toBe(0);
    expect((await run(args)).code).toBe(0);
  });

  test('passes when one of several inputs has events', async () => {
    const args = ['scan', 'empty.log', at('audit.log'), '--fail-on', 'emergency'];
    expect((await run(args)).code).toBe(0);
  });

  test('passes when there were events, but none in scope', async () => {
    const args = ['scan', at('audit.log'), '--strict', '--fail-on', 'debug', '--user', 'nobody'];
    expect((await run(args)).code).toBe(0);
  });

  test('events that are no audit events are none, also with --allow-empty', async () => {
    const { code, stderr } = await run(['scan', 'text.log', '--strict', '--allow-empty']);
    expect(stderr).toContain('k8s-audit: no audit event in the input');
    expect(code).toBe(2);
  });

  test('says it last where findings are beyond the gate, too', async () => {
    const { code, stderr } = await scan('audit.log', at('none.log'), '--fail-on', 'critical');
    expect(code).toBe(2);
    expect(stderr).toMatch(/\nk8s-audit: gate: 1 finding .*; 1 input could not be read\n$/);
  });

  test.each([
    [['empty.log', '--fail-on', 'high'], 'the input is empty: no events'],
    [['text.log'], 'no audit event in the input'],
    [[at('audit.log'), 'missing.log', '--fail-on', 'emergency'], '1 input could not be read'],
  ])('is no success in reports: %j', async (args, why) => {
    const report = async (format: string) => (await run(['scan', ...args, '-f', format])).stdout;
    const junit = await report('junit');
    expect(junit).toContain('errors="1"');
    expect(junit).toContain(`<error message="${why}`);
    const sarif = JSON.parse(await report('sarif')) as SarifLog;
    const [invocation] = sarif.runs[0]!.invocations;
    expect(invocation!.executionSuccessful).toBe(false);
    expect(invocation!.toolExecutionNotifications).toContainEqual(
      expect.objectContaining({ level: 'error', message: { text: expect.stringContaining(why) } }),
    );
    expect(await report('github')).toContain(`::error title=k8s-audit::${why}`);
    expect(await report('markdown')).toContain('**Not done: ');
    expect(await report('html')).toContain(`Not done: ${why}`);
    const json = JSON.parse(await report('json')) as { summary: { failure?: string } };
    expect(json.summary.failure).toContain(why);
  });

  test('a run that is done says nothing of the kind in reports', async () => {
    const args = ['scan', 'empty.log', '--fail-on', 'high', '--allow-empty', '-f'];
    expect((await run([...args, 'junit'])).stdout).not.toContain('<error');
    expect((await run([...args, 'json'])).stdout).not.toContain('"failure"');
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
