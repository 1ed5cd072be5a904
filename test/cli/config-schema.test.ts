import { describe, expect, test } from 'vitest';
import { configSchema, policiesSchema, type Schema } from '../../src/cli/settings/config-schema.ts';
import { configTemplate } from '../../src/cli/settings/config-template.ts';
import { parseDocument } from '../../src/config/parse-document.ts';
import { Issues } from '../../src/policies/issue.ts';
import { yamlValue } from '../../src/rule-tests/yaml-value.ts';
import { expectGenerated } from '../generated.ts';
import { schemaProblems } from './schema-problems.ts';

function problems(text: string, schema: Schema = configSchema()): string[] {
  const issues = new Issues();
  const node = parseDocument({ name: 'x', text }, issues)!;
  expect(issues.list).toEqual([]);
  return schemaProblems(yamlValue(node), schema);
}

describe('the JSON Schemas', () => {
  test.each([
    ['config.schema.json', configSchema()],
    ['policies.schema.json', policiesSchema()],
  ])('%s is fresh', (name, schema) => {
    expectGenerated(`schemas/${name}`, `${JSON.stringify(schema, undefined, 2)}\n`);
  });

  test('accept the template with every example in force', () => {
    const sections = configTemplate().split('\n# Policies:')[1]!;
    const examples = sections
      .split('\n')
      .filter((line) => /^# (?: *- | {2,}|[a-zA-Z0-9]+:)/.test(line))
      .map((line) => line.slice(2))
      .join('\n');
    expect(examples).toContain('k8sAuditDetectionsRules');
    expect(problems(examples)).toEqual([]);
  });

  test.each([
    ['fail-on: high\nstrict: true\nrules: [a.yaml]\nlimit: 3\n'],
    ['rules: a.yaml\nresource-mode: admission\n'],
    ['policies:\n  - {name: A, severity: 4, rules: [B, {tag: c, enabled: false}]}\n'],
  ])('accept %j', (text) => {
    expect(problems(text)).toEqual([]);
  });

  test.each([
    ['min-priorty: x', '/: min-priorty is not known'],
    ['strict: yes', '/strict: not of type boolean'],
    ['resource-mode: both', '/resource-mode: not one of filter, admission'],
    ['policies: [{severity: high}]', '/policies/0: name is missing'],
    ['policies: [{name: a, severity: 9}]', '/policies/0/severity: fits none of 2'],
    ['ignore: [{rules: a}]', '/ignore/0: rules is not known'],
  ])('refuse %j', (text, problem) => {
    expect(problems(text)).toEqual([problem]);
  });

  test('know a file of policies in both forms', () => {
    const list = '- {name: A, extends: K8s Notable Events}\n';
    expect(problems(list, policiesSchema())).toEqual([]);
    expect(problems(`policies:\n${list}`, policiesSchema())).toEqual([]);
    expect(problems('a: b', policiesSchema())).toHaveLength(1);
  });
});
