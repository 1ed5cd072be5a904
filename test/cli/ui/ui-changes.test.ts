import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { InvocationOf } from '../../../src/cli/flags/command-options.ts';
import { Answers } from '../../../src/cli/queries/answers.ts';
import { UiChanges } from '../../../src/cli/ui/ui-changes.ts';
import type { JsonObject, JsonValue } from '../../../src/json/value.ts';
import { invocationFor, ROOT, runCli } from '../run-cli.ts';

const NEVER = new AbortController().signal;
const EXEC = 'Attach/Exec Pod';
const LOG = join(ROOT, 'samples/exec-session.log');
const OWN = `# ours
- rule: Web Shell # keep this
  desc: a shell in the shop
  condition: ka.user.name exists and ka.target.subresource = exec
  output: shell (user=%ka.user.name)
  priority: WARNING
  source: k8s_audit
`;

let folder: string;
let config: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ui-changes-'));
  config = join(folder, 'k8s-audit.yaml');
});

interface Desk {
  readonly ask: (name: string, asked?: JsonObject) => Promise<JsonObject>;
  readonly runs: InvocationOf<'ui'>[];
}

async function desk(...options: string[]): Promise<Desk> {
  const run = await invocationFor({ args: ['ui', LOG, ...options], cwd: folder });
  const runs: InvocationOf<'ui'>[] = [];
  const answers = new Answers(run, [LOG]);
  const changes = new UiChanges(run, answers, [LOG], (next) => runs.push(next));
  return {
    runs,
    ask: async (name, asked = {}) => (await changes.answer(name, asked, NEVER)) as JsonObject,
  };
}

/** Lines that a scan in the folder of the configuration prints. */
async function findings(): Promise<{ rule: string }[]> {
  const args = ['scan', LOG, '--no-fold', '-f', 'ndjson', '-q'];
  const { stdout } = await runCli({ args, cwd: folder });
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { rule: string });
}

const count = (all: readonly { rule: string }[], rule: string): number =>
  all.filter((each) => each.rule === rule).length;

async function written({ ask }: Desk, changes: JsonValue): Promise<JsonObject> {
  const { stamp } = await ask('diff', { changes });
  return ask('write', { changes, stamp: stamp! });
}

describe('switches', () => {
  test('show what they do before anything is written, and do just that when it is', async () => {
    const before = await findings();
    const ui = await desk();
    const { rules, policies } = (await ui.ask('switches')) as unknown as {
      rules: { name: string; on: boolean }[];
      policies: { name: string; on: boolean }[];
    };
    expect(rules.find(({ name }) => name === EXEC)).toMatchObject({ on: true, own: false });
    expect(policies.find(({ name }) => name === 'K8s Notable Events')).toMatchObject({ on: true });
    const changes = [{ kind: 'rule', name: EXEC, on: false }];
    const effect = await ui.ask('effect', { changes, watch: [EXEC] });
    const fewer = count(before, EXEC);
    expect(fewer).toBeGreaterThan(0);
    expect(effect).toMatchObject({
      before: before.length,
      after: before.length - fewer,
      fewer,
      more: 0,
      rules: [{ rule: EXEC, before: fewer, after: 0 }],
      watched: [{ rule: EXEC, findings: 0 }],
      come: [],
      grown: false,
    });
    expect(effect['gone']).toHaveLength(fewer);
    expect(existsSync(config)).toBe(false);
    const shown = await ui.ask('diff', { changes });
    expect(shown['files']).toEqual([
      {
        name: 'k8s-audit.yaml',
        diff: `--- /dev/null\n+++ k8s-audit.yaml\n@@ -0,0 +1,2 @@\n+disable-rule:\n+  - ${EXEC}\n`,
      },
    ]);
    expect(existsSync(config)).toBe(false);
    expect(await ui.ask('write', { changes, stamp: shown['stamp']! })).toEqual({
      written: ['k8s-audit.yaml'],
    });
    expect(count(await findings(), EXEC)).toBe(0);
    expect(ui.runs).toHaveLength(1);
    // Back again, without a trace but the empty key.
    await written(ui, [{ kind: 'rule', name: EXEC, on: true }]);
    expect(await findings()).toEqual(before);
  });

  test('leave comments where they are, and take what patterns say into account', async () => {
    const text = `# of the team\ndisable-rule: ['${EXEC}'] # too noisy\nignore: [] # none\n`;
    writeFileSync(config, text);
    const ui = await desk();
    await written(ui, [
      { kind: 'rule', name: EXEC, on: true },
      { kind: 'rule', name: 'Create Privileged Pod', on: false },
      { kind: 'policy', name: 'K8s Activity Logs', on: true },
    ]);
    expect(readFileSync(config, 'utf8')).toBe(
      '# of the team\ndisable-rule: # too noisy\n  - Create Privileged Pod\nignore: [] # none\n\n' +
        'policies:\n  - name: K8s Activity Logs\n    enabled: true\n',
    );
    writeFileSync(config, 'enable-rule: [Anonymous*]\ndisable-rule: ["Attach*"]\n');
    const changes = [{ kind: 'rule', name: EXEC, on: true }];
    await expect(ui.ask('diff', { changes })).rejects.toThrow(
      /cannot switch 'Attach\/Exec Pod' on/,
    );
  });

  test.each<[string, JsonValue, RegExp]>([
    ['no list', 'all', /changes are a list/],
    ['no change', [{ kind: 'delete', name: 'x' }], /this is no change/],
    ['no state', [{ kind: 'rule', name: EXEC }], /this is no change/],
    ['an unknown rule', [{ kind: 'rule', name: 'Nope', on: false }], /no rule is called 'Nope'/],
    ['an unknown policy', [{ kind: 'policy', name: 'Nope', on: false }], /no policy is called/],
    ['too many', Array.from({ length: 101 }, () => ({})), /more than 100 changes/],
    ['another file', [{ kind: 'rules', file: '/etc/passwd', text: '' }], /no rules file/],
    ['a file beside', [{ kind: 'rules', file: '../x.yaml', text: '' }], /no rules file/],
  ])('refuse %s', async (_, changes, message) => {
    const ui = await desk();
    await expect(ui.ask('diff', { changes })).rejects.toThrow(message);
  });

  test('say where the command line decides', async () => {
    const ui = await desk('--disable-rule', 'Anonymous*');
    const changes = [{ kind: 'rule', name: EXEC, on: false }];
    await expect(ui.ask('diff', { changes })).rejects.toThrow(/--disable-rule takes the place/);
  });
});

describe('writing', () => {
  const changes = [{ kind: 'rule', name: EXEC, on: false }];

  test('needs the difference that was shown, of files as they were then', async () => {
    writeFileSync(config, 'fail-on: high\n');
    const ui = await desk();
    const { stamp } = await ui.ask('diff', { changes });
    const refused = /nothing was written: this is not the difference that was shown/;
    const other = [{ kind: 'rule', name: EXEC, on: true }, ...changes];
    for (const asked of [
      { changes, stamp: 'x' },
      { changes, stamp: '0'.repeat(64) },
      { changes: [{ kind: 'policy', name: 'K8s Activity Logs', on: true }], stamp: stamp! },
    ]) {
      await expect(ui.ask('write', asked)).rejects.toThrow(refused);
    }
    await expect(ui.ask('write', { changes })).rejects.toThrow('stamp is missing');
    expect(other).toHaveLength(2);
    writeFileSync(config, 'fail-on: medium\n');
    await expect(ui.ask('write', { changes, stamp: stamp! })).rejects.toThrow(refused);
    expect(readFileSync(config, 'utf8')).toBe('fail-on: medium\n');
    // Another server's difference counts for nothing.
    const elsewhere = await (await desk()).ask('diff', { changes });
    await expect(ui.ask('write', { changes, stamp: elsewhere['stamp']! })).rejects.toThrow(refused);
    await written(ui, changes);
    expect(readFileSync(config, 'utf8')).toBe(`fail-on: medium\n\ndisable-rule:\n  - ${EXEC}\n`);
  });

  test('goes into the file that is named', async () => {
    const named = join(folder, 'named.yaml');
    writeFileSync(named, '# named\n');
    const ui = await desk('--config', named);
    expect(await written(ui, changes)).toEqual({ written: ['named.yaml'] });
    expect(existsSync(config)).toBe(false);
    expect(readFileSync(named, 'utf8')).toBe(`# named\n\ndisable-rule:\n  - ${EXEC}\n`);
  });
});

describe('findings that are accepted', () => {
  test('are gone, and no others', async () => {
    const before = await findings();
    const ui = await desk();
    const changes = [
      {
        kind: 'accept',
        rule: EXEC,
        condition: 'ka.user.name = "mallory@example.com"',
        reason: "  it's\n the drill ",
        expires: '2030-12-31',
      },
    ];
    const effect = await ui.ask('effect', { changes });
    expect(effect['fewer']).toBeGreaterThan(0);
    expect(effect['more']).toBe(0);
    await written(ui, changes);
    expect(readFileSync(config, 'utf8')).toBe(
      `ignore:\n  - rule: '${EXEC}'\n    condition: 'ka.user.name = "mallory@example.com"'\n` +
        `    reason: 'it''s the drill'\n    expires: '2030-12-31'\n`,
    );
    expect(await findings()).toHaveLength(before.length - Number(effect['fewer']));
    expect(await ui.ask('diff', { changes })).toMatchObject({ files: [] });
  });

  test.each([
    [{ reason: ' ' }, /say why/],
    [{ reason: 'x', expires: 'soon' }, /'soon' is no last day/],
  ])('need %j to be otherwise', async (part, message) => {
    const change = { kind: 'accept', rule: EXEC, condition: 'ka.verb = get', ...part };
    await expect((await desk()).ask('diff', { changes: [change] })).rejects.toThrow(message);
  });

  test('need a condition that holds', async () => {
    const change = { kind: 'accept', rule: EXEC, condition: 'ka.nope = 1', reason: 'x' };
    const ui = await desk();
    await expect(ui.ask('effect', { changes: [change] })).rejects.toThrow(/ka\.nope/);
    await expect(ui.ask('diff', { changes: [change] })).rejects.toThrow(/ka\.nope/);
  });
});

describe('findings that are known', () => {
  /** A finding as the page shows it, and how many there are that a baseline takes for the same. */
  async function shown(): Promise<{ finding: JsonObject; same: number; print: string }> {
    const rows = (await findings()) as unknown as {
      rule: string;
      k8s_audit: { auditID: string; file: string; line: number; fingerprint: string };
    }[];
    const { rule, k8s_audit: about } = rows.find((row) => row.rule === 'Exec Reads Credentials')!;
    const same = rows.filter((row) => row.k8s_audit.fingerprint === about.fingerprint).length;
    const { auditID: id, file, line, fingerprint: print } = about;
    return { finding: { rule, id, file, line: String(line) }, same, print };
  }

  test('go into a baseline that is made beside the configuration, which then names it', async () => {
    const ui = await desk();
    expect(await ui.ask('baseline')).toEqual({ file: 'k8s-audit-baseline.json', isNew: true });
    const { finding, same, print } = await shown();
    const { entries } = (await ui.ask('findings', { findings: [finding] })) as unknown as {
      entries: JsonObject[];
    };
    expect(entries).toEqual([
      {
        fingerprint: print,
        rule: 'Exec Reads Credentials',
        user: 'mallory@example.com',
        verb: 'get',
        object: expect.stringContaining('shop/pods/') as string,
        evidence: expect.objectContaining({
          'kx.command.line': 'cat /var/run/secrets/kubernetes.io/serviceaccount/token',
        }) as JsonObject,
      },
    ]);
    const before = await findings();
    const known = (reason: string, expires?: string): JsonObject[] => [
      { kind: 'known', entries, reason, ...(expires !== undefined && { expires }) },
    ];
    const effect = await ui.ask('effect', { changes: known('the drill') });
    expect(effect).toMatchObject({ fewer: same, more: 0 });
    expect(existsSync(config)).toBe(false);
    expect(await written(ui, known('the drill', '2999-12-31'))).toEqual({
      written: ['k8s-audit-baseline.json', 'k8s-audit.yaml'],
    });
    expect(readFileSync(config, 'utf8')).toBe('baseline: k8s-audit-baseline.json\n');
    const file = join(folder, 'k8s-audit-baseline.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      baseline: [{ ...entries[0], reason: 'the drill', expires: '2999-12-31' }],
    });
    // Windows knows no such modes.
    expect(statSync(file).mode & 0o777).toBe(platform() === 'win32' ? 0o666 : 0o600);
    expect(await findings()).toHaveLength(before.length - same);
    // The counts without changes are those with the baseline now.
    expect(await ui.ask('effect', { changes: [] })).toMatchObject({
      before: before.length - same,
    });
    await expect(ui.ask('findings', { findings: [finding] })).rejects.toThrow(
      /^this finding is not found any more/,
    );
    // A new reason takes the place of the old one, in the file that is named already.
    expect(await written(ui, known('for ever'))).toEqual({ written: ['k8s-audit-baseline.json'] });
    expect(readFileSync(file, 'utf8')).toContain('"reason":"for ever","expires":"2999-12-31"');
  });

  test('go there many at once, all that were asked for or none', async () => {
    const all = (await findings()) as unknown as {
      rule: string;
      k8s_audit: { auditID: string; file: string; line: number; fingerprint: string };
    }[];
    const rules = new Set(['Exec Reads Credentials', EXEC]);
    const rows = all.filter(({ rule }) => rules.has(rule));
    const asked = rows.map(({ rule, k8s_audit: { auditID: id, file, line } }) => ({
      rule,
      id,
      file,
      line: String(line),
    }));
    const ui = await desk();
    const { entries } = (await ui.ask('findings', { findings: asked })) as unknown as {
      entries: { fingerprint: string }[];
    };
    const prints = new Set(rows.map(({ k8s_audit: { fingerprint } }) => fingerprint));
    expect(prints.size).toBeGreaterThan(3);
    expect(new Set(entries.map(({ fingerprint }) => fingerprint))).toEqual(prints);
    await written(ui, [
      { kind: 'known', entries: entries as unknown as JsonValue, reason: 'drill' },
    ]);
    const left = await findings();
    expect(left).toHaveLength(all.length - rows.length);
    expect(left.filter(({ rule }) => rules.has(rule))).toEqual([]);
    // One that is there no more among others that are.
    const other = all.find(({ rule }) => !rules.has(rule))!;
    const { auditID: id, file, line } = other.k8s_audit;
    const there = { rule: other.rule, id, file, line: String(line) };
    await expect(ui.ask('findings', { findings: [there, asked[0]!] })).rejects.toThrow(
      /^1 of these 2 findings are not found any more/,
    );
    for (const wrong of [[], Array.from({ length: 501 }, () => there), 'x', ['x']]) {
      await expect(ui.ask('findings', { findings: wrong })).rejects.toThrow(
        /^(?:findings are a list of 500|a finding is)/,
      );
    }
  });

  test('go into the baseline that is named, beside what it knows, never into a report', async () => {
    const known = `{"rule":"Other","fingerprint":"${'1'.repeat(40)}","reason":"old"}`;
    const file = join(folder, 'known.json');
    writeFileSync(config, '# ours\nbaseline: known.json\n');
    writeFileSync(file, `{"baseline":[\n${known}\n]}\n`);
    const ui = await desk();
    expect(await ui.ask('baseline')).toEqual({ file: 'known.json', isNew: false });
    const entry = { fingerprint: '2'.repeat(40), rule: 'Mine', user: 'u' };
    const changes = [
      { kind: 'known', entries: [entry], reason: 'one' },
      { kind: 'known', entries: [{ ...entry, fingerprint: '3'.repeat(40) }], reason: 'two' },
    ];
    expect(await written(ui, changes)).toEqual({ written: ['known.json'] });
    const { baseline } = JSON.parse(readFileSync(file, 'utf8')) as { baseline: JsonObject[] };
    expect(baseline.map(({ rule, reason }) => [rule, reason])).toEqual([
      ['Mine', 'one'],
      ['Mine', 'two'],
      ['Other', 'old'],
    ]);
    expect(readFileSync(config, 'utf8')).toBe('# ours\nbaseline: known.json\n');
    writeFileSync(file, `{"rule":"Other","k8s_audit":{"fingerprint":"${'1'.repeat(40)}"}}\n`);
    await expect(ui.ask('diff', { changes })).rejects.toThrow(/is a report, not a baseline/);
  });

  test.each<[string, JsonObject, RegExp]>([
    ['a reason', { reason: '' }, /say why/],
    ['entries', { entries: [] }, /this is no change/],
    ['a fingerprint', { entries: [{ rule: 'x' }] }, /no k8s-audit fingerprint/],
    [
      'short texts',
      { entries: [{ fingerprint: '1'.repeat(40), rule: 'x'.repeat(9000) }] },
      /no change/,
    ],
  ])('need %s', async (_, part, message) => {
    const entries = [{ fingerprint: '1'.repeat(40), rule: 'x' }];
    const changes = [{ kind: 'known', entries, reason: 'why', ...part }];
    await expect((await desk()).ask('diff', { changes })).rejects.toThrow(message);
  });
});

describe('rules of the user', () => {
  test('are made beside the configuration, which then names them', async () => {
    // Loading the bundled ones takes its time.
    writeFileSync(config, 'default-rules: false\n');
    const ui = await desk();
    const [file] = (await ui.ask('rules-files')) as unknown as { file: string }[];
    expect(file).toEqual({ file: 'k8s-audit-rules.yaml', isNew: true, of: null });
    const name = file!.file;
    expect(await ui.ask('rules-text', { file: name })).toEqual({ text: '' });
    const changes = [{ kind: 'rules', file: name, text: OWN }];
    expect(await ui.ask('check', { file: name, text: OWN })).toMatchObject({
      rules: ['Web Shell'],
    });
    const effect = await ui.ask('effect', { changes, watch: ['Web Shell'] });
    const [watched] = effect['watched'] as unknown as { findings: number }[];
    expect(watched!.findings).toBeGreaterThan(0);
    expect(effect).toMatchObject({ fewer: 0, more: watched!.findings });
    expect(await written(ui, changes)).toEqual({ written: [name, 'k8s-audit.yaml'] });
    expect(readFileSync(join(folder, name), 'utf8')).toBe(OWN);
    expect(readFileSync(config, 'utf8')).toBe(
      'default-rules: false\n\nrules:\n  - k8s-audit-rules.yaml\n',
    );
    expect(count(await findings(), 'Web Shell')).toBe(watched!.findings);
    expect(await ui.ask('rules-files')).toEqual([
      { file: name, isNew: false, of: null },
      { file: 'k8s-audit-rules.tests.yaml', isNew: true, of: name },
    ]);
  });

  test('are checked with line and column, as rules check does', async () => {
    const ui = await desk('--no-default-rules');
    const file = 'k8s-audit-rules.yaml';
    const wrong = OWN.replace('ka.target.subresource', 'ka.nope');
    writeFileSync(join(folder, file), wrong);
    const { diagnostics, rules } = await ui.ask('check', { file, text: wrong });
    const { stdout } = await runCli({
      args: ['rules', 'check', join(folder, file), '--no-default-rules'],
    });
    const [first] = diagnostics as unknown as { line: number; column: number; text: string }[];
    expect(first).toMatchObject({ severity: 'error', line: 4, column: 38 });
    expect(first!.text).toContain('ka.nope');
    expect(stdout.replaceAll(`${folder}/`, '')).toContain(first!.text);
    expect(rules).toEqual([]);
    const changes = [{ kind: 'rules', file, text: wrong }];
    await expect(ui.ask('effect', { changes })).rejects.toThrow(/ka\.nope/);
    await expect(ui.ask('diff', { changes })).rejects.toThrow(/ka\.nope/);
  });

  test('may begin with a bundled rule, or with a change of one', async () => {
    const ui = await desk();
    const { copy, override } = (await ui.ask('rule', { name: EXEC })) as Record<string, string>;
    expect(copy).toMatch(/^- rule: Attach\/Exec Pod\n[^]*priority: NOTICE\n[^]*\n$/);
    expect(copy!.match(/^- /gm)).toHaveLength(1);
    const file = 'k8s-audit-rules.yaml';
    const checked = await ui.ask('check', { file, text: `${copy!}${override!}` });
    expect(checked).toMatchObject({ rules: [EXEC] });
    expect(JSON.stringify(checked)).not.toContain('"error"');
  });

  test('stay where the command line names them', async () => {
    const own = join(folder, 'mine.yaml');
    writeFileSync(own, OWN);
    const ui = await desk('-r', own, '--no-default-rules');
    expect(await ui.ask('rules-files')).toEqual([
      { file: 'mine.yaml', isNew: false, of: null },
      { file: 'mine.tests.yaml', isNew: true, of: 'mine.yaml' },
    ]);
    const text = OWN.replace('WARNING', 'ERROR');
    expect(await written(ui, [{ kind: 'rules', file: 'mine.yaml', text }])).toEqual({
      written: ['mine.yaml'],
    });
    expect(readFileSync(own, 'utf8')).toBe(text);
  });
});
