import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { beforeAll, describe, expect, it } from 'vitest';
import { emptyFolder, has, PACKAGE, ROOT, run, textOf, type Run } from './product.ts';

const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64'];

function archiveOf(platform: string): string {
  const extension = platform === 'win32-x64' ? 'zip' : 'tar.gz';
  return `k8s-audit-${PACKAGE.version}-${platform}.${extension}`;
}

const HOMEPAGE = 'https://git.example/k8s-audit';
const BASE = `${HOMEPAGE}/releases/download/v${PACKAGE.version}`;

describe('a release', () => {
  const folder = emptyFolder();
  const sums = new Map<string, string>();
  const release = (): Run =>
    run(process.execPath, [join(ROOT, '.github/scripts/release.mjs'), HOMEPAGE, BASE, folder]);
  let withoutArchives: Run;
  let complete: Run;

  beforeAll(() => {
    withoutArchives = release();
    for (const platform of PLATFORMS) {
      const name = archiveOf(platform);
      writeFileSync(join(folder, name), platform);
      sums.set(name, createHash('sha256').update(platform).digest('hex'));
    }
    complete = release();
  });

  it('needs every archive', () => {
    expect(withoutArchives.code).toBe(1);
    expect(withoutArchives.stderr).toContain(`lacks k8s-audit-${PACKAGE.version}-linux-x64.tar.gz`);
  });

  it('is written without remarks', () => {
    expect(complete).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('has checksums', () => {
    const lines = readFileSync(join(folder, 'SHA256SUMS'), 'utf8').trimEnd().split('\n');
    expect(new Set(lines)).toEqual(new Set([...sums].map(([name, sum]) => `${sum}  ${name}`)));
  });

  it('has a krew manifest for every platform', () => {
    const plugin = load(readFileSync(join(folder, 'audit-log.yaml'), 'utf8')) as {
      kind: string;
      metadata: { name: string };
      spec: {
        version: string;
        homepage: string;
        shortDescription: string;
        platforms: { uri: string; sha256: string; bin: string }[];
      };
    };
    expect(plugin).toMatchObject({
      apiVersion: 'krew.googlecontainertools.github.com/v1alpha2',
      kind: 'Plugin',
      metadata: { name: 'audit-log' },
      spec: { version: `v${PACKAGE.version}`, homepage: HOMEPAGE },
    });
    // krew's index refuses longer ones.
    expect(plugin.spec.shortDescription.length).toBeLessThanOrEqual(50);
    expect(plugin.spec.platforms.map(({ uri, sha256 }) => [uri, sha256])).toEqual(
      [...sums].map(([name, sum]) => [`${BASE}/${name}`, sum]),
    );
    expect(plugin.spec.platforms.map(({ bin }) => bin)).toEqual(
      PLATFORMS.map((platform) => (platform === 'win32-x64' ? 'k8s-audit.exe' : 'k8s-audit')),
    );
  });

  it('has a Homebrew formula for every platform of Homebrew', () => {
    const formula = readFileSync(join(folder, 'k8s-audit.rb'), 'utf8');
    expect(formula).not.toContain('{{');
    expect(formula).toContain(`version "${PACKAGE.version}"`);
    // Homebrew has no Windows.
    const here = PLATFORMS.filter((platform) => platform !== 'win32-x64').map(archiveOf);
    for (const name of here) {
      expect(formula).toContain(`url "${BASE}/${name}"\n      sha256 "${sums.get(name)}"`);
    }
    const installed = [...formula.matchAll(/\.install "([^"]+)"/g)].map(([, file]) => file!);
    expect(installed).toEqual(['k8s-audit', 'k8s-audit.1']);
    for (const file of installed) expect(textOf('.github/scripts/archive.mjs')).toContain(file);
  });

  it.skipIf(!has('ruby'))('has a Homebrew formula that Ruby accepts', () => {
    expect(run('ruby', ['-c', join(folder, 'k8s-audit.rb')]).code).toBe(0);
  });
});

describe('Dockerfile', () => {
  const lines = textOf('Dockerfile').replaceAll('\\\n', ' ').split('\n');

  it('copies what a build leaves', () => {
    const copied = lines
      .flatMap((line) => /^COPY --from=build (.+) \S+$/.exec(line)?.[1]?.split(' ') ?? [])
      .map((path) => path.replace('/src/', ''));
    expect(copied).toContain('dist');
    for (const path of copied) expect(existsSync(join(ROOT, path))).toBe(true);
  });

  it('is given what its build needs', () => {
    const kept = new Set(
      textOf('.dockerignore')
        .split('\n')
        .filter((line) => line.startsWith('!'))
        .map((line) => line.slice(1)),
    );
    for (const path of kept) expect(existsSync(join(ROOT, path))).toBe(true);
    const first = lines
      .find((line) => line.startsWith('COPY package.json'))!
      .split(' ')
      .slice(1, -1);
    for (const path of first) expect(kept).toContain(path);
    for (const path of ['src', 'bin', 'rules', 'tsconfig.json', '.github/scripts']) {
      expect(kept).toContain(path);
    }
  });

  it('starts the program on a Node that it supports', () => {
    const from = lines.filter((line) => line.startsWith('FROM '));
    const [, major] = /^FROM node:(\d+)\.\d+\.\d+-bookworm-slim@sha256:[0-9a-f]{64}$/.exec(
      from[1]!,
    )!;
    expect(from).toEqual([`${from[1]} AS build`, from[1]]);
    expect(Number(major)).toBeGreaterThanOrEqual(Number(/\d+/.exec(PACKAGE.engines.node)![0]));
    expect(lines).toContain('ENTRYPOINT ["node", "/app/bin/k8s-audit.js"]');
    expect(lines).toContain('USER node');
    // What docs/ci.md runs in the image.
    expect(lines).toContain('RUN ln -s /app/bin/k8s-audit.js /usr/local/bin/k8s-audit');
  });
});

describe('the workflows', () => {
  it.each(readdirSync(join(ROOT, '.github/workflows')))(
    '%s is YAML and names what exists',
    (name) => {
      const text = textOf(`.github/workflows/${name}`);
      expect(load(text)).toHaveProperty('jobs');
      for (const [, script] of text.matchAll(/npm run ([\w:]+)/g)) {
        expect(PACKAGE.scripts).toHaveProperty([script!]);
      }
      for (const [path] of text.matchAll(/\.github\/scripts\/[\w.-]+/g)) {
        expect(existsSync(join(ROOT, path))).toBe(true);
      }
      // A tag can be moved to other code, a commit cannot.
      const uses = [...text.matchAll(/uses: (.*)/g)].map(([, use]) => use);
      expect(uses.filter((use) => !/^[\w/-]+@[0-9a-f]{40} # v\d/.test(use!))).toEqual([]);
      expect(text).toMatch(/^permissions:\n {2}contents: read$/m);
      // A value of an event in a script could be a command.
      for (const [script] of text.matchAll(/run: (?:\|\n(?: {10}.*\n)+|.*)/g)) {
        expect(script).not.toContain('${{');
      }
    },
  );
});

describe('the issue forms', () => {
  const names = readdirSync(join(ROOT, '.github/ISSUE_TEMPLATE')).filter(
    (name) => name !== 'config.yml',
  );

  it.each(names)('%s has a name, a description and fields of its own', (name) => {
    const form = load(textOf(`.github/ISSUE_TEMPLATE/${name}`)) as {
      name: string;
      description: string;
      body: { type: string; id?: string; attributes: { label?: string } }[];
    };
    expect([form.name, form.description].filter(Boolean)).toHaveLength(2);
    const fields = form.body.filter(({ type }) => type !== 'markdown');
    const ids = fields.map(({ id }) => id);
    expect(new Set(ids).size).toBe(fields.length);
    expect(ids).not.toContain(undefined);
    for (const { attributes } of fields) expect(attributes.label).toBeTruthy();
  });
});
