import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { configSchema } from '../../src/cli/settings/config-schema.ts';
import { OPTION_KEYS } from '../../src/cli/flags/option-keys.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { parseDocument } from '../../src/config/parse-document.ts';
import { Issues } from '../../src/policies/issue.ts';
import { readRuleTests } from '../../src/rule-tests/read-tests.ts';
import { yamlValue } from '../../src/rule-tests/yaml-value.ts';
import { loadRules } from '../../src/rules/load.ts';
import { schemaProblems } from '../cli/schema-problems.ts';

/** The YAML examples of a page. */
function examples(page: string): string[] {
  const text = readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8');
  return [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, yaml]) => yaml!);
}

describe.each([['policies.md'], ['resource-filter.md']])('examples in %s', (page) => {
  test.each(examples(page).map((text) => [text.split('\n', 1)[0]!, text]))('%s', (_head, text) => {
    const issues = new Issues();
    readConfig({ name: page, text }, OPTION_KEYS, issues);
    const node = parseDocument({ name: page, text }, issues)!;
    expect(issues.list).toEqual([]);
    expect(schemaProblems(yamlValue(node), configSchema())).toEqual([]);
  });
});

describe('examples in rules.md', () => {
  const [rules, ...others] = examples('rules.md');
  const tests = others.find((text) => /^tests:/m.test(text));

  test('the rules load behind what they change', async () => {
    const base =
      '- list: allowed_k8s_users\n  items: [a]\n' +
      '- rule: Attach/Exec Pod\n  desc: d\n  condition: ka.verb in (allowed_k8s_users)\n' +
      '  output: o\n  priority: NOTICE\n  source: k8s_audit\n';
    const { files } = await loadRules([
      { name: 'base', text: base },
      { name: 'rules.md', text: rules! },
    ]);
    expect(files.flatMap(({ errors }) => errors)).toEqual([]);
  });

  test('the tests read', () => {
    const issues = new Issues();
    const read = (): never => {
      throw new Error('uses no other file');
    };
    expect(readRuleTests({ name: 'rules.md', text: tests! }, read, issues)).toHaveLength(3);
    expect(issues.list).toEqual([]);
  });
});
