import { forEachAtom, type Condition } from '../../condition/condition.ts';
import type { FieldUse } from '../../condition/operand.ts';
import type { Placements } from '../../policies/placement.ts';
import type { Rule } from '../../rules/rule.ts';
import type { Evaluation } from '../evaluation.ts';

/** True when parts of inputs can be scanned apart: which resource rules are of use is noted across the whole input. */
export function isForParts(evaluation: Evaluation): boolean {
  return evaluation.resourceFilter === undefined && !needsNumbers(evaluation);
}

/**
 * True when findings depend on the number of an event in the run, or on the time of the first one: parts of
 * an input do not know them.
 */
export function needsNumbers({ engine, counters = [], suppressor }: Evaluation): boolean {
  const rules: Rule[] = [...engine.rules, ...counters.flatMap((counter) => counter.rules)];
  const placements = [engine.placements, ...counters.map((counter) => counter.placements)];
  const conditions = [
    ...rules.map(({ condition }) => condition),
    ...(engine.scope === undefined ? [] : [engine.scope]),
    ...placements.flatMap(scopesOf),
    ...(suppressor?.conditions ?? []),
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
