import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readPolicyFile } from '../../src/config/read-config.ts';
import { Issues } from '../../src/policies/issue.ts';
import { policyMembers } from '../../src/policies/members.ts';
import { resolvePolicies } from '../../src/policies/resolve.ts';
import { loadRules } from '../../src/rules/load.ts';

const RULES = new URL('../../rules/', import.meta.url);

function texts(folder: string): { name: string; text: string; trusted: true }[] {
  return readdirSync(new URL(folder, RULES))
    .filter((name) => name.endsWith('.yaml'))
    .toSorted()
    .map((name) => ({
      name: folder + name,
      text: readFileSync(new URL(folder + name, RULES), 'utf8'),
      trusted: true,
    }));
}

const { ruleSet } = await loadRules([...texts('./'), ...texts('./extended/')]);
const identities = ruleSet!.rules.map(({ name, tags }) => ({ name, tags, bundled: true }));
const issues = new Issues();
const definitions = texts('./policies/').flatMap((file) => readPolicyFile(file, true, issues));
const policies = resolvePolicies(definitions, [], issues);
const members = policyMembers(policies, identities, true, issues);

function rulesOf(name: string): string[] {
  return [...(members.find(({ policy }) => policy.name === name)?.rules.keys() ?? [])];
}

describe('the bundled policies', () => {
  it('read without error or warning', () => {
    expect(issues.list).toEqual([]);
  });

  it('are these', () => {
    expect(
      policies.map(({ name, enabled, severity, origin }) => [name, enabled, severity, origin]),
    ).toEqual([
      ['K8s Activity Logs', false, 'info', 'bundled'],
      ['K8s First Seen', false, 'low', 'bundled'],
      ['K8s Notable Events', true, 'medium', 'bundled'],
      ['K8s Threat Detection', true, 'high', 'bundled'],
      ['Custom Rules', true, undefined, 'implicit'],
    ]);
  });

  it('hold every bundled rule', () => {
    const held = new Set(members.flatMap(({ rules }) => [...rules.keys()]));
    expect(identities.map(({ name }) => name).filter((name) => !held.has(name))).toEqual([]);
  });

  it.each(definitions.map((definition) => [definition.name, definition] as const))(
    '%s names rules that exist, each once',
    (_name, { rules = [] }) => {
      const named = rules.map(({ pattern }) => pattern);
      const known = new Set(identities.map(({ name }) => name));
      expect(named.filter((name) => !known.has(name))).toEqual([]);
      expect(new Set(named).size).toBe(named.length);
    },
  );

  it('keep Threat Detection small and loud', () => {
    const names = new Set(rulesOf('K8s Threat Detection'));
    expect(names.size).toBeGreaterThanOrEqual(20);
    expect(names.size).toBeLessThanOrEqual(35);
    const quiet = ruleSet!.rules.filter(
      ({ name, priority }) =>
        names.has(name) && ['Notice', 'Informational', 'Debug'].includes(priority),
    );
    expect(quiet).toEqual([]);
  });

  it('keep rules of low priority out of the policies that are on', () => {
    const on = new Set([...rulesOf('K8s Notable Events'), ...rulesOf('K8s Threat Detection')]);
    const low = ruleSet!.rules.filter(({ priority }) =>
      ['Informational', 'Debug'].includes(priority),
    );
    expect(low.filter(({ name }) => on.has(name))).toEqual([]);
  });

  it.each([
    ['K8s Activity Logs', 'K8s Secret Get Successfully'],
    ['K8s Activity Logs', 'All K8s Audit Events'],
    ['K8s Notable Events', 'Attach/Exec Pod'],
    ['K8s Notable Events', 'Anonymous Request Allowed'],
    ['K8s Threat Detection', 'Anonymous Request Allowed'],
    ['K8s Threat Detection', 'Attach to cluster-admin Role'],
    ['K8s Threat Detection', 'System ClusterRole Modified/Deleted'],
  ])('%s holds %s', (policy, rule) => {
    expect(rulesOf(policy)).toContain(rule);
  });
});
