import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { FolderLock } from '../../src/serve/spool/spool-lock.ts';
import { folder } from '../cli/events.ts';

const held: FolderLock[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const lock of held.splice(0)) lock.release();
});

const take = (dir: string, host: string, lost = (): void => undefined): FolderLock => {
  const lock = FolderLock.take(dir, lost, host, 0);
  held.push(lock);
  return lock;
};
const owner = (dir: string): string => readFileSync(join(dir, 'lock'), 'utf8');
/** A lock of another run. */
const taken = (dir: string, pid: number, host: string, age = 0): void => {
  const path = join(dir, 'lock');
  writeFileSync(path, JSON.stringify({ pid, host, id: 'other' }));
  const then = new Date(Date.now() - age);
  utimesSync(path, then, then);
};

test('a folder belongs to one run that is alive', () => {
  const dir = folder();
  taken(dir, 1, 'here');
  expect(() => take(dir, 'here')).toThrow(`spool ${dir} is in use by process 1`);
  // In a container each run is process 1.
  taken(dir, process.pid, 'there');
  expect(() => take(dir, 'here')).toThrow(`is in use by process ${process.pid} on there`);
  expect(owner(dir)).toContain('there');
});

test.each([
  ['of a process that is gone', (dir: string) => taken(dir, 999_999_999, 'here')],
  [
    'of this process, before it was started again',
    (dir: string) => taken(dir, process.pid, 'here'),
  ],
  ['whose number another process has now', (dir: string) => taken(dir, 1, 'here', 60_000)],
  ['of another machine, which shows no life', (dir: string) => taken(dir, 1, 'there', 60_000)],
  ['that was not written to its end', (dir: string) => writeFileSync(join(dir, 'lock'), '{"pid"')],
  ['of version 0.1', (dir: string) => writeFileSync(join(dir, 'lock'), '999999999')],
])('a lock %s holds nobody up', (_name, leave) => {
  const dir = folder();
  leave(dir);
  const lock = take(dir, 'here');
  expect(JSON.parse(owner(dir))).toMatchObject({ pid: process.pid, host: 'here' });
  lock.release();
  expect(() => owner(dir)).toThrow('ENOENT');
});

test('a run shows that it lives, and learns that another has its folder', () => {
  vi.useFakeTimers();
  const dir = folder();
  const lost = vi.fn<() => void>();
  const lock = take(dir, 'here', lost);
  vi.advanceTimersByTime(60_000);
  expect(() => take(dir, 'there')).toThrow('in use by process');
  taken(dir, 7, 'there');
  vi.advanceTimersByTime(10_000);
  expect(lost).toHaveBeenCalledTimes(1);
  lock.release();
  expect(owner(dir)).toContain('"pid":7');
});
