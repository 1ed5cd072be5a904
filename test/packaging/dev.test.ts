import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emptyFolder, ROOT, run, SAMPLE } from './product.ts';

test('the compiled program runs without the bundle, as the bundle does', () => {
  const args = ['scan', SAMPLE, '-f', 'json', '--no-summary'];
  const dev = run(process.execPath, ['.github/scripts/dev.mjs', ...args], { cwd: ROOT });
  expect(dev.stdout).toContain('Coin Miner in Workload');
  expect(dev).toEqual(run(process.execPath, ['bin/k8s-audit.js', ...args], { cwd: ROOT }));
});

test('the verdict on each line of a log can be shown', () => {
  const folder = emptyFolder();
  const [first] = readFileSync(SAMPLE, 'utf8').split('\n');
  const plain = first!.replace(/"verb":"[^"]*"/, '"verb":"get"').replace(/"requestObject":.*/, '');
  const annotations = '"annotations":{"authorization.k8s.io/decision":"allow"}';
  const quiet = `${plain}${annotations},"stageTimestamp":"2026-03-10T03:33:03Z"}`;
  const [log, rules] = [join(folder, 'a.log'), join(folder, 'r.yaml')];
  const rule = (name: string, condition: string): string =>
    `- {rule: ${name}, desc: d, condition: ${condition}, output: o, priority: NOTICE, source: k8s_audit}\n`;
  writeFileSync(rules, rule('Created', 'ka.verb = create') + rule('Early', 'ka.uri contains /api'));
  const cri = (tag: string, text: string): string => `2026-01-02T03:04:05Z stdout ${tag} ${text}`;
  const other = quiet.replace('/api', '/x');
  const parts = [cri('P', other.slice(0, 50)), cri('F', other.slice(50))];
  const list = `[${first},${other},${other}]`;
  const whole = [cri('F', other), cri('F', other), cri('F', first!)];
  const lines = [first, other, '', ...whole, ...parts, ...parts, list];
  writeFileSync(log, [...lines, `{${first}`, ''].join('\n'));
  const { stdout, code } = run(process.execPath, ['.github/scripts/verdict.mjs', log, rules], {
    cwd: ROOT,
  });
  expect(stdout.split('\n')).toEqual([
    '1: evaluated, fires Created, Early',
    '2: rejected: no rule can match',
    '3: blank',
    '4: odd: read by the decoder; rejected: no rule can match',
    '5: odd: read by the decoder; rejected: no rule can match',
    '6: evaluated, fires Created, Early',
    '7–8: odd: read by the decoder; rejected: no rule can match',
    '9–10: rejected: no rule can match',
    '11: 2 rejected: no rule can match; 1 evaluated, fires Created, Early',
    '12: odd: read by the decoder; evaluated, fires Created, Early; cut-json',
    '',
  ]);
  expect(code).toBe(0);
});

test.runIf(existsSync(join(ROOT, '.git')))('what .gitignore names is not in the repository', () => {
  const args = ['ls-files', '--cached', '--ignored', '--exclude-standard'];
  expect(run('git', args, { cwd: ROOT })).toEqual({ stdout: '', stderr: '', code: 0 });
});
