import type { ConditionNode, FieldNode } from '../condition/ast.ts';
import { allOf, anyOf, field, matches, not } from '../condition/condition-nodes.ts';
import type { PolicyScope, ScopePart } from './policy.ts';

/** Where a policy applies, as a condition that any engine can decide; undefined for everywhere. */
export function policyScopeCondition(scope: PolicyScope | undefined): ConditionNode | undefined {
  if (scope === undefined) return undefined;
  return allOf([
    ...partConditions(scope.clusters, field('ka.cluster.name')),
    ...partConditions(scope.namespaces, '/objectRef/namespace'),
  ]);
}

/**
 * `in` needs a value, so a request without one (a cluster-scoped object, a log that names no cluster) is
 * outside; `notIn` lets it pass.
 */
function partConditions(part: ScopePart, left: FieldNode | string): ConditionNode[] {
  const parts: ConditionNode[] = [];
  const inside = anyOf(part.in.map((pattern) => matches(left, pattern)));
  if (inside !== undefined) parts.push(inside);
  const outside = anyOf(part.notIn.map((pattern) => matches(left, pattern)));
  if (outside !== undefined) parts.push(not(outside));
  return parts;
}
