import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { emptyFolder, has, ROOT, run, SAMPLE, textOf, type Run } from './product.ts';

const ACTION = load(textOf('action.yml')) as {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: {
    readonly using: string;
    readonly steps: readonly {
      readonly id?: string;
      readonly run: string;
      readonly env?: Readonly<Record<string, string>>;
    }[];
  };
};
const SCAN = ACTION.runs.steps.find(({ id }) => id === 'scan')!;
const SCRIPT = '.github/scripts/action.sh';
const INSTALL = '.github/scripts/action-install.sh';

describe('action.yml', () => {
  it('hands every input to the script as a variable, and never into a script', () => {
    const env = SCAN.env!;
    for (const name of Object.keys(ACTION.inputs)) {
      const variable = `INPUT_${name.toUpperCase().replaceAll('-', '_')}`;
      expect(env[variable]).toBe(`\${{ inputs.${name} }}`);
      expect(textOf(SCRIPT)).toContain(`\${${variable}:-}`);
    }
    for (const step of ACTION.runs.steps) expect(step.run).not.toContain('${{');
  });

  it('names files that exist', () => {
    expect(SCAN.run).toBe(`bash "$ACTION_PATH/${SCRIPT}"`);
    expect(existsSync(join(ROOT, SCRIPT))).toBe(true);
    const install = ACTION.runs.steps.find(({ id }) => id === 'install')!;
    expect(install.run).toBe(`bash "$ACTION_PATH/${INSTALL}"`);
    expect(existsSync(join(ROOT, INSTALL))).toBe(true);
    expect(SCAN.env!['K8S_AUDIT']).toBe('${{ steps.install.outputs.program }}');
  });

  it('has outputs that the scan sets', () => {
    const names = Object.keys(ACTION.outputs);
    expect(names).toEqual(['exit-code', 'findings', 'high']);
    for (const name of names) {
      expect(ACTION.outputs[name]!.value).toBe(`\${{ steps.scan.outputs.${name} }}`);
    }
  });
});

/** Runs the script as GitHub would. */
function act(inputs: Readonly<Record<string, string>>): Run & { folder: string } {
  const folder = emptyFolder();
  const defaults = Object.entries(ACTION.inputs).map(([name, input]) => [
    name,
    input.default ?? '',
  ]);
  const given = { ...Object.fromEntries(defaults), ...inputs } as Record<string, string>;
  const env = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      `INPUT_${name.toUpperCase().replaceAll('-', '_')}`,
      value,
    ]),
  );
  const result = run('bash', [join(ROOT, SCRIPT)], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      ...env,
      K8S_AUDIT: join(ROOT, 'bin', 'k8s-audit.js'),
      GITHUB_OUTPUT: join(folder, 'output'),
      GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
    },
  });
  return { ...result, folder };
}

describe.skipIf(!has('bash'))('the action', () => {
  it('annotates, reports and fails at the gate', () => {
    const inputs = {
      paths: `${SAMPLE}\n`,
      'fail-on': 'critical',
      sarif: 'a.sarif',
      html: 'a b.html',
    };
    const { folder, stdout, stderr, code } = act(inputs);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^::error file=.*coin-miner\.log,line=\d+,title=Critical/);
    expect(stderr).toMatch(/\nk8s-audit: gate: .* at or above critical/);
    expect(readFileSync(join(folder, 'output'), 'utf8')).toMatch(
      /^findings=[1-9]\d*\nhigh=[1-9]\d*\nexit-code=1\n$/,
    );
    expect(readFileSync(join(folder, 'summary.md'), 'utf8')).toContain('Coin Miner in Workload');
    expect(existsSync(join(folder, 'a.sarif'))).toBe(true);
    expect(existsSync(join(folder, 'a b.html'))).toBe(true);
  });

  it('passes without limits, and takes several paths and arguments', () => {
    const other = join(ROOT, 'samples', 'secret-dump.log');
    const { code, stderr } = act({
      paths: `${SAMPLE}\n\n${other}`,
      args: '--min-priority\ncritical',
      'max-findings': '1000',
      strict: 'true',
      junit: 'a.xml',
    });
    expect(code).toBe(0);
    expect(stderr).toContain('2 inputs');
  });

  it('takes rules and a baseline', () => {
    const rules = join(emptyFolder(), 'my rules.yaml');
    writeFileSync(rules, '- list: my_list\n  items: [a]\n');
    chmodSync(rules, 0o600);
    const baseline = join(emptyFolder(), 'known.json');
    act({ paths: SAMPLE, args: `--write-baseline\n${baseline}` });
    const { code, stdout } = act({ paths: SAMPLE, rules, baseline, 'fail-on': 'debug' });
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  });

  it.each([
    ['an empty path', { paths: ' \n' }, 'the input paths is empty'],
    [
      'another word for true',
      { paths: SAMPLE, strict: 'yes' },
      'the input strict is true or false',
    ],
  ])('ends with 2 for %s', (_, inputs, message) => {
    const { folder, code, stdout } = act(inputs);
    expect({ code, stdout }).toEqual({ code: 2, stdout: `::error title=k8s-audit::${message}\n` });
    expect(readFileSync(join(folder, 'output'), 'utf8')).toBe('exit-code=2\n');
  });

  it('takes no input for a command or an option', () => {
    const { folder, code, stderr } = act({ paths: '--version; $(touch owned) `touch owned`' });
    expect(code).toBe(2);
    expect(stderr).toContain('--version; $(touch owned) `touch owned`: ');
    expect(existsSync(join(folder, 'owned'))).toBe(false);
  });
});

const PLATFORM = `${process.platform}-${process.arch}`;
/** Platforms that releases have an executable for. */
const isReleased = /^(?:linux|darwin)-(?:x64|arm64)$/.test(PLATFORM);

describe.skipIf(!has('bash') || !has('curl') || !isReleased)('the installation', () => {
  /** Installs from a folder of releases, into an action that is not built and that npm cannot build. */
  function install(releases: string, ref: string, uname?: string): Run & { output: string } {
    const folder = emptyFolder();
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'npm'), '#!/bin/sh\necho "npm $*"\n', { mode: 0o755 });
    // What bash says on a runner with Windows: `uname -s` and `uname -m`.
    if (uname !== undefined) {
      const script = `#!/bin/sh\nif [ "$1" = -s ]; then echo ${uname}; else echo x86_64; fi\n`;
      writeFileSync(join(bin, 'uname'), script, { mode: 0o755 });
    }
    const output = join(folder, 'output');
    const result = run('bash', [join(ROOT, INSTALL)], {
      env: {
        PATH: `${bin}:${process.env['PATH']}`,
        ACTION_PATH: folder,
        ACTION_REF: ref,
        RELEASES: `file://${releases}`,
        RUNNER_TEMP: folder,
        GITHUB_OUTPUT: output,
      },
    });
    return { ...result, output: existsSync(output) ? readFileSync(output, 'utf8') : '' };
  }

  /** A release with an executable that says who it is. */
  function release(sum?: string): string {
    const folder = emptyFolder();
    const place = join(folder, 'v1.2.3');
    mkdirSync(place);
    writeFileSync(join(place, 'k8s-audit'), '#!/bin/sh\necho released "$@"\n', { mode: 0o755 });
    const archive = `k8s-audit-1.2.3-${PLATFORM}.tar.gz`;
    run('tar', ['-czf', join(place, archive), '-C', place, 'k8s-audit']);
    const bytes = readFileSync(join(place, archive));
    const real = createHash('sha256').update(bytes).digest('hex');
    writeFileSync(
      join(place, 'SHA256SUMS'),
      `${'0'.repeat(64)}  other.tar.gz\n${sum ?? real}  ${archive}\n`,
    );
    return folder;
  }

  it('takes the executable of the release that the action is used at', () => {
    const { output, code, stdout } = install(release(), 'v1.2.3');
    expect([code, stdout]).toEqual([0, '']);
    const program = /^program=(.*)\n$/.exec(output)![1]!;
    expect(run(program, ['scan']).stdout).toBe('released scan\n');
  });

  it.each(['main', 'v1.2.4', 'v1.2', '0123456789abcdef', 'v1.2.3/../..', ''])(
    'builds from source at %j',
    (ref) => {
      const { output, code, stdout } = install(release(), ref);
      expect([code, stdout]).toEqual([0, expect.stringMatching(/built from source\nnpm ci\n$/)]);
      expect(output).toMatch(/^program=.*\/bin\/k8s-audit\.js\n$/);
    },
  );

  // unzip knows no --version.
  it.skipIf(run('unzip', ['-v']).code !== 0)(
    'takes the executable from the zip file on Windows',
    () => {
      const folder = emptyFolder();
      mkdirSync(join(folder, 'v1.2.3'));
      const said = new TextEncoder().encode('#!/bin/sh\necho "released for windows"\n');
      const bytes = zipSync({ 'k8s-audit.exe': said, LICENSE: new Uint8Array() });
      const archive = 'k8s-audit-1.2.3-win32-x64.zip';
      writeFileSync(join(folder, 'v1.2.3', archive), bytes);
      const sum = createHash('sha256').update(bytes).digest('hex');
      writeFileSync(join(folder, 'v1.2.3', 'SHA256SUMS'), `${sum}  ${archive}\n`);
      const { output, code } = install(folder, 'v1.2.3', 'MINGW64_NT-10.0-20348');
      expect(code).toBe(0);
      const program = /^program=(.*\.exe)\n$/.exec(output)![1]!;
      expect(run(program, []).stdout).toBe('released for windows\n');
    },
  );

  it('refuses an executable that is not the one of the release', () => {
    const { output, code, stderr } = install(release('1'.repeat(64)), 'v1.2.3');
    expect([code, output]).toEqual([1, '']);
    expect(stderr).toMatch(/is not what SHA256SUMS of the release says/);
  });
});
