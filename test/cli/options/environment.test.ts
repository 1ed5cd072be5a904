import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../../src/cli/commands/index.ts';
import {
  CONFIG_OPTIONS,
  optionEnv,
  optionKey,
  optionRecord,
} from '../../../src/cli/flags/option-keys.ts';
import { OPTIONS, type OptionName } from '../../../src/cli/flags/options.ts';
import { ROOT, runCli, type CliResult } from '../run-cli.ts';

/** A value that an option takes. */
function sample(name: OptionName): string {
  const { parse, choices, suggests } = optionRecord(name);
  if (parse === undefined) return 'true';
  const candidates = [...(choices ?? []), ...(suggests ?? []), '1', '1s', '2026-01-01', 'UTC'];
  const good = candidates.find((text) => {
    try {
      parse(text, { now: 0 });
      return true;
    } catch {
      return false;
    }
  });
  if (good === undefined) throw new Error(`no sample for ${name}`);
  return good;
}

const NAMES = CONFIG_OPTIONS.filter((name) => name !== 'config');
const EVERYTHING = Object.fromEntries(NAMES.map((name) => [optionEnv(name), sample(name)]));

interface Shown {
  readonly command: string;
  readonly options: readonly { key: string; origin: string }[];
  readonly without_effect: readonly { key: string; origin: string; commands: string[] }[];
}

async function shown(command: string, env: Record<string, string>): Promise<Shown> {
  const args = ['config', 'show', '--for', command, '-f', 'json'];
  return JSON.parse((await runCli({ args, env, cwd: tmpdir() })).stdout) as Shown;
}

describe.each(COMMANDS.map((command) => [command.name, command] as const))(
  '%s',
  (name, command) => {
    const own = command.options.filter((option) => option !== 'config' && NAMES.includes(option));

    test('takes each of its options from the environment, or config show says that it does not', async () => {
      const { options, without_effect: idle, command: of } = await shown(name, EVERYTHING);
      expect(of).toBe(name);
      expect(options.filter(({ key }) => key !== 'config')).toEqual(
        own.map((option) =>
          expect.objectContaining({ key: optionKey(option), origin: optionEnv(option) }),
        ),
      );
      const others = NAMES.filter((option) => !own.includes(option));
      expect(idle.map(({ origin }) => origin).toSorted()).toEqual(others.map(optionEnv).toSorted());
      for (const { commands } of idle) expect(commands).not.toContain(name);
      for (const { commands } of idle) expect(commands).not.toEqual([]);
    });
  },
);

describe('commands obey variables as they obey flags', () => {
  const both = async (
    words: string[],
    flags: string[],
    env: Record<string, string>,
  ): Promise<[CliResult, CliResult, CliResult]> => [
    await runCli({ args: words }),
    await runCli({ args: [...words, ...flags] }),
    await runCli({ args: words, env }),
  ];
  const log = join(ROOT, 'samples/exec-session.log');

  test.each([
    [['rules', 'list'], ['--min-priority', 'critical'], { K8S_AUDIT_MIN_PRIORITY: 'critical' }],
    [['rules', 'list'], ['--tag', 'T1611'], { K8S_AUDIT_TAG: 'T1611' }],
    [['rules', 'list'], ['--all-rules'], { K8S_AUDIT_ALL_RULES: '1' }],
    [['rules', 'list'], ['--disable-rule', '*'], { K8S_AUDIT_DISABLE_RULE: '*' }],
    [['rules', 'export'], ['--rule', 'Attach*'], { K8S_AUDIT_RULE: 'Attach*' }],
    [['rules', 'coverage'], ['--tag', 'T1611'], { K8S_AUDIT_TAG: 'T1611' }],
    [['setup', 'audit-policy'], ['--rule', 'Attach*'], { K8S_AUDIT_RULE: 'Attach*' }],
    [['activity', log], ['--by', 'user'], { K8S_AUDIT_BY: 'user' }],
    [['doctor', log, '--rule', 'port-forward'], ['--verb', 'list'], { K8S_AUDIT_VERB: 'list' }],
  ] as const)('%j with %j', async (words, flags, env) => {
    const [plain, flag, variable] = await both([...words], [...flags], { ...env });
    expect(variable).toEqual(flag);
    expect(variable.stdout).not.toBe(plain.stdout);
  });

  test('a new policy holds what its command line says, nothing else', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'environment-'));
    const file = join(cwd, 'k8s-audit.yaml');
    writeFileSync(file, 'tag: [T1611]\nseverity: [low]\ndisable-rule: ["*"]\n');
    const env = { K8S_AUDIT_RULE: 'Attach/Exec Pod', K8S_AUDIT_ENABLE_RULE: 'Attach/Exec Pod' };
    const args = ['policies', 'create', 'Mine', '--severity', 'high', '--rule', 'K8s Secret *'];
    expect((await runCli({ args, cwd, env })).stderr).toBe('Mine created in k8s-audit.yaml\n');
    const [, policy] = readFileSync(file, 'utf8').split('policies:\n');
    expect(policy!.replaceAll(/^ +/gm, '')).toBe(
      '- name: Mine\nseverity: high\nrules:\n- "K8s Secret *"\n',
    );
  });

  test('a command that reads no configuration obeys variables', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'environment-'));
    writeFileSync(join(cwd, 'k8s-audit.yaml'), 'a: [');
    const args = ['config', 'init', '--force'];
    const env = { K8S_AUDIT_QUIET: 'true', K8S_AUDIT_STRICT: 'wrong' };
    expect(await runCli({ args, cwd, env })).toEqual({ stdout: '', stderr: '', code: 0 });
  });
});

test('a shell starts with its completion, whatever the configuration of the folder', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'environment-'));
  writeFileSync(join(cwd, 'k8s-audit.yaml'), 'a: [');
  const { stderr, code } = await runCli({ args: ['completion', 'bash'], cwd });
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  expect((await runCli({ args: ['fields'], cwd })).code).toBe(2);
});

describe('variables that set nothing', () => {
  const warnings = async (env: Record<string, string>, ...more: string[]): Promise<string> =>
    (await runCli({ args: ['rules', 'list', ...more], env, cwd: tmpdir() })).stderr;

  test('are warned of with the nearest name, for every command', async () => {
    expect(await warnings({ K8S_AUDIT_FAILON: 'high', K8S_AUDIT_ZZZ: '' })).toBe(
      'warning: K8S_AUDIT_FAILON sets no option (did you mean K8S_AUDIT_FAIL_ON?)\n' +
        'warning: K8S_AUDIT_ZZZ sets no option (k8s-audit config show lists what there is)\n',
    );
    const { stderr } = await runCli({
      args: ['scan', join(ROOT, 'samples/quiet-cluster.log'), '--no-summary'],
      env: { K8S_AUDIT_FAILON: 'high' },
    });
    expect(stderr).toContain('did you mean K8S_AUDIT_FAIL_ON?');
  });

  test.each(
    (Object.keys(OPTIONS) as OptionName[])
      .filter((name) => !CONFIG_OPTIONS.map(optionEnv).includes(optionEnv(name)))
      .map((name) => [optionEnv(name), optionKey(name)]),
  )('%s: --%s is for the command line alone', async (variable, key) => {
    expect(await warnings({ [variable]: 'x' })).toBe(
      `warning: ${variable} has no effect: --${key} is for the command line alone\n`,
    );
  });

  test('are no matter with --quiet, wherever it is said', async () => {
    expect(await warnings({ K8S_AUDIT_FAILON: 'high' }, '--quiet')).toBe('');
    const quiet = { K8S_AUDIT_FAILON: 'high', K8S_AUDIT_QUIET: '1' };
    expect(await warnings(quiet)).toBe('');
    expect((await runCli({ args: ['fields'], env: quiet })).stderr).toBe('');
  });

  test('are those that Kubernetes sets for a service of this name', async () => {
    const env = {
      K8S_AUDIT_SERVICE_HOST: '10.0.0.1',
      K8S_AUDIT_SERVICE_PORT: '80',
      K8S_AUDIT_SERVICE_PORT_HTTP: '80',
      K8S_AUDIT_PORT: 'tcp://10.0.0.1:80',
      K8S_AUDIT_PORT_80_TCP: 'tcp://10.0.0.1:80',
      K8S_AUDIT_PORT_80_TCP_PROTO: 'tcp',
      K8S_AUDIT_WEB_PORT_80_TCP_ADDR: '10.0.0.1',
    };
    expect(await warnings(env)).toBe('');
    expect(Object.keys(EVERYTHING).filter((name) => /_PORT(?:_|$)/.test(name))).toEqual([]);
  });

  test('config show refuses a command that there is not', async () => {
    const { stderr, code } = await runCli({ args: ['config', 'show', '--for', 'rules lst'] });
    expect({ stderr, code }).toEqual({
      stderr:
        "k8s-audit: no command is called 'rules lst' (did you mean 'rules list' or 'rules test'?)\n",
      code: 2,
    });
  });

  test('config show tells which commands a value is for', async () => {
    const env = { K8S_AUDIT_BY: 'user' };
    const { stdout } = await runCli({ args: ['config', 'show'], env, cwd: tmpdir() });
    expect(stdout).toContain('Command: scan\n');
    expect(stdout).toMatch(/Without effect on scan:\nKEY .*\nby +user +K8S_AUDIT_BY +activity\n$/);
  });
});
