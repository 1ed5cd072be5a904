import { didYouMean } from '../util/suggest.ts';
import type { Issues } from './issue.ts';
import { CUSTOM_RULES, type Policy, type PolicyDefinition } from './policy.ts';

/** Keys that a user may change in a bundled policy of the same name. */
const CHANGEABLE = new Set(['name', 'enabled', 'scope', 'runbook', 'rules']);

const IMPLICIT: Policy = {
  name: CUSTOM_RULES,
  description: 'Rules from your own files that no other policy holds.',
  enabled: true,
  severity: undefined,
  scope: undefined,
  entries: [],
  runbook: undefined,
  origin: 'implicit',
  extends: undefined,
  decided: false,
  places: [],
  node: undefined,
};

/**
 * Puts the bundled policies and the user's together: `extends` is followed, changes of bundled policies
 * are applied, and Custom Rules is added.
 *
 * @param user policies of each of the user's files, in order of precedence: a later one of the same name
 *   replaces an earlier one
 * @returns bundled policies first, then the user's, then Custom Rules
 */
export function resolvePolicies(
  bundled: readonly PolicyDefinition[],
  user: readonly PolicyDefinition[],
  issues: Issues,
): Policy[] {
  const base = new Map<string, Policy>();
  for (const definition of bundled) {
    base.set(definition.name, ownPolicy(definition, undefined, 'bundled', issues));
  }
  const managed = new Map([...base, [CUSTOM_RULES, IMPLICIT]]);
  const own = new Map<string, Policy>();
  for (const definition of user) {
    const { name } = definition;
    const changed = managed.get(name);
    if (changed !== undefined) managed.set(name, changedPolicy(changed, definition, issues));
    else own.set(name, ownPolicy(definition, baseOf(definition, base, issues), 'user', issues));
  }
  const custom = managed.get(CUSTOM_RULES)!;
  managed.delete(CUSTOM_RULES);
  return [...managed.values(), ...own.values(), custom];
}

function baseOf(
  definition: PolicyDefinition,
  bundled: ReadonlyMap<string, Policy>,
  issues: Issues,
): Policy | undefined {
  if (definition.extends === undefined) return undefined;
  const base = bundled.get(definition.extends);
  if (base === undefined) {
    issues.error(
      definition.keys.get('extends') ?? definition.node,
      `policy '${definition.name}': extends: no bundled policy is called '${definition.extends}'`,
      didYouMean(definition.extends, bundled.keys()) ??
        `bundled policies: ${[...bundled.keys()].join(', ')}`,
    );
  }
  return base;
}

function ownPolicy(
  definition: PolicyDefinition,
  base: Policy | undefined,
  origin: 'bundled' | 'user',
  issues: Issues,
): Policy {
  const severity = definition.severity ?? base?.severity;
  const { name, keys } = definition;
  // A severity that does not read has its own error.
  if (severity === undefined && !keys.has('severity') && definition.extends === undefined) {
    issues.error(definition.node, `policy '${name}' needs a severity`, 'severity: medium');
  }
  if (definition.rules === undefined && !keys.has('rules') && definition.extends === undefined) {
    issues.error(definition.node, `policy '${name}' needs rules, or a policy that it extends`);
  }
  return {
    name,
    description: definition.description ?? base?.description ?? '',
    enabled: definition.enabled ?? true,
    severity: severity ?? 'medium',
    scope: definition.scope,
    entries: [...(base?.entries ?? []), ...(definition.rules ?? [])],
    runbook: definition.runbook ?? base?.runbook,
    origin,
    extends: definition.extends,
    decided: origin === 'user',
    places: [definition.place],
    node: definition.node,
  };
}

function changedPolicy(policy: Policy, change: PolicyDefinition, issues: Issues): Policy {
  for (const [key, node] of change.keys) {
    if (CHANGEABLE.has(key)) continue;
    issues.error(
      node,
      `policy '${policy.name}' is bundled: only enabled, scope, runbook and single rules can change`,
      policy.origin === 'bundled'
        ? `give your policy another name, with extends: ${policy.name}`
        : 'give your policy another name',
    );
  }
  return {
    ...policy,
    enabled: change.enabled ?? policy.enabled,
    decided: policy.decided || change.enabled !== undefined,
    scope: change.scope ?? policy.scope,
    runbook: change.runbook ?? policy.runbook,
    entries: [...policy.entries, ...(change.rules ?? [])],
    places: [...policy.places, change.place],
    node: change.node,
  };
}
