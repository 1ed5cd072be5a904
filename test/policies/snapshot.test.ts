import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bundledPolicies, POLICIES_SNAPSHOT } from '../../src/cli/library/policies-input.ts';
import { readPolicyFile } from '../../src/config/read-config.ts';
import { Issues } from '../../src/policies/issue.ts';
import { resolvePolicies } from '../../src/policies/resolve.ts';
import { stringifyPolicies } from '../../src/policies/policy-snapshot.ts';

const ROOT = new URL('../../', import.meta.url);
const issues = new Issues();
const fromYaml = readdirSync(new URL('rules/policies/', ROOT))
  .filter((name) => name.endsWith('.yaml'))
  .toSorted()
  .flatMap((name) => {
    const text = readFileSync(new URL(`rules/policies/${name}`, ROOT), 'utf8');
    return readPolicyFile({ name: `rules/policies/${name}`, text }, true, issues);
  });

test('what the build stored are the policies of the YAML files', () => {
  const stored = readFileSync(new URL(POLICIES_SNAPSHOT, ROOT), 'utf8');
  expect(stored === stringifyPolicies(fromYaml)).toBe(true);
  expect(issues.list).toEqual([]);
});

test('stored policies are those of the YAML files but for their nodes', () => {
  const plain = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value, (key, part: unknown) => (key === 'node' ? undefined : part)));
  const stored = resolvePolicies(bundledPolicies(), [], issues);
  expect(stored.length).toBeGreaterThan(3);
  expect(plain(stored)).toEqual(plain(resolvePolicies(fromYaml, [], issues)));
  expect(issues.list).toEqual([]);
});
