import {
  closeSync,
  fstatSync,
  openSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { RunLock } from '../../src/io/write/run-lock.ts';
import { folder } from '../cli/events.ts';

const held: RunLock[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const lock of held.splice(0)) lock.release();
});

interface Taking {
  readonly lost?: () => void;
  /** What happens while it waits. */
  readonly pause?: (milliseconds: number) => void;
}

/** Takes a folder as a run on the machine `here`. */
function take(
  dir: string,
  { lost = () => undefined, pause = () => undefined }: Taking = {},
): RunLock {
  const locked = { path: join(dir, 'lock'), name: `spool ${dir}`, own: 'folder' };
  const lock = RunLock.take(locked, lost, { host: 'here', wait: 10_000, pause });
  held.push(lock);
  return lock;
}

const owner = (dir: string): string => readFileSync(join(dir, 'lock'), 'utf8');
/** A lock of another run. */
const taken = (dir: string, pid: number, host: string): void => {
  writeFileSync(join(dir, 'lock'), JSON.stringify({ pid, host, id: 'other' }));
};
/** A sign of life, by a clock that says what it likes. */
const beat = (dir: string, seconds: number): void =>
  utimesSync(join(dir, 'lock'), seconds, seconds);

test.each([
  ['another process', 1, 'here', 'process 1'],
  // In a container each run is process 1.
  [
    'one of the same number in another container',
    process.pid,
    'there',
    `process ${process.pid} on there`,
  ],
])('a folder belongs to one run that is alive: %s', (_name, pid, host, who) => {
  const dir = folder();
  taken(dir, pid, host);
  // A clock that is far behind, or ahead, tells nothing.
  for (const start of [1, 9e9]) {
    let now = start;
    expect(() => take(dir, { pause: () => beat(dir, now++) })).toThrow(
      `spool ${dir} is in use by ${who}`,
    );
  }
  expect(owner(dir)).toContain('"other"');
});

test.each([
  ['of a process that is gone', (dir: string) => taken(dir, 999_999_999, 'here'), 0],
  [
    'of this process, before it was started again',
    (dir: string) => taken(dir, process.pid, 'here'),
    0,
  ],
  [
    'that was not written to its end',
    (dir: string) => writeFileSync(join(dir, 'lock'), '{"pid"'),
    0,
  ],
  ['of version 0.1', (dir: string) => writeFileSync(join(dir, 'lock'), '999999999'), 0],
  ['whose number another process has now', (dir: string) => taken(dir, 1, 'here'), 10_000],
  ['of another machine, which shows no life', (dir: string) => taken(dir, 1, 'there'), 10_000],
])('a lock %s holds nobody up for long', (_name, leave, most) => {
  const dir = folder();
  leave(dir);
  // The time of the file may be one that is still to come.
  beat(dir, 9e9);
  const file = openSync(join(dir, 'lock'), 'r');
  let waited = 0;
  const lock = take(dir, { pause: (milliseconds) => (waited += milliseconds) });
  expect(waited).toBe(most);
  // A full disk has no room for another file.
  expect(fstatSync(file).nlink).toBe(1);
  closeSync(file);
  expect(JSON.parse(owner(dir))).toMatchObject({ pid: process.pid, host: 'here' });
  lock.release();
  expect(() => owner(dir)).toThrow('ENOENT');
});

test('a run shows that it lives, and learns that another has its folder', () => {
  vi.useFakeTimers();
  const dir = folder();
  const lost = vi.fn<() => void>();
  const lock = take(dir, { lost });
  beat(dir, 1);
  vi.advanceTimersByTime(2000);
  expect(statSync(join(dir, 'lock')).mtimeMs).toBeGreaterThan(1000);
  taken(dir, 7, 'there');
  vi.advanceTimersByTime(10_000);
  expect(lost).toHaveBeenCalledTimes(1);
  lock.release();
  expect(owner(dir)).toContain('"pid":7');
});
