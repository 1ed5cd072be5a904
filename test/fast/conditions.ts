import { compileCondition } from '../../src/condition/compile.ts';
import type { Condition } from '../../src/condition/condition.ts';
import { parseCondition } from '../../src/condition/parse/parser.ts';
import { loadRules } from '../../src/rules/load.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { DEFAULT_FIELD_SETTINGS, fieldResolver } from '../../src/rules/resolver.ts';

function noMacro(name: string): never {
  throw new Error(`no macro ${name}`);
}

/** Compiles a condition without macros. */
export async function compiled(text: string): Promise<Condition> {
  const fields = await fieldResolver(DEFAULT_FIELD_SETTINGS, false);
  return compileCondition(parseCondition(text).node, { fields, macro: noMacro });
}

/** A rule for each condition, `rule 0` and so on; macros are not known. */
export async function rulesOf(
  conditions: readonly string[],
  output = 'o',
): Promise<readonly Rule[]> {
  const rule = (condition: string, i: number): string =>
    `- rule: rule ${i}\n  desc: d\n  condition: ${condition}\n  output: '${output}'\n` +
    '  priority: NOTICE\n  source: k8s_audit\n';
  const text = conditions.map(rule).join('');
  const { ruleSet, files } = await loadRules([{ name: 'r.yaml', text }]);
  if (ruleSet === undefined) throw new Error(JSON.stringify(files));
  return ruleSet.rules;
}
