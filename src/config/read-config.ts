// Room config: the text of k8s-audit.yaml: read as data, and changed in place with comments kept.
// Door: none; read-config.ts reads, edit.ts changes, yaml-text.ts writes values.
// Neighbours: uses yaml and policies; cli/settings finds files and merges them with flags and environment.
// Inside: values of options stay text here, because what an option accepts is known to cli/flags alone.

import { readIgnore, type IgnoreEntry } from '../policies/ignore.ts';
import type { Issues } from '../policies/issue.ts';
import type { PolicyDefinition } from '../policies/policy.ts';
import { readPolicies } from '../policies/read-policies.ts';
import { mappingOf } from '../policies/read-node.ts';
import {
  readNamespaces,
  readRuleList,
  type ResourceRule,
} from '../policies/resource/resource-rules.ts';
import { get, isNull, type YamlNode, type YamlSource } from '../yaml/yaml-node.ts';
import { didYouMean } from '../util/suggest.ts';
import { parseDocument } from './parse-document.ts';

/** Keys that are no options, with what they hold. */
const CONFIG_SECTIONS = {
  policies: 'policies of your own, and changes of the bundled ones',
  k8sAuditDetectionsRules: 'which requests are looked at, as in the charts',
  excludedNamespaces: 'namespaces whose objects are not looked at',
  ignore: 'findings that are known and accepted',
} as const;

/** One key of a configuration file that sets an option. */
export interface ConfigOption {
  readonly key: string;
  readonly node: YamlNode;
}

/** A configuration file as data. Values of options are not read yet. */
export interface ConfigFile {
  readonly name: string;
  readonly options: readonly ConfigOption[];
  readonly policies: readonly PolicyDefinition[];
  /** Undefined when the file does not say. */
  readonly resourceRules: readonly ResourceRule[] | undefined;
  readonly excludedNamespaces: readonly string[];
  readonly ignore: readonly IgnoreEntry[];
}

/**
 * Reads a configuration file. Unknown keys are warned of, other mistakes are errors in `issues`.
 *
 * @param optionKeys the keys that set options
 */
export function readConfig(
  source: YamlSource,
  optionKeys: readonly string[],
  issues: Issues,
): ConfigFile {
  const empty: ConfigFile = {
    name: source.name,
    options: [],
    policies: [],
    resourceRules: undefined,
    excludedNamespaces: [],
    ignore: [],
  };
  const document = parseDocument(source, issues);
  if (document === undefined || isNull(document)) return empty;
  const mapping = mappingOf(document, 'the configuration', issues);
  if (mapping === undefined) return empty;
  const sections = Object.keys(CONFIG_SECTIONS);
  const options: ConfigOption[] = [];
  const seen = new Set<string>();
  for (const { key, value } of mapping.entries) {
    const name = key.kind === 'scalar' ? key.text : '';
    if (seen.has(name)) issues.error(key, `the key '${name}' comes twice`);
    else if (optionKeys.includes(name)) options.push({ key: name, node: value });
    else if (!sections.includes(name)) {
      const hint = didYouMean(name, [...optionKeys, ...sections]);
      issues.warning(key, `unknown key '${name}'`, hint);
    }
    seen.add(name);
  }
  const section = <T>(
    key: keyof typeof CONFIG_SECTIONS,
    read: (node: YamlNode) => T,
    none: T,
  ): T => {
    const node = get(mapping, key);
    return node === undefined ? none : read(node);
  };
  return {
    name: source.name,
    options: options.filter(({ node }) => !isNull(node)),
    policies: section('policies', (node) => readPolicies(node, false, issues), []),
    resourceRules: section<readonly ResourceRule[] | undefined>(
      'k8sAuditDetectionsRules',
      (node) => readRuleList(node, issues),
      undefined,
    ),
    excludedNamespaces: section('excludedNamespaces', (node) => readNamespaces(node, issues), []),
    ignore: section('ignore', (node) => readIgnore(node, issues), []),
  };
}

/** Reads a file of policies: a list, or a mapping with the list under `policies`. */
export function readPolicyFile(
  source: YamlSource,
  bundled: boolean,
  issues: Issues,
): PolicyDefinition[] {
  const document = parseDocument(source, issues);
  if (document === undefined || isNull(document)) return [];
  if (document.kind === 'sequence') return readPolicies(document, bundled, issues);
  const list = document.kind === 'mapping' ? get(document, 'policies') : undefined;
  if (list !== undefined) return readPolicies(list, bundled, issues);
  issues.error(document, 'no policies here', 'a list, or the key policies with a list');
  return [];
}
