import type { ConditionNode } from '../../condition/ast.ts';
import { allOf, anyOf, not } from '../../condition/condition-nodes.ts';
import {
  equals,
  every,
  exists,
  GROUP,
  inCoreGroup,
  isEmpty,
  isNamespaceObject,
  isOneOf,
  NAMESPACE,
  operationCondition,
  RESOURCE,
  some,
  SUBRESOURCE,
  VERSION,
} from './resource-conditions.ts';
import type { ResourceRule } from './resource-rules.ts';

/**
 * Objects that are served by two groups and stored once (Kubernetes matches webhooks with policy
 * Equivalent by storage).
 */
const EQUIVALENTS: readonly { resources: readonly string[]; groups: readonly [string, string] }[] =
  [
    { resources: ['deployments', 'daemonsets', 'replicasets'], groups: ['apps', 'extensions'] },
    { resources: ['ingresses', 'networkpolicies'], groups: ['networking.k8s.io', 'extensions'] },
    { resources: ['events'], groups: ['', 'events.k8s.io'] },
    { resources: ['podsecuritypolicies'], groups: ['policy', 'extensions'] },
  ];

/** A condition part that always holds. */
const ALWAYS = true;
type Part = ConditionNode | typeof ALWAYS | undefined;

/**
 * The requests that one rule covers (Kubernetes: apiserver webhook/predicates/rules). Reads have no
 * operation and are covered where operations holds `*`.
 *
 * @returns undefined when no request can meet the rule
 */
export function ruleCondition(
  rule: ResourceRule,
  matchPolicy: 'Equivalent' | 'Exact',
): ConditionNode | undefined {
  const parts: Part[] = [
    scopePart(rule.scope),
    resourcesPart(rule.resources),
    groupsPart(rule.apiGroups, matchPolicy),
    versionsPart(rule.apiVersions, matchPolicy),
    operationsPart(rule.operations),
  ];
  const conditions: ConditionNode[] = [];
  for (const part of parts) {
    if (part === undefined) return undefined;
    if (part !== ALWAYS) conditions.push(part);
  }
  return allOf(conditions) ?? exists(RESOURCE);
}

function scopePart(scope: string | undefined): Part {
  switch (scope) {
    case undefined:
    case '*':
      return ALWAYS;
    case 'Namespaced':
      return every(not(isEmpty(NAMESPACE)), not(isNamespaceObject()));
    case 'Cluster':
      return some(isEmpty(NAMESPACE), isNamespaceObject());
    default:
      return undefined;
  }
}

function operationsPart(operations: readonly string[]): Part {
  if (operations.includes('*')) return ALWAYS;
  return anyOf(operations.map(operationCondition).filter((node) => node !== undefined));
}

function groupsPart(groups: readonly string[], matchPolicy: 'Equivalent' | 'Exact'): Part {
  if (groups.includes('*')) return ALWAYS;
  const parts = groupConditions(groups);
  if (matchPolicy === 'Equivalent') {
    for (const { resources, groups: pair } of EQUIVALENTS) {
      const others = pair.filter((group) => !groups.includes(group));
      if (others.length !== 1) continue;
      parts.push(every(isOneOf(RESOURCE, resources), ...groupConditions(others)));
    }
  }
  return anyOf(parts);
}

function groupConditions(groups: readonly string[]): ConditionNode[] {
  // No request is in a group called core, though some logs name the core group so.
  const named = groups.filter((group) => group !== '' && group !== 'core');
  const parts = named.length > 0 ? [isOneOf(GROUP, named)] : [];
  return groups.includes('') ? [...parts, inCoreGroup()] : parts;
}

/** Versions of a group are interchangeable with Equivalent. */
function versionsPart(versions: readonly string[], matchPolicy: 'Equivalent' | 'Exact'): Part {
  if (versions.length === 0) return undefined;
  if (matchPolicy === 'Equivalent' || versions.includes('*')) return ALWAYS;
  return isOneOf(VERSION, versions);
}

function resourcesPart(resources: readonly string[]): Part {
  const parts = resources.map(resourcePart);
  if (parts.includes(ALWAYS)) return ALWAYS;
  return anyOf(parts.filter((part) => part !== ALWAYS && part !== undefined));
}

/** Without a slash the subresource must be empty; `pods/*` covers pods as well. */
function resourcePart(entry: string): Part {
  const slash = entry.indexOf('/');
  const resource = slash === -1 ? entry : entry.slice(0, slash);
  const subresource = slash === -1 ? '' : entry.slice(slash + 1);
  const parts: ConditionNode[] = [];
  if (resource !== '*') parts.push(equals(RESOURCE, resource));
  if (subresource === '') parts.push(isEmpty(SUBRESOURCE));
  else if (subresource !== '*') parts.push(equals(SUBRESOURCE, subresource));
  return allOf(parts) ?? ALWAYS;
}
