import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const HERE = import.meta.dirname;
const FOLDER = join(HERE, 'regressions');
const count = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) =>
  entry.isDirectory(),
).length;

/** Runs the fuzz in a process of its own: it uses what was built. */
function fuzz(...args: string[]): { readonly status: number | null; readonly stdout: string } {
  return spawnSync(process.execPath, [join(HERE, 'run.mjs'), ...args], { encoding: 'utf8' });
}

test('what the fuzz found once stays mended', () => {
  const { status, stdout } = fuzz('--replay', FOLDER);
  expect(stdout).toContain(`fuzz: ${count} passed, 0 failed, 0 skipped`);
  expect(status).toBe(0);
});

test('a fault is found, and a seed is the same runs each time', () => {
  const runs = ['--seed', '5', '--runs', '2'];
  const first = fuzz(...runs).stdout.replace(/; \d+ s/, '');
  expect(first).toContain('fuzz: 2 passed, 0 failed, 0 skipped');
  expect(fuzz(...runs).stdout.replace(/; \d+ s/, '')).toBe(first);
  const { status, stdout } = fuzz('--replay', join(HERE, 'faulty'));
  expect(stdout).toContain('event lost: 5e470000');
  expect(status).toBe(1);
});
