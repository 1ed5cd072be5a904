import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('the committed scanner is what its source compiles to', async () => {
  const build = (await import(
    new URL('../../../src/fast/wasm/build.mjs', import.meta.url).href
  )) as {
    generate(): Promise<string>;
  };
  const committed = new URL('../../../src/fast/wasm/scanner-module.gen.ts', import.meta.url);
  expect(await build.generate()).toBe(readFileSync(committed, 'utf8'));
});
