import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { rulePage, ruleUri } from '../../src/cli/docs/rule-page.ts';
import { subjectFingerprint } from '../../src/outputs/encode/fingerprint.ts';
import { loadRules } from '../../src/rules/load.ts';
import { readNotes } from '../../src/rules/rule-notes.ts';
import { createEngine } from '../../src/engine/engine.ts';
import { DEFAULT_FIELD_SETTINGS } from '../../src/rules/resolver.ts';
import { filesIn, findingsOf, loadBundled } from './bundled-rules.ts';
import { readCaseFile } from './case-file.ts';

const { ruleSet } = await loadBundled();
const RULES = ruleSet!.rules.map((rule) => ({ ...rule, file: `rules/${rule.file}` }));
/** Ids that were given once: they are in baselines and reports of users, so none may go or change. */
const KNOWN_IDS = JSON.parse(
  readFileSync(new URL('rule-ids.json', import.meta.url), 'utf8'),
) as string[];
const CASES = filesIn(fileURLToPath(new URL('cases/', import.meta.url)), '.yaml').flatMap(
  readCaseFile,
);

/** Rules for which an event that nearly sets them off makes no sense. */
const WITHOUT_NEAR_MISS = new Set(['All K8s Audit Events']);

describe('each bundled rule', () => {
  it.each(RULES.map((rule) => [rule.name, rule] as const))('%s is documented', (name, rule) => {
    const { id, notes, tags } = rule;
    expect(id).toMatch(/^[a-z0-9-]+$/);
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

describe('notes of a rule', () => {
  it('are comment lines inside it', () => {
    const item = [
      '- rule: A',
      '  # id: a-rule',
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
      falsePositives: ['One thing, and the end of it.'],
      checks: ['First.', 'Second.'],
      references: ['https://example.com/a', 'http://example.com/b', 'https://example.com/c'],
      wrong: [],
    });
  });

  const rule = (name: string, notes: string): string =>
    `- rule: ${name}\n${notes}  desc: d\n  condition: ka.verb = get\n  output: o\n` +
    '  priority: NOTICE\n  source: k8s_audit\n';

  it('may be in files of users, and end where the next rule begins', async () => {
    const text = rule('A', '  # id: one\n') + rule('B', '  # check: Look.\n');
    const { ruleSet: own, files } = await loadRules([{ name: 'own.yaml', text }]);
    expect(files[0]!.warnings).toEqual([]);
    expect(own!.rules.map(({ id, notes }) => [id, notes.checks])).toEqual([
      ['one', []],
      [undefined, ['Look.']],
    ]);
  });

  it('that have no use are warned of', async () => {
    const text = rule('A', '  # id: Not One\n  # references: javascript:alert(1)\n');
    const { ruleSet: own, files } = await loadRules([{ name: 'own.yaml', text }]);
    expect(own!.rules[0]).toMatchObject({ id: undefined, notes: { references: [] } });
    expect(files[0]!.warnings.map(({ code, message }) => [code, message])).toEqual([
      ['LINT_NOTES', "The id 'Not One' is not one name of a-z, 0-9 and -"],
      ['LINT_NOTES', "The reference 'javascript:alert(1)' is no address"],
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
        { name: 'own.yaml', text: rule(name, id === '' ? '' : `  # id: ${id}\n`) },
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

describe('the address of a rule', () => {
  const [bundled] = RULES;

  it('is its section in the documentation, where that has a home', () => {
    expect(ruleUri(bundled!, 'https://example.com/k8s-audit/')).toBe(
      `https://example.com/k8s-audit/blob/main/docs/rules/workloads.md#${bundled!.id}`,
    );
  });

  it('is its first reference elsewhere', () => {
    expect(ruleUri(bundled!)).toBe(bundled!.notes.references[0]);
    const own = { ...bundled!, file: 'own.yaml' };
    expect(ruleUri(own, 'https://example.com')).toBe(bundled!.notes.references[0]);
    const notes = { checks: [], falsePositives: [], references: [] };
    expect(ruleUri({ ...own, notes })).toBeUndefined();
  });
});
