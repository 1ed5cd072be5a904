import { KnownError } from '../util/errors.ts';
import { didYouMean } from '../util/suggest.ts';
import { isAtLeast, type Priority } from './priority.ts';
import type { Rule } from './rule.ts';

/** One `--enable-rule` or `--disable-rule`, in the order given. */
export interface RuleSwitch {
  readonly enable: boolean;
  readonly pattern: string;
}

/** Which of the loaded rules run. Empty lists select everything. */
export interface RuleSelection {
  /** Only rules that match one of these; an exact name also enables the rule. */
  readonly only: readonly string[];
  readonly switches: readonly RuleSwitch[];
  /** Only rules with one of these tags. */
  readonly tags: readonly string[];
  /** No rule with one of these tags. */
  readonly excludedTags: readonly string[];
  /** Only rules at least as severe. */
  readonly minPriority: Priority | undefined;
}

export interface SelectedRules {
  /** In evaluation order. */
  readonly rules: readonly Rule[];
  readonly warnings: readonly string[];
}

/**
 * Selects the rules that run. They are evaluated in the order of definition, except that rules which a switch
 * enabled again come last (Falco indexable_ruleset.h, D9).
 *
 * @throws KnownError for a rule or tag that does not exist
 */
export function selectRules(rules: readonly Rule[], selection: RuleSelection): SelectedRules {
  const names = rules.map((rule) => rule.name);
  for (const pattern of selection.only) {
    if (!names.some((name) => matchesWildcard(pattern, name))) {
      throw new KnownError('usage', `no rule is called '${pattern}'`, didYouMean(pattern, names));
    }
  }
  const tags = new Set(rules.flatMap((rule) => rule.tags));
  for (const tag of [...selection.tags, ...selection.excludedTags]) {
    if (!tags.has(tag)) {
      throw new KnownError('usage', `no rule has the tag '${tag}'`, didYouMean(tag, tags));
    }
  }
  const warnings: string[] = [];
  const exact = new Set(selection.only);
  let selected = rules.filter((rule) => rule.enabled || exact.has(rule.name));
  for (const { enable, pattern } of selection.switches) {
    const matching = rules.filter((rule) => matchesWildcard(pattern, rule.name));
    if (matching.length === 0) {
      const hint = didYouMean(pattern, names);
      const option = enable ? '--enable-rule' : '--disable-rule';
      warnings.push(
        `${option} '${pattern}' matches no rule${hint === undefined ? '' : `; ${hint}`}`,
      );
    } else if (enable) {
      selected = selected.concat(matching.filter((rule) => !selected.includes(rule)));
    } else {
      selected = selected.filter((rule) => !matching.includes(rule));
    }
  }
  const { minPriority } = selection;
  const kept = selected.filter(
    (rule) =>
      (selection.only.length === 0 ||
        selection.only.some((pattern) => matchesWildcard(pattern, rule.name))) &&
      (selection.tags.length === 0 || selection.tags.some((tag) => rule.tags.includes(tag))) &&
      !selection.excludedTags.some((tag) => rule.tags.includes(tag)) &&
      (minPriority === undefined || isAtLeast(rule.priority, minPriority)),
  );
  return { rules: kept, warnings };
}

/**
 * Falco's name patterns (falco_utils.cpp: matches_wildcard): `*` stands for any text, everything else for
 * itself. Each part is taken where it first occurs; there is no way back.
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  if (!pattern.includes('*')) return pattern === text;
  const [head = '', ...parts] = pattern.split('*');
  if (!text.startsWith(head)) return false;
  let at = head.length;
  for (const part of parts.filter((piece) => piece !== '')) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return parts.at(-1) === '' || at === text.length;
}
