import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { recorder, type Recorder } from '../../sinks/recorder.ts';
import { eventLine, folder, ruleText } from '../events.ts';
import { runCli, startCli } from '../run-cli.ts';

/** Follows a log with one finding until the sink was asked, and stops. */
async function follow(
  sink: Recorder,
  more: readonly string[],
): Promise<{ stderr: string; code: number | null }> {
  const asked = sink.requests.length;
  const running = startCli(['scan', '-F', '-q', ...more, '--to', `http=${sink.url}`]);
  await expect.poll(() => sink.requests.length, { timeout: 20_000 }).toBeGreaterThan(asked);
  running.child.kill('SIGTERM');
  return running.done;
}

async function sinkAndLog(): Promise<{
  sink: Recorder;
  answer: { status: number };
  dir: string;
  log: string[];
}> {
  const answer = { status: 500 };
  const sink = await recorder(() => answer);
  onTestFinished(() => sink.close());
  const files = {
    'audit.log': `${eventLine()}\n`,
    'rules.yaml': ruleText('Each', 'ka.verb exists'),
  };
  const dir = folder(files);
  const rules = ['--no-default-rules', '-r', join(dir, 'rules.yaml')];
  return { sink, answer, dir, log: [join(dir, 'audit.log'), ...rules] };
}

test('alerts that nobody has in the end are told, and the run is not done', async () => {
  const { sink, log } = await sinkAndLog();
  const { stderr, code } = await follow(sink, log);
  expect(stderr).toBe(`k8s-audit: alerts are lost: 1 for http ${sink.url} (HTTP 500)\n`);
  expect(code).toBe(2);
});

test('with a checkpoint, which passes over their events, they wait for the next run', async () => {
  const { sink, answer, dir, log } = await sinkAndLog();
  const args = [...log, '--checkpoint', join(dir, 'checkpoint')];
  expect(await follow(sink, args)).toMatchObject({ stderr: '', code: 0 });
  answer.status = 200;
  const before = sink.requests.length;
  expect(await follow(sink, args)).toMatchObject({ stderr: '', code: 0 });
  expect(sink.requests.slice(before).map(({ body }) => body)).toEqual([sink.requests[0]!.body]);
});

test('alerts that wait in a directory that is searched for logs are no input', async () => {
  const { sink, dir } = await sinkAndLog();
  const rules = ['--no-default-rules', '-r', join(dir, 'rules.yaml')];
  const args = [dir, ...rules, '--checkpoint', join(dir, 'checkpoint')];
  expect(await follow(sink, args)).toMatchObject({ code: 0 });
  const { stderr } = await runCli({ args: ['scan', ...args] });
  expect(stderr).toContain('read from 1 input');
  expect(stderr).not.toContain('Not read');
});
