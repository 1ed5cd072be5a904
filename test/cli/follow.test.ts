import { spawn, type ChildProcess } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  appendFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../io/temp.ts';
import { BIN, startCli, type RunningCli } from './run-cli.ts';

const WRITER = fileURLToPath(new URL('../io/follow/rotating-writer.mjs', import.meta.url));
const RULE = `- rule: Each
  desc: every event
  source: k8s_audit
  condition: ka.auditid exists
  output: each
  priority: NOTICE
`;
const EVENTS = 1500;
const TIME = 60_000;

interface Finding {
  readonly id: number;
  readonly replayed: boolean;
}

/** The findings of whole lines: a process that was killed may leave part of one. */
function findings(output: string): Finding[] {
  return wholeLines(output)
    .map((line) => {
      const { k8s_audit: own } = JSON.parse(line) as {
        k8s_audit: { auditID: string; replayed?: boolean };
      };
      return { id: Number(own.auditID.slice(0, 8)), replayed: own.replayed === true };
    })
    .filter(({ id }) => id !== FIRST);
}

function wholeLines(output: string): string[] {
  return output
    .slice(0, output.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '');
}

interface Log {
  readonly path: string;
  /** Arguments of a scan that finds every event. */
  readonly args: readonly string[];
}

/** The number of an event that is in each log from the start. */
const FIRST = 99_999_999;

const event = (id: number): string =>
  `{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"${String(id).padStart(8, '0')}-0",` +
  `"stage":"Panic","stageTimestamp":"2026-03-05T13:20:23Z","verb":"get","requestURI":"/api"}\n`;

function newLog(): Log {
  const folder = temporaryFolder();
  const path = join(folder, 'audit.log');
  writeFileSync(path, event(FIRST));
  writeFileSync(join(folder, 'rules.yaml'), RULE);
  const rules = ['--no-default-rules', '-r', join(folder, 'rules.yaml')];
  return { path, args: ['scan', path, ...rules, '-f', 'ndjson'] };
}

/** Starts the writer, a process of its own; resolves with the number of events that it wrote. */
function write(log: Log, mode: string, seed: number, rotations = 6, rate = 5000): Promise<number> {
  const args = [WRITER, log.path, mode, seed, EVENTS, rate, rotations].map(String);
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (data) => {
    text += String(data);
  });
  return new Promise((resolve) => {
    child.on('close', () => resolve(Number(text)));
  });
}

/** Starts a scan that follows; what is rotated from now on is its. */
async function startFollowing(args: readonly string[]): Promise<RunningCli> {
  const running = startCli([...args, '-F']);
  await running.shows(`"auditID":"${FIRST}`);
  return running;
}

/** Waits until a process has written so many lines. */
function hasLines(
  { stdout }: Pick<ChildProcess, 'stdout'>,
  output: { readonly stdout: string },
  count: number,
): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (wholeLines(output.stdout).length < count) return;
      stdout?.off('data', look);
      resolve();
    };
    stdout?.on('data', look);
    look();
  });
}

/** Waits until so many events were found; what takes too long fails the test by its time. */
async function foundAll(running: RunningCli, count: number): Promise<void> {
  // The event that is in each log from the start is one more.
  await hasLines(running.child, running.output, count + 1);
}

function stop(running: RunningCli): RunningCli['done'] {
  running.child.kill('SIGINT');
  return running.done;
}

const ids = (list: readonly Finding[]): number[] => list.map(({ id }) => id);
const each = (count: number): number[] => [...Array(count).keys()];
const sorted = (list: readonly number[]): number[] => list.toSorted((a, b) => a - b);

describe('a followed log whose writer', () => {
  test.each([
    'rising',
    'logrotate',
    'delaycompress',
    'compress',
    'lumberjack',
    'lumberjack-compress',
    'dateext',
    'copytruncate',
    'copytruncate-compress',
    'lazy',
    'burst',
    'burst-copytruncate',
  ])(
    'rotates by %s: every event is found once, and nothing else is said',
    async (mode) => {
      const log = newLog();
      const running = await startFollowing(log.args);
      const count = await write(log, mode, mode.length);
      await foundAll(running, count);
      const { stdout, stderr, code } = await stop(running);
      expect(sorted(ids(findings(stdout)))).toEqual(each(EVENTS));
      expect(stderr).not.toContain('Not read');
      expect(stderr).not.toContain('arning');
      expect(code).toBe(0);
    },
    TIME,
  );

  test(
    'empties it without a copy: what is missing is named, nothing is made up',
    async () => {
      const log = newLog();
      const running = await startFollowing(log.args);
      const count = await write(log, 'truncate', 3);
      await running.shows(`"auditID":"${String(count - 1).padStart(8, '0')}`);
      const { stdout, stderr, code } = await stop(running);
      const found = ids(findings(stdout));
      expect(new Set(found).size).toBe(found.length);
      expect(found.every((id) => id < count)).toBe(true);
      expect(stderr).toMatch(/audit\.log: emptied or removed before it was read to its end/);
      expect(stderr.replace(/\s+/g, ' ')).toMatch(/audit\.log: lost [^:]*behind byte \d+/);
      expect(code).toBe(2);
    },
    TIME,
  );

  test('shows tables as findings come', async () => {
    const log = newLog();
    const running = startCli([...log.args, '-f', 'table', '-F']);
    await running.shows('Each');
    const { code } = await stop(running);
    expect(code).toBe(0);
  });

  test(
    'is many: 400 files on 256 descriptors',
    async () => {
      const log = newLog();
      const logs = join(log.path, '..', 'logs');
      mkdirSync(logs);
      const file = (i: number): string => join(logs, `node-${i}.log`);
      const files = 400;
      for (let i = 0; i < files; i++) writeFileSync(file(i), event(i));
      const args = [
        '-c',
        'ulimit -n 256; exec "$0" "$@"',
        process.execPath,
        BIN,
        ...log.args,
        '-F',
      ];
      const child = spawn('sh', args.with(args.indexOf(log.path), logs));
      const output = { stdout: '', stderr: '' };
      child.stdout.on('data', (data) => (output.stdout += String(data)));
      child.stderr.on('data', (data) => (output.stderr += String(data)));
      await hasLines(child, output, files);
      for (let i = 0; i < files; i++) {
        renameSync(file(i), `${file(i)}.1`);
        writeFileSync(file(i), event(files + i));
        appendFileSync(`${file(i)}.1`, event(2 * files + i));
      }
      await hasLines(child, output, 3 * files);
      child.kill('SIGINT');
      const code = await new Promise((resolve) => child.on('close', resolve));
      expect(sorted(ids(findings(output.stdout)))).toEqual(each(3 * files));
      expect([code, output.stderr.includes('arning')]).toEqual([0, false]);
    },
    2 * TIME,
  );
});

test('what cannot be read beside a followed log is told at once, not at the end only', async () => {
  const log = newLog();
  const missing = join(temporaryFolder(), 'nothing.log');
  const running = startCli([...log.args, missing, '-F', '-q']);
  await running.shows(
    `k8s-audit: ${missing}: no such file or directory (it is read once it is there)`,
  );
  expect(running.child.exitCode).toBeNull();
  running.child.kill('SIGINT');
  expect((await running.done).code).toBe(2);
});

test.skipIf(!existsSync('/dev/full'))(
  'a report that cannot be written is told of at once, while others go on',
  async () => {
    const log = newLog();
    const file = join(temporaryFolder(), 'out.ndjson');
    const running = startCli([...log.args, '-F', '-q', '-o', file, '-o', 'csv=/dev/full']);
    await running.shows(
      'k8s-audit: cannot write /dev/full: no space left on the device: nothing more is written there',
    );
    expect(running.child.exitCode).toBeNull();
    running.child.kill('SIGINT');
    expect((await running.done).code).toBe(2);
  },
);

test('a directory without logs is not waited for: what comes into it would not be taken up', async () => {
  const log = newLog();
  const args = log.args.map((arg) => (arg === log.path ? temporaryFolder() : arg));
  const { code, stderr } = await startCli([...args, '-F', '-q']).done;
  expect(stderr).toContain(': directory or pattern without log files');
  expect(code).toBe(2);
});

test.each(['fast', 'reference'])(
  'a log that is named and not there yet is read from its start; %s',
  async (engine) => {
    const log = newLog();
    rmSync(log.path);
    const running = startCli([...log.args, '-F', '--engine', engine]);
    await running.shows('(it is read once it is there)');
    writeFileSync(log.path, event(0) + event(1));
    await hasLines(running.child, running.output, 2);
    appendFileSync(log.path, event(2));
    await hasLines(running.child, running.output, 3);
    const { code, stdout, stderr } = await stop(running);
    expect(ids(findings(stdout))).toEqual([0, 1, 2]);
    expect(stderr).toContain('3 read from 1 input (');
    expect(stderr).not.toContain('Not read');
    expect(code).toBe(0);
  },
);

describe('a log that is read with a checkpoint', () => {
  test('and is not there when a run begins loses nothing of the one before', async () => {
    const log = newLog();
    const args = [...log.args, '--checkpoint', `${log.path}.position`];
    const first = await startFollowing(args);
    await stop(first);
    appendFileSync(log.path, event(0));
    renameSync(log.path, `${log.path}.1`);
    const second = startCli([...args, '-F']);
    await hasLines(second.child, second.output, 1);
    writeFileSync(log.path, event(1));
    await hasLines(second.child, second.output, 2);
    const { code, stdout } = await stop(second);
    expect(findings(stdout)).toEqual([0, 1].map((id) => ({ id, replayed: false })));
    expect(code).toBe(0);
  });

  const runs = async (
    mode: string,
    signal: 'SIGINT' | 'SIGKILL' | undefined,
  ): Promise<{ found: Finding[]; stderr: string; count: number }> => {
    const log = newLog();
    const args = [...log.args, '--checkpoint', join(log.path, '..', 'checkpoint.json')];
    const found: Finding[] = [];
    let stderr = '';
    const take = async (running: RunningCli): Promise<void> => {
      const end = await running.done;
      found.push(...findings(end.stdout));
      stderr += end.stderr;
    };
    await take(startCli(args));
    const writer = { count: 0 };
    const writing = write(log, mode, 5, 6, 600).then((count) => {
      writer.count = count;
      return count;
    });
    // The last run starts when all is written.
    for (let last = false; !last;) {
      last = writer.count > 0;
      if (signal === undefined || last) {
        await take(startCli(args));
        continue;
      }
      const running = startCli([...args, '-F']);
      // It is stopped when it has found something: how much is up to the machine.
      while (running.output.stdout === '' && writer.count === 0) await sleep(20);
      await sleep(100);
      running.child.kill(signal);
      await take(running);
    }
    return { found, stderr, count: await writing };
  };

  test.each(['logrotate', 'compress', 'copytruncate'])(
    'and stopped by Ctrl-C while it is rotated by %s: each event is found once',
    async (mode) => {
      const { found, stderr, count } = await runs(mode, 'SIGINT');
      expect(sorted(ids(found))).toEqual(each(count));
      expect(found.filter(({ replayed }) => replayed)).toEqual([]);
      expect(stderr).not.toContain('emptied or removed');
    },
    2 * TIME,
  );

  test.each(['rising', 'copytruncate'])(
    'and killed while it is rotated by %s: none is lost, and those found again say so',
    async (mode) => {
      const { found, count } = await runs(mode, 'SIGKILL');
      expect(sorted([...new Set(ids(found))])).toEqual(each(count));
      const seen = new Set<number>();
      const silent = found.filter(({ id, replayed }) => {
        const again = seen.has(id);
        seen.add(id);
        return again && !replayed;
      });
      expect(silent).toEqual([]);
    },
    2 * TIME,
  );

  test(
    'by scans that end: each goes on where the one before stopped',
    async () => {
      const { found, count } = await runs('delaycompress', undefined);
      expect(sorted(ids(found))).toEqual(each(count));
    },
    2 * TIME,
  );

  test('leaves a line that is being written to the next run', async () => {
    const log = newLog();
    const args = [...log.args, '--checkpoint', join(log.path, '..', 'checkpoint.json')];
    await startCli(args).done;
    appendFileSync(log.path, event(1).slice(0, 60));
    const half = await startCli(args).done;
    expect([half.stdout, half.code]).toEqual(['', 0]);
    expect(half.stderr).toContain('line 2 has no end yet');
    appendFileSync(log.path, event(1).slice(60, -1));
    // Its JSON is whole: a line feed may never come.
    expect(ids(findings((await startCli(args).done).stdout))).toEqual([1]);
    appendFileSync(log.path, `\n${event(2)}`);
    const last = await startCli(args).done;
    expect(ids(findings(last.stdout))).toEqual([2]);
    expect(last.stdout).toContain('"line":3');
  });

  test('leaves in a file of findings what the run before has written there', async () => {
    const log = newLog();
    const report = join(log.path, '..', 'findings.ndjson');
    const args = [...log.args, '-o', report, '--checkpoint', join(log.path, '..', 'checkpoint')];
    for (const id of [1, 2]) {
      const running = startCli([...args, '-F']);
      appendFileSync(log.path, event(id));
      await expect.poll(() => readFileSync(report, 'utf8')).toContain(`0000000${id}-0`);
      running.child.kill('SIGINT');
      await running.done;
    }
    expect(ids(findings(readFileSync(report, 'utf8')))).toEqual([1, 2]);
  });

  test('needs no event in what is new, as long as nothing of it is broken', async () => {
    const log = newLog();
    const args = [...log.args, '--checkpoint', join(log.path, '..', 'checkpoint.json')];
    await startCli(args).done;
    const klog = 'I0102 03:04:05.123456       1 httplog.go:99] x\n';
    const cri = (tag: string, text: string): string =>
      `2026-01-02T03:04:05Z stdout ${tag} ${text.trim()}\n`;
    appendFileSync(log.path, klog + cri('P', event(1).slice(0, 50)));
    const quiet = await startCli(args).done;
    expect([quiet.stdout, quiet.code]).toEqual(['', 0]);
    expect(quiet.stderr).toContain('no event in what is new');
    appendFileSync(log.path, cri('F', event(1).slice(50)));
    expect(ids(findings((await startCli(args).done).stdout))).toEqual([1]);
    appendFileSync(log.path, klog);
    expect((await startCli([...args, '--strict']).done).code).toBe(2);
    appendFileSync(log.path, '{"auditID":]\n');
    expect((await startCli(args).done).code).toBe(2);
  });

  test('that is a device is none', async () => {
    const { stderr, code } = await startCli([...newLog().args, '--checkpoint', '/dev/zero']).done;
    expect([stderr, code]).toEqual([expect.stringContaining('is no checkpoint'), 2]);
  });

  test('stays behind what nobody took from a pipe', async () => {
    const log = newLog();
    const args = [...log.args, '--checkpoint', join(log.path, '..', 'checkpoint.json')];
    const running = await startFollowing(args);
    running.child.stdout?.destroy();
    for (let id = 0; running.child.exitCode === null; id++) {
      appendFileSync(log.path, event(id));
      await sleep(50);
    }
    await running.done;
    const again = await startCli(args).done;
    expect(ids(findings(again.stdout))).toContain(0);
  });

  test('is written for its owner alone, and holds nothing of the log', async () => {
    const log = newLog();
    await write(log, 'rising', 1, 1);
    const checkpoint = join(log.path, '..', 'checkpoint.json');
    await startCli([...log.args, '--checkpoint', checkpoint]).done;
    expect(readFileSync(checkpoint, 'utf8')).not.toContain('mallory');
    const again = await startCli([...log.args, '--checkpoint', checkpoint]).done;
    expect([again.stdout, again.code]).toEqual(['', 0]);
  });
});
