import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { coverageMarkdown, type Coverage } from '../../src/cli/docs/coverage-page.ts';
import { loadBundled } from './bundled-rules.ts';

const DATA = JSON.parse(
  readFileSync(new URL('../../docs/coverage.json', import.meta.url), 'utf8'),
) as Coverage;
const { ruleSet } = await loadBundled();
const RULES = ruleSet!.rules.map((rule) => ({ ...rule, file: `rules/${rule.file}` }));

describe('the coverage of public detections', () => {
  it.each(DATA.sets.map((set) => [set.name, set] as const))('%s has rules or reasons', (_, set) => {
    expect(set.source).toMatch(/^https:\/\//);
    expect(new Set(set.rows.map(({ name }) => name)).size).toBe(set.rows.length);
    const names = new Set(RULES.map(({ name }) => name));
    for (const { rules, why, name } of set.rows) {
      // One of the two, not both.
      expect([name, rules === undefined, why === undefined]).toEqual([
        name,
        why !== undefined,
        rules !== undefined,
      ]);
      expect(why ?? rules!.join(', ')).toMatch(/^\S.{10,}$/);
      expect(rules?.filter((rule) => !names.has(rule)) ?? []).toEqual([]);
    }
  });

  it('has all sets that are compared with', () => {
    const words = 'Falco Sigma Elastic Panther Splunk GuardDuty Google Defender Matrix Stratus';
    for (const word of [...words.split(' '), 'KubeHound', 'ATT&CK']) {
      expect(DATA.sets.filter(({ name }) => name.includes(word))).toHaveLength(1);
    }
  });

  it('is wrong when it names a rule that is not there', () => {
    const row = { name: 'x', rules: ['No Such Rule'] };
    const data = { sets: [{ name: 'Set', source: 'https://example.com', rows: [row] }] };
    expect(() => coverageMarkdown(data, RULES)).toThrow(/No Such Rule/);
    expect(
      coverageMarkdown({ sets: [{ ...data.sets[0]!, rows: [{ name: 'x', why: 'y' }] }] }, RULES),
    ).toContain('| x | – | y |');
  });
});
