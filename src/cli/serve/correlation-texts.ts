import type { MacroInfo, Rule, RuleSet } from '../../rules/rule.ts';

/** What each correlation looks for, as a text that changes with it, by name. */
export function correlationTexts({ rules, macros }: RuleSet): Map<string, string> {
  const byName = new Map(macros.map((macro) => [macro.name, macro]));
  return new Map(
    rules.flatMap((rule) =>
      rule.correlation === undefined ? [] : [[rule.name, textOf(rule, byName)] as const],
    ),
  );
}

function textOf({ correlation }: Rule, macros: ReadonlyMap<string, MacroInfo>): string {
  const { rule, keys, each, requireGroup, parts } = correlation!;
  const steps = parts.map(({ step, group, value, rule: part }) => ({
    step,
    group,
    value,
    tree: part.tree,
    macros: part.macros.map((name) => macros.get(name)?.tree),
  }));
  return JSON.stringify({ rule, keys, each, requireGroup, steps }, (key, value: unknown) => {
    if (typeof value === 'bigint') return String(value);
    // Where a condition stands in its file is no part of it.
    return key === 'span' ? undefined : value;
  });
}
