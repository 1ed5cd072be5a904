import type { FieldResolver } from '../../condition/operand.ts';
import type { FieldSettings } from '../../fields/field.ts';
import type { PolicyMembers } from '../../policies/members.ts';
import type { Placements } from '../../policies/placement.ts';
import { fieldResolver } from '../../rules/resolver.ts';
import type { Rule, RuleSet } from '../../rules/rule.ts';
import type { Invocation } from '../flags/command.ts';
import { loadLibrary, placingPlan } from './policies-input.ts';
import { warner } from '../terminal/listing.ts';
import { chooseRules, selectionOf, type RulesOption } from './scan-rules.ts';

/** The rules that `scan` would run with the same options, and what belongs to them. */
export interface RulesOfRun {
  readonly ruleSet: RuleSet;
  readonly rules: readonly Rule[];
  readonly placements: Placements;
  readonly members: readonly PolicyMembers[];
  readonly fields: FieldResolver;
}

/** Loads rules and policies and chooses as `scan` does. @throws KnownError when they are wrong */
export async function rulesOfRun(
  invocation: Invocation<RulesOption | 'quiet'>,
  fieldSettings: FieldSettings,
): Promise<RulesOfRun> {
  const warn = warner(invocation);
  const { ruleSet, members } = await loadLibrary(invocation, fieldSettings, warn);
  const fields = await fieldResolver(fieldSettings, true);
  const chosen = chooseRules(
    { ruleSet, members, isBundled: () => false },
    selectionOf(invocation),
    placingPlan(invocation.settings),
    fields,
  );
  for (const warning of chosen.warnings) warn(`warning: ${warning}`);
  return { ruleSet, rules: chosen.rules, placements: chosen.placements, members, fields };
}
