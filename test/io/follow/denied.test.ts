import { appendFileSync, writeFileSync, type PathLike } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, test, vi } from 'vitest';
import { Checkpoint } from '../../../src/io/follow/checkpoint.ts';
import { temporaryFolder } from '../temp.ts';
import { follow } from './followed.ts';

// Whoever runs the tests may be allowed to read everything, as root is.
const denied = vi.hoisted(() => new Set<string>());
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const openSync = (path: PathLike, flags: number): number => {
    if (denied.has(String(path))) {
      throw Object.assign(new Error('permission denied'), { code: 'EACCES' });
    }
    return fs.openSync(path, flags);
  };
  return { ...fs, openSync };
});

beforeEach(() => denied.clear());

function deniedFile(text: string): string {
  const path = join(temporaryFolder(), 'audit.log');
  writeFileSync(path, text);
  denied.add(path);
  return path;
}

test('a file that cannot be opened is told of once, and read from its start when it can', async () => {
  const path = deniedFile('a\n');
  const followed = follow(path);
  while (followed.problems.length === 0) await sleep(5);
  await sleep(1200);
  denied.delete(path);
  await followed.until(1);
  appendFileSync(path, 'b\n');
  await followed.until(2);
  await followed.stop();
  expect(followed.lines).toEqual(['1:a', '2:b']);
  expect(followed.problems).toEqual(['audit.log:0 unreadable EACCES']);
});

test('one that a rotation makes, and that may be read a moment later, is no problem', async () => {
  const path = deniedFile('a\n');
  const followed = follow(path);
  await sleep(50);
  denied.delete(path);
  await followed.until(1);
  await followed.stop();
  expect(followed.problems).toEqual([]);
});

test('it is told of where the run ends before that', async () => {
  const followed = follow(deniedFile('a\n'));
  await sleep(50);
  await followed.stop();
  expect(followed.problems).toEqual(['audit.log:0 unreadable EACCES']);
});

test('a run with a checkpoint says it, loses nothing, and the next one reads the rest', async () => {
  const path = deniedFile('a\n');
  denied.clear();
  const run = async (): Promise<ReturnType<typeof follow>> => {
    const checkpoint = new Checkpoint(`${path}.checkpoint`, true);
    const followed = follow(path, { checkpoint, once: true });
    await followed.end();
    checkpoint.finish();
    return followed;
  };
  expect((await run()).lines).toEqual(['1:a']);
  appendFileSync(path, 'b\n');
  denied.add(path);
  const second = await run();
  expect(second.lines).toEqual([]);
  expect(second.problems).toEqual(['audit.log:0 unreadable EACCES']);
  denied.clear();
  const third = await run();
  expect(third.lines).toEqual(['2:b']);
  expect(third.problems).toEqual([]);
});

test('rotated files that cannot be opened do not keep it from being quiet', async () => {
  const path = deniedFile('a\n');
  denied.clear();
  writeFileSync(`${path}.1`, 'old\n');
  denied.add(`${path}.1`);
  const followed = follow(path, { once: true });
  await followed.end();
  expect(followed.lines).toEqual(['1:a']);
  expect(followed.problems).toEqual([]);
});
