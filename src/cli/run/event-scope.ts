import type { Condition } from '../../condition/condition.ts';
import { both, scopeCondition } from '../../engine/scope-conditions.ts';
import type { FieldSettings } from '../../fields/field.ts';
import { fieldResolver } from '../../rules/resolver.ts';
import type { RuleSet } from '../../rules/rule.ts';
import type { ScopePlan } from '../../scan/plan.ts';
import { compileOption, parseOption } from '../library/conditions.ts';

/**
 * The scope options as one condition; undefined when none is given.
 *
 * @param ruleSet macros and lists that `--where` may use
 * @throws KnownError when `--where` is no condition
 */
export async function scopeOf(
  plan: ScopePlan,
  ruleSet: RuleSet,
  fieldSettings: FieldSettings,
): Promise<Condition | undefined> {
  const text = plan.where ?? '';
  const where = plan.where === undefined ? undefined : parseOption('--where', text, ruleSet);
  const node = both(scopeCondition(plan.options), where);
  if (node === undefined) return undefined;
  const fields = await fieldResolver(fieldSettings, text !== '');
  return compileOption('--where', node, text, ruleSet, fields);
}
