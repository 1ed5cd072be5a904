import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventLine, folder, ruleText } from '../events.ts';
import { runCli } from '../run-cli.ts';

const dir = folder({
  'audit.log': `${eventLine()}\n`,
  'rules.yaml':
    ruleText('Alpha one', 'ka.verb = get', { priority: 'NOTICE', more: '  tags: [a, common]\n' }) +
    ruleText('Alpha two', 'ka.verb = get', { more: '  tags: [b, common]\n' }) +
    ruleText('Beta', 'ka.verb = get', { more: '  tags: [b]\n  enabled: false\n' }) +
    ruleText('Gamma', 'ka.verb = delete'),
});

async function fired(
  ...args: string[]
): Promise<{ rules: string[]; stderr: string; code: number }> {
  const rules = ['--no-default-rules', '-r', join(dir, 'rules.yaml')];
  const all = ['scan', join(dir, 'audit.log'), ...rules, '--no-summary', ...args];
  const { stdout, stderr, code } = await runCli({ args: all });
  const lines = stdout.split('\n').filter((line) => line !== '');
  return { rules: lines.map((line) => JSON.parse(line).rule), stderr, code };
}

test.each<[string[], string[]]>([
  [[], ['Alpha one', 'Alpha two']],
  [['--rule', 'Alpha two'], ['Alpha two']],
  [
    ['--rule', 'Alpha*'],
    ['Alpha one', 'Alpha two'],
  ],
  [
    ['--rule', 'Alpha one', '--rule', 'Alpha two'],
    ['Alpha one', 'Alpha two'],
  ],
  // An exact name enables a rule that is off; a pattern does not.
  [['--rule', 'Beta'], ['Beta']],
  [['--rule', 'B*'], []],
  [['--disable-rule', 'Alpha*'], []],
  [['--disable-rule', '*', '--enable-rule', 'Alpha one'], ['Alpha one']],
  [['--enable-rule', 'Alpha one', '--disable-rule', '*'], []],
  // Enabled again means behind the others (D9).
  [
    ['--disable-rule', 'Alpha one', '--enable-rule', 'Alpha one'],
    ['Alpha two', 'Alpha one'],
  ],
  [
    ['--enable-rule', 'Beta'],
    ['Alpha one', 'Alpha two', 'Beta'],
  ],
  [['--rule', 'Beta', '--disable-rule', 'Beta'], []],
  [['--tag', 'b'], ['Alpha two']],
  [
    ['--tag', 'a', '--tag', 'b'],
    ['Alpha one', 'Alpha two'],
  ],
  [['--tag', 'common', '--exclude-tag', 'b'], ['Alpha one']],
  [
    ['--enable-rule', '*', '--tag', 'b'],
    ['Alpha two', 'Beta'],
  ],
  [['--min-priority', 'warning'], ['Alpha two']],
  [['--rule-matching', 'first'], ['Alpha one']],
  [['--rule-matching', 'first', '--min-priority', 'warning'], ['Alpha two']],
])('%j', async (args, rules) => {
  expect((await fired(...args)).rules).toEqual(rules);
});

test('when nothing is left to evaluate, a warning says so', async () => {
  const { stderr, code } = await fired('--disable-rule', '*');
  expect(stderr).toBe('warning: no rule is enabled and selected: nothing can be found\n');
  expect(code).toBe(0);
});

test('a gate needs a rule to evaluate', async () => {
  for (const gate of [
    ['--fail-on', 'high'],
    ['--max-findings', '0', '--quiet'],
  ]) {
    const { rules, stderr, code } = await fired('--disable-rule', '*', ...gate);
    expect([rules, code]).toEqual([[], 2]);
    expect(stderr).toContain(
      'k8s-audit: no rule is enabled and selected: the gate would pass whatever the log holds (',
    );
  }
});

test('a switch for no rule warns with the nearest name', async () => {
  const { stderr } = await fired('--enable-rule', 'Betta');
  expect(stderr).toBe("warning: --enable-rule 'Betta' matches no rule; did you mean 'Beta'?\n");
});
