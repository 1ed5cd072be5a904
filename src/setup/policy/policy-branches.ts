import type { RequestShape } from '../api-resources.ts';
import {
  groupResourcesMatch,
  pathMatches,
  type AuditPolicy,
  type PolicyRule,
} from './audit-policy.ts';
import { STAGES, type Level, type Stage } from '../levels.ts';
import { ProbeSet, type ProbeMemory } from '../probe-set.ts';
import type { Circumstances } from '../probe.ts';

/** A part of the requests of one sort, as the policy tells them apart. */
export interface Branch {
  readonly level: Level;
  readonly stages: readonly Stage[];
  readonly circumstances: Circumstances;
  readonly probes: ProbeSet;
}

/** The rule that decides in general, and those before it that take some requests away. */
export interface Branches {
  readonly general: Branch;
  readonly line: number | undefined;
  readonly special: readonly Branch[];
}

/** Combinations of user, namespace and name tried for one rule of a policy. */
const MAX_CASES = 64;

/** How a policy logs the requests of one sort. */
export function branchesOf(
  policy: AuditPolicy,
  shape: RequestShape,
  memory: ProbeMemory,
): Branches {
  const special: Branch[] = [];
  for (const rule of policy.rules) {
    const match = matchOf(rule, shape);
    if (match === 'never') continue;
    const stages = STAGES.filter(
      (stage) => !policy.omitStages.includes(stage) && !rule.omitStages.includes(stage),
    );
    const branch = (circumstances: Circumstances): Branch => ({
      level: rule.level,
      stages,
      circumstances,
      probes: new ProbeSet(memory, shape, circumstances),
    });
    if (match === 'always') return { general: branch({}), line: rule.line, special };
    special.push(...casesOf(rule, shape).map(branch));
  }
  const none = { level: 'None', stages: [], circumstances: {} } as const;
  return { general: { ...none, probes: new ProbeSet(memory, shape) }, line: undefined, special };
}

/** Whether a policy's rule takes all requests of a sort, none, or some: by user, namespace or name. */
function matchOf(rule: PolicyRule, shape: RequestShape): 'never' | 'always' | 'some' {
  if (rule.verbs.length > 0 && !rule.verbs.includes(shape.verb)) return 'never';
  let some = rule.users.length > 0 || rule.userGroups.length > 0;
  if (rule.namespaces.length > 0 || rule.resources.length > 0) {
    if (shape.resource === undefined) return 'never';
    if (rule.namespaces.length > 0) {
      // Requests on cluster-wide resources have the empty namespace.
      if (!shape.namespaced && shape.resource !== 'namespaces' && !rule.namespaces.includes('')) {
        return 'never';
      }
      if (shape.namespaced || shape.resource === 'namespaces') some = true;
    }
    if (rule.resources.length > 0) {
      const entries = rule.resources.filter((entry) => groupResourcesMatch(entry, shape));
      if (entries.length === 0) return 'never';
      if (entries.every(({ resourceNames }) => resourceNames.length > 0)) some = true;
    }
  } else if (rule.nonResourceURLs.length > 0) {
    if (shape.resource !== undefined) return 'never';
    if (!rule.nonResourceURLs.includes('*')) some = true;
  }
  return some ? 'some' : 'always';
}

/** The requests that a rule takes by user, group, namespace, name or path. */
function casesOf(rule: PolicyRule, shape: RequestShape): Circumstances[] {
  const names = rule.resources
    .filter((entry) => groupResourcesMatch(entry, shape))
    .flatMap(({ resourceNames }) => orAny(resourceNames));
  let cases: Circumstances[] = [{}];
  const vary = <T>(values: readonly T[], add: (value: T) => Circumstances): void => {
    cases = cases.flatMap((each) => values.map((value) => ({ ...each, ...add(value) })));
    cases = cases.slice(0, MAX_CASES);
  };
  vary(orAny(rule.userGroups), (group) =>
    group === undefined ? {} : { groups: [group], user: userOf(group) },
  );
  vary(orAny(rule.users), (user) => (user === undefined ? {} : { user }));
  vary(orAny(rule.namespaces), (namespace) => ({ namespace }));
  vary(names.length === 0 ? [undefined] : names, (name) => ({ name }));
  vary(orAny(rule.nonResourceURLs), (url) => ({ uri: url?.replace(/\*+$/, '') }));
  return cases;
}

function orAny(values: readonly string[]): readonly (string | undefined)[] {
  return values.length === 0 ? [undefined] : values;
}

/** Users that are known by their group (Kubernetes: reserved groups). */
function userOf(group: string | undefined): string | undefined {
  return group === 'system:unauthenticated' ? 'system:anonymous' : undefined;
}

/** Describes a branch in words. */
export function describe({ user, groups, namespace, name, uri }: Circumstances): string {
  const parts = [
    user === undefined ? undefined : `user ${user}`,
    groups === undefined ? undefined : `group ${groups.join(', ')}`,
    namespace === undefined ? undefined : `namespace ${namespace || '(none)'}`,
    name === undefined ? undefined : `name ${name}`,
    uri === undefined ? undefined : `URLs ${uri}`,
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}

/** Rules of a policy that can decide nothing: an earlier one takes all their requests. */
export function unreachableRules(
  policy: AuditPolicy,
  shapes: readonly RequestShape[],
): PolicyRule[] {
  const reached = new Set<PolicyRule>();
  for (const shape of shapes) {
    for (const rule of policy.rules) {
      const match = matchOf(rule, shape);
      if (match === 'never') continue;
      reached.add(rule);
      if (match === 'always') break;
    }
  }
  return policy.rules.filter((rule) => !reached.has(rule) && isKnown(rule, shapes));
}

/** True when the rule is about something that is in the table: others cannot be judged. */
function isKnown(rule: PolicyRule, shapes: readonly RequestShape[]): boolean {
  if (rule.nonResourceURLs.length > 0)
    return !rule.nonResourceURLs.some((url) => !pathMatches('/', url));
  return shapes.some((shape) => matchOf(rule, shape) !== 'never');
}
