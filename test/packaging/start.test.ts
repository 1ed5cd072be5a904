import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyFolder, ROOT, run, SAMPLE } from './product.ts';

const ARGS = ['scan', SAMPLE, '-f', 'ndjson', '--no-summary'];

/** The program as it is installed, in a folder that a test may change. */
function installed(): string {
  const folder = emptyFolder();
  for (const name of ['bin', 'dist', 'rules', 'package.json']) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  }
  return folder;
}

const start = (folder: string, ...args: string[]) =>
  run(process.execPath, [join(folder, 'bin', 'k8s-audit.js'), ...args]);

/**
 * The files that a command loads, with whether V8 took the compiled code of each.
 *
 * @param first what to do before, once the flags are set
 */
function loadedBy(args: readonly string[], first = ''): Record<string, boolean> {
  const code = `
    const { load } = require(${JSON.stringify(join(ROOT, 'bin', 'k8s-audit.js'))});
    ${first}
    const loaded = {};
    const note = (name, script) => { loaded[name] = script.cachedDataRejected === false; };
    process.stdout.write = () => true;
    load('./main.cjs', note).main(${JSON.stringify(args)}).then(() => {
      process.stderr.write(JSON.stringify(loaded));
    });`;
  return JSON.parse(run(process.execPath, ['-e', code]).stderr) as Record<string, boolean>;
}

describe('what bin/k8s-audit.js runs', () => {
  it('says what to do where nothing is built, as in a fresh clone', () => {
    const folder = emptyFolder();
    cpSync(join(ROOT, 'bin'), join(folder, 'bin'), { recursive: true });
    const stderr = `k8s-audit: not built yet (run npm ci in ${folder})\n`;
    expect(start(folder, ...ARGS)).toEqual({ stdout: '', stderr, code: 2 });
  });

  it('is compiled already', () => {
    const loaded = loadedBy(ARGS);
    expect(Object.keys(loaded)).toContain('./scan.cjs');
    expect(Object.values(loaded)).not.toContain(false);
    const fast = loadedBy([...ARGS, '--engine', 'fast']);
    expect(Object.keys(fast)).toContain('./fast-reader.cjs');
    expect(Object.values(fast)).not.toContain(false);
  });

  it('takes compiled code in a command that lasts, whose functions V8 optimizes sooner', () => {
    const flags = JSON.stringify(join(ROOT, 'bin', 'v8-flags.cjs'));
    const loaded = loadedBy(ARGS, `require(${flags}).optimizeSoon();`);
    expect(Object.keys(loaded)).toContain('./scan.cjs');
    expect(Object.values(loaded)).not.toContain(false);
  });

  it('shows help without the code of any command', () => {
    expect(Object.keys(loadedBy(['--help'])).toSorted()).toEqual([
      './main.cjs',
      './rolldown-runtime.cjs',
      './start.cjs',
    ]);
  });

  it('needs no compiled code, and takes none that is not its own', () => {
    const folder = installed();
    const expected = start(ROOT, ...ARGS);
    expect(expected).toMatchObject({ code: 0, stderr: '' });
    expect(expected.stdout).not.toBe('');
    const program = join(folder, 'dist', 'program');
    const cache = join(
      program,
      readdirSync(program).find((name) => name.startsWith('v8-'))!,
    );
    for (const name of readdirSync(cache)) {
      const bytes = readFileSync(join(cache, name));
      // Of another version of V8: the header tells.
      bytes.fill(0xa5, 4, 8);
      writeFileSync(join(cache, name), bytes);
    }
    expect(start(folder, ...ARGS)).toEqual(expected);
    for (const name of readdirSync(cache)) writeFileSync(join(cache, name), 'no code');
    expect(start(folder, ...ARGS)).toEqual(expected);
    rmSync(cache, { recursive: true });
    expect(start(folder, ...ARGS)).toEqual(expected);
  });

  it('holds nothing that is loaded as a module', () => {
    const program = join(ROOT, 'dist', 'program');
    const texts = readdirSync(program)
      .filter((name) => name.endsWith('.cjs'))
      .map((name) => readFileSync(join(program, name), 'utf8'));
    expect(texts.length).toBeGreaterThan(20);
    expect(texts.filter((text) => /(?<![.\w])import\(/.test(text))).toEqual([]);
  });

  it('comes with the licences of what is bundled', () => {
    const text = readFileSync(join(ROOT, 'dist/program/THIRD-PARTY-LICENSES.txt'), 'utf8');
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    for (const [name, version] of Object.entries(dependencies)) {
      expect(text).toContain(`${name} ${version}\n`);
    }
  });
});
