import type { Rule, RuleSet } from '../../rules/rule.ts';
import type { Library } from './policies-input.ts';
import { bundledRules } from './rules-input.ts';

/** What of a rule a user's file touches. */
export interface RuleChange {
  /** `rule`, `macro NAME` or `list NAME`. */
  readonly what: string;
  /** The user's files that change it, in order. */
  readonly files: readonly string[];
}

/** Tells what user's files change of bundled rules: themselves, and the macros and lists they use. */
export function changeFinder({ ruleSet, isBundled }: Library): (rule: Rule) => RuleChange[] {
  const bundled = new Set(bundledRules().map(({ name }) => name));
  const own = (files: readonly string[]): string[] => files.filter((file) => !bundled.has(file));
  return (rule) => {
    if (!isBundled(rule)) return [];
    const { macros, lists } = partsOf(rule, ruleSet);
    return [
      { what: 'rule', files: own(rule.files) },
      ...macros.map(({ name, files }) => ({ what: `macro ${name}`, files: own(files) })),
      ...lists.map(({ name, files }) => ({ what: `list ${name}`, files: own(files) })),
    ].filter(({ files }) => files.length > 0);
  };
}

/** The macros and lists that a rule uses, directly or through macros. */
export function partsOf(
  rule: Rule,
  { macros, lists }: RuleSet,
): { macros: RuleSet['macros']; lists: RuleSet['lists'] } {
  return {
    macros: macros.filter(({ name }) => rule.macros.includes(name)),
    lists: lists.filter(({ name }) => rule.lists.includes(name)),
  };
}
