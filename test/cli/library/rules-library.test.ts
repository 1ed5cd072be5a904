import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT, runCli, type CliResult } from '../run-cli.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'library-'));
const MINE = join(FOLDER, 'mine.yaml');
writeFileSync(
  MINE,
  `- list: allowed_k8s_users
  items: [zed]
  override: {items: append}
- rule: Create NodePort Service
  enabled: false
  override: {enabled: replace}
- rule: Attach/Exec Pod
  condition: and not ka.user.name = ci
  override: {condition: append}
- macro: mine
  condition: (ka.verb = get)
- rule: Mine
  desc: d
  condition: mine
  output: "by %ka.user.name: all"
  priority: NOTICE
  source: k8s_audit
`,
);

/** A whole rule, as text of a rules file. */
function whole(name: string): string {
  return `- {rule: ${name}, desc: d, condition: ka.verb = none, output: o, priority: INFO, source: k8s_audit}\n`;
}

/** Writes a rules file. @returns its path */
function rulesFile(name: string, items: readonly string[]): string {
  const file = join(FOLDER, name);
  writeFileSync(file, items.join(''));
  return file;
}

function rules(...args: string[]): Promise<CliResult> {
  return runCli({ args: ['rules', ...args], cwd: FOLDER, columns: 160 });
}

interface ListedRule {
  readonly name: string;
  readonly enabled: boolean;
  readonly usage: string;
  readonly policies: readonly { name: string; enabled: boolean; rule_on: boolean }[];
  readonly changes: readonly { what: string; files: string[] }[];
  readonly fired?: number;
}

async function listed(...args: string[]): Promise<ListedRule[]> {
  return JSON.parse((await rules('list', '-f', 'json', ...args)).stdout) as ListedRule[];
}

const names = (list: readonly ListedRule[]): string[] => list.map(({ name }) => name);

describe('rules list', () => {
  test('says in which policies a rule is, and whether it runs', async () => {
    const list = await listed();
    const of = (name: string): ListedRule | undefined => list.find((rule) => rule.name === name);
    expect(of('K8s Secret Created')).toMatchObject({
      enabled: false,
      usage: 'disabled',
      policies: [{ name: 'K8s Activity Logs', enabled: false, rule_on: true }],
    });
    expect(of('Anonymous Request Allowed')).toMatchObject({
      enabled: true,
      usage: 'enabled',
      policies: [{ name: 'K8s Notable Events' }, { name: 'K8s Threat Detection' }],
    });
    const { stdout } = await rules('list', '--usage', 'disabled');
    expect(stdout).toMatch(/^off +informational +K8s Secret Created +K8s Activity Logs \(off\) /m);
  });

  test.each([
    [['--usage', 'unused'], 0],
    [['--policy', 'K8s Threat Detection'], 33],
    [['--source-file', 'mine.yaml', '-r', MINE], 3],
  ])('filters with %j', async (args, count) => {
    expect(await listed(...args)).toHaveLength(count);
  });

  test('a technique includes its sub-techniques, not the other way round', async () => {
    const wide = names(await listed('--mitre', 'T1552'));
    const narrow = names(await listed('--mitre', 't1552.007'));
    expect(wide).toEqual(expect.arrayContaining(narrow));
    expect(narrow).toContain('Secrets Dumped Cluster-Wide');
    expect(wide).toContain('Exec Reaches Cloud Metadata');
    expect(narrow).not.toContain('Exec Reaches Cloud Metadata');
  });

  test('tells the bundled rules that a file changes, also through lists', async () => {
    const list = await listed('--modified', '-r', MINE);
    expect(names(list)).toEqual(
      expect.arrayContaining(['Attach/Exec Pod', 'Create NodePort Service', 'Disallowed K8s User']),
    );
    expect(names(list)).not.toContain('Mine');
    expect(list.find(({ name }) => name === 'Disallowed K8s User')?.changes).toEqual([
      { what: 'list allowed_k8s_users', files: [MINE] },
    ]);
  });

  test('counts how often rules fire on a log', async () => {
    const list = await listed('--log', join(ROOT, 'samples/secret-dump.log'), '--tag', 'secrets');
    const fired = Object.fromEntries(list.map((rule) => [rule.name, rule.fired]));
    expect(fired).toMatchObject({
      'Secret Read by Scripting Client': 2,
      'K8s Secret Get Successfully': 1,
      'Bootstrap Token Created': 0,
    });
    const { stderr, code } = await rules('list', '--log', join(FOLDER, 'nope.log'));
    expect(stderr).toContain('nope.log');
    expect(code).toBe(2);
  });
});

describe('rules show', () => {
  test('names the policies and what a file changes', async () => {
    const { stdout } = await rules('show', 'Attach/Exec Pod', '-r', MINE);
    expect(stdout).toContain(`  changed by ${MINE}\n`);
    expect(stdout).toContain('Policies:\n  K8s Notable Events\n');
    const other = await rules('show', 'Disallowed K8s User', '-r', MINE);
    expect(other.stdout).toContain(`  list allowed_k8s_users changed by ${MINE}\n`);
  });
});

describe('rules diff', () => {
  test('shows each definition that differs, with its file', async () => {
    const { stdout, code } = await rules('diff', '-r', MINE);
    const heads = stdout.split('\n').filter((line) => /^(?:rule|macro|list) /.test(line));
    expect(heads).toEqual([
      `list allowed_k8s_users: changed by ${MINE}; changes 1 default rule (Disallowed K8s User)`,
      `macro mine: added by ${MINE}`,
      `rule Attach/Exec Pod: changed by ${MINE}`,
      'rule Disallowed K8s User: changed through its lists',
      `rule Create NodePort Service: changed by ${MINE}`,
      `rule Mine: added by ${MINE}`,
    ]);
    expect(stdout).toContain('\n-enabled: true\n+enabled: false\n');
    expect(stdout).toContain('\n+  zed\n');
    expect(code).toBe(0);
  });

  test('of one rule includes its lists', async () => {
    const { stdout } = await rules('diff', 'Disallowed K8s User', '-r', MINE, '-f', 'json');
    const diffs = JSON.parse(stdout) as { kind: string; change: string }[];
    expect(diffs.map(({ kind, change }) => `${kind} ${change}`)).toEqual([
      'list changed',
      'rule changed',
    ]);
  });

  test('tells extension points from names that no default rule reads', async () => {
    const file = rulesFile('names.yaml', [
      '- macro: user_known_pod_debug_activities\n  condition: (ka.user.name = jane)\n',
      '- macro: kevt\n  condition: (ka.verb = none)\n',
      whole('EphemeralContainers Created'),
    ]);
    const { stdout } = await rules('diff', '-r', file);
    const heads = stdout.split('\n').filter((line) => /^(?:rule|macro|list) /.test(line));
    expect(heads).toEqual([
      `macro user_known_pod_debug_activities: changed by ${file}; changes 2 default rules (Privileged Debug Container, Node Debug Pod)`,
      `macro kevt: changed by ${file}; no default rule reads it`,
      `rule EphemeralContainers Created: replaced by ${file}`,
    ]);
  });

  test('says when nothing differs', async () => {
    expect((await rules('diff')).stdout).toBe('nothing differs from the default rules\n');
  });

  test('refuses an unknown rule', async () => {
    const { stderr, code } = await rules('diff', 'Attach/Exec Pot');
    expect(stderr).toContain("did you mean 'Attach/Exec Pod'?");
    expect(code).toBe(2);
  });
});

describe('rules of the same name as default rules', () => {
  const file = rulesFile('same.yaml', [
    ...['port-forward', 'Attach/Exec Pod', 'Mine'].map(whole),
    '- rule: Create Privileged Pod\n  enabled: false\n  override: {enabled: replace}\n',
  ]);
  const note =
    `warning: ${file}: 2 rules of the same name take the place of default rules ` +
    '(Attach/Exec Pod, port-forward); --no-default-rules runs your files alone, ' +
    "'k8s-audit rules diff' shows the changes\n";
  const sample = join(ROOT, 'samples/exec-session.log');

  test.each([
    [['scan', sample, '-r', file], true],
    [['rules', 'list', '-r', file], true],
    [['scan', sample, '-r', file, '--no-default-rules'], false],
    [['scan', sample, '-r', file, '-q'], false],
    [['scan', sample, '-r', MINE], false],
  ])('%j says so once: %j', async (args, said) => {
    const { stderr } = await runCli({ args, cwd: FOLDER });
    expect(stderr.split(note)).toHaveLength(said ? 2 : 1);
    expect(stderr.includes('take the place')).toBe(said);
  });
});

describe('rules export', () => {
  test('gives one file that finds the same', async () => {
    const file = join(FOLDER, 'export.yaml');
    expect((await rules('export', '-r', MINE, '-o', file)).code).toBe(0);
    const check = await rules('check', '--no-default-rules', file);
    expect(check.stdout).toBe(`${file}: ok\n`);
    const scan = async (...args: string[]): Promise<string[]> => {
      const { stdout } = await runCli({
        args: ['scan', join(ROOT, 'samples'), '-q', '-f', 'text', ...args],
        cwd: FOLDER,
      });
      return stdout.split('\n').toSorted();
    };
    expect(await scan('--no-default-rules', '-r', file)).toEqual(await scan('-r', MINE));
  });

  test('has streams reported once by Falco, which has no memory of requests', async () => {
    const { stdout } = await rules('export', '--rule', 'Attach/Exec Pod');
    const macro = stdout.split('- macro: ').find((item) => item.startsWith('kx_evt_once\n'));
    expect(macro?.replaceAll(/\s+/g, ' ')).toBe(
      'kx_evt_once condition: >- ((kx_evt_started and ka.response.code = 101) or ' +
        '(kx_evt and not ka.response.code = 101)) ',
    );
  });

  test('lets Falco leave out rules with fields it does not know', async () => {
    const { stdout } = await rules('export');
    const items = stdout.replace(/^  # evidence: .*$/gm, '').split(/^- /m);
    const own = items.filter((item) => /\bkx\./.test(item) && item.startsWith('rule: '));
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter((item) => !item.includes('skip-if-unknown-filter: true'))).toEqual([]);
    expect(stdout).toContain('- required_plugin_versions:');
  });

  test('holds what is selected, macros included', async () => {
    const { stdout } = await rules('export', '-r', MINE, '--rule', 'Mine');
    expect(stdout).toContain('- macro: mine\n  condition: >-\n    ka.verb = get\n');
    expect(stdout.match(/^- rule: /gm)).toHaveLength(1);
    expect(stdout).toContain('  output: >-\n    by %ka.user.name: all\n');
  });

  test('warns of a scope that it cannot express', async () => {
    const config = join(FOLDER, 'scoped.yaml');
    writeFileSync(config, 'policies: [{name: K8s Threat Detection, scope: {clusters: [a]}}]\n');
    const { stderr } = await rules('export', '--config', config);
    expect(stderr).toContain('the scope of the policy K8s Threat Detection is not exported');
  });
});

describe('rules coverage', () => {
  test('has a table per framework', async () => {
    const { stdout } = await rules('coverage');
    expect(stdout).toMatch(/^MITRE ATT&CK techniques: \d+$/m);
    expect(stdout).toMatch(/^ {2}T1552\.005 +1 {2}█+$/m);
    expect(stdout).toMatch(/^ {2}T1110 +0 of 1 {2}░+$/m);
    const markdown = await rules('coverage', '-f', 'markdown');
    expect(markdown.stdout).toMatch(/^\| T1552\.005 \| 1 \| Exec Reaches Cloud Metadata \|$/m);
    expect((await rules('coverage', '-f', 'markdown')).stdout).toContain('### NIST SP 800-53\n');
  });

  test('writes a layer for the ATT&CK Navigator', async () => {
    const { stdout } = await rules('coverage', '--navigator');
    const layer = JSON.parse(stdout) as {
      versions: unknown;
      techniques: { techniqueID: string; score?: number; showSubtechniques: boolean }[];
    };
    expect(layer).toMatchObject({
      versions: { attack: '19', layer: '4.5' },
      domain: 'enterprise-attack',
    });
    const of = (id: string): unknown => layer.techniques.find((each) => each.techniqueID === id);
    expect(of('T1552.005')).toMatchObject({ score: 1 });
    expect(of('T1552')).toMatchObject({ showSubtechniques: true });
    expect(of('T1110')).toMatchObject({ score: 0 });
    const ids = layer.techniques.map(({ techniqueID }) => techniqueID);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^T\d{4}(?:\.\d{3})?$/.test(id))).toEqual([]);
  });
});
