import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isSmallInput } from '../../src/cli/run/small-input.ts';
import { ROOT, runCli } from './run-cli.ts';

const SAMPLES = readdirSync(`${ROOT}samples`).filter((name) => name.endsWith('.log'));

test.each(SAMPLES)(
  '%s: the engine that its size asks for tells what the fast one does',
  async (name) => {
    const args = ['scan', `samples/${name}`, '-f', 'ndjson', '--explain-blind'];
    const chosen = await runCli({ args });
    expect(chosen.stdout + chosen.stderr).not.toBe('');
    expect(await runCli({ args: [...args, '--engine', 'fast'] })).toEqual(chosen);
  },
);

test('inputs are small together, or not at all', () => {
  const file = (name: string, size: number | undefined) => ({ name, path: name, size });
  expect(isSmallInput([])).toBe(true);
  expect(isSmallInput([file('a.log', 1000), file('b.log', 1000)])).toBe(true);
  expect(isSmallInput([file('a.log', 200_000), file('b.log', 200_000)])).toBe(false);
  expect(isSmallInput([file('a.log', 1000), file('-', undefined)])).toBe(false);
  expect(isSmallInput([file('a.log', 180_000), file('b.log', 180_000)])).toBe(true);
  expect(isSmallInput([file('a.log.GZ', 20_000)])).toBe(false);
  expect(isSmallInput([file('a.zst', 20_000)])).toBe(false);
  expect(isSmallInput([file('audit.log.gz.1', 20_000)])).toBe(false);
  expect(isSmallInput([file('a.log', 1000), file('audit.log.gz.1', 1000)])).toBe(true);
});
