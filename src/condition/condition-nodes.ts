import type { CheckNode, ConditionNode, FieldNode, RightNode, Span } from './ast.ts';

// Conditions that the program makes itself, for scopes, policies and commands: no text has them, so they have no place.

const NOWHERE: Span = { start: 0, end: 0 };

/** A condition that no event meets. */
export const NEVER: ConditionNode = { kind: 'or', children: [], span: NOWHERE };

/** A field, with the argument that it has in brackets. */
export function field(name: string, argument?: string): FieldNode {
  return { kind: 'field', name, argument, span: NOWHERE };
}

/**
 * A comparison with a text or a list of texts, or with nothing (`exists`).
 *
 * @param left a field, or a JSON pointer into the event
 */
export function check(
  left: FieldNode | string,
  operator: CheckNode['operator'],
  value?: string | readonly string[],
): CheckNode {
  return {
    kind: 'check',
    left: typeof left === 'string' ? field('jevt.value', left) : left,
    operator,
    modifier: undefined,
    right: rightSide(value),
    span: NOWHERE,
  };
}

function rightSide(value: string | readonly string[] | undefined): RightNode {
  if (value === undefined) return { kind: 'none' };
  if (typeof value === 'string') return { kind: 'value', value, span: NOWHERE };
  return { kind: 'list', values: value, span: NOWHERE };
}

/** The value equals the text, or matches it when it holds a wildcard. */
export function matches(left: FieldNode | string, value: string): CheckNode {
  return check(left, isPattern(value) ? 'glob' : '=', value);
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

/** All of the conditions; undefined without any. */
export function allOf(children: readonly ConditionNode[]): ConditionNode | undefined {
  return children.length === 0 ? undefined : all(children);
}

/** At least one of the conditions; undefined without any. */
export function anyOf(children: readonly ConditionNode[]): ConditionNode | undefined {
  return children.length === 0 ? undefined : either(children);
}

/** The opposite of a condition. */
export function not(child: ConditionNode): ConditionNode {
  return { kind: 'not', child, span: NOWHERE };
}
