import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/index.ts';
import { EXIT_CODES } from '../../src/cli/terminal/exit.ts';
import { OPTIONS, type OptionName } from '../../src/cli/flags/options.ts';
import { runCli } from './run-cli.ts';

describe('near matches of a mistyped command', () => {
  test.each([
    [['scna'], "scna: no such file or directory (did you mean the command 'scan'?)"],
    [['fieldz'], "(did you mean the command 'fields'?)"],
    [['rulse', 'list'], "rulse: no such file or directory (did you mean the command 'rules'?)"],
    [['rules', 'lst'], 'Did you mean list?'],
    [['help', 'scna'], "no command is called 'scna' (did you mean the command 'scan'?)"],
    [['help', 'rules', 'lst'], "called 'rules lst' (did you mean the command 'rules list'?)"],
    [['rules'], 'rules needs one of its commands: check, list, show'],
    [['fields', 'a', 'b'], 'too many arguments'],
    [['rules', 'check'], "missing required argument 'paths'"],
  ])('%j', async (args, message) => {
    const { stdout, stderr, code } = await runCli({ args, tty: true });
    expect(stderr.split('\n')[0]).toMatch(/^k8s-audit: /);
    expect(stderr).toContain(message);
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
  });

  test('a path that looks like no command gets no hint', async () => {
    const { stderr } = await runCli({ args: ['scan.lg'] });
    expect(stderr).toBe('k8s-audit: scan.lg: no such file or directory\n');
  });
});

/** Help as if the screen were wide: what was broken into lines is joined. */
function unwrapped(text: string): string {
  return text.replaceAll(/ \\\n +/g, ' ').replaceAll(/\n {4,}/g, ' ');
}

describe('help', () => {
  test('of the program lists commands and exit codes', async () => {
    const { stdout, stderr, code } = await runCli({ args: ['--help'] });
    for (const name of new Set(COMMANDS.map((command) => command.name.split(' ')[0]!))) {
      expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
    }
    const flat = unwrapped(stdout);
    for (const exit of Object.values(EXIT_CODES)) expect(flat).toContain(exit.meaning);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  });

  test.each(COMMANDS.map((command) => [command.name, command] as const))(
    'of %s shows its options, arguments and examples in 80 columns',
    async (name, command) => {
      const { stdout, code } = await runCli({ args: [...name.split(' '), '--help'] });
      for (const option of command.options) {
        expect(stdout).toContain(OPTIONS[option satisfies OptionName].flags);
      }
      for (const example of command.examples) expect(unwrapped(stdout)).toContain(example);
      expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
      expect(code).toBe(0);
    },
  );
});

test.each([['rules', 'list'], ['activity', 'identity'], ['scan']])(
  'help %s %s is that of the command',
  async (...words) => {
    const help = await runCli({ args: ['help', ...words] });
    expect(help).toEqual(await runCli({ args: [...words, '--help'] }));
  },
);

test('--version prints the version alone', async () => {
  const { stdout, code } = await runCli({ args: ['--version'] });
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(code).toBe(0);
});
