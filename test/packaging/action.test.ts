import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
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
    const program = SCAN.env!['K8S_AUDIT']!.replace('${{ github.action_path }}/', '');
    expect(existsSync(join(ROOT, program))).toBe(true);
  });

  it('has an output that the script sets', () => {
    expect(ACTION.outputs['exit-code']!.value).toBe('${{ steps.scan.outputs.exit-code }}');
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
    expect(readFileSync(join(folder, 'output'), 'utf8')).toBe('exit-code=1\n');
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

  it('takes no input for a command or an option', () => {
    const { folder, code, stderr } = act({ paths: '--version; $(touch owned) `touch owned`' });
    expect(code).toBe(2);
    expect(stderr).toContain('--version; $(touch owned) `touch owned`: ');
    expect(existsSync(join(folder, 'owned'))).toBe(false);
  });
});
