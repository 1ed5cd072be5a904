import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
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
    for (const name of [...PACKAGE.files, ...PACKAGE.man, 'LICENSE', 'package.json']) {
      if (name.startsWith('!')) continue;
      const path = name.replace(/^\.\//, '');
      expect(paths.some((each) => each === path || each.startsWith(`${path}/`))).toBe(true);
    }
    expect(
      paths.filter((path) => /^(?:test|src|bench|build|integrations|\.github|\.ci)\//.test(path)),
    ).toEqual([]);
    expect(packed.unpackedSize).toBeLessThan(8_000_000);
  });

  it('holds all that the library imports, and no folder that only the program is made of', () => {
    const reached = new Set(['dist/index.js', 'dist/index.d.ts']);
    const missing: string[] = [];
    for (const path of reached) {
      const text = readFileSync(join(installed, path), 'utf8');
      for (const [, to] of text.matchAll(
        /(?:\bfrom|\bimport\(|\bnew URL\()\s*['"](\.{1,2}\/[^'"]+\.[jt]s)['"]/g,
      )) {
        const file = join(
          path,
          '..',
          path.endsWith('.d.ts') ? to!.replace(/\.[jt]s$/, '.d.ts') : to!,
        );
        if (existsSync(join(installed, file))) reached.add(file);
        else missing.push(`${path} imports ${file}`);
      }
    }
    expect(missing).toEqual([]);
    expect(reached.size).toBeGreaterThan(200);
    const used = new Set([...reached].map(dirname));
    const packedFolders = new Set(
      packed.files
        .map(({ path }) => path)
        .filter((path) => path.startsWith('dist/'))
        .map(dirname),
    );
    const unused = [...packedFolders].filter((each) => !used.has(each));
    // The page and the program, which the start file runs.
    expect(unused.filter((each) => !/^dist\/(?:page|program)/.test(each))).toEqual([]);
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
    // As a list: npm installs no page that is named by a text.
    expect(PACKAGE.man.length).toBeGreaterThan(0);
    for (const page of PACKAGE.man) expect(existsSync(join(installed, page))).toBe(true);
  });

  it('holds code that people can read, and none that a machine compiled', () => {
    const paths = packed.files.map(({ path }) => path);
    expect(paths.filter((path) => path.startsWith('dist/program/v8-'))).toEqual([]);
    expect(readdirSync(join(ROOT, 'dist/program')).some((name) => name.startsWith('v8-'))).toBe(
      true,
    );
    const programs = paths.filter((path) => /^dist\/program\/.*\.cjs$/.test(path));
    expect(programs.length).toBeGreaterThan(20);
    // The longest lines are tables and the scanner: a minified file has few others.
    const dense = programs.filter((path) => {
      const text = readFileSync(join(installed, path), 'utf8');
      return text.length / text.split('\n').length > 400 && !text.includes('SCANNER_WASM');
    });
    expect(dense).toEqual([]);
  });

  it('has every page that its README links to', () => {
    const text = readFileSync(join(installed, 'README.md'), 'utf8');
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link]) => link!);
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter((link) => !existsSync(join(installed, link)))).toEqual([]);
  });

  it('exports rules, policies and schemas, and scans files as a library', () => {
    const code = `
      import { createRequire } from 'node:module';
      import { readFileSync } from 'node:fs';
      import { bundledPolicies, bundledRules, scanFiles } from 'k8s-audit';
      const require = createRequire(import.meta.url);
      const names = ['rules/10-workloads.yaml', 'rules/policies/threat-detection.yaml', 'schemas/config.schema.json'];
      const sizes = names.map((name) => readFileSync(require.resolve('k8s-audit/' + name)).length > 100);
      const scan = scanFiles([process.argv[2]]);
      let high = 0;
      for await (const { severity } of scan) if (severity === 'high') high++;
      const { events } = await scan.summary;
      const all = [sizes, (await bundledRules()).length > 5, (await bundledPolicies()).length, high > 0, events > 0];
      console.log(JSON.stringify(all));`;
    const file = join(folder, 'try.mjs');
    writeFileSync(file, code);
    const { stdout, stderr } = run(process.execPath, [file, SAMPLE], { cwd: folder });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual([[true, true, true], true, 4, true, true]);
  });
});

describe('the manifest of the package', () => {
  const script = join(ROOT, '.github/scripts/pack-manifest.mjs');
  const text = readFileSync(join(ROOT, 'package.json'), 'utf8');
  const fresh = (): string => {
    const folder = emptyFolder();
    mkdirSync(join(folder, 'dist'));
    writeFileSync(join(folder, 'package.json'), text);
    return folder;
  };
  const manifest = (folder: string): string => readFileSync(join(folder, 'package.json'), 'utf8');

  it('has no scripts that npm would run or warn of, and is put back afterwards', () => {
    const folder = fresh();
    expect(run(process.execPath, [script], { cwd: folder }).code).toBe(0);
    const { scripts, devDependencies, ...rest } = JSON.parse(manifest(folder)) as Record<
      string,
      unknown
    >;
    expect([scripts, devDependencies]).toEqual([undefined, undefined]);
    expect(rest).toMatchObject({
      name: 'k8s-audit',
      bin: expect.anything(),
      exports: expect.anything(),
    });
    expect(run(process.execPath, [script, '--undo'], { cwd: folder }).code).toBe(0);
    expect(manifest(folder)).toBe(text);
    expect(run(process.execPath, [script, '--undo'], { cwd: folder }).code).toBe(0);
    expect(manifest(folder)).toBe(text);
  });

  it('survives packing that was broken off', () => {
    const folder = fresh();
    run(process.execPath, [script], { cwd: folder });
    run(process.execPath, [script], { cwd: folder });
    run(process.execPath, [script, '--undo'], { cwd: folder });
    expect(manifest(folder)).toBe(text);
  });

  it('leaves what it keeps meanwhile out of the package', () => {
    const folder = fresh();
    run(process.execPath, [script], { cwd: folder });
    const kept = readdirSync(join(folder, 'dist'));
    expect(kept).toHaveLength(1);
    expect(PACKAGE.files).toContain(`!dist/${kept[0]}`);
  });

  it('is written so by the scripts of npm', () => {
    expect(PACKAGE.scripts['prepack']).toMatch(/pack-manifest\.mjs$/);
    expect(PACKAGE.scripts['postpack']).toMatch(/pack-manifest\.mjs --undo$/);
  });
});
