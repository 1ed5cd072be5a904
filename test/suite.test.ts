import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { REPLACES } from './shared-process.ts';

// Most test files share processes (test/vitest.config.ts).

/** Loaded before each test file, and what says which files those are. */
const SETUP = new Set(['as-found.ts', 'remove-folders.ts', 'shared-process.ts']);
const HELPERS = readdirSync(import.meta.dirname, { encoding: 'utf8', recursive: true })
  .filter((name) => name.endsWith('.ts') && !/\.(?:test|e2e)\.ts$/.test(name))
  .filter((name) => !SETUP.has(name))
  .map((name) => [name, readFileSync(join(import.meta.dirname, name), 'utf8')] as const);

test('no helper adds hooks when it is loaded: that happens for one test file only', () => {
  const hooks = /^(?:before|after)(?:Each|All)\(/m;
  expect(HELPERS.filter(([, text]) => hooks.test(text)).map(([name]) => name)).toEqual([]);
});

test('only test files replace modules and clocks: they have a process of their own then', () => {
  expect(HELPERS.filter(([, text]) => REPLACES.test(text)).map(([name]) => name)).toEqual([]);
});
