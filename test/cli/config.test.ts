import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/index.ts';
import { CONFIG_OPTIONS, optionEnv, optionKey } from '../../src/cli/flags/option-keys.ts';
import { eventLine, folder as folderOf, ruleText } from './events.ts';
import { runCli, type CliOptions, type CliResult } from './run-cli.ts';

const LOG =
  '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"a","stage":"ResponseComplete",' +
  '"verb":"get","user":{"username":"bob"},"requestReceivedTimestamp":"2026-01-01T00:00:00Z"}\n';
const RULES =
  '- rule: Mine\n  desc: d\n  condition: ka.verb = get\n  output: by %ka.user.name\n' +
  '  priority: WARNING\n  source: k8s_audit\n';

/** A folder with these files and a log and rules. */
function project(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'config-'));
  for (const [name, text] of Object.entries({ 'a.log': LOG, 'r.yaml': RULES, ...files })) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

interface ShownConfig {
  readonly files: readonly string[];
  readonly options: readonly { key: string; value: unknown; origin: string }[];
  readonly sections: readonly { key: string; value: unknown; origin: string }[];
}

async function shown(
  options: Omit<CliOptions, 'args'> & { args?: string[] },
): Promise<ShownConfig> {
  const { args = [], ...rest } = options;
  const { stdout } = await runCli({ args: ['config', 'show', '-f', 'json', ...args], ...rest });
  return JSON.parse(stdout) as ShownConfig;
}

function scan(
  options: Omit<CliOptions, 'args'> & { cwd: string; args?: string[] },
): Promise<CliResult> {
  const { args = [], ...rest } = options;
  const log = join(options.cwd, 'a.log');
  return runCli({ args: ['scan', log, '--no-default-rules', '--no-summary', ...args], ...rest });
}

const failOn = ({ options }: ShownConfig): unknown => options.find(({ key }) => key === 'fail-on');

describe('where a value comes from', () => {
  const root = project({
    'k8s-audit.yaml': 'fail-on: high\nlimit: 3\n',
    'deep/er/x.txt': '',
    'other.yaml': 'fail-on: low\n',
    'xdg/k8s-audit/config.yaml': 'fail-on: info\nstrict: true\n',
    'home/.config/k8s-audit/config.yaml': 'strict: true\n',
  });
  const xdg = { XDG_CONFIG_HOME: join(root, 'xdg') };

  test('nothing: the default', async () => {
    expect(failOn(await shown({ cwd: tmpdir() }))).toEqual({
      key: 'fail-on',
      value: null,
      origin: 'default',
    });
  });

  test('the nearest file, in the folder or above it', async () => {
    const here = { key: 'fail-on', value: 'high', origin: 'k8s-audit.yaml:1' };
    expect(failOn(await shown({ cwd: root }))).toEqual(here);
    const deep = await shown({ cwd: join(root, 'deep', 'er') });
    expect(failOn(deep)).toEqual({ ...here, origin: `${join(root, 'k8s-audit.yaml')}:1` });
  });

  test('the file that is named, instead of the nearest', async () => {
    const config = await shown({ cwd: root, args: ['--config', 'other.yaml'] });
    expect(failOn(config)).toMatchObject({ value: 'low', origin: 'other.yaml:1' });
    const env = await shown({ cwd: root, env: { K8S_AUDIT_CONFIG: 'other.yaml' } });
    expect(failOn(env)).toMatchObject({ value: 'low' });
  });

  test("the user's own file, key by key below the project's", async () => {
    const { options, files } = await shown({ cwd: root, env: xdg });
    const of = (key: string): unknown => options.find((option) => option.key === key)?.value;
    expect([of('fail-on'), of('limit'), of('strict')]).toEqual(['high', '3', true]);
    expect(files).toHaveLength(2);
  });

  test.each(['loop', 'x'.repeat(5000), 'k8s-audit.yaml'])(
    'a home folder that cannot be looked into is as good as none: %.10s',
    async (name) => {
      const folder = mkdtempSync(join(tmpdir(), 'home-'));
      symlinkSync(join(folder, 'loop'), join(folder, 'loop'));
      writeFileSync(join(folder, 'k8s-audit.yaml'), '');
      const env = { HOME: join(folder, name), XDG_CONFIG_HOME: '' };
      const { stderr, code } = await runCli({ args: ['config', 'show'], env, cwd: folder });
      expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    },
  );

  test('the home folder stands in for XDG_CONFIG_HOME, relative ones are ignored', async () => {
    const env = { HOME: join(root, 'home'), XDG_CONFIG_HOME: 'xdg' };
    const { options } = await shown({ cwd: tmpdir(), env });
    expect(options.find(({ key }) => key === 'strict')?.value).toBe(true);
  });

  test('the environment before files, the command line before both', async () => {
    const env = { K8S_AUDIT_FAIL_ON: 'medium' };
    expect(failOn(await shown({ cwd: root, env }))).toEqual({
      key: 'fail-on',
      value: 'medium',
      origin: 'K8S_AUDIT_FAIL_ON',
    });
    const args = ['-r', join(root, 'r.yaml'), '--fail-on', 'emergency'];
    expect((await scan({ cwd: root, env, args })).code).toBe(0);
    expect((await scan({ cwd: root, env, args: args.slice(0, 2) })).code).toBe(1);
  });
});

describe('values of files and the environment', () => {
  test('of repeatable options are lists, one text, or comma-separated', async () => {
    const one = project({ 'k8s-audit.yaml': 'rules: r.yaml\n' });
    expect((await scan({ cwd: one })).stdout).toContain('"rule":"Mine"');
    const many = project({ 'k8s-audit.yaml': 'rules: [r.yaml]\nuser: [alice, bob]\n' });
    expect((await scan({ cwd: many })).stdout).toContain('"rule":"Mine"');
    const none = project({ 'k8s-audit.yaml': 'rules: [r.yaml]\n' });
    const env = { K8S_AUDIT_USER: 'alice, carol' };
    expect((await scan({ cwd: none, env })).stdout).toBe('');
  });

  test('that name files are relative to the configuration', async () => {
    const root = project({ 'k8s-audit.yaml': 'rules: [r.yaml]\n', 'sub/x': '' });
    const { stdout } = await runCli({
      args: ['scan', '../a.log', '--no-default-rules', '--no-summary'].map((arg) =>
        arg === '../a.log' ? join(root, 'a.log') : arg,
      ),
      cwd: join(root, 'sub'),
    });
    expect(stdout).toContain('"rule":"Mine"');
  });

  test('that name sinks have paths relative to the configuration, a flag has not', async () => {
    const lines = [
      'to:',
      '  - file=sub/of-file.ndjson,min=low',
      '  - http=file:url.txt,token=file:t',
      '  - loki=http://127.0.0.1:9,header=X-Scope-OrgID:file:t',
    ];
    const root = project({
      'k8s-audit.yaml': ['rules: [r.yaml]', ...lines].join('\n'),
      'sub/x': '',
      'url.txt': 'http://127.0.0.1:9',
      t: 'token',
    });
    const cwd = join(root, 'sub');
    const { options } = await shown({ cwd, args: ['--for', 'serve'] });
    expect(options.find(({ key }) => key === 'to')?.value).toEqual([
      `file=${join(root, 'sub/of-file.ndjson')},min=low`,
      `http=file:${join(root, 'url.txt')},token=file:${join(root, 't')}`,
      `loki=http://127.0.0.1:9,header=X-Scope-OrgID:file:${join(root, 't')}`,
    ]);
  });

  test('switch rules in the order of the file, before the command line', async () => {
    const root = project({
      'k8s-audit.yaml': "rules: [r.yaml]\ndisable-rule: ['*']\nenable-rule: [Mine]\n",
    });
    expect((await scan({ cwd: root })).stdout).toContain('"rule":"Mine"');
    expect((await scan({ cwd: root, args: ['--disable-rule', 'Mine'] })).stdout).toBe('');
    const off = project({
      'k8s-audit.yaml': "rules: [r.yaml]\nenable-rule: [Mine]\ndisable-rule: ['*']\n",
    });
    expect((await scan({ cwd: off })).stdout).toBe('');
  });

  test.each([['true'], ['1']])('K8S_AUDIT_STRICT=%s switches on', async (text) => {
    const { options } = await shown({ cwd: tmpdir(), env: { K8S_AUDIT_STRICT: text } });
    expect(options.find(({ key }) => key === 'strict')?.value).toBe(true);
  });

  test.each([['false'], ['0']])('K8S_AUDIT_STRICT=%s switches off', async (text) => {
    const { options } = await shown({ cwd: tmpdir(), env: { K8S_AUDIT_STRICT: text } });
    expect(options.find(({ key }) => key === 'strict')).toMatchObject({
      value: false,
      origin: 'K8S_AUDIT_STRICT',
    });
  });

  test.each([
    [{ K8S_AUDIT_STRICT: '' }, "K8S_AUDIT_STRICT: strict must be true or false, not ''"],
    [{ K8S_AUDIT_STRICT: 'yes' }, "K8S_AUDIT_STRICT: strict must be true or false, not 'yes'"],
    [{ K8S_AUDIT_FORMAT: '' }, "K8S_AUDIT_FORMAT: format '': Allowed values are"],
    [{ K8S_AUDIT_LIMIT: '-1' }, "K8S_AUDIT_LIMIT: limit '-1': Give a whole number from 0."],
  ])('%j is refused', async (env, message) => {
    const { stderr, code } = await scan({ cwd: project({}), env });
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });

  test.each([
    ['strict: yes', "k8s-audit.yaml:1: strict must be true or false, not 'yes'"],
    ['fail-on: hgh', "k8s-audit.yaml:1: fail-on 'hgh': Severities are"],
    ['limit: [1, 2]', 'k8s-audit.yaml:1: limit must be a single value'],
    ['rules: [{a: b}]', 'k8s-audit.yaml:1: rules must be a text or a list of texts'],
    ['a: [', 'k8s-audit.yaml:1:5: error: this is no YAML'],
    ['- list', 'k8s-audit.yaml:1:1: error: the configuration must be a mapping'],
    ['strict: true\nstrict: false', "k8s-audit.yaml:2:1: error: the key 'strict' comes twice"],
  ])('%j in a file is refused with its place', async (text, message) => {
    const { stderr, code } = await scan({ cwd: project({ 'k8s-audit.yaml': text }) });
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });

  test('formats of a scan leave listings alone', async () => {
    const cwd = project({ 'k8s-audit.yaml': 'format: sarif\n' });
    expect((await runCli({ args: ['policies', 'list'], cwd })).code).toBe(0);
    expect((await scan({ cwd, args: ['-r', join(cwd, 'r.yaml')] })).stdout).toContain('sarif');
  });

  test('an unknown key is warned of with the nearest name, unless quiet', async () => {
    const cwd = project({ 'k8s-audit.yaml': 'min-priorty: high\n' });
    const { stderr, code } = await scan({ cwd, args: ['-r', join(cwd, 'r.yaml')] });
    expect(stderr).toContain("k8s-audit.yaml:1:1: warning: unknown key 'min-priorty'");
    expect(stderr).toContain("did you mean 'min-priority'?");
    expect(code).toBe(0);
    expect((await scan({ cwd, args: ['-q', '-r', join(cwd, 'r.yaml')] })).stderr).toBe('');
  });

  test('a configuration that cannot be read is refused', async () => {
    const { stderr, code } = await scan({ cwd: project({}), args: ['--config', 'nope.yaml'] });
    expect({ stderr, code }).toEqual({
      stderr: 'k8s-audit: cannot read configuration nope.yaml: no such file or directory\n',
      code: 2,
    });
  });
});

test.each([
  [['scan', '--config', 'DIR'], 'configuration'],
  [['policies', 'validate', 'DIR'], 'policies'],
  [['scan', 'r.yaml', '--policy', 'DIR'], 'policies'],
  [['policies', 'enable', 'X', '--config', 'DIR'], 'configuration'],
])('%j says in words why a file cannot be read', async (args, what) => {
  const cwd = project({});
  const dir = join(cwd, 'x.yaml');
  mkdirSync(dir);
  const given = args.map((arg) => (arg === 'DIR' ? dir : arg));
  const { stderr, code } = await runCli({ args: given, cwd });
  expect(stderr).toMatch(
    new RegExp(`^k8s-audit: cannot read ${what} .*x\\.yaml: is a directory\\n$`),
  );
  expect(code).toBe(2);
});

describe('commands that read logs', () => {
  const MINE = ['--no-default-rules', '-r', join(project({}), 'r.yaml')];
  /** What each is called with, besides the log. */
  const READING: Readonly<Record<string, readonly string[]>> = {
    incidents: MINE,
    activity: [],
    'activity identity': ['bob'],
    'activity object': ['namespace/shop'],
    'activity sessions': [],
    'activity stats': [],
    show: ['a'],
    explain: ['a', '--rule', 'Attach/Exec Pod'],
    doctor: [],
    tune: MINE,
    'ignore add': ['a', ...MINE, '--reason', 'drill', '--dry-run'],
  };
  const names = Object.keys(READING);
  const read = (cwd: string, name: string, env: Record<string, string> = {}) =>
    runCli({ args: [...name.split(' '), ...READING[name]!, join(cwd, 'a.log')], cwd, env });
  /** Without the folder, and without a word on settings that do not count here. */
  const outcome = ({ stdout, stderr, code }: CliResult, cwd: string): object => ({
    stdout: stdout.replaceAll(cwd, ''),
    stderr: stderr.replaceAll(cwd, '').replaceAll(/^.*K8S_AUDIT_.*\n/gm, ''),
    code,
  });

  test('are these', () => {
    // What comes over HTTP (serve) is in no path, and what is asked over standard input (mcp) or by a page (ui) is read by these.
    const all = COMMANDS.filter(
      ({ name, options, arguments: args }) =>
        options.includes('inputFormat') && args !== '' && name !== 'mcp' && name !== 'ui',
    );
    expect(all.map(({ name }) => name)).toEqual(['scan', ...names]);
  });

  // Each has formats of its own; one that is set for scans would make them fail.
  test.each(names)('%s writes as usual where the format of scans is set', async (name) => {
    // As many lines in both, and the first one further away than a diff shows.
    const [plain, file] = ['strict: false', 'format: sarif'].map((line) =>
      project({ 'k8s-audit.yaml': `${line}\n${'#\n'.repeat(4)}` }),
    ) as [string, string];
    const usual = outcome(await read(plain, name), plain);
    expect(usual).toMatchObject({ code: 0 });
    expect(usual).not.toMatchObject({ stdout: '', stderr: '' });
    const env = { K8S_AUDIT_FORMAT: 'sarif' };
    expect(outcome(await read(plain, name, env), plain)).toEqual(usual);
    expect(outcome(await read(file, name), file)).toEqual(usual);
  });

  test.each(['incidents', 'activity'])('%s obeys what says which events are read', async (name) => {
    const root = project({ 'k8s-audit.yaml': 'user: [alice]\n' });
    expect((await read(root, name)).stdout).not.toContain('bob');
    expect((await read(root, name, { K8S_AUDIT_USER: 'bob' })).stdout).toContain('bob');
  });
});

describe('every option', () => {
  test('has its own key and environment variable', () => {
    const keys = CONFIG_OPTIONS.map(optionKey);
    expect(new Set(keys).size).toBe(keys.length);
    expect(CONFIG_OPTIONS.map(optionEnv)).toContain('K8S_AUDIT_DEFAULT_RULES');
    for (const key of keys) expect(key).toMatch(/^[a-z][a-z-]*$/);
  });
});

describe('config init', () => {
  test('writes a file that changes nothing, once', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'config-'));
    const first = await runCli({ args: ['config', 'init'], cwd });
    expect(first).toEqual({ stdout: '', stderr: 'k8s-audit.yaml written\n', code: 0 });
    const values = await shown({ cwd });
    expect(values.options.filter(({ origin }) => origin !== 'default')).toEqual([]);
    const second = await runCli({ args: ['config', 'init'], cwd });
    expect(second.stderr).toBe('k8s-audit: k8s-audit.yaml exists (replace it with --force)\n');
    expect(second.code).toBe(2);
    expect((await runCli({ args: ['config', 'init', '--force'], cwd })).code).toBe(0);
  });

  test('can be tried', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'config-'));
    const { stdout } = await runCli({ args: ['config', 'init', '--dry-run'], cwd });
    expect(stdout).toMatch(/^--- \/dev\/null\n\+\+\+ k8s-audit\.yaml\n@@ -0,0 \+1,\d+ @@\n\+#/);
    expect(() => readFileSync(join(cwd, 'k8s-audit.yaml'))).toThrow('ENOENT');
  });
});

describe('config show', () => {
  test('shows keys, values and origins, and what else the file holds', async () => {
    const cwd = project({
      'k8s-audit.yaml':
        'user: [a, b]\npolicies:\n  - {name: K8s Activity Logs, enabled: true}\nignore:\n  - {rule: Mine, reason: x}\n',
    });
    const { stdout } = await runCli({ args: ['config', 'show'], cwd });
    expect(stdout).toMatch(/^user +a, b +k8s-audit\.yaml:1$/m);
    expect(stdout).toMatch(/^policies +1 policy +k8s-audit\.yaml$/m);
    expect(stdout).toMatch(/^ignore +1 entry +k8s-audit\.yaml$/m);
  });
});

test('files in UTF-16, as Windows PowerShell writes them, are read as any other', async () => {
  const dir = folderOf({});
  const put = (name: string, text: string): string => {
    const path = join(dir, name);
    writeFileSync(path, Buffer.from(`\u{feff}${text}`, 'utf16le'));
    return path;
  };
  put('bad.txt', '192.0.2.1\r\n');
  const isBad = 'kx.source_ip.list in (bad)';
  put('own.yaml', `${ruleText('Own', isBad)}\r\n${ruleText('Known', isBad)}`);
  const log = put('a.log', eventLine());
  const config = put(
    'k8s-audit.yaml',
    'default-rules: false\r\nrules: own.yaml\r\nip-list: bad.txt\r\nfail-on: info\r\n',
  );
  const report = await runCli({ args: ['scan', log, '--config', config, '-f', 'ndjson'] });
  expect(report.stderr).not.toContain('error');
  expect([report.code, report.stdout.trim().split('\n').length]).toEqual([1, 2]);
  const known = put('known.ndjson', report.stdout);
  const args = ['scan', log, '--config', config, '--baseline', known, '-f', 'ndjson'];
  expect(await runCli({ args })).toMatchObject({ stdout: '', code: 0 });
});
