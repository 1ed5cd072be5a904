import type { CheckNode, ConditionNode, Span } from '../condition/ast.ts';
import type { PolicyScope, ScopePart } from './policy.ts';

const NOWHERE: Span = { start: 0, end: 0 };

/** Where a policy applies, as a condition that any engine can decide; undefined for everywhere. */
export function policyScopeCondition(scope: PolicyScope | undefined): ConditionNode | undefined {
  if (scope === undefined) return undefined;
  return allOf([
    ...partConditions(scope.clusters, field('ka.cluster.name')),
    ...partConditions(scope.namespaces, pointer('/objectRef/namespace')),
  ]);
}

type FieldOf = CheckNode['left'];

/**
 * `in` needs a value, so a request without one (a cluster-scoped object, a log that names no cluster) is
 * outside; `notIn` lets it pass.
 */
function partConditions(part: ScopePart, left: FieldOf): ConditionNode[] {
  const parts: ConditionNode[] = [];
  const inside = anyOf(part.in.map((pattern) => matches(left, pattern)));
  if (inside !== undefined) parts.push(inside);
  const outside = anyOf(part.notIn.map((pattern) => matches(left, pattern)));
  if (outside !== undefined) parts.push(not(outside));
  return parts;
}

/** The value of a field. */
function field(name: string, argument?: string): FieldOf {
  return { kind: 'field', name, argument, span: NOWHERE };
}

/** The value at a JSON pointer into the event. */
export function pointer(path: string): FieldOf {
  return field('jevt.value', path);
}

/** A value equals a text, or matches it when it holds a wildcard. */
function matches(left: FieldOf, pattern: string): ConditionNode {
  const operator = /[*?[]/.test(pattern) ? 'glob' : '=';
  return check(left, operator, { kind: 'value', value: pattern, span: NOWHERE });
}

/** A condition: the value is one of these texts. */
export function isOneOf(left: FieldOf, values: readonly string[]): ConditionNode {
  return check(left, 'in', { kind: 'list', values, span: NOWHERE });
}

/** A value equals a text, wildcards included. */
export function equals(left: FieldOf, value: string): ConditionNode {
  return check(left, '=', { kind: 'value', value, span: NOWHERE });
}

/** The event has the value. */
export function exists(left: FieldOf): ConditionNode {
  return check(left, 'exists', { kind: 'none' });
}

/** The opposite of a condition. */
export function not(child: ConditionNode): ConditionNode {
  return { kind: 'not', child, span: NOWHERE };
}

/** All conditions; undefined for none. */
export function allOf(children: readonly ConditionNode[]): ConditionNode | undefined {
  return children.length > 1 ? { kind: 'and', children, span: NOWHERE } : children[0];
}

/** One condition at least; undefined for none. */
export function anyOf(children: readonly ConditionNode[]): ConditionNode | undefined {
  return children.length > 1 ? { kind: 'or', children, span: NOWHERE } : children[0];
}

function check(
  left: FieldOf,
  operator: CheckNode['operator'],
  right: CheckNode['right'],
): CheckNode {
  return { kind: 'check', left, operator, modifier: undefined, right, span: NOWHERE };
}
