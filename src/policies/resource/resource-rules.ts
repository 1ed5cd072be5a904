// Room policies/resource: resource rules of an admission webhook, used to leave events out or to see as it would.
// Door: resource-rules.ts reads them, resource-filter.ts decides on events.
// Neighbours: uses condition for the filter, so that either engine can decide it; cli/library reads the files.
// Inside: resource-match.ts follows Kubernetes' matching, resource-lint.ts warns of rules that match nothing.

import {
  get,
  isNull,
  type YamlMapping,
  type YamlNode,
  type YamlScalar,
} from '../../yaml/yaml-node.ts';
import type { Issues } from '../issue.ts';
import { checkKeys, mappingOf, scalarOf, sequenceOf, textsOf } from '../read-node.ts';

/** Names of the rule list in the charts that people have it from. */
const RULES_KEYS = ['k8sAuditDetectionsRules', 'webhook_rules'];
const EXCLUDED_KEYS = ['excludedNamespaces', 'excluded_namespaces'];
/** Parts of a rule (Kubernetes: admissionregistration RuleWithOperations). */
const PARTS = ['apiGroups', 'apiVersions', 'operations', 'resources'] as const;
const RULE_KEYS = [...PARTS, 'scope'];
/** How deep a values file is searched for the list. */
const MAX_DEPTH = 8;

/** Longest text that a condition may compare with. */
const MAX_TEXT = 255;

/** Which requests a webhook asks for, as Kubernetes writes it. All parts must hold. */
export interface ResourceRule {
  readonly apiGroups: readonly string[];
  readonly apiVersions: readonly string[];
  readonly operations: readonly string[];
  readonly resources: readonly string[];
  /** Undefined when absent, which is `*`. */
  readonly scope: string | undefined;
  readonly node: YamlMapping;
}

/** A filter on resources, as files describe it. */
export interface ResourceFilterSpec {
  /** One that matches is enough; an empty list matches nothing. Undefined: every request. */
  readonly rules: readonly ResourceRule[] | undefined;
  readonly excludedNamespaces: readonly string[];
  /** `Equivalent`: a rule also applies to the same objects under another group or version. */
  readonly matchPolicy: 'Equivalent' | 'Exact';
}

/**
 * Reads resource rules from a file: a list, a mapping or Helm values that hold the list under
 * `k8sAuditDetectionsRules` or `webhook_rules`, or a ValidatingWebhookConfiguration, also among others in what
 * `kubectl get -o yaml` prints.
 *
 * @returns undefined, with an error, when the documents hold none
 */
export function readResourceRules(
  documents: readonly YamlNode[],
  issues: Issues,
): ResourceFilterSpec | undefined {
  const objects = documents.flatMap(objectsOf);
  const known = objects.some(hasAuditWebhook);
  for (const document of objects) {
    if (document.kind === 'sequence') return specOf(document, undefined, issues);
    if (document.kind !== 'mapping') continue;
    if (isWebhookConfiguration(document)) {
      if (known && !hasAuditWebhook(document)) continue;
      return webhookSpec(document, issues);
    }
    const holder = findHolder(document, 0);
    if (holder === undefined) continue;
    return specOf(
      RULES_KEYS.map((key) => get(holder, key)).find((node) => node !== undefined)!,
      EXCLUDED_KEYS.map((key) => get(holder, key)).find((node) => node !== undefined),
      issues,
    );
  }
  const [first] = documents;
  if (first !== undefined) {
    issues.error(
      first,
      'no resource rules here',
      `a list, the key ${RULES_KEYS[0]}, or a ValidatingWebhookConfiguration`,
    );
  }
  return undefined;
}

/** The objects of a list as `kubectl get` prints it; anything else is one. */
function objectsOf(document: YamlNode): readonly YamlNode[] {
  if (document.kind !== 'mapping' || scalarText(get(document, 'kind')) !== 'List')
    return [document];
  const items = get(document, 'items');
  return items?.kind === 'sequence' ? items.items : [document];
}

function isWebhookConfiguration(node: YamlNode): node is YamlMapping {
  return (
    node.kind === 'mapping' && scalarText(get(node, 'kind')) === 'ValidatingWebhookConfiguration'
  );
}

function hasAuditWebhook(node: YamlNode): boolean {
  if (!isWebhookConfiguration(node)) return false;
  const webhooks = get(node, 'webhooks');
  const items = webhooks?.kind === 'sequence' ? webhooks.items : [];
  return items.some((item) => item.kind === 'mapping' && isAuditWebhook(item));
}

/** The mapping that has the list, anywhere in a values file. */
function findHolder(node: YamlNode, depth: number): YamlMapping | undefined {
  if (node.kind !== 'mapping' || depth > MAX_DEPTH) return undefined;
  if (RULES_KEYS.some((key) => get(node, key) !== undefined)) return node;
  for (const { value } of node.entries) {
    const found = findHolder(value, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function specOf(
  rules: YamlNode,
  excluded: YamlNode | undefined,
  issues: Issues,
): ResourceFilterSpec {
  return {
    rules: readRuleList(rules, issues),
    excludedNamespaces: excluded === undefined ? [] : readNamespaces(excluded, issues),
    matchPolicy: 'Equivalent',
  };
}

/** Reads the list itself. */
export function readRuleList(node: YamlNode, issues: Issues): ResourceRule[] {
  return sequenceOf(node, 'resource rules', issues).flatMap((item) => {
    const mapping = mappingOf(item, 'a resource rule', issues);
    if (mapping === undefined) return [];
    checkKeys(mapping, RULE_KEYS, 'resource rule', issues);
    const part = (key: (typeof PARTS)[number]): readonly string[] => {
      const value = get(mapping, key);
      if (value === undefined || isNull(value)) return [];
      return sequenceOf(value, key, issues)
        .map((entry) => textAllowingEmpty(entry, key, issues))
        .filter((entry) => entry !== undefined)
        .map(({ text }) => text);
    };
    const scope = get(mapping, 'scope');
    return [
      {
        apiGroups: part('apiGroups'),
        apiVersions: part('apiVersions'),
        operations: part('operations'),
        resources: part('resources'),
        scope:
          scope === undefined || isNull(scope) ? undefined : scalarOf(scope, 'scope', issues)?.text,
        node: mapping,
      },
    ];
  });
}

/** The core group is written as an empty text. */
function textAllowingEmpty(node: YamlNode, what: string, issues: Issues): YamlScalar | undefined {
  if (node.kind === 'scalar' && !node.isNull && node.text.length <= MAX_TEXT) return node;
  issues.error(node, `each entry of ${what} must be a short text; the core group is ""`);
  return undefined;
}

/** Reads names of namespaces. */
export function readNamespaces(node: YamlNode, issues: Issues): readonly string[] {
  if (isNull(node)) return [];
  return textsOf(node, 'the excluded namespaces', issues).flatMap((scalar) => {
    if (scalar.text.length <= MAX_TEXT) return [scalar.text];
    issues.error(scalar, 'this is no name of a namespace: too long');
    return [];
  });
}

function webhookSpec(document: YamlMapping, issues: Issues): ResourceFilterSpec {
  const list = get(document, 'webhooks');
  const webhooks = (list === undefined ? [] : sequenceOf(list, 'webhooks', issues)).filter(
    (node) => node.kind === 'mapping',
  );
  const audit = webhooks.filter(isAuditWebhook);
  const chosen = audit.length > 0 ? audit : webhooks;
  if (chosen.length === 0) issues.error(document, 'this webhook configuration has no webhooks');
  if (audit.length === 0 && webhooks.length > 1) {
    issues.warning(document, 'the rules of all webhooks are taken together');
  }
  const policies = chosen.map((webhook) => scalarText(get(webhook, 'matchPolicy')));
  return {
    rules: chosen.flatMap((webhook) => {
      const rules = get(webhook, 'rules');
      return rules === undefined ? [] : readRuleList(rules, issues);
    }),
    excludedNamespaces: chosen.flatMap((webhook) => selectorExclusions(webhook, issues)),
    matchPolicy: policies.every((policy) => policy === 'Exact') ? 'Exact' : 'Equivalent',
  };
}

/** The webhook that turns admission requests into audit events, by its name or path. */
function isAuditWebhook(webhook: YamlMapping): boolean {
  const client = get(webhook, 'clientConfig');
  const service = client?.kind === 'mapping' ? get(client, 'service') : undefined;
  const path = service?.kind === 'mapping' ? scalarText(get(service, 'path')) : undefined;
  return path === '/k8s-audit' || (scalarText(get(webhook, 'name')) ?? '').startsWith('audit.');
}

/** `kubernetes.io/metadata.name NotIn [...]`, which is how the charts leave namespaces out. */
function selectorExclusions(webhook: YamlMapping, issues: Issues): readonly string[] {
  const selector = get(webhook, 'namespaceSelector');
  if (selector?.kind !== 'mapping') return [];
  const expressions = get(selector, 'matchExpressions');
  const items = expressions?.kind === 'sequence' ? expressions.items : [];
  const labels = get(selector, 'matchLabels');
  if (labels !== undefined && !isNull(labels)) {
    issues.warning(labels, 'matchLabels is not heeded: the log holds no labels of namespaces');
  }
  return items.flatMap((item) => {
    if (item.kind !== 'mapping') return [];
    const key = scalarText(get(item, 'key'));
    if (key === 'kubernetes.io/metadata.name' && scalarText(get(item, 'operator')) === 'NotIn') {
      const values = get(item, 'values');
      return values === undefined ? [] : readNamespaces(values, issues);
    }
    issues.warning(item, 'only kubernetes.io/metadata.name with NotIn is heeded');
    return [];
  });
}

function scalarText(node: YamlNode | undefined): string | undefined {
  return node?.kind === 'scalar' ? node.text : undefined;
}
