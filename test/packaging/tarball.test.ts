import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { emptyFolder, PACKAGE, ROOT, run, SAMPLE, type Run } from './product.ts';

/**
 * The tarball is unpacked as npm would, beside the dependencies that are installed here: installing
 * those would need the network.
 */
describe('the npm package', () => {
  const folder = emptyFolder();
  const installed = join(folder, 'node_modules', 'k8s-audit');
  const start = (...args: string[]): Run =>
    run(process.execPath, [join(installed, 'bin', 'k8s-audit.js'), ...args], { cwd: folder });
  let packed: { name: string; files: { path: string; mode: number }[]; unpackedSize: number };

  beforeAll(() => {
    const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
    const { stdout } = run('npm', pack, { cwd: ROOT });
    packed = (JSON.parse(stdout) as (typeof packed & { filename: string })[])[0]!;
    mkdirSync(installed, { recursive: true });
    const tarball = join(folder, `k8s-audit-${PACKAGE.version}.tgz`);
    run('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
    const here = join(ROOT, 'node_modules');
    for (const name of readdirSync(here)) {
      if (!name.startsWith('.')) symlinkSync(join(here, name), join(folder, 'node_modules', name));
    }
  });

  it('holds what is named in package.json, and no tests or tools', () => {
    const paths = packed.files.map(({ path }) => path);
    for (const name of [...PACKAGE.files, PACKAGE.man, 'LICENSE', 'package.json']) {
      const path = name.replace(/^\.\//, '');
      expect(paths.some((each) => each === path || each.startsWith(`${path}/`))).toBe(true);
    }
    expect(paths.filter((path) => /^(?:test|src|bench|build|\.github|\.ci)\//.test(path))).toEqual(
      [],
    );
    expect(packed.unpackedSize).toBeLessThan(7_000_000);
  });

  it('has an executable start file', () => {
    expect(statSync(join(installed, 'bin', 'k8s-audit.js')).mode & 0o111).toBe(0o111);
  });

  it('runs from its folder', () => {
    expect(start('--version')).toMatchObject({ code: 0, stdout: `${PACKAGE.version}\n` });
    expect(start('scan', SAMPLE, '--fail-on', 'critical', '-q')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('"rule":"Coin Miner in Workload"') as unknown,
    });
  });

  it('can be imported as a library', () => {
    const code = "import('k8s-audit').then((all) => console.log(Object.keys(all).length > 0))";
    expect(existsSync(join(installed, 'dist', 'index.js'))).toBe(true);
    expect(run(process.execPath, ['-e', code], { cwd: folder }).stdout).toBe('true\n');
  });

  it('brings a manual page', () => {
    expect(existsSync(join(installed, PACKAGE.man))).toBe(true);
  });
});
