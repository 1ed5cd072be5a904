// Room condition: the language of conditions and output texts, as Falco has it.
// Door: parse/parser.ts (text to tree), compile.ts (tree to condition), condition.ts and decider.ts (evaluate), template.ts.
// Neighbours: knows fields through the FieldResolver of operand.ts only; rules, policies and fast build on it.
// Inside: parse/ reads text, match/ compares values; ast.ts is the tree between them, condition-nodes.ts makes trees without a text.
// To add an operator: match/operators.ts, and its name in ast.ts.

import type { AuditEvent } from '../events/event.ts';
import type { FieldValue } from '../fields/field.ts';
import type { CheckNode } from './ast.ts';
import type { Value } from './operand.ts';

/** A comparison that is decided by one value, or by two when the right side is a field. */
export interface Atom {
  readonly kind: 'atom';
  /** The comparison's text: atoms with equal keys are equal. */
  readonly key: string;
  readonly left: Value;
  readonly right: Value | undefined;
  /** Neither value is ever missing: a missing one makes the atom false. */
  test(left: Exclude<FieldValue, undefined>, right: FieldValue): boolean;
  readonly node: CheckNode;
}

/** A compiled condition without macros. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Condition[] }
  | { readonly kind: 'not'; readonly operand: Condition }
  | Atom;

/**
 * Decides a condition on one event, left to right with short circuit. A missing value makes its atom false. Many
 * conditions on one event are decided faster by a Decider (decider.ts).
 */
export function evaluate(condition: Condition, event: AuditEvent): boolean {
  if (condition.kind === 'atom') return evaluateAtom(condition, event);
  if (condition.kind === 'not') return !evaluate(condition.operand, event);
  const decisive = condition.kind === 'or';
  for (const operand of condition.operands)
    if (evaluate(operand, event) === decisive) return decisive;
  return !decisive;
}

/** Whether a comparison is true of an event; false where one of its values is missing. */
export function evaluateAtom(atom: Atom, event: AuditEvent): boolean {
  const left = atom.left.read(event);
  if (left === undefined) return false;
  if (atom.right === undefined) return atom.test(left, undefined);
  const right = atom.right.read(event);
  return right !== undefined && atom.test(left, right);
}

/** What a condition joins or negates; nothing of a comparison. */
export function operandsOf(condition: Condition): readonly Condition[] {
  if (condition.kind === 'atom') return [];
  return condition.kind === 'not' ? [condition.operand] : condition.operands;
}

/** Calls `visit` on each atom; on those of a macro that comes several times once. */
export function forEachAtom(condition: Condition, visit: (atom: Atom) => void): void {
  const seen = new Set<Condition>();
  const walk = (one: Condition): void => {
    if (one.kind === 'atom') return visit(one);
    // Macros of macros double with each step.
    if (seen.has(one)) return;
    seen.add(one);
    for (const operand of operandsOf(one)) walk(operand);
  };
  walk(condition);
}
