import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { eventLine, folder, ruleText } from '../events.ts';
import { runCli } from '../run-cli.ts';

const dir = folder({
  'audit.log': `${eventLine({ auditID: 'aaaaaaaa-1111-4111-8111-111111111111' })}\n`,
  '-audit.log': `${eventLine()}\n`,
  'rules.yaml': ruleText('Any', 'ka.verb exists', { priority: 'CRITICAL' }),
});
const LOG = join(dir, 'audit.log');

describe('without any input', () => {
  test.each([
    [['activity']],
    [['activity', 'stats']],
    [['activity', 'sessions']],
    [['activity', 'object', 'shop/pods/web']],
    [['show', 'aaaa']],
    [['doctor']],
    [['tune']],
  ])('%j says why, and nothing of what it did not read', async (words) => {
    const { stderr, code } = await runCli({ args: [...words, join(dir, 'none.log')] });
    expect(stderr).toBe(`k8s-audit: ${join(dir, 'none.log')}: no such file or directory\n`);
    expect(code).toBe(2);
  });
});

test.each([
  [['show', 'ffff']],
  [['explain', 'ffff', '--rule', 'Attach/Exec Pod']],
  [['ignore', 'add', 'ffff', '--reason', 'why']],
])('%j tells that the request is missing, also beside an input that is', async (words) => {
  const { stderr, code } = await runCli({ args: [...words, LOG, join(dir, 'none.log')] });
  expect(stderr).toContain("no event of 1 has the audit ID 'ffff'\n");
  expect(code).toBe(2);
});

test('the commands that lead on have no option where a file is named like one', async () => {
  const args = ['--no-default-rules', '-r', 'rules.yaml', '--', '-audit.log'];
  const { stderr } = await runCli({ args, stdin: '', cwd: dir });
  const commands = stderr.match(/k8s-audit (?:incidents|show|activity|scan) .*/g);
  expect(commands).toHaveLength(4);
  for (const command of commands!) expect(command).toContain(' ./-audit.log');
});
