import { evaluateAtom, type Condition } from '../condition/condition.ts';
import type { Rule } from '../rules/rule.ts';
import type { EvidenceWatch } from './evidence-watch.ts';

/** A rule, or the remaining condition of a rule after some parts are decided. */
export type Undecided = Pick<Rule, 'name' | 'condition' | 'partOf'>;

/** The answer is in a part that the event lacks. */
const OPEN = null;

/** Answers on one event so far: rules share macros and comparisons. */
type Decided = Map<Condition, boolean | typeof OPEN>;

/** A rule that the values of an event leave open, and what the event lacks for it. */
export interface OpenRule {
  readonly name: string;
  readonly partOf: readonly string[];
  readonly missing: ReadonlySet<string>;
}

/** The rules that an event leaves open, in their order. */
export function openRules(rules: readonly Undecided[], event: EvidenceWatch): OpenRule[] {
  const known: Decided = new Map();
  const open: OpenRule[] = [];
  for (const { name, condition, partOf = [name] } of rules) {
    if (decide(condition, event, known) !== OPEN) continue;
    const missing = new Set<string>();
    addMissing(condition, event, known, missing);
    open.push({ name, partOf, missing });
  }
  return open;
}

/** Three-valued evaluation. */
function decide(condition: Condition, event: EvidenceWatch, known: Decided): boolean | typeof OPEN {
  const before = known.get(condition);
  if (before !== undefined) return before;
  const answer = decideNew(condition, event, known);
  known.set(condition, answer);
  return answer;
}

/**
 * Adds what leaves a condition open. Only what is open in it counts: comparisons that it does not come to may have been
 * looked at for other rules, in an order that no two engines share.
 */
function addMissing(
  condition: Condition,
  event: EvidenceWatch,
  known: Decided,
  missing: Set<string>,
): void {
  if (known.get(condition) !== OPEN) return;
  if (condition.kind === 'atom') missing.add(event.missingFor(condition)!);
  else if (condition.kind === 'not') addMissing(condition.operand, event, known, missing);
  else for (const operand of condition.operands) addMissing(operand, event, known, missing);
}

function decideNew(
  condition: Condition,
  event: EvidenceWatch,
  known: Decided,
): boolean | typeof OPEN {
  switch (condition.kind) {
    case 'atom': {
      event.asked = undefined;
      const holds = evaluateAtom(condition, event);
      if (event.asked === undefined || event.isShown(holds)) return holds;
      event.leaveOpen(condition, event.asked);
      return OPEN;
    }
    case 'not': {
      const inner = decide(condition.operand, event, known);
      return inner === OPEN ? OPEN : !inner;
    }
    case 'and':
    case 'or': {
      const decisive = condition.kind === 'or';
      let open = false;
      for (const operand of condition.operands) {
        const part = decide(operand, event, known);
        if (part === decisive) return decisive;
        open ||= part === OPEN;
      }
      return open ? OPEN : !decisive;
    }
  }
}
