import { forEachAtom, type Condition } from '../../condition/condition.ts';
import type { FieldUse } from '../../condition/operand.ts';
import type { EngineOptions } from '../../engine/engine.ts';
import type { RuleCounter } from '../../engine/rule-counter.ts';
import type { Placements } from '../../policies/placement.ts';
import type { Rule } from '../../rules/rule.ts';

/**
 * True when findings depend on the number of an event in the run, or on the time of the first one: parts of
 * an input do not know them.
 *
 * @param suppressing conditions of {@link EngineOptions.suppress}
 */
export function needsNumbers(
  options: EngineOptions,
  counters: readonly RuleCounter[],
  suppressing: readonly Condition[],
): boolean {
  const rules: Rule[] = [...options.rules, ...counters.flatMap((counter) => counter.rules)];
  const placements = [options.placements, ...counters.map((counter) => counter.placements)];
  const conditions = [
    ...rules.map(({ condition }) => condition),
    ...(options.scope === undefined ? [] : [options.scope]),
    ...placements.flatMap(scopesOf),
    ...suppressing,
  ];
  return rules.some(({ message }) => message.uses.some(isNumber)) || conditions.some(readsNumbers);
}

function scopesOf(placements: Placements | undefined): Condition[] {
  return [...(placements?.values() ?? [])].flatMap(({ policies }) =>
    policies.flatMap(({ scope }) => scope ?? []),
  );
}

function readsNumbers(condition: Condition): boolean {
  let reads = false;
  forEachAtom(condition, ({ left, right }) => {
    reads ||= left.uses.some(isNumber) || right?.uses.some(isNumber) === true;
  });
  return reads;
}

function isNumber({ name }: FieldUse): boolean {
  return name === 'evt.num' || name.startsWith('evt.reltime');
}
