import { partRules, withParts } from '../../src/engine/parts/correlation-parts.ts';
import { RuleCounter } from '../../src/engine/rule-counter.ts';
import type { RuleMatching } from '../../src/engine/engine.ts';
import { DEFAULT_FIELD_SETTINGS } from '../../src/rules/resolver.ts';
import type { Rule } from '../../src/rules/rule.ts';
import type { Evaluation } from '../../src/scan/evaluation.ts';

/**
 * Rules as a scan evaluates them, in no policy.
 *
 * @param off rules that are counted only; none with `first`, as in a scan
 */
export function evaluationOf(
  rules: readonly Rule[],
  {
    off = [],
    matching = 'all',
  }: { off?: readonly Rule[]; matching?: RuleMatching | undefined } = {},
): Evaluation {
  const all = matching === 'all';
  // Engines evaluate the parts of correlations.
  const evaluated = withParts(rules, partRules(rules));
  return {
    engine: { rules: evaluated, matching, timeField: 'evt.time', settings: DEFAULT_FIELD_SETTINGS },
    blind: all ? evaluated : undefined,
    counters: all && off.length > 0 ? [new RuleCounter(off)] : [],
  };
}
