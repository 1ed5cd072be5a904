import { execFileSync } from 'node:child_process';
import { appendFileSync, closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { displayWidth } from '../../../src/outputs/table/width.ts';
import { expectGenerated } from '../../generated.ts';
import { temporaryFolder } from '../../io/temp.ts';
import { eventLine, ruleText } from '../events.ts';
import { NO_TERMINAL, startOnTerminal } from './pty.ts';
import { runCli } from '../run-cli.ts';

const LOGS = ['samples/exec-session.log', 'samples/anonymous-access.log'];
const WIDTHS = [40, 80, 120, 200];

/** What a scan shows, without how long it took. */
function untimed(shown: string): string {
  return shown.replaceAll(/^Took .*\n/gm, '');
}

async function screen(columns: number): Promise<string> {
  const args = ['scan', ...LOGS];
  const env = { NO_COLOR: '1', CI: '1' };
  const { stdout, stderr } = await runCli({ args, tty: true, columns, env });
  return untimed(stdout + stderr);
}

test.each(WIDTHS)('the screen of a scan at %i columns is its golden file', async (columns) => {
  const text = await screen(columns);
  expectGenerated(`test/golden/screen/${columns}.txt`, text);
  for (const line of text.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
});

test('a C locale gets lines of ASCII, and nothing as wide otherwise', async () => {
  const show = async (env: Record<string, string>): Promise<string[]> => {
    const { stdout, stderr } = await runCli({
      args: ['scan', ...LOGS],
      tty: true,
      env: { NO_COLOR: '1', CI: '1', ...env },
    });
    return untimed(stdout + stderr).split('\n');
  };
  const plain = await show({ LANG: 'C.UTF-8' });
  const ascii = await show({ LANG: 'C.UTF-8', LC_ALL: 'C' });
  expect(plain.join('')).toMatch(/[─→]/);

  expect(ascii.join('\n')).toMatch(/^[\x20-\x7e\n]*$/);
  expect(ascii.map((line) => line.length)).toEqual(plain.map(displayWidth));
});

describe.skipIf(NO_TERMINAL !== '')(`on a pseudo-terminal${NO_TERMINAL}`, () => {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const each of open.splice(0)) await each.close();
  });
  function start(...given: Parameters<typeof startOnTerminal>): ReturnType<typeof startOnTerminal> {
    const running = startOnTerminal(...given);
    open.push(running);
    return running;
  }

  test.each(WIDTHS)('a scan shows at %i columns what tests expect', async (columns) => {
    const running = start(['scan', ...LOGS], { columns, env: { CI: '1' } });
    expect(await running.done).toBe(0);
    expect(untimed(running.text())).toBe(await screen(columns));
  });

  const rules = ruleText('Any', 'ka.verb exists');
  const event = (id: string): string => `${eventLine({ auditID: `${id}-0000` })}\n`;

  function place(): { log: string; args: string[] } {
    const folder = temporaryFolder();
    const log = join(folder, 'audit.log');
    writeFileSync(log, event('aaaaaaaa'));
    writeFileSync(join(folder, 'rules.yaml'), rules);
    return { log, args: ['--no-default-rules', '-r', join(folder, 'rules.yaml')] };
  }

  test('a terminal without a size gets the lines of 80 columns', async () => {
    const args = ['activity', ...LOGS, '--color', 'never', '--quiet'];
    const [sized, unsized] = [start(args), start(args, { columns: 0 })];
    expect([await sized.done, await unsized.done]).toEqual([0, 0]);
    expect(sized.text()).toContain('mallory@example.com');
    expect(unsized.text()).toBe(sized.text());
  });

  test('a followed log shows each finding as it comes, none folded, and says what it follows', async () => {
    const { log, args } = place();
    const running = start(['scan', '-F', log, ...args]);
    await running.shows('aaaaaaaa');
    appendFileSync(log, event('bbbbbbbb'));
    await running.shows('bbbbbbbb');
    appendFileSync(log, event('cccccccc') + event('dddddddd'));
    await running.shows('cccccccc');
    await running.shows('dddddddd');
    await running.shows('following ');
    expect(running.text()).not.toContain('100 %');
    expect(running.text()).not.toContain('×');
  });

  test('an open pipe shows a finding although it does not end', async () => {
    const { log, args } = place();
    const pipe = `${log}.pipe`;
    execFileSync('sh', ['-c', 'mkfifo "$0"', pipe]);
    const running = start(['scan', '-', ...args], { input: pipe });
    const fd = openSync(pipe, 'w');
    try {
      writeSync(fd, event('aaaaaaaa').repeat(100));
      await running.shows('aaaaaaaa');
      await running.shows('reading standard input');
      writeSync(fd, event('bbbbbbbb'));
      await running.shows('bbbbbbbb');
    } finally {
      closeSync(fd);
    }
    expect(await running.done).toBe(0);
    expect(running.text()).toContain('Findings  101 on 101 events');
  });
});
