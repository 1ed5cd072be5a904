import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const ROOT = new URL('../../../', import.meta.url);
const build = (await import(new URL('src/fast/wasm/build.mjs', ROOT).href)) as {
  moduleText(): Promise<string>;
  layoutFiles(): readonly { readonly path: string; readonly text: string }[];
};

test('the committed scanner is what its source compiles to', { timeout: 120_000 }, async () => {
  const committed = new URL('src/fast/wasm/scanner-module.gen.ts', ROOT);
  expect(await build.moduleText()).toBe(readFileSync(committed, 'utf8'));
});

test('both committed copies of the layout are what it says', () => {
  const files = build.layoutFiles();
  expect(files).toHaveLength(2);
  for (const { path, text } of files) expect(readFileSync(path, 'utf8')).toBe(text);
});

describe('a stale copy is found without packages', () => {
  const wasm = 'src/fast/wasm';
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'scanner-'));
    for (const path of [wasm, 'package.json']) {
      cpSync(fileURLToPath(new URL(path, ROOT)), join(folder, path), { recursive: true });
    }
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Exit code of the check, and the files that it names. */
  function check() {
    const script = join(folder, wasm, 'build.mjs');
    const { status, stderr } = spawnSync(process.execPath, [script, '--check'], {
      encoding: 'utf8',
    });
    const named = ['assembly/layout.gen.ts', 'wasm/layout.gen.ts', 'scanner-module.gen.ts'];
    return { status, stale: named.filter((name) => stderr.replaceAll('\\', '/').includes(name)) };
  }

  test.each([
    ['nothing', undefined, []],
    ['a source of the scanner', 'assembly/walk.ts', ['scanner-module.gen.ts']],
    ['the layout of the scanner', 'assembly/layout.gen.ts', ['assembly/layout.gen.ts']],
    ['the layout of TypeScript', 'layout.gen.ts', ['wasm/layout.gen.ts']],
  ])('after a change of %s', (_name, path, stale) => {
    if (path !== undefined) appendFileSync(join(folder, wasm, path), '// more\n');
    expect(check()).toEqual({ status: stale.length > 0 ? 1 : 0, stale });
  });

  test('after a new slot, in all three', () => {
    const more = "SLOT_ROWS.unshift([['x'], 'any']);\n";
    appendFileSync(join(folder, wasm, 'slot-rows.mjs'), more);
    const { status, stale } = check();
    expect({ status, stale }).toEqual({
      status: 1,
      stale: ['assembly/layout.gen.ts', 'wasm/layout.gen.ts', 'scanner-module.gen.ts'],
    });
  });
});
