import { formatIssue, Issues } from '../../policies/issue.ts';
import { checkIgnoredRules, Suppressor, type CompiledIgnore } from '../../policies/ignore.ts';
import type { FieldSettings } from '../../fields/field.ts';
import { fieldResolver } from '../../rules/resolver.ts';
import type { RuleSet } from '../../rules/rule.ts';
import type { IgnorePlan } from '../../scan/plan.ts';
import { compileOption, parseOption } from './conditions.ts';

export { ignoreNotes } from '../../policies/ignore.ts';

/**
 * The ignore entries of a plan, ready to use. Warns of rules that do not exist.
 *
 * @throws KnownError when a condition does not compile
 */
export async function suppressorOf(
  { entries, now, countsEach }: IgnorePlan,
  ruleSet: RuleSet,
  settings: FieldSettings,
  warn: (text: string) => void,
): Promise<Suppressor> {
  const issues = new Issues();
  checkIgnoredRules(
    entries,
    ruleSet.rules.map(({ name }) => name),
    issues,
  );
  for (const issue of issues.list) warn(formatIssue(issue));
  const fields = await fieldResolver(settings, true);
  const compiled = entries.map((entry): CompiledIgnore => {
    if (entry.condition === undefined) return { entry, condition: undefined };
    const { text } = entry.condition;
    const name = `the condition of the ignore entry at ${entry.place}`;
    const node = parseOption(name, text, ruleSet);
    return { entry, condition: compileOption(name, node, text, ruleSet, fields) };
  });
  return new Suppressor(compiled, BigInt(now) * 1_000_000n, countsEach);
}
