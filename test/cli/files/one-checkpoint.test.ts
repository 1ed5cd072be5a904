import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventLine, folder, ruleText } from '../events.ts';
import { runCli, startCli } from '../run-cli.ts';

function log(): { dir: string; checkpoint: string; args: string[] } {
  const dir = folder({
    'audit.log': `${eventLine()}\n`,
    'rules.yaml': ruleText('Each', 'ka.verb exists'),
  });
  const checkpoint = join(dir, 'checkpoint');
  const rules = ['--no-default-rules', '-r', join(dir, 'rules.yaml')];
  return {
    dir,
    checkpoint,
    args: [join(dir, 'audit.log'), ...rules, '-q', '-f', 'ndjson', '--checkpoint', checkpoint],
  };
}

test('a checkpoint is for one run at a time: a second one is refused, and reads nothing', async () => {
  const { checkpoint, args } = log();
  const first = startCli(['scan', '-F', ...args]);
  await first.shows('alice');
  const second = await runCli({ args: ['scan', ...args] });
  expect(second).toMatchObject({ code: 2, stdout: '' });
  expect(second.stderr).toContain(
    `checkpoint ${checkpoint} is in use by process ${first.child.pid}`,
  );
  // Who is killed lets go of it too.
  first.child.kill('SIGKILL');
  await first.done;
  const third = await runCli({ args: ['scan', ...args] });
  expect(third.code).toBe(0);
  expect(existsSync(`${checkpoint}.lock`)).toBe(false);
});

test('a run whose checkpoint another run took, while it stood still, writes nothing there', async () => {
  const { checkpoint, args } = log();
  const run = startCli(['scan', '-F', ...args]);
  await run.shows('alice');
  writeFileSync(`${checkpoint}.lock`, JSON.stringify({ pid: 1, host: 'there', id: 'other' }));
  run.child.kill('SIGTERM');
  const { code, stderr } = await run.done;
  expect(stderr).toBe(`k8s-audit: another run took checkpoint ${checkpoint}\n`);
  expect(code).toBe(2);
  expect(existsSync(`${checkpoint}.lock`)).toBe(true);
});
