import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../../src/cli/commands/index.ts';
import { COMMAND_OPTIONS, type CommandName } from '../../../src/cli/flags/command-options.ts';
import { OPTIONS } from '../../../src/cli/flags/options.ts';
import { FORMAT_NAMES } from '../../../src/outputs/index.ts';
import { runCli, type CliOptions, type CliResult } from '../run-cli.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'formats-'));

function file(name: string, text: string): string {
  writeFileSync(join(FOLDER, name), text);
  return join(FOLDER, name);
}

/** A C1 control sequence introducer and a right-to-left override: what JSON leaves as it is. */
const STEERING = 'eve\u009b31m\u202e';
const EVENTS = `${JSON.stringify({
  kind: 'Event',
  apiVersion: 'audit.k8s.io/v1',
  level: 'Request',
  auditID: 'a-1',
  stage: 'ResponseComplete',
  verb: 'create',
  requestURI: '/api/v1/namespaces/shop/pods/web/exec?command=sh',
  user: { username: STEERING },
  objectRef: { resource: 'pods', subresource: 'exec', namespace: 'shop', name: 'web' },
  responseStatus: { code: 101 },
  requestReceivedTimestamp: '2026-01-01T00:00:00.000000Z',
  stageTimestamp: '2026-01-01T00:00:01.000000Z',
})}\n`;
const LOG = file('a.log', EVENTS);
const RULES = file(
  'r.yaml',
  '- rule: Mine\n  desc: d\n  condition: ka.verb = create\n  output: by %ka.user.name\n' +
    '  priority: WARNING\n  source: k8s_audit\n',
);
const TESTS = file(
  't.yaml',
  `default-rules: false\nfiles: [${RULES}]\nevents:\n  get: {kind: Event, verb: get}\n` +
    'tests:\n  - {rule: Mine, silent: [get]}\n',
);
const AUDIT_POLICY = file(
  'p.yaml',
  'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n  - level: Metadata\n',
);

const BASELINE = file(
  'known.ndjson',
  `${JSON.stringify({ rule: 'Mine', priority: 'Warning', output: STEERING, k8s_audit: { fingerprint: 'a'.repeat(32) } })}\n`,
);

const PART = join(FOLDER, 'a.part');
await runCli({ args: ['scan', LOG, '-r', RULES, '--no-default-rules', '-q', '--partial', PART] });

/** Runs a command; one that receives events gets those of the log. */
function runCommand(name: CommandName, options: CliOptions): Promise<CliResult> {
  return runCli(name === 'serve' ? { ...options, received: EVENTS } : options);
}

/** Arguments with which each command that has formats prints something. */
const ARGUMENTS: Readonly<Partial<Record<CommandName, readonly string[]>>> = {
  scan: [LOG, '-r', RULES, '--no-default-rules'],
  serve: ['--listen', '127.0.0.1:0', '-r', RULES, '--no-default-rules'],
  merge: [PART, '-r', RULES, '--no-default-rules'],
  incidents: [LOG, '-r', RULES, '--no-default-rules'],
  activity: [LOG],
  tune: [LOG, '-r', RULES, '--no-default-rules', '--per-hour', '0'],
  'activity identity': ['eve*', LOG],
  'activity object': ['shop/pods/web', LOG],
  'activity sessions': [LOG],
  'activity stats': [LOG],
  show: ['a-1', LOG],
  explain: ['a-1', LOG, '--rule', 'Attach/Exec Pod'],
  setup: ['k3s'],
  // One rule: what all rules need takes long to work out.
  'setup audit-policy': ['--check', AUDIT_POLICY, '--rule', 'Create Privileged Pod'],
  'setup webhook': ['k3s'],
  doctor: [LOG, '--rule', 'Create Privileged Pod'],
  'rules check': [RULES],
  'rules list': [],
  'rules show': ['Attach/Exec Pod'],
  'rules diff': ['-r', RULES],
  'rules export': ['-r', RULES, '--no-default-rules'],
  'rules coverage': [],
  'rules test': [TESTS],
  'policies list': [],
  'policies show': ['K8s Threat Detection'],
  'policies validate': [],
  'config show': [],
  'baseline show': [BASELINE],
  inputs: [],
  fields: [],
};

/** The format option of a command. */
function formatOption(command: CommandName): (typeof OPTIONS)[keyof typeof OPTIONS] | undefined {
  const name = COMMAND_OPTIONS[command].find((each) =>
    OPTIONS[each].flags.startsWith('-f, --format'),
  );
  return name === undefined ? undefined : OPTIONS[name];
}

function formatsOf(command: CommandName): readonly string[] {
  const option = formatOption(command);
  return option !== undefined && 'choices' in option ? (option.choices ?? []) : [];
}

/** Whether a text is of a format, as far as one can tell in a line. */
function looksLike(format: string, text: string): boolean {
  switch (format) {
    case 'json':
    case 'sarif':
      return typeof JSON.parse(text) === 'object';
    case 'ecs':
    case 'ocsf':
    case 'ndjson':
      return text.split('\n').every((line) => line === '' || typeof JSON.parse(line) === 'object');
    case 'parquet':
      return text.startsWith('PAR1') && text.endsWith('PAR1');
    case 'markdown':
      return /^(?:\||#)/m.test(text);
    case 'html':
    case 'junit':
      return text.startsWith('<');
    default:
      return !text.startsWith('{');
  }
}

const COMMAND_NAMES = COMMANDS.map(({ name }) => name as CommandName);

test('every command with formats is tried', () => {
  expect(COMMAND_NAMES.filter((name) => formatsOf(name).length > 0).toSorted()).toEqual(
    Object.keys(ARGUMENTS).toSorted(),
  );
});

describe.each(Object.entries(ARGUMENTS) as [CommandName, readonly string[]][])(
  '%s',
  (name, args) => {
    const formats = formatsOf(name);
    const run = (...more: string[]): ReturnType<typeof runCli> =>
      runCommand(name, { args: [...name.split(' '), ...args, ...more] });

    test('names its formats in help, and no other', async () => {
      const { stdout } = await runCli({ args: [...name.split(' '), '--help'], columns: 100 });
      const help = stdout.replaceAll(/\s+/g, ' ');
      expect(help).toContain(`--format <format> ${formatOption(name)!.description}`);
      // A tuning file and exported rules are no reports of findings.
      const shown = [...FORMAT_NAMES, 'yaml', 'falco', 'clickhouse'].filter((format) =>
        new RegExp(`\\b${format}\\b`).test(formatOption(name)!.description),
      );
      expect(shown.toSorted()).toEqual(formats.toSorted());
    });

    test.each(formats)('prints %s', async (format) => {
      const { stdout, stderr, code } = await run('-f', format);
      expect({ code, refused: /format '|--format/.test(stderr) }).toEqual({
        code: 0,
        refused: false,
      });
      expect(stdout).not.toBe('');
      expect(looksLike(format, stdout)).toBe(true);
    });

    test.each(FORMAT_NAMES.filter((format) => !formats.includes(format)))(
      'refuses %s before it reads anything',
      async (format) => {
        const { stdout, stderr, code } = await run('-f', format);
        expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
        expect(stderr).toContain(
          `'${format}' is not valid. Allowed values are ${formats.join(', ')}`,
        );
      },
    );

    test.each(formats)('sends nothing in %s that steers a terminal', async (format) => {
      const { stdout } = await runCommand(name, {
        args: [...name.split(' '), ...args, '-f', format, '--color', 'never'].filter(
          (arg, index, all) =>
            COMMAND_OPTIONS[name].some((each) => each === 'color') ||
            (arg !== '--color' && all[index - 1] !== '--color'),
        ),
        tty: true,
      });
      expect(stdout.replaceAll(/[\n\r\t]/g, '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    });
  },
);

test('an audit policy is YAML', async () => {
  const { stdout, stderr, code } = await runCli({ args: ['setup', 'audit-policy', '-f', 'json'] });
  expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
  expect(stderr).toContain('there is no json format (--format is for --check)');
});

test('exported rules go to a file, whatever its name', async () => {
  const { stdout, code } = await runCli({ args: ['rules', 'export', '-o', join(FOLDER, 'a=b')] });
  expect({ stdout, code }).toEqual({ stdout: '', code: 0 });
});
