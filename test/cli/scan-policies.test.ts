import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT, runCli, type CliResult } from './run-cli.ts';

const SECRETS = join(ROOT, 'samples/secret-dump.log');
const RULES = `- rule: Mine
  desc: d
  condition: ka.verb = list
  output: by %ka.user.name
  priority: NOTICE
  source: k8s_audit
`;

interface Alert {
  readonly rule: string;
  readonly k8s_audit: { readonly policies: string[]; readonly severity: string };
}

/** A scan of a sample in a folder with these files. */
async function scan(
  args: readonly string[],
  files: Record<string, string> = {},
): Promise<CliResult & { alerts: Alert[]; rules: string[] }> {
  const cwd = mkdtempSync(join(tmpdir(), 'scan-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  const located = args.map((arg) => (arg in files ? join(cwd, arg) : arg));
  const result = await runCli({ args: ['scan', SECRETS, '-f', 'ndjson', ...located], cwd });
  const alerts = result.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Alert);
  return { ...result, alerts, rules: [...new Set(alerts.map(({ rule }) => rule))].toSorted() };
}

describe('policies in a scan', () => {
  test('decide what is reported and how severe it is', async () => {
    const { alerts, rules } = await scan([]);
    expect(rules).toContain('Secrets Dumped Cluster-Wide');
    expect(rules).not.toContain('K8s Secret Get Successfully');
    expect(alerts.find(({ rule }) => rule === 'Secrets Dumped Cluster-Wide')).toMatchObject({
      k8s_audit: { policies: ['K8s Threat Detection'], severity: 'high' },
    });
  });

  test('that are off by default are counted, with how to turn them on', async () => {
    const { stderr } = await scan([]);
    const all = await scan(['--policy', 'K8s Activity Logs']);
    const text = stderr.replace(/\s+/g, ' ');
    expect(text).toContain(
      `the policy K8s Activity Logs is off: it would add ${all.alerts.length} findings; ` +
        "turn it on with: k8s-audit policies enable 'K8s Activity Logs'",
    );
  });

  test('that the user switched off are not counted', async () => {
    const { stderr } = await scan([], {
      'k8s-audit.yaml': 'policies:\n  - {name: K8s Activity Logs, enabled: false}\n',
    });
    expect(stderr).not.toContain('is off');
  });

  test('that are switched on report what was counted', async () => {
    const config = 'policies:\n  - {name: K8s Activity Logs, enabled: true}\n';
    const { rules, stderr } = await scan([], { 'k8s-audit.yaml': config });
    expect(rules).toContain('K8s Secret Get Successfully');
    expect(stderr).not.toContain('is off');
  });

  test('named with --policy run alone, also when they are off', async () => {
    const { alerts } = await scan(['--policy', 'K8s Activity Logs']);
    expect(new Set(alerts.flatMap((alert) => alert.k8s_audit.policies))).toEqual(
      new Set(['K8s Activity Logs']),
    );
  });

  test('come from a file with --policy, beside the others', async () => {
    const team = '- {name: Team, severity: low, rules: [Secrets Dumped Cluster-Wide]}\n';
    const { alerts } = await scan(['--policy', 'team.yaml'], { 'team.yaml': team });
    expect(alerts.find(({ rule }) => rule === 'Secrets Dumped Cluster-Wide')).toMatchObject({
      k8s_audit: { policies: ['K8s Threat Detection', 'Team'], severity: 'high' },
    });
  });

  test('apply in their scope', async () => {
    const config = `policies:
  - {name: K8s Notable Events, enabled: false}
  - {name: K8s Threat Detection, scope: {namespaces: [default]}}
`;
    const { rules } = await scan([], { 'k8s-audit.yaml': config });
    expect(rules).toEqual(['Secret Read by Scripting Client']);
  });

  test('are left aside with --all-rules, but still give the severity', async () => {
    const { alerts, rules } = await scan(['--all-rules']);
    expect(rules).toContain('K8s Secret Get Successfully');
    const off = alerts.find(({ rule }) => rule === 'K8s Secret Get Successfully');
    expect(off?.k8s_audit).toMatchObject({ policies: [], severity: 'info' });
  });

  test.each([
    ['--rule', 'K8s Secret Get Successfully'],
    ['--enable-rule', 'K8s Secret Get Successfully'],
  ])('give way to a rule that %s names', async (option, name) => {
    expect((await scan([option, name])).rules).toContain(name);
  });

  test("hold a user's rules in Custom Rules", async () => {
    const { alerts } = await scan(['-r', 'my.yaml'], { 'my.yaml': RULES });
    expect(alerts.find(({ rule }) => rule === 'Mine')?.k8s_audit).toMatchObject({
      policies: ['Custom Rules'],
      severity: 'low',
    });
    const alone = await scan(['-r', 'my.yaml', '--no-default-rules'], { 'my.yaml': RULES });
    expect(alone.rules).toEqual(['Mine']);
  });

  test('do not touch a file that has a bundled name of rule, without the bundled rules', async () => {
    const name = 'K8s Secret Get Successfully';
    const files = { 'my.yaml': RULES.replace('Mine', name) };
    expect((await scan(['-r', 'my.yaml', '--no-default-rules'], files)).rules).toEqual([name]);
  });

  test('switch on a rule that its file has off', async () => {
    const config = `policies:
  - name: Strict
    severity: high
    rules: [{name: Disallowed K8s User, enabled: true}]
`;
    expect((await scan([], { 'k8s-audit.yaml': config })).rules).toContain('Disallowed K8s User');
  });

  test.each([
    [['--policy', 'K8s Threat'], "no policy is called 'K8s Threat'"],
    [['--policy', 'nope.yaml'], 'cannot read policies nope.yaml: no such file'],
    [['--all-rules', '--policy', 'K8s Threat Detection'], 'contradict each other'],
    [['--severity', 'hgh'], 'Severities are high, medium, low, info'],
  ])('refuse %j', async (args, message) => {
    const { stderr, code, stdout } = await scan(args);
    expect(stderr).toContain(message);
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
  });
});

describe('severity', () => {
  test('filters what is shown, never the gate', async () => {
    const { alerts, code } = await scan(['--severity', 'medium', '--fail-on', 'high']);
    expect(new Set(alerts.map((alert) => alert.k8s_audit.severity))).toEqual(new Set(['medium']));
    expect(code).toBe(1);
    const high = await scan(['--min-severity', '3']);
    expect(new Set(high.alerts.map((alert) => alert.k8s_audit.severity))).toEqual(
      new Set(['high']),
    );
  });

  test.each([
    [['--severity', 'low'], /^Note +\d+ findings not shown \(--severity low\)$/m],
    [
      ['--min-severity', 'high', '--min-priority', 'emergency', '--max-findings', '9999'],
      /^Note +\d+ findings not shown \(--min-priority emergency, --min-severity high\)$/m,
    ],
    [
      ['--min-priority', 'alert'],
      /^Note +rules below priority alert did not run \(--min-priority alert\)$/m,
    ],
  ])('says what %j leaves out of a report', async (args, note) => {
    const { stderr, stdout } = await scan(args);
    expect(stdout).toBe('');
    expect(stderr).toMatch(note);
  });

  test('fails a run, with the reason', async () => {
    const { stderr, code } = await scan(['--fail-on', 'medium', '--no-summary']);
    expect(stderr).toMatch(
      /gate: \d+ findings at or above medium severity \(\d+ high, \d+ medium\)/,
    );
    expect(code).toBe(1);
    expect((await scan(['--fail-on', 'high', '--policy', 'K8s Notable Events'])).code).toBe(0);
  });

  test('is counted in the summary', async () => {
    expect((await scan([])).stderr).toMatch(/^Findings .*: \d+ high, \d+ medium$/m);
  });
});

const NO_SECRETS = `k8sAuditDetectionsRules:
  - apiGroups: [""]
    apiVersions: ["*"]
    operations: ["*"]
    resources: [pods/*, configmaps, serviceaccounts]
    scope: "*"
`;

describe('the resource filter', () => {
  test('leaves secrets out and counts what it left out', async () => {
    const { alerts, stderr } = await scan([], { 'k8s-audit.yaml': NO_SECRETS });
    expect(alerts).toEqual([]);
    expect(stderr.replace(/\s+/g, ' ')).toContain('Filtered 6 not covered by the resource rules');
  });

  test('is read from a file, which wins over the configuration', async () => {
    const all = '- {apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: ["*/*"]}\n';
    const files = { 'k8s-audit.yaml': NO_SECRETS, 'all.yaml': all };
    expect((await scan(['--resource-rules', 'all.yaml'], files)).alerts).not.toEqual([]);
  });

  test('says what collecting by admission would have missed', async () => {
    const { alerts, stderr } = await scan(['--resource-mode', 'admission']);
    expect(alerts).toEqual([]);
    expect(stderr.replace(/\s+/g, ' ')).toContain(
      'collecting by admission webhook would have missed 6 findings on the resources that the ' +
        'rules cover (6 on reads)',
    );
  });

  test('leaves namespaces out on its own', async () => {
    const everything = await scan([]);
    const { alerts, stderr } = await scan(['--exclude-namespace', 'default']);
    expect(alerts.length).toBeLessThan(everything.alerts.length);
    expect(stderr).toMatch(/Filtered +2 in excluded namespaces/);
  });

  test.each([
    ['', 'holds no resource rules: it is empty'],
    ['replicas: 1\n', 'no resource rules here'],
    ['- [a]\n', 'a resource rule must be a mapping'],
  ])('refuses the file %j', async (text, message) => {
    const { stderr, code } = await scan(['--resource-rules', 'f.yaml'], { 'f.yaml': text });
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});

describe('ignore entries', () => {
  test('drop findings, and the summary says so', async () => {
    const config = `ignore:
  - rule: Secret Read by Scripting Client
    condition: ka.verb = list
    reason: the backup
  - {rule: port-forward, reason: never}
  - {rule: Attach/Exec Pod, reason: old, expires: 2026-01-01}
`;
    const everything = await scan([]);
    const { alerts, stderr } = await scan([], { 'k8s-audit.yaml': config });
    expect(alerts).toHaveLength(everything.alerts.length - 1);
    const text = stderr.replace(/\s+/g, ' ');
    expect(text).toContain(
      "1 finding ignored by the entry for 'Secret Read by Scripting Client' at k8s-audit.yaml:2: the backup",
    );
    expect(text).toContain(
      "the ignore entry for 'port-forward' at k8s-audit.yaml:5 ignored nothing",
    );
    expect(text).toContain(
      "the ignore entry for 'Attach/Exec Pod' at k8s-audit.yaml:6 has expired",
    );
  });

  test('with a wrong condition are refused with its place', async () => {
    const config = 'ignore:\n  - {condition: ka.vrb = list, reason: x}\n';
    const { stderr, code } = await scan([], { 'k8s-audit.yaml': config });
    expect(stderr).toContain('the condition of the ignore entry at k8s-audit.yaml:2');
    expect(code).toBe(2);
  });
});

test.each(['fast', 'reference'])(
  'as many findings are said to be ignored as there were: a session of two events has one (%s)',
  async (engine) => {
    const args = [join(ROOT, 'samples/exec-session.log'), '--engine', engine];
    const config = "ignore:\n  - {rule: 'Attach/Exec Pod', reason: drill}\n";
    const before = await scan(args);
    const found = before.alerts.filter(({ rule }) => rule === 'Attach/Exec Pod').length;
    expect(found).toBeGreaterThan(1);
    const { alerts, stderr } = await scan(args, { 'k8s-audit.yaml': config });
    expect(alerts).toHaveLength(before.alerts.length - found);
    expect(stderr).toContain(`Note      ${found} findings ignored by the entry`);
  },
);
