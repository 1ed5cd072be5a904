import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT, runCli, type CliResult } from '../run-cli.ts';

/** A folder with a configuration; none when undefined. */
function project(config?: string): string {
  const root = mkdtempSync(join(tmpdir(), 'policies-'));
  if (config !== undefined) writeFileSync(join(root, 'k8s-audit.yaml'), config);
  return root;
}

function policies(cwd: string, ...args: string[]): Promise<CliResult> {
  return runCli({ args: ['policies', ...args], cwd });
}

function fileOf(cwd: string): string {
  return readFileSync(join(cwd, 'k8s-audit.yaml'), 'utf8');
}

describe('policies list', () => {
  test('shows state, severity, number of rules, name and origin', async () => {
    const cwd = project('policies:\n  - name: K8s Activity Logs\n    enabled: true\n');
    const { stdout, code } = await runCli({ args: ['policies', 'list'], cwd, columns: 120 });
    expect(stdout).toMatch(/^STATE +SEVERITY +RULES +NAME +ORIGIN$/m);
    expect(stdout).toMatch(
      /^on +info +\d+ +K8s Activity Logs +bundled, changed at k8s-audit.yaml:2$/m,
    );
    expect(stdout).toMatch(/^on +high +\d+ +K8s Threat Detection +bundled$/m);
    expect(stdout).toMatch(/^on +by rule +0 +Custom Rules +built in$/m);
    expect(code).toBe(0);
  });

  test('json has the rules, markdown a table', async () => {
    const { stdout } = await policies(project(), 'list', '-f', 'json');
    const list = JSON.parse(stdout) as { name: string; rules: { name: string }[] }[];
    const threat = list.find(({ name }) => name === 'K8s Threat Detection');
    expect(threat?.rules.map(({ name }) => name)).toContain('Secrets Dumped Cluster-Wide');
    const markdown = await policies(project(), 'list', '-f', 'markdown');
    expect(markdown.stdout).toMatch(/^\| K8s Activity Logs \| info \| off \| \d+ \| Every/m);
  });
});

describe('policies show', () => {
  test('shows everything about one', async () => {
    const cwd = project(`policies:
  - name: Team
    extends: K8s Threat Detection
    description: Ours
    scope: {clusters: [prod-*], namespaces: {notIn: [sandbox-*]}}
    runbook: https://example.com/r
    rules: [{name: Coin Miner in Workload, enabled: false}]
`);
    const { stdout } = await policies(cwd, 'show', 'team');
    expect(stdout).toContain(
      'Team\n  on, severity high, k8s-audit.yaml:2, extends K8s Threat Detection\n',
    );
    expect(stdout).toContain('Scope:\n  clusters prod-*; not namespaces sandbox-*\n');
    expect(stdout).toContain('Runbook:\n  https://example.com/r\n');
    expect(stdout).toMatch(/^ {2}off +critical +Coin Miner in Workload$/m);
  });

  test('tells rules that are on here but off in their file', async () => {
    const { stdout } = await policies(project(), 'show', 'K8s Notable Events');
    expect(stdout).toMatch(
      /^ {2}off +warning +Disallowed K8s User \(off in rules\/35-identity.yaml\)$/m,
    );
  });

  test('an unknown name gets the nearest ones', async () => {
    const { stderr, code } = await policies(project(), 'show', 'K8s Notable Event');
    expect(stderr).toContain("did you mean 'K8s Notable Events'?");
    expect(code).toBe(2);
  });
});

describe('policies enable and disable', () => {
  test('write the file of the project', async () => {
    const cwd = project();
    const { stderr, code } = await policies(cwd, 'enable', 'K8s Activity Logs');
    expect({ stderr, code }).toEqual({
      stderr: 'K8s Activity Logs enabled in k8s-audit.yaml\n',
      code: 0,
    });
    expect(fileOf(cwd)).toBe('policies:\n  - name: K8s Activity Logs\n    enabled: true\n');
    await policies(cwd, 'disable', 'K8s Activity Logs', 'K8s Notable Events');
    expect(fileOf(cwd)).toBe(
      'policies:\n  - name: K8s Activity Logs\n    enabled: false\n  - name: K8s Notable Events\n    enabled: false\n',
    );
  });

  test('keep comments, and the link that the file is', async () => {
    const text = '# ours\npolicies: # all\n  - name: K8s Activity Logs # noise\n';
    const real = project(text);
    const cwd = project();
    symlinkSync(join(real, 'k8s-audit.yaml'), join(cwd, 'k8s-audit.yaml'));
    await policies(cwd, 'enable', 'K8s Activity Logs');
    expect(fileOf(real)).toBe(`${text}    enabled: true\n`);
    expect(lstatSync(join(cwd, 'k8s-audit.yaml')).isSymbolicLink()).toBe(true);
  });

  test('can be tried: the difference is printed, nothing is written', async () => {
    const cwd = project('strict: true\n');
    const { stdout } = await policies(cwd, 'enable', 'K8s Activity Logs', '--dry-run');
    expect(stdout).toBe(
      '--- k8s-audit.yaml\n+++ k8s-audit.yaml\n@@ -1,1 +1,5 @@\n strict: true\n+\n+policies:\n' +
        '+  - name: K8s Activity Logs\n+    enabled: true\n',
    );
    expect(fileOf(cwd)).toBe('strict: true\n');
  });

  test('refuse a name that does not exist', async () => {
    const cwd = project();
    const { stderr, code } = await policies(cwd, 'enable', 'K8s Activity Log');
    expect(stderr).toContain("no policy is called 'K8s Activity Log'");
    expect(code).toBe(2);
    expect(existsSync(join(cwd, 'k8s-audit.yaml'))).toBe(false);
  });

  test('do not add a second definition beside that of another file', async () => {
    const cwd = project('policies:\n  - {name: Team, severity: low, rules: [port-forward]}\n');
    writeFileSync(join(cwd, 'other.yaml'), '');
    const { stderr } = await policies(cwd, 'disable', 'Team');
    expect(stderr).toBe('Team disabled in k8s-audit.yaml\n');
    expect(fileOf(cwd)).toContain('{name: Team, enabled: false, severity: low');
  });
});

describe('policies create', () => {
  test('writes what the flags say', async () => {
    const cwd = project();
    const { code } = await policies(
      cwd,
      'create',
      'Shop: secrets',
      '--severity=5',
      '--rule=K8s Secret *',
      '--tag=secrets',
      '--disable-rule=K8s Secret Deleted',
      '--scope-namespace=shop',
      '--scope-namespace=!shop-x',
      '--scope-cluster=prod-*',
      '--description=Who reads them',
      '--runbook=https://example.com/r',
      '--disabled',
    );
    expect(code).toBe(0);
    expect(fileOf(cwd)).toBe(`policies:
  - name: "Shop: secrets"
    description: Who reads them
    enabled: false
    severity: medium
    scope:
      clusters: {in: ["prod-*"]}
      namespaces: {in: [shop], notIn: [shop-x]}
    rules:
      - "K8s Secret *"
      - {tag: secrets}
      - {name: K8s Secret Deleted, enabled: false}
    runbook: "https://example.com/r"
`);
  });

  test('from a bundled policy says that it runs beside it', async () => {
    const cwd = project();
    const { stderr } = await policies(cwd, 'create', 'Team', '--extends', 'K8s Notable Events');
    expect(stderr).toContain('K8s Notable Events is still on beside it');
    expect(fileOf(cwd)).toBe('policies:\n  - name: Team\n    extends: K8s Notable Events\n');
  });

  test('from a template leaves a valid file', async () => {
    const cwd = project();
    await policies(cwd, 'create', 'Team', '--template');
    expect(fileOf(cwd)).toContain('    # extends: K8s Notable Events\n');
    expect((await policies(cwd, 'validate')).stdout).toBe('1 policy: ok\n');
  });

  test.each([
    [['K8s Notable Events', '--severity', 'low', '--rule', '*'], 'there is a policy called'],
    [
      ['custom rules', '--severity', 'low', '--rule', '*'],
      "there is a policy called 'Custom Rules'",
    ],
    [['T', '--severity', 'hgh', '--rule', '*'], "did you mean 'high'?"],
    [
      ['T', '--severity', 'low', '--severity', 'high', '--rule', '*'],
      'a policy has one --severity',
    ],
    [['T', '--severity', 'low'], 'a policy needs rules'],
    [['T', '--rule', '*'], 'a policy needs a --severity'],
    [['T', '--severity', 'low', '--rule', 'Port-forward'], "did you mean 'port-forward'?"],
    [['T', '--severity', 'low', '--tag', 'secret'], "did you mean 'secrets'?"],
    [['T', '--extends', 'K8s Notable'], "no bundled policy is called 'K8s Notable'"],
    [['T', '--extends', 'K8s Notable Events', '--runbook', 'wiki'], 'runbook must be a URL'],
    [[' ', '--severity', 'low', '--rule', '*'], 'is no name for a policy'],
    [['X', '--severity', 'critical'], '(critical is a priority: as a severity it is high)'],
  ])('refuses %j', async (args, message) => {
    const cwd = project();
    const { stderr, code } = await policies(cwd, 'create', ...args);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
    expect(existsSync(join(cwd, 'k8s-audit.yaml'))).toBe(false);
  });
});

describe('policies delete', () => {
  test('takes a policy out, and no bundled one', async () => {
    const cwd = project('policies:\n  - {name: Team, severity: low, rules: [port-forward]}\n');
    expect((await policies(cwd, 'delete', 'Team')).stderr).toBe('Team deleted in k8s-audit.yaml\n');
    expect(fileOf(cwd)).toBe('policies:\n');
    const { stderr, code } = await policies(cwd, 'delete', 'K8s Notable Events');
    expect(stderr).toContain("cannot be deleted (k8s-audit policies disable 'K8s Notable Events')");
    expect(code).toBe(2);
  });
});

describe('policies validate', () => {
  test('reports every mistake of a file with its place', async () => {
    const cwd = project();
    const file = join(cwd, 'team.yaml');
    writeFileSync(file, '- name: T\n  severity: hgh\n  rules: [Port-forward]\n');
    const { stdout, code } = await policies(cwd, 'validate', file);
    expect(stdout).toContain(`${file}:2:13: error: policy 'T': severity must be high`);
    expect(stdout).toContain(`${file}:3:11: error: policy 'T': no rule is called 'Port-forward'`);
    expect(stdout).toMatch(/1 policy: invalid\n$/);
    expect(code).toBe(2);
  });

  test('as json', async () => {
    const { stdout } = await policies(project(), 'validate', '-f', 'json');
    expect(JSON.parse(stdout)).toEqual({ valid: true, policies: 0, issues: [] });
  });
});

test('the samples of the checkout know no configuration', () => {
  expect(existsSync(join(ROOT, 'k8s-audit.yaml'))).toBe(false);
});
