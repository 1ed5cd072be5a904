import { get, type YamlMapping, type YamlNode } from '../../yaml/yaml-node.ts';
import { didYouMean } from '../../util/suggest.ts';
import { BUILT_IN_RESOURCES, groupsOf, pluralOf } from './built-in-resources.ts';
import type { Issues } from '../issue.ts';
import { ADMISSION_GROUP } from './resource-conditions.ts';
import type { ResourceMode } from './resource-mode.ts';
import type { ResourceFilterSpec, ResourceRule } from './resource-rules.ts';

const OPERATIONS = ['*', 'CREATE', 'UPDATE', 'DELETE', 'CONNECT'];
const SCOPES = ['*', 'Namespaced', 'Cluster'];
const CONNECTING = ['exec', 'attach', 'portforward'];
const PARTS = ['apiGroups', 'apiVersions', 'operations', 'resources'] as const;

/** Warns of resource rules that cannot do what they seem to. Nothing that Kubernetes accepts fails. */
export function lintResourceRules(
  spec: ResourceFilterSpec,
  mode: ResourceMode,
  issues: Issues,
): void {
  const { rules = [] } = spec;
  if (rules.length === 0 && spec.rules !== undefined) return;
  for (const [index, rule] of rules.entries()) {
    lintParts(rule, issues);
    lintScope(rule, issues);
    lintOperations(rule, issues);
    lintGroups(rule, mode, issues);
    lintResources(rule, issues);
    const earlier = rules.slice(0, index).findIndex((other) => covers(other, rule));
    if (earlier !== -1) {
      issues.warning(rule.node, `rule ${earlier + 1} covers everything that this one does`);
    }
  }
}

function lintParts(rule: ResourceRule, issues: Issues): void {
  for (const part of PARTS) {
    if (rule[part].length === 0) {
      issues.warning(at(rule, part), `${part} is empty: this rule matches nothing`);
    } else if (rule[part].length > 1 && rule[part].includes('*')) {
      issues.warning(at(rule, part), `${part}: '*' covers the others; Kubernetes wants it alone`);
    }
  }
}

function lintScope(rule: ResourceRule, issues: Issues): void {
  if (rule.scope === undefined || SCOPES.includes(rule.scope)) return;
  const hint = didYouMean(rule.scope, SCOPES) ?? SCOPES.join(', ');
  issues.warning(
    at(rule, 'scope'),
    `unknown scope '${rule.scope}': this rule matches nothing`,
    hint,
  );
}

function lintOperations(rule: ResourceRule, issues: Issues): void {
  for (const operation of rule.operations) {
    if (OPERATIONS.includes(operation)) continue;
    const upper = OPERATIONS.find((name) => name === operation.toUpperCase());
    issues.warning(
      at(rule, 'operations', operation),
      `unknown operation '${operation}': it matches nothing`,
      upper === undefined ? OPERATIONS.join(', ') : `write ${upper}`,
    );
  }
}

function lintGroups(rule: ResourceRule, mode: ResourceMode, issues: Issues): void {
  for (const group of rule.apiGroups) {
    const node = at(rule, 'apiGroups', group);
    if (group === 'core' || group === 'v1') {
      issues.warning(node, `no API group is called '${group}'`, 'the core group is ""');
    } else if (group.includes('/')) {
      issues.warning(node, `'${group}' is a group with a version`, group.split('/')[0]);
    } else if (mode === 'admission' && group === ADMISSION_GROUP) {
      issues.warning(node, 'admission webhooks never see the objects of this group');
    }
  }
}

function lintResources(rule: ResourceRule, issues: Issues): void {
  for (const entry of rule.resources) {
    const node = at(rule, 'resources', entry);
    const [resource = '', ...rest] = entry.split('/');
    if (rest.length > 1 || entry.startsWith('/')) {
      issues.warning(node, `'${entry}' matches nothing: resources are pods, pods/exec or pods/*`);
      continue;
    }
    if (entry !== '*/*' && rule.resources.includes('*/*')) {
      issues.warning(node, `'*/*' covers '${entry}' already`);
    } else if (entry !== '*' && rest.length === 0 && rule.resources.includes('*')) {
      issues.warning(node, `'*' covers '${entry}' already`);
    } else if (rest[0] !== '*' && rule.resources.includes(`${resource}/*`)) {
      issues.warning(node, `'${resource}/*' covers '${entry}' already`);
    }
    lintName(rule, resource, node, issues);
  }
  const connects = rule.operations.includes('CONNECT');
  const has = (entry: string): boolean => rule.resources.includes(entry);
  const covered = has('*/*') || has('pods/*') || CONNECTING.some((sub) => has(`pods/${sub}`));
  if (connects && has('pods') && !covered) {
    issues.warning(
      at(rule, 'resources', 'pods'),
      "'pods' does not cover exec, attach and port-forward, which are what CONNECT is for",
      'pods/*',
    );
  }
}

function lintName(rule: ResourceRule, resource: string, node: YamlNode, issues: Issues): void {
  if (resource === '*' || resource === '') return;
  const groups = groupsOf(resource);
  const plural = pluralOf(resource);
  if (groups.length === 0) {
    // Custom resources are in groups that are not built in.
    if (plural !== undefined) {
      issues.warning(node, `no resource is called '${resource}'`, `write ${plural}`);
    } else if (rule.apiGroups.every((group) => BUILT_IN_RESOURCES.has(group))) {
      const names = rule.apiGroups.flatMap((group) => BUILT_IN_RESOURCES.get(group) ?? []);
      issues.warning(
        node,
        `no resource of these groups is called '${resource}'`,
        didYouMean(resource, names),
      );
    }
    return;
  }
  const known = rule.apiGroups.every((group) => BUILT_IN_RESOURCES.has(group));
  if (!known || groups.some((group) => rule.apiGroups.includes(group))) return;
  const named = groups.map((group) => (group === '' ? '"" (core)' : group)).join(' or ');
  issues.warning(node, `${resource} are not in these API groups`, `they are in ${named}`);
}

/** True when one rule matches everything that the other does. */
function covers(wide: ResourceRule, narrow: ResourceRule): boolean {
  const all = (part: 'apiGroups' | 'apiVersions' | 'operations'): boolean =>
    wide[part].includes('*') ||
    (narrow[part].length > 0 && narrow[part].every((value) => wide[part].includes(value)));
  const scopes = wide.scope === undefined || wide.scope === '*' || wide.scope === narrow.scope;
  return (
    scopes &&
    all('apiGroups') &&
    all('apiVersions') &&
    all('operations') &&
    narrow.resources.length > 0 &&
    narrow.resources.every((entry) => wide.resources.some((each) => coversResource(each, entry)))
  );
}

function coversResource(wide: string, narrow: string): boolean {
  const [resource, subresource = ''] = wide.split('/');
  const [other, otherSub = ''] = narrow.split('/');
  return (
    (resource === '*' || resource === other) && (subresource === '*' || subresource === otherSub)
  );
}

/** The node of a part or of one of its values. */
function at(rule: ResourceRule, part: string, value?: string): YamlNode {
  const mapping: YamlMapping = rule.node;
  const node = get(mapping, part);
  if (node === undefined) return mapping;
  if (node.kind !== 'sequence' || value === undefined) return node;
  return node.items.find((item) => item.kind === 'scalar' && item.text === value) ?? node;
}
