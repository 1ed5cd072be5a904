import { matchesWildcard } from '../rules/select.ts';
import { didYouMean } from '../util/suggest.ts';
import type { Issues } from './issue.ts';
import type { Policy, RuleEntry } from './policy.ts';

/** The properties of a rule that decide which policies it belongs to. */
export interface RuleIdentity {
  readonly name: string;
  readonly tags: readonly string[];
  /** True when a bundled file is the first to define it. */
  readonly bundled: boolean;
}

/** A policy and its rules. */
export interface PolicyMembers {
  readonly policy: Policy;
  /** Rule names, in definition order, with whether the policy has them on. */
  readonly rules: ReadonlyMap<string, boolean>;
  /** Rules that a user's entry switches on even when their file has them off. */
  readonly forced: ReadonlySet<string>;
}

/**
 * The rules of each policy. Rules of users that no other policy holds are in Custom Rules, which comes last.
 *
 * @param strict entries that fit no rule are errors, not warnings: all rules are loaded
 */
export function policyMembers(
  policies: readonly Policy[],
  rules: readonly RuleIdentity[],
  strict: boolean,
  issues: Issues,
): PolicyMembers[] {
  const held = new Set<string>();
  const named = new Map(rules.map((rule) => [rule.name, rule]));
  return policies.map((policy) => {
    const implicit = policy.origin === 'implicit';
    const base = implicit ? rules.filter((rule) => !rule.bundled && !held.has(rule.name)) : [];
    const members = new Map(base.map((rule) => [rule.name, true]));
    const forced = new Set<string>();
    for (const entry of policy.entries) {
      const exact = entry.by === 'name' && !entry.pattern.includes('*');
      const candidates = exact ? [named.get(entry.pattern) ?? []].flat() : rules;
      const matching = candidates.filter((rule) => matchesEntry(entry, rule));
      if (!entry.bundled) checkEntry(entry, matching, { policy, members, rules, strict, issues });
      for (const { name } of matching) {
        if (!mayAdd(policy, entry) && !members.has(name)) continue;
        members.set(name, entry.enabled);
        if (!entry.bundled && entry.explicit && entry.enabled) forced.add(name);
        else if (!entry.enabled) forced.delete(name);
      }
    }
    for (const name of members.keys()) held.add(name);
    const ordered = rules.flatMap(({ name }): [string, boolean][] => {
      const on = members.get(name);
      return on === undefined ? [] : [[name, on]];
    });
    return { policy, rules: new Map(ordered), forced };
  });
}

function matchesEntry(entry: RuleEntry, rule: RuleIdentity): boolean {
  if (entry.bundled && !rule.bundled) return false;
  return entry.by === 'tag'
    ? rule.tags.includes(entry.pattern)
    : matchesWildcard(entry.pattern, rule.name);
}

/** The membership of bundled policies is the program's: users switch single rules only. */
function mayAdd(policy: Policy, entry: RuleEntry): boolean {
  return entry.bundled || policy.origin === 'user';
}

/** What an entry of a policy is checked against. */
interface Surroundings {
  readonly policy: Policy;
  /** The rules that the policy holds by the entries before. */
  readonly members: ReadonlyMap<string, boolean>;
  readonly rules: readonly RuleIdentity[];
  readonly strict: boolean;
  readonly issues: Issues;
}

/** Notes what is wrong with an entry: it fits no rule, or rules that cannot be added. @param matching the rules that it fits */
function checkEntry(
  entry: RuleEntry,
  matching: readonly RuleIdentity[],
  around: Surroundings,
): void {
  if (matching.length === 0) return noteUnknown(entry, around);
  const { policy, members, issues } = around;
  if (mayAdd(policy, entry) || matching.some(({ name }) => members.has(name))) return;
  issues.error(
    entry.node,
    `policy '${policy.name}' does not hold '${entry.pattern}', and rules cannot be added to it`,
    policy.origin === 'bundled'
      ? `give your policy another name, with extends: ${policy.name}`
      : 'Custom Rules holds only rules of your files that are in no other policy',
  );
}

/** Notes that an entry fits no rule. */
function noteUnknown(
  { pattern, by, node }: RuleEntry,
  { policy, rules, strict, issues }: Surroundings,
): void {
  const glob = by === 'name' && pattern.includes('*');
  const names = by === 'tag' ? rules.flatMap(({ tags }) => tags) : rules.map(({ name }) => name);
  const what = by === 'tag' ? `has the tag '${pattern}'` : `is called '${pattern}'`;
  const message = `policy '${policy.name}': no rule ${what}`;
  const hint = glob ? undefined : didYouMean(pattern, names);
  if (glob || by === 'tag' || !strict) issues.warning(node, message, hint);
  else issues.error(node, message, hint);
}
