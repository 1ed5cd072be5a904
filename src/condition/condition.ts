import type { AuditEvent } from '../events/event.ts';
import type { FieldValue } from '../fields/field.ts';
import type { CheckNode } from './ast.ts';
import type { Value } from './value.ts';

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

/** Decides a condition on one event, left to right with short circuit. A missing value makes its atom false. */
export function evaluate(condition: Condition, event: AuditEvent): boolean {
  switch (condition.kind) {
    case 'and':
      for (const operand of condition.operands) if (!evaluate(operand, event)) return false;
      return true;
    case 'or':
      for (const operand of condition.operands) if (evaluate(operand, event)) return true;
      return false;
    case 'not':
      return !evaluate(condition.operand, event);
    case 'atom':
      return evaluateAtom(condition, event);
  }
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
