import { readPolicyFile } from '../../src/config/read-config.ts';
import { Issues } from '../../src/policies/issue.ts';
import {
  policyMembers,
  type PolicyMembers,
  type RuleIdentity,
} from '../../src/policies/members.ts';
import type { Policy } from '../../src/policies/policy.ts';
import { resolvePolicies } from '../../src/policies/resolve.ts';

/** Two bundled policies over the rules below. */
const BUNDLED = `
policies:
  - {name: Base, severity: medium, rules: [Pod A, Pod B, Secret A], runbook: 'https://example.com/b'}
  - {name: Off, severity: info, enabled: false, rules: [Log A]}
`;

export const RULES: readonly RuleIdentity[] = [
  { name: 'Pod A', tags: ['pod'], bundled: true },
  { name: 'Pod B', tags: ['pod'], bundled: true },
  { name: 'Secret A', tags: ['secret'], bundled: true },
  { name: 'Log A', tags: [], bundled: true },
  { name: 'Loose', tags: [], bundled: true },
  { name: 'Mine', tags: ['pod'], bundled: false },
];

export interface LoadedPolicies {
  readonly policies: readonly Policy[];
  readonly members: readonly PolicyMembers[];
  readonly issues: Issues;
  /** `severity: message` of each issue. */
  readonly messages: readonly string[];
  /** Rules that are on in a policy. */
  readonly on: (policy: string) => readonly string[];
}

/** Resolves a user's policies over the bundled ones. */
export function loadPolicies(user: string, strict = true): LoadedPolicies {
  const issues = new Issues();
  const bundled = readPolicyFile({ name: 'bundled.yaml', text: BUNDLED }, true, issues);
  const own = readPolicyFile({ name: 'user.yaml', text: user }, false, issues);
  const policies = resolvePolicies(bundled, own, issues);
  const members = policyMembers(policies, RULES, strict, issues);
  return {
    policies,
    members,
    issues,
    messages: issues.list.map(({ severity, message }) => `${severity}: ${message}`),
    on: (name) =>
      [...(members.find(({ policy }) => policy.name === name)?.rules ?? [])]
        .filter(([, on]) => on)
        .map(([rule]) => rule),
  };
}
