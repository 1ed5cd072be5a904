import type { Buffer } from 'node:buffer';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { eventLine, folder, ruleText } from './events.ts';
import { BIN, ROOT, spawnCli, startCli } from './run-cli.ts';

const dir = folder({ 'rules.yaml': ruleText('Any', 'ka.verb exists', { priority: 'ERROR' }) });
const RULES = ['--no-default-rules', '-r', join(dir, 'rules.yaml')];
const LARGE = join(dir, 'large.log');
writeFileSync(LARGE, `${eventLine()}\n`.repeat(20_000));
const SMALL = join(dir, 'small.log');
writeFileSync(SMALL, `${eventLine()}\n`);

describe('a reader that goes away', () => {
  test.each([
    ['passes', [], 0],
    ['fails when the gate has tripped', ['--fail-on', 'error'], 1],
  ])('ends the scan quietly and %s', async (_name, options, code) => {
    const child = spawn(process.execPath, [BIN, 'scan', LARGE, ...RULES, ...options], {
      cwd: ROOT,
    });
    let stderr = '';
    child.stderr.on('data', (data) => (stderr += String(data)));
    child.stdout.once('data', () => child.stdout.destroy());
    const ended = await new Promise((resolve) => child.on('close', resolve));
    expect({ ended, stderr }).toEqual({ ended: code, stderr: '' });
  });
});

test.each([
  ['lines', (write: (text: string) => void) => write],
  [
    'compressed lines',
    (write: (bytes: Buffer) => void) => {
      const gzip = createGzip();
      gzip.on('data', write);
      return (text: string): void => {
        gzip.write(text);
        gzip.flush();
      };
    },
  ],
] as const)('%s that come one by one are judged one by one', async (_name, writerTo) => {
  const run = startCli(['scan', '-', ...RULES]);
  const write = writerTo((data: Buffer | string) => run.child.stdin!.write(data));
  for (const auditID of ['first', 'second', 'third']) {
    write(`${eventLine({ auditID })}\n`);
    await run.shows(`"auditID":"${auditID}"`);
  }
  run.child.kill('SIGINT');
  expect((await run.done).stdout.trimEnd().split('\n')).toHaveLength(3);
});

describe('signals', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    '%s prints what was found, a partial summary, and ends with %s',
    async (signal, code) => {
      const run = startCli(['scan', '-', ...RULES]);
      run.child.stdin!.write(`${eventLine()}\n${eventLine()}\n`);
      // Standard input stays open: the scan waits for more.
      await run.shows('"rule":"Any"');
      run.child.kill(signal);
      const result = await run.done;
      expect(result.stdout.trimEnd().split('\n')).toHaveLength(2);
      expect(result.stderr).toContain('interrupted, partial');
      expect(result.stderr).toContain('Events    2 read');
      expect(result.stderr).toMatch(/\nTook .+; interrupted, the rest was not read\n/);
      expect(result).toMatchObject({ code, signal: null });
    },
  );

  test.skipIf(process.platform === 'win32')('SIGINT ends a scan of a FIFO', async () => {
    const fifo = join(folder(), 'fifo');
    execFileSync('sh', ['-c', 'mkfifo "$0"', fifo]);
    const run = startCli(['scan', fifo, ...RULES]);
    const writer = openSync(fifo, 'r+');
    writeSync(writer, `${eventLine()}\n`);
    await run.shows('"rule":"Any"');
    run.child.kill('SIGINT');
    expect(await run.done).toMatchObject({ code: 130, signal: null });
  });

  test('SIGINT in the middle of a file ends the scan there', async () => {
    const run = startCli(['scan', LARGE, ...RULES]);
    await run.shows('"rule":"Any"');
    // The scan waits for its reader, with most of the file unread.
    run.child.stdout!.pause();
    run.child.kill('SIGINT');
    await setTimeout(200);
    run.child.stdout!.resume();
    const result = await run.done;
    expect(result.stdout.trimEnd().split('\n').length).toBeLessThan(20_000);
    // The line where it stopped is not broken, and no problem.
    expect(result.stderr).not.toContain('Not read');
    expect(result.stderr).toContain('interrupted, partial');
    expect(result).toMatchObject({ code: 130, signal: null });
  });
});

test.skipIf(!existsSync('/dev/full')).each([
  ['large', LARGE],
  ['small', SMALL],
])('a full disk is an error, not an early end: a %s log', async (_size, log) => {
  const full = openSync('/dev/full', 'w');
  const child = spawn(process.execPath, [BIN, 'scan', log, ...RULES, '-q'], {
    cwd: ROOT,
    stdio: ['ignore', full, 'pipe'],
  });
  let stderr = '';
  child.stderr!.on('data', (data) => (stderr += String(data)));
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(stderr).toBe('k8s-audit: cannot write standard output: no space left on the device\n');
  expect(code).toBe(2);
});

test.skipIf(!existsSync('/dev/full'))('so is a full disk behind -o', async () => {
  const { stderr, code } = await spawnCli({ args: ['scan', LARGE, ...RULES, '-o', '/dev/full'] });
  expect(stderr).toBe('k8s-audit: cannot write /dev/full: no space left on the device\n');
  expect(code).toBe(2);
});

test('the first command of the readme scans the samples', async () => {
  const { stdout, stderr, code } = await spawnCli({ args: ['scan', 'samples/'] });
  expect(stdout.split('\n').length).toBeGreaterThan(10);
  expect(stderr).toMatch(/^Incidents \d+: HIGH /);
  expect(stderr).toMatch(/^Events {4}\d+ read from \d+ inputs/m);
  expect(code).toBe(0);
});

test('a machine without WebAssembly is told of what does without', () => {
  const run = (...options: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, ['--jitless', BIN, 'scan', SMALL, ...RULES, ...options], {
      cwd: ROOT,
      encoding: 'utf8',
    });
  const fast = run('--engine', 'fast');
  expect(fast.stderr).toMatch(
    /^k8s-audit: the fast scanner cannot start: .+ \(.*'scan --engine reference' does without\)$/m,
  );
  expect(fast.stderr).not.toContain('bug');
  expect(fast.status).toBe(2);
  expect(run('--engine', 'reference')).toMatchObject({ status: 0, stdout: run().stdout });
});
