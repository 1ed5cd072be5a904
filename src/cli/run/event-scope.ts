import type { Condition } from '../../condition/condition.ts';
import { both, scopeCondition } from '../../engine/scope-conditions.ts';
import type { FieldSettings } from '../../fields/field.ts';
import { fieldResolver } from '../../rules/resolver.ts';
import type { RuleSet } from '../../rules/rule.ts';
import type { Invocation } from '../flags/command.ts';
import { compileOption, parseOption } from '../library/conditions.ts';

/** What the filter of the scope options is called where its events are counted. */
export const SCOPE_REASON = 'left out by --where and the other scope options';

/**
 * The scope options as one condition; undefined when none is given.
 *
 * @param ruleSet macros and lists that `--where` may use
 * @throws KnownError when `--where` is no condition
 */
export async function scopeOf(
  settings: Invocation['settings'],
  ruleSet: RuleSet,
  fieldSettings: FieldSettings,
): Promise<Condition | undefined> {
  const text = settings.where ?? '';
  const where = settings.where === undefined ? undefined : parseOption('--where', text, ruleSet);
  const flags = scopeCondition({
    namespaces: settings.namespace,
    users: settings.user,
    verbs: settings.verb,
    resources: settings.resource,
    names: settings.name,
    sourceIps: settings.sourceIp,
    userAgents: settings.userAgent,
    failedOnly: settings.failedOnly,
  });
  const node = both(flags, where);
  if (node === undefined) return undefined;
  const fields = await fieldResolver(fieldSettings, text !== '');
  return compileOption('--where', node, text, ruleSet, fields);
}
