import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { rulePage, rulePlaceText, ruleUri } from '../../src/cli/docs/rule-page.ts';
import { bundledPolicies } from '../../src/cli/library/policies-input.ts';
import { SEVERITIES } from '../../src/policies/severity.ts';
import { Issues } from '../../src/policies/issue.ts';
import { policyMembers } from '../../src/policies/members.ts';
import { resolvePolicies } from '../../src/policies/resolve.ts';
import { subjectFingerprint } from '../../src/outputs/encode/fingerprint.ts';
import { loadRules } from '../../src/rules/load.ts';
import { readNotes } from '../../src/rules/rule-notes.ts';
import { createEngine } from '../../src/engine/engine.ts';
import { DEFAULT_FIELD_SETTINGS } from '../../src/rules/resolver.ts';
import { filesIn, findingsOf, loadBundled } from './bundled-rules.ts';
import { readCaseFile } from './case-file.ts';
import { runCli } from '../cli/run-cli.ts';

const { ruleSet } = await loadBundled();
const RULES = ruleSet!.rules.map((rule) => ({ ...rule, file: `rules/${rule.file}` }));
const ISSUES = new Issues();
const MEMBERS = policyMembers(
  resolvePolicies(bundledPolicies(), [], ISSUES),
  RULES.map(({ name, tags }) => ({ name, tags, bundled: true })),
  true,
  ISSUES,
);
/** Ids that were given once: they are in baselines and reports of users, so none may go or change. */
const KNOWN_IDS = JSON.parse(
  readFileSync(new URL('rule-ids.json', import.meta.url), 'utf8'),
) as string[];
const CASES = filesIn(fileURLToPath(new URL('cases/', import.meta.url)), '.yaml').flatMap(
  readCaseFile,
);

/** Rules for which an event that nearly sets them off makes no sense. */
const WITHOUT_NEAR_MISS = new Set(['All K8s Audit Events']);

/** The severity that findings of a rule have with the bundled policies: of those that are on, else of the others. */
function bundledSeverity(name: string): string | undefined {
  const having = MEMBERS.filter(({ rules }) => rules.get(name) === true);
  const on = having.filter(({ policy }) => policy.enabled);
  const found = new Set((on.length > 0 ? on : having).map(({ policy }) => policy.severity));
  return SEVERITIES.find((severity) => found.has(severity));
}

describe('each bundled rule', () => {
  it.each(RULES.map((rule) => [rule.name, rule] as const))('%s is documented', (name, rule) => {
    const { id, notes, tags } = rule;
    expect(id).toMatch(/^[a-z0-9-]+$/);
    expect(rule.severity).toBe(bundledSeverity(name));
    expect(notes.checks.length).toBeGreaterThan(0);
    expect(notes.falsePositives.length).toBeGreaterThan(0);
    expect(notes.references.length).toBeGreaterThan(0);
    expect(tags.filter((tag) => /^T\d{4}(?:\.\d{3})?$/.test(tag))).not.toEqual([]);
    expect(tags.filter((tag) => /^MS-TA90(?:0[1-9]|[123]\d|4[01])$/.test(tag))).not.toEqual([]);
    for (const text of [...notes.checks, ...notes.falsePositives]) {
      // A whole remark, not a word.
      expect(text).toMatch(/^[A-Za-z].{10,}[.]$/);
    }
    expect(rulePage(rule)).toEqual({
      file: expect.stringMatching(/^docs\/rules\/[a-z-]+\.md$/) as string,
      anchor: id,
    });
    if (rule.correlation !== undefined) return;
    const fires = CASES.some(
      ({ kind, expect: wanted }) =>
        kind !== 'silent' && wanted.some((one) => one.rule === name && one.count > 0),
    );
    const misses = CASES.some(
      ({ kind, about, expect: wanted }) =>
        (kind === 'silent' && wanted[0]?.rule === name) ||
        (kind === 'sequence' && about?.includes(name) && wanted.length === 0),
    );
    expect([fires, misses || WITHOUT_NEAR_MISS.has(name)]).toEqual([true, true]);
  });

  it('has an id of its own, which stays', () => {
    const ids = RULES.map(({ id }) => id!);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.toSorted()).toEqual(KNOWN_IDS.toSorted());
  });
});

/** A rule of a user's file, with lines of notes. */
function ruleText(name: string, notes: string): string {
  return (
    `- rule: ${name}\n${notes}  desc: d\n  condition: ka.verb = get\n  output: o\n` +
    '  priority: NOTICE\n  source: k8s_audit\n'
  );
}

describe('notes of a rule', () => {
  it('are comment lines inside it', () => {
    const item = [
      '- rule: A',
      '  # id: a-rule',
      '  # severity: low',
      '  # A remark of another kind.',
      '  #   not part of anything',
      '  # false positives: One thing,',
      '  #   and the end of it.',
      '  # check: First.',
      '  # check: Second.',
      '  # references: https://example.com/a http://example.com/b',
      '  # references: https://example.com/c',
    ].join('\n');
    expect(readNotes(item)).toEqual({
      id: 'a-rule',
      severity: 'low',
      falsePositives: ['One thing, and the end of it.'],
      checks: ['First.', 'Second.'],
      references: ['https://example.com/a', 'http://example.com/b', 'https://example.com/c'],
      wrong: [],
    });
  });

  it('may be in files of users, and end where the next rule begins', async () => {
    const text = ruleText('A', '  # id: one\n') + ruleText('B', '  # check: Look.\n');
    const { ruleSet: own, files } = await loadRules([{ name: 'own.yaml', text }]);
    expect(files[0]!.warnings).toEqual([]);
    expect(own!.rules.map(({ id, notes }) => [id, notes.checks])).toEqual([
      ['one', []],
      [undefined, ['Look.']],
    ]);
  });

  it('that have no use are warned of', async () => {
    const text = ruleText(
      'A',
      '  # id: Not One\n  # severity: grave\n  # references: javascript:alert(1)\n',
    );
    const { ruleSet: own, files } = await loadRules([{ name: 'own.yaml', text }]);
    expect(own!.rules[0]).toMatchObject({
      id: undefined,
      severity: undefined,
      notes: { references: [] },
    });
    expect(files[0]!.warnings.map(({ code, message }) => [code, message])).toEqual([
      ['LINT_NOTES', "The id 'Not One' is not one name of a-z, 0-9 and -"],
      ['LINT_NOTES', "The severity 'grave' is not one of high, medium, low, info"],
      ['LINT_NOTES', "The reference 'javascript:alert(1)' is no address"],
    ]);
  });

  it('that have no use are warned of in correlations too', async () => {
    const text =
      '- correlation: C\n  # id: Not One\n  # references: here\n  # check: Look.\n  type: event_count\n' +
      '  events: {a: ka.verb = get}\n  timespan: 1m\n  condition: {gte: 2}\n  priority: INFO\n';
    const { ruleSet: own, files } = await loadRules([{ name: 'own.yaml', text }]);
    expect(own!.rules[0]).toMatchObject({ id: undefined, notes: { checks: ['Look.'] } });
    expect(files[0]!.warnings.map(({ code, message }) => [code, message])).toEqual([
      ['LINT_NOTES', "The id 'Not One' is not one name of a-z, 0-9 and -"],
      ['LINT_NOTES', "The reference 'here' is no address"],
    ]);
  });

  it('of a Sigma rule are those that it has keys for', async () => {
    const text =
      'title: T\nid: 1A111111-2222-4333-8444-555555555555\nlevel: low\n' +
      'logsource: { product: kubernetes, service: audit }\n' +
      'detection: { s: { verb: get }, condition: s }\n' +
      'falsepositives: [Admins]\nreferences: [https://example.com/a, nowhere]\n';
    const { ruleSet: own } = await loadRules([{ name: 'own.yml', text }]);
    expect(own!.rules[0]).toMatchObject({
      id: '1a111111-2222-4333-8444-555555555555',
      notes: { checks: [], falsePositives: ['Admins'], references: ['https://example.com/a'] },
    });
  });

  it('keep a finding known when its rule is renamed', async () => {
    const fingerprints = async (name: string, id: string): Promise<string[]> => {
      const { ruleSet: own } = await loadRules([
        { name: 'own.yaml', text: ruleText(name, id === '' ? '' : `  # id: ${id}\n`) },
      ]);
      const engine = createEngine({
        rules: own!.rules,
        matching: 'all',
        timeField: 'evt.time',
        settings: DEFAULT_FIELD_SETTINGS,
      });
      const event = { auditID: 'a', verb: 'get', user: { username: 'jane' } };
      return findingsOf(engine, event, 1).map(subjectFingerprint);
    };
    const [before] = await fingerprints('Old Name', 'one');
    expect(await fingerprints('New Name', 'one')).toEqual([before]);
    expect(await fingerprints('New Name', 'two')).not.toEqual([before]);
    expect(await fingerprints('New Name', '')).not.toEqual(await fingerprints('Old Name', ''));
  });
});

describe('the severity that a rule declares', () => {
  const severityIn = async (policy: string, ...args: string[]): Promise<unknown> => {
    const root = mkdtempSync(join(tmpdir(), 'severity-'));
    const rules = ruleText('Mine', '  # severity: high\n') + ruleText('Plain', '');
    const place = (name: string): string => join(root, name);
    writeFileSync(place('own.yaml'), rules);
    writeFileSync(place('k8s-audit.yaml'), policy);
    writeFileSync(place('a.log'), LINE);
    const scan = [
      'scan',
      place('a.log'),
      '-r',
      place('own.yaml'),
      '--config',
      place('k8s-audit.yaml'),
    ];
    const { stdout } = await runCli({
      args: [...scan, '--no-default-rules', '-f', 'ndjson', ...args],
    });
    const lines = stdout.trim().split('\n');
    return lines.map((line) => {
      const found = JSON.parse(line) as { rule: string; k8s_audit: { severity: string } };
      return [found.rule, found.k8s_audit.severity];
    });
  };
  const LINE =
    '{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"a","stage":"ResponseComplete","verb":"get",' +
    '"user":{"username":"jane"},"stageTimestamp":"2026-01-01T00:00:00Z"}\n';

  it.each(['fast', 'reference'])(
    'counts where no policy gives one, in the %s engine',
    async (engine) => {
      const found = await severityIn('', '--engine', engine);
      expect(found).toEqual([
        ['Mine', 'high'],
        ['Plain', 'low'],
      ]);
    },
  );

  it.each(['fast', 'reference'])(
    'gives way to that of a policy, in the %s engine',
    async (engine) => {
      const policy = 'policies: [{name: P, severity: info, rules: [Mine, Plain]}]\n';
      const found = await severityIn(policy, '--engine', engine);
      expect(found).toEqual([
        ['Mine', 'info'],
        ['Plain', 'info'],
      ]);
    },
  );
});

describe('the address of a rule', () => {
  const [bundled] = RULES;

  it('is its section in the documentation, where that has a home', () => {
    expect(ruleUri(bundled!, 'https://example.com/k8s-audit/')).toBe(
      `https://example.com/k8s-audit/blob/main/docs/rules/workloads.md#${bundled!.id}`,
    );
  });

  it('is a path in the documentation for builds without a home', () => {
    expect(rulePlaceText(bundled!)).toBe(`docs/rules/workloads.md#${bundled!.id}`);
    expect(rulePlaceText({ ...bundled!, file: 'own.yaml' })).toBeUndefined();
  });

  it('is its first reference elsewhere', () => {
    expect(ruleUri(bundled!)).toBe(bundled!.notes.references[0]);
    const own = { ...bundled!, file: 'own.yaml' };
    expect(ruleUri(own, 'https://example.com')).toBe(bundled!.notes.references[0]);
    const notes = { checks: [], falsePositives: [], references: [] };
    expect(ruleUri({ ...own, notes })).toBeUndefined();
  });
});
