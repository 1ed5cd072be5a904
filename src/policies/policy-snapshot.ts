import type { YamlNode } from '../yaml/yaml-node.ts';
import type { PolicyDefinition, RuleEntry } from './policy.ts';

/** A definition without what only messages about its file need. */
type StoredPolicy = Omit<PolicyDefinition, 'keys' | 'node' | 'rules'> & {
  readonly rules: readonly Omit<RuleEntry, 'node'>[] | undefined;
};

/** Policies as JSON text. The bundled ones are stored so when the project is built. */
export function stringifyPolicies(policies: readonly PolicyDefinition[]): string {
  const stored = policies.map(({ keys: _keys, node: _node, rules, ...rest }): StoredPolicy => {
    return { ...rest, rules: rules?.map(({ node: _entry, ...entry }) => entry) };
  });
  return JSON.stringify(stored);
}

/** A placeholder for positions: policies without errors need none. */
const NOWHERE: YamlNode = {
  kind: 'scalar',
  text: '',
  isNull: false,
  source: { name: '', text: '' },
  start: 0,
  end: 0,
  style: 'plain',
};

/**
 * The policies that {@link stringifyPolicies} wrote.
 *
 * @param text it must come from policies without errors
 */
export function parsePolicies(text: string): PolicyDefinition[] {
  const none = { extends: undefined, description: undefined, enabled: undefined };
  const more = { severity: undefined, scope: undefined, runbook: undefined };
  return (JSON.parse(text) as StoredPolicy[]).map((policy) => ({
    ...none,
    ...more,
    ...policy,
    rules: policy.rules?.map((entry) => ({ ...entry, node: NOWHERE })),
    keys: new Map(),
    node: NOWHERE,
  }));
}
