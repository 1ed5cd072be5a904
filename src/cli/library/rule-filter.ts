import { matchesWildcard, selectRules } from '../../rules/select.ts';
import type { Rule } from '../../rules/rule.ts';
import { rulePolicies, ruleUsage } from '../../policies/usage.ts';
import type { Invocation } from '../flags/command.ts';
import { namedPolicies, placingPlan, type Library } from './policies-input.ts';
import { changeFinder } from './rule-changes.ts';
import { selectionOf, type RulesOption } from './scan-rules.ts';

/** Filters of the rules library. */
type FilterOption = 'usage' | 'mitre' | 'sourceFile' | 'modified';

/**
 * The rules that a listing shows, in definition order, whether on or off.
 *
 * @throws KnownError for names that do not exist
 */
export function listedRules(
  invocation: Invocation<RulesOption, FilterOption>,
  library: Library,
): Rule[] {
  const { settings } = invocation;
  const { usage, mitre = [], sourceFile = [], modified = false } = settings;
  const { rules } = library.ruleSet;
  // Filters apply to rules that are off too: enabled for the question only.
  const all = [{ enable: true, pattern: '*' }];
  const selected = selectRules(rules, { ...selectionOf(invocation), switches: all }).rules;
  const chosen = new Set(selected);
  const named = namedPolicies(placingPlan(settings), library.members);
  const changesOf = changeFinder(library);
  return rules.filter((rule) => {
    const uses = rulePolicies(rule.name, library.members);
    return (
      chosen.has(rule) &&
      (named.length === 0 || uses.some(({ policy }) => named.includes(policy))) &&
      (usage === undefined || ruleUsage(uses) === usage) &&
      (mitre.length === 0 || mitre.some((id) => hasTechnique(rule, id))) &&
      (sourceFile.length === 0 ||
        sourceFile.some((glob) => rule.files.some((file) => isFile(glob, file)))) &&
      (!modified || changesOf(rule).length > 0)
    );
  });
}

/** `T1552` includes its sub-techniques, `T1552.007` does not include `T1552`. */
function hasTechnique({ tags }: Rule, id: string): boolean {
  const wanted = id.toUpperCase();
  return tags.some((tag) => tag === wanted || tag.startsWith(`${wanted}.`));
}

/** The whole name of a file, or its last part. */
function isFile(glob: string, file: string): boolean {
  const last = file.slice(file.lastIndexOf('/') + 1);
  return matchesWildcard(glob, file) || matchesWildcard(glob, last);
}
