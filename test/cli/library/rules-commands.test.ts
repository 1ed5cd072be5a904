import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folder, ruleText } from '../events.ts';
import { runCli } from '../run-cli.ts';

const dir = folder({
  'good.yaml': ruleText('Fine', 'kcreate and ka.verb = create'),
  'syntax.yaml': ruleText('Bad syntax', '(ka.verb = create'),
  'field.yaml': ruleText('Bad field', 'ka.vreb = create'),
  'broken.yaml': '- rule: [\n',
  'empty.yaml': '\ufeff# nothing\r\n---\n\n',
  'warned.yaml': `${ruleText('Warned', 'ka.verb = create')}- macro: unused_one\n  condition: ka.verb = get\n`,
});
const at = (name: string) => join(dir, name);

describe('rules check', () => {
  test('a good file is ok; the default rules are there for it', async () => {
    const { stdout, stderr, code } = await runCli({ args: ['rules', 'check', at('good.yaml')] });
    expect(stdout).toBe(`${at('good.yaml')}: ok\n`);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  });

  test('without them it stands alone', async () => {
    const args = ['rules', 'check', at('good.yaml'), '--no-default-rules'];
    const { stdout, code } = await runCli({ args });
    expect(stdout).toContain("Undefined macro 'kcreate'");
    expect(code).toBe(2);
  });

  test('errors of every file come with position, snippet, code and hint', async () => {
    const files = ['syntax.yaml', 'good.yaml', 'field.yaml', 'broken.yaml'];
    const { stdout, code } = await runCli({ args: ['rules', 'check', ...files.map(at)] });
    expect(stdout).toMatch(/syntax\.yaml: invalid\n.*syntax\.yaml:3:\d+: error: /);
    expect(stdout).toMatch(/\n {2}.*\(ka\.verb = create\n +\^\n {2}LOAD_ERR_COMPILE_CONDITION/);
    expect(stdout).toContain('good.yaml: ok\n');
    expect(stdout).toMatch(/field\.yaml:3:14: error: .*ka\.vreb/);
    expect(stdout).toContain("did you mean 'ka.verb'?");
    expect(stdout).toMatch(/broken\.yaml:\d+:\d+: error: .*\n[^]*LOAD_ERR_YAML_PARSE/);
    expect(code).toBe(2);
  });

  test('a file without rules is told, as one that a failed template leaves', async () => {
    const { stdout, code } = await runCli({ args: ['rules', 'check', at('empty.yaml')] });
    expect([stdout, code]).toEqual([`${at('empty.yaml')}: ok, but it holds no rules\n`, 0]);
    const texts = ['[]\n', '# c\n---\n...\n', '\uFEFFnull\n', '~', '[ ]\r\n'];
    const more = folder(Object.fromEntries(texts.map((text, i) => [`${i}.yaml`, text])));
    const every = await runCli({ args: ['rules', 'check', more] });
    expect(every.stdout.match(/ok, but it holds no rules/g)).toHaveLength(texts.length);
  });

  test('rules for system calls are one warning, with what they use', async () => {
    const rest = '  output: o\n  desc: d\n  priority: INFO\n';
    const text = [1, 2, 3]
      .map(
        (n) =>
          `- macro: m${n}\n  condition: evt.type = x\n- list: l${n}\n  items: [a]\n- rule: R${n}\n  condition: m${n} and proc.name in (l${n})\n${rest}`,
      )
      .join('');
    const unsaid = `- rule: A\n  condition: ka.verb = get\n${rest}`;
    const more = folder({ 'mixed.yaml': text + unsaid });
    const { stdout } = await runCli({ args: ['rules', 'check', more] });
    expect(stdout).toContain("hint: it reads fields of audit events: add 'source: k8s_audit'");
    expect(stdout).toContain("rule 'R1': Unknown source syscall, skipping");
    expect(stdout).toContain('and 2 more of this kind');
    expect(stdout.match(/warning:/g)).toHaveLength(2);
    const scanned = await runCli({
      args: ['scan', '-', '--rules', more, '--allow-empty'],
      stdin: '',
    });
    expect(scanned.stderr.match(/warning: rule/g)).toHaveLength(2);
  });

  test('a file whose plugin is missing is invalid', async () => {
    const text = '- required_plugin_versions: [{name: okta, version: 0.1.0}]\n';
    const more = folder({ 'okta.yaml': text, 'other.yaml': '- list: l\n  items: []\n' });
    const { stdout, stderr, code } = await runCli({ args: ['rules', 'check', more] });
    expect(stdout).toMatch(/okta\.yaml: invalid\n[^]*other\.yaml: ok/);
    expect(stderr).toMatch(/okta\.yaml:1: Plugin requirement not satisfied.*\n {2}hint: /);
    expect(code).toBe(2);
  });

  test('a list without rules says so', async () => {
    expect(await runCli({ args: ['rules', 'list', '--modified'] })).toMatchObject({
      stdout: 'No rule meets all of these options.\n',
      code: 0,
    });
  });

  test('warnings are shown and pass; -q hides them', async () => {
    const args = ['rules', 'check', at('warned.yaml')];
    const { stdout, code } = await runCli({ args });
    expect(stdout).toContain('warned.yaml: ok, with warnings\n');
    expect(stdout).toContain('LOAD_UNUSED_MACRO');
    expect(code).toBe(0);
    expect((await runCli({ args: [...args, '-q'] })).stdout).not.toContain('LOAD_UNUSED_MACRO');
  });

  test('--format json has the keys of Falco’s results', async () => {
    const args = ['rules', 'check', '-f', 'json', at('syntax.yaml'), at('good.yaml')];
    const { stdout, code } = await runCli({ args });
    const { falco_load_results: results } = JSON.parse(stdout);
    expect(results.map((result: { successful: boolean }) => result.successful)).toEqual([
      false,
      true,
    ]);
    expect(results[0].errors[0]).toMatchObject({
      code: 'LOAD_ERR_COMPILE_CONDITION',
      message: expect.any(String),
      context: { locations: expect.any(Array), snippet: expect.any(String) },
    });
    expect(code).toBe(2);
  });

  test.each([
    ['a missing file', 'nope.yaml', 'no such file or directory'],
    ['a directory without rules', '', 'no .yaml or .yml files'],
  ])('%s is one line', async (_name, name, message) => {
    const path = name === '' ? folder() : at(name);
    const { stdout, stderr, code } = await runCli({ args: ['rules', 'check', path] });
    expect(stderr).toMatch(/^k8s-audit: [^\n]*\n$/);
    expect(stderr).toContain(message);
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
  });
});

describe('scan with rules that do not load', () => {
  test('tells the error with its place and does not start', async () => {
    const { stdout, stderr, code } = await runCli({
      args: ['scan', at('nope.log'), '-r', at('field.yaml')],
    });
    expect(stderr).toMatch(/^k8s-audit: rules do not load\n/);
    expect(stderr).toContain('LOAD_ERR_COMPILE_CONDITION');
    expect(stderr).not.toContain('nope.log');
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
  });

  test('warnings go to standard error', async () => {
    const logs = folder({ 'a.log': '' });
    const args = ['scan', join(logs, 'a.log'), '-r', at('warned.yaml')];
    const { stderr, code } = await runCli({ args });
    expect(stderr).toContain('LOAD_UNUSED_MACRO');
    expect(code).toBe(0);
  });
});

const TWO = folder({
  'two.yaml':
    '- list: verbs\n  items: [create, update]\n- macro: changes\n  condition: ka.verb in (verbs)\n' +
    ruleText('First', 'changes and not ka.user.name = bob', { more: '  tags: [x]\n' }) +
    ruleText('Second', 'ka.verb = get', { more: '  enabled: false\n' }),
});
const OWN = ['--no-default-rules', '-r', join(TWO, 'two.yaml')];

describe('rules list', () => {
  test('shows state, priority, name and tags', async () => {
    const { stdout, code } = await runCli({ args: ['rules', 'list', ...OWN] });
    expect(stdout).toBe(
      'STATE  PRIORITY  RULE\non     warning   First\noff    warning   Second\n\n' +
        '1 of 2 rules run. One of them: k8s-audit rules show NAME.\n',
    );
    const wide = await runCli({ args: ['rules', 'list', ...OWN], columns: 120 });
    expect(wide.stdout).toContain('STATE  PRIORITY  RULE    TAGS\non     warning   First   x\n');
    expect(code).toBe(0);
  });

  test('filters like scan', async () => {
    expect((await runCli({ args: ['rules', 'list', ...OWN, '--tag', 'x'] })).stdout).toContain(
      'First',
    );
    const { stdout } = await runCli({ args: ['rules', 'list', ...OWN, '--enable-rule', 'Second'] });
    expect(stdout).toMatch(/^on .*Second$/m);
  });

  test('json and markdown', async () => {
    const json = await runCli({ args: ['rules', 'list', ...OWN, '-f', 'json'] });
    expect(JSON.parse(json.stdout)).toMatchObject([
      { name: 'First', priority: 'Warning', enabled: true, tags: ['x'], line: 5 },
      { name: 'Second', enabled: false },
    ]);
    const markdown = await runCli({ args: ['rules', 'list', ...OWN, '-f', 'markdown'] });
    expect(markdown.stdout).toContain('| First | Warning | A rule of the tests. | x |\n');
    expect(markdown.stdout).toContain('| Second (off) | Warning |');
  });

  test('a format that listings lack is refused', async () => {
    const { stdout, stderr, code } = await runCli({ args: ['rules', 'list', '-f', 'sarif'] });
    expect(stderr).toBe(
      "k8s-audit: --format 'sarif' is not valid. Allowed values are text, table, json, markdown.\n",
    );
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
  });
});

describe('rules show', () => {
  test('resolves macros and lists and names the source', async () => {
    const { stdout, code } = await runCli({ args: ['rules', 'show', ...OWN, 'first'] });
    expect(stdout).toContain(`warning, on, ${join(TWO, 'two.yaml')}:5`);
    expect(stdout).toContain('Condition:\n  changes and not ka.user.name = bob\n');
    expect(stdout).toContain('Resolved condition:\n  (ka.verb in (create, update) and not');
    expect(stdout).toMatch(/Macros:\n {2}changes:\n {4}ka\.verb in \(verbs\)\n/);
    expect(stdout).toMatch(/Lists:\n {2}verbs:\n {4}create, update\n/);
    expect(code).toBe(0);
  });

  test('json has the same', async () => {
    const { stdout } = await runCli({ args: ['rules', 'show', ...OWN, 'First', '-f', 'json'] });
    expect(JSON.parse(stdout)).toMatchObject({
      name: 'First',
      macros: [{ name: 'changes' }],
      lists: [{ name: 'verbs', items: ['create', 'update'] }],
      fields: ['ka.user.name', 'ka.verb'],
    });
  });

  test('an unknown name gets the nearest ones', async () => {
    const { stderr, code } = await runCli({ args: ['rules', 'show', 'Attach/Exec Pot'] });
    expect(stderr).toContain("no rule is called 'Attach/Exec Pot' (did you mean 'Attach/Exec Pod'");
    expect(code).toBe(2);
  });
});

test('rules show prints lists of any length', async () => {
  const name = (i: number): string => `user-${i}-${'x'.repeat(50)}`;
  const items = Array.from({ length: 130_000 }, (_, i) => name(i)).join(', ');
  const place = folder({
    'long.yaml': `- list: many\n  items: [${items}]\n${ruleText('Long', 'ka.user.name in (many)')}`,
  });
  const args = ['rules', 'show', 'Long', '-r', join(place, 'long.yaml'), '--no-default-rules'];
  const { stdout, code } = await runCli({ args });
  expect(code).toBe(0);
  // In the resolved condition, and in the list.
  expect(stdout.split(name(129_999))).toHaveLength(3);
});

describe('fields', () => {
  test('lists every class, within 80 columns', async () => {
    const { stdout, code } = await runCli({ args: ['fields'] });
    expect(stdout).toMatch(/^FIELD +TYPE\n +VALUE\n\nevt: /);
    for (const name of ['ka.verb', 'ka.req.pod.containers.image[index]?', 'jevt.value[key]']) {
      expect(stdout).toContain(`\n${name} `);
    }
    expect(code).toBe(0);
  });

  test('a word narrows the list; an unknown one is an error', async () => {
    const { stdout } = await runCli({ args: ['fields', 'KA.VERB'] });
    expect(stdout.trimEnd().split('\n')).toEqual([
      'FIELD    TYPE    VALUE',
      '',
      expect.stringMatching(/^ka: /),
      expect.stringMatching(/^ka\.verb {2}string {2}/),
      '',
      ...stdout.trimEnd().split('\n').slice(5),
    ]);
    const unknown = await runCli({ args: ['fields', 'nothing.like'] });
    expect(unknown.stderr).toContain("no field is about 'nothing.like'");
    // No name has it: descriptions do.
    const told = await runCli({ args: ['fields', 'exec request'] });
    expect(told.stdout).toMatch(/^kx\./m);
    expect(told.stdout).not.toMatch(/^ka\.verb /m);
    expect(unknown.code).toBe(2);
  });

  test('json has the keys of Falco’s list, markdown is tables', async () => {
    const json = JSON.parse((await runCli({ args: ['fields', '-f', 'json'] })).stdout);
    const ka = json.fieldclasses.find(({ name }: { name: string }) => name === 'ka');
    expect(ka.fields.find(({ name }: { name: string }) => name === 'ka.verb')).toMatchObject({
      type: 'string',
      is_list: false,
      argument: null,
    });
    const { stdout } = await runCli({ args: ['fields', 'ka.verb', '-f', 'markdown'] });
    expect(stdout).toContain('| `ka.verb` | string | ');
  });
});
