// Room cli/scope: which events of a log a run looks at, and what is said when none is left.
// Door: none; event-scope.ts has the options and their condition, last-window.ts the times, scope-end.ts the messages.
// Neighbours: uses library for conditions and scan to read; run and commands call it.
// Inside: second-look.ts reads a log once more, scope-text.ts words what it saw.

import type { ConditionNode } from '../../condition/ast.ts';
import { compileCondition } from '../../condition/compile.ts';
import type { Condition } from '../../condition/condition.ts';
import { both, scopeCondition } from '../../engine/scope-conditions.ts';
import type { FieldSettings } from '../../fields/field.ts';
import { fieldResolver } from '../../rules/resolver.ts';
import type { RuleSet } from '../../rules/rule.ts';
import type { ScopePlan } from '../../scan/plan.ts';
import type { Settings } from '../flags/options.ts';
import { longUser } from '../../outputs/card/short-name.ts';
import { compileOption, parseOption } from '../library/conditions.ts';

/** Options that say which events are looked at. */
type ScopeOption =
  | 'where'
  | 'namespace'
  | 'user'
  | 'verb'
  | 'resource'
  | 'name'
  | 'sourceIp'
  | 'userAgent'
  | 'failedOnly';

/** The scope options, as far as a command has them. */
export function scopePlan(settings: Partial<Settings<ScopeOption>>): ScopePlan {
  return {
    where: settings.where,
    options: {
      namespaces: settings.namespace ?? [],
      // Tables show service accounts in short; somebody may be called so, too.
      users: (settings.user ?? []).flatMap((name) => [...new Set([name, longUser(name)])]),
      verbs: settings.verb ?? [],
      resources: settings.resource ?? [],
      names: settings.name ?? [],
      sourceIps: settings.sourceIp ?? [],
      userAgents: settings.userAgent ?? [],
      failedOnly: settings.failedOnly ?? false,
    },
  };
}

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

/** A condition that a command is made of, ready to evaluate; it uses no macros and no regular expressions. */
export async function compiledNode(
  node: ConditionNode,
  fieldSettings: FieldSettings,
): Promise<Condition> {
  const fields = await fieldResolver(fieldSettings, false);
  return compileCondition(node, {
    fields,
    macro: (name) => {
      throw new Error(`no macro is called ${name}`);
    },
  });
}
