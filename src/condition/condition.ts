// Room condition: the language of conditions and output texts, as Falco has it.
// Door: parse/parser.ts (text to tree), compile.ts (tree to condition), condition.ts (evaluate), template.ts (outputs).
// Neighbours: knows fields through the FieldResolver of operand.ts only; rules, policies and fast build on it.
// Inside: parse/ reads text, match/ compares values; ast.ts is the tree between them.
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

/** Answers on one event so far: rules share macros and comparisons. */
export type KnownAnswers = Map<Condition, boolean>;

/**
 * Decides a condition on one event, left to right with short circuit. A missing value makes its atom false.
 *
 * @param known answers on the same event, which is added to
 */
export function evaluate(condition: Condition, event: AuditEvent, known?: KnownAnswers): boolean {
  if (condition.kind === 'not') return !evaluate(condition.operand, event, known);
  const before = known?.get(condition);
  if (before !== undefined) return before;
  const answer =
    condition.kind === 'atom' ? evaluateAtom(condition, event) : joins(condition, event, known);
  known?.set(condition, answer);
  return answer;
}

function joins(
  { kind, operands }: Extract<Condition, { operands: unknown }>,
  event: AuditEvent,
  known: KnownAnswers | undefined,
): boolean {
  const decisive = kind === 'or';
  for (const operand of operands) if (evaluate(operand, event, known) === decisive) return decisive;
  return !decisive;
}

export function evaluateAtom(atom: Atom, event: AuditEvent): boolean {
  const left = atom.left.read(event);
  if (left === undefined) return false;
  if (atom.right === undefined) return atom.test(left, undefined);
  const right = atom.right.read(event);
  return right !== undefined && atom.test(left, right);
}

/** Calls `visit` on each atom. */
export function forEachAtom(condition: Condition, visit: (atom: Atom) => void): void {
  if (condition.kind === 'atom') visit(condition);
  else if (condition.kind === 'not') forEachAtom(condition.operand, visit);
  else for (const operand of condition.operands) forEachAtom(operand, visit);
}
