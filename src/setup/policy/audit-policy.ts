// Room setup/policy: audit policies of the API server: read, judged, built for the rules that run.
// Door: none; build-policy.ts makes one, read-audit-policy.ts reads one, print-policy.ts writes it as YAML.
// Neighbours: uses ../needs.ts; ../coverage.ts and cli/commands call it.
// Inside: policy-branches.ts tells which level each kind of request gets.

import type { RequestShape } from '../api-resources.ts';
import type { Level, Stage } from '../levels.ts';

/** Resources of one API group in an audit policy's rule (audit.k8s.io/v1: GroupResources). */
export interface GroupResources {
  readonly group: string;
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
}

/** One rule of an audit policy (audit.k8s.io/v1: PolicyRule). */
export interface PolicyRule {
  readonly level: Level;
  readonly users: readonly string[];
  readonly userGroups: readonly string[];
  readonly verbs: readonly string[];
  readonly resources: readonly GroupResources[];
  readonly namespaces: readonly string[];
  readonly nonResourceURLs: readonly string[];
  readonly omitStages: readonly Stage[];
  readonly omitManagedFields?: boolean | undefined;
  /** Line in its file, from 1; 0 for rules that were made. */
  readonly line: number;
  /** Printed above it. */
  readonly comment?: string | undefined;
}

export interface AuditPolicy {
  readonly rules: readonly PolicyRule[];
  readonly omitStages: readonly Stage[];
  readonly omitManagedFields?: boolean | undefined;
}

/** The attributes of a request on which a policy decides. */
export interface PolicyRequest {
  readonly user: string;
  readonly groups: readonly string[];
  readonly verb: string;
  /** Undefined for URLs that are no resources. */
  readonly resource: Omit<RequestShape, 'verb' | 'namespaced'> | undefined;
  /** Empty for requests without a namespace. */
  readonly namespace: string;
  readonly name: string;
  /** The path of the URL. */
  readonly path: string;
}

/** How a request is logged. */
export interface PolicyDecision {
  readonly level: Level;
  readonly omitStages: readonly Stage[];
  /** Index of the rule that decides; undefined when none matches. */
  readonly rule: number | undefined;
}

/**
 * How a policy has a request logged: the first rule that matches decides, and a request that none matches
 * is not logged (apiserver pkg/audit/policy/checker.go: EvaluatePolicyRule).
 */
export function decide(policy: AuditPolicy, request: PolicyRequest): PolicyDecision {
  const index = policy.rules.findIndex((rule) => ruleMatches(rule, request));
  const rule = policy.rules[index];
  if (rule === undefined) {
    return { level: 'None', omitStages: policy.omitStages, rule: undefined };
  }
  const omitStages = [...new Set([...policy.omitStages, ...rule.omitStages])];
  return { level: rule.level, omitStages, rule: index };
}

/** Whether a rule matches (checker.go: ruleMatches). Empty lists match everything. */
function ruleMatches(rule: PolicyRule, request: PolicyRequest): boolean {
  if (rule.users.length > 0 && !rule.users.includes(request.user)) return false;
  if (
    rule.userGroups.length > 0 &&
    !rule.userGroups.some((group) => request.groups.includes(group))
  ) {
    return false;
  }
  if (rule.verbs.length > 0 && !rule.verbs.includes(request.verb)) return false;
  if (rule.namespaces.length > 0 || rule.resources.length > 0) {
    return matchesResource(rule, request);
  }
  if (rule.nonResourceURLs.length > 0) {
    return (
      request.resource === undefined &&
      rule.nonResourceURLs.some((spec) => pathMatches(request.path, spec))
    );
  }
  return true;
}

function matchesResource(rule: PolicyRule, { resource, namespace, name }: PolicyRequest): boolean {
  if (resource === undefined) return false;
  if (rule.namespaces.length > 0 && !rule.namespaces.includes(namespace)) return false;
  if (rule.resources.length === 0) return true;
  return rule.resources.some(
    (entry) =>
      groupResourcesMatch(entry, resource) &&
      // Without resources, names are not looked at.
      (entry.resources.length === 0 ||
        entry.resourceNames.length === 0 ||
        entry.resourceNames.includes(name)),
  );
}

/** Whether an entry is about a resource, names left aside (checker.go: ruleMatchesResource). */
export function groupResourcesMatch(
  { group, resources }: GroupResources,
  wanted: Omit<RequestShape, 'verb' | 'namespaced'>,
): boolean {
  if (wanted.group === '*') {
    // The API group of a resource that only rules name is unknown; it is not one of Kubernetes' own groups.
    if (group !== '*' && (!isCustomGroup(group) || resources.length === 0)) return false;
  } else if (group !== wanted.group && group !== '*') {
    return false;
  }
  if (resources.length === 0) return true;
  const { resource = '', subresource = '' } = wanted;
  const combined = subresource === '' ? resource : `${resource}/${subresource}`;
  return resources.some(
    (entry) =>
      entry === '*' ||
      entry === combined ||
      (subresource !== '' && entry === `*/${subresource}`) ||
      (entry.endsWith('/*') && entry.slice(0, -2) === resource),
  );
}

function isCustomGroup(group: string): boolean {
  return group.includes('.') && !group.endsWith('.k8s.io');
}

/** checker.go: pathMatches. A star stands at the end only. */
export function pathMatches(path: string, spec: string): boolean {
  if (spec === '*' || spec === path) return true;
  return spec.endsWith('*') && path.startsWith(spec.replace(/\*+$/, ''));
}
