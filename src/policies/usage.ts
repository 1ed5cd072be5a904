import type { PolicyMembers } from './members.ts';

/** One policy's use of a rule. */
export interface RuleUse {
  readonly policy: string;
  /** The policy is enabled. */
  readonly enabled: boolean;
  /** The policy has the rule on. */
  readonly on: boolean;
}

/** The policies that hold a rule, in their order. */
export function rulePolicies(rule: string, members: readonly PolicyMembers[]): RuleUse[] {
  return members.flatMap(({ policy, rules }) => {
    const on = rules.get(rule);
    return on === undefined ? [] : [{ policy: policy.name, enabled: policy.enabled, on }];
  });
}

/** Whether a rule is on in an enabled policy, only in others, or in none. */
export function ruleUsage(uses: readonly RuleUse[]): 'enabled' | 'disabled' | 'unused' {
  if (uses.length === 0) return 'unused';
  return uses.some(({ enabled, on }) => enabled && on) ? 'enabled' : 'disabled';
}
