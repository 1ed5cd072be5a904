import type { CheckNode, ConditionNode, RightNode, Span } from '../condition/ast.ts';

const NOWHERE: Span = { start: 0, end: 0 };

/** A comparison of the value at a JSON pointer with a text or a list of texts, or with nothing (`exists`). */
export function check(
  pointer: string,
  operator: CheckNode['operator'],
  value?: string | readonly string[],
): CheckNode {
  const left = { kind: 'field', name: 'jevt.value', argument: pointer, span: NOWHERE } as const;
  const span = NOWHERE;
  return { kind: 'check', left, operator, modifier: undefined, right: rightSide(value), span };
}

function rightSide(value: string | readonly string[] | undefined): RightNode {
  if (value === undefined) return { kind: 'none' };
  if (typeof value === 'string') return { kind: 'value', value, span: NOWHERE };
  return { kind: 'list', values: value, span: NOWHERE };
}

/** The value at a JSON pointer equals the text, or matches it when it holds a wildcard. */
export function matches(pointer: string, value: string): CheckNode {
  return check(pointer, isPattern(value) ? 'glob' : '=', value);
}

/** True for a text with a wildcard. */
export function isPattern(text: string): boolean {
  return /[*?[]/.test(text);
}

/** All of the conditions; true without any. */
export function all(children: readonly ConditionNode[]): ConditionNode {
  return children.length === 1 ? children[0]! : { kind: 'and', children, span: NOWHERE };
}

/** At least one of the conditions; false without any. */
export function either(children: readonly ConditionNode[]): ConditionNode {
  return children.length === 1 ? children[0]! : { kind: 'or', children, span: NOWHERE };
}

/** The opposite of a condition. */
export function not(child: ConditionNode): ConditionNode {
  return { kind: 'not', child, span: NOWHERE };
}
