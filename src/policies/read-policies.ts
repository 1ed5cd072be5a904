import { get, isNull, placeOf, type YamlMapping, type YamlNode } from '../yaml/yaml-node.ts';
import { didYouMean } from '../util/suggest.ts';
import type { Issues } from './issue.ts';
import type { PolicyDefinition, PolicyScope, RuleEntry, ScopePart } from './policy.ts';
import {
  booleanOf,
  checkKeys,
  mappingOf,
  scalarOf,
  sequenceOf,
  textAt,
  textsOf,
} from './read-node.ts';
import { parseSeverity, SEVERITIES, type Severity } from './severity.ts';

/** The keys of a policy, in the order in which files are written. */
export const POLICY_KEYS = [
  'name',
  'extends',
  'description',
  'enabled',
  'severity',
  'scope',
  'rules',
  'runbook',
] as const;

const ENTRY_KEYS = ['name', 'tag', 'enabled'];
const SCOPE_KEYS = ['clusters', 'namespaces'];
const PART_KEYS = ['in', 'notIn', 'not'];
/** Longest text that a condition may compare with. */
const MAX_PATTERN = 255;

/**
 * Reads a list of policies. Entries with an error are left out, unless their name and `enabled` are readable.
 *
 * @param bundled true for the policies that come with the program
 */
export function readPolicies(node: YamlNode, bundled: boolean, issues: Issues): PolicyDefinition[] {
  const names = new Set<string>();
  return sequenceOf(node, 'policies', issues).flatMap((item) => {
    const mapping = mappingOf(item, 'a policy', issues);
    if (mapping === undefined) return [];
    const name = textAt(mapping, 'name', 'policy', issues);
    if (name === undefined) {
      if (get(mapping, 'name') === undefined) {
        const isRule = get(mapping, 'condition') !== undefined;
        const hint = isRule ? 'these are rules: pass them with -r' : undefined;
        issues.error(mapping, 'a policy needs a name', hint);
      }
      return [];
    }
    if (names.has(name)) {
      issues.error(get(mapping, 'name')!, `policy '${name}' is defined twice`);
      return [];
    }
    names.add(name);
    return [readPolicy(mapping, name, bundled, issues)];
  });
}

function readPolicy(
  mapping: YamlMapping,
  name: string,
  bundled: boolean,
  issues: Issues,
): PolicyDefinition {
  const what = `policy '${name}'`;
  checkKeys(mapping, POLICY_KEYS, what, issues);
  const at = (key: (typeof POLICY_KEYS)[number]): YamlNode | undefined => {
    const node = get(mapping, key);
    return node === undefined || isNull(node) ? undefined : node;
  };
  const read = <T>(
    key: (typeof POLICY_KEYS)[number],
    reader: (node: YamlNode, what: string, issues: Issues) => T,
  ): T | undefined => {
    const node = at(key);
    return node === undefined ? undefined : reader(node, `${what}: ${key}`, issues);
  };
  return {
    name,
    extends: read('extends', scalarOf)?.text,
    description: read('description', scalarOf)?.text,
    enabled: read('enabled', booleanOf),
    severity: read('severity', readSeverity),
    scope: read('scope', readScope),
    rules: read('rules', (node, of) =>
      sequenceOf(node, of, issues).flatMap((item) => readEntry(item, of, bundled, issues)),
    ),
    runbook: read('runbook', readRunbook),
    keys: new Map(
      mapping.entries.flatMap(({ key }) => (key.kind === 'scalar' ? [[key.text, key]] : [])),
    ),
    place: placeOf(mapping),
    node: mapping,
  };
}

function readSeverity(node: YamlNode, what: string, issues: Issues): Severity | undefined {
  const scalar = scalarOf(node, what, issues);
  const severity = scalar === undefined ? undefined : parseSeverity(scalar.text);
  if (scalar !== undefined && severity === undefined) {
    const hint = didYouMean(scalar.text, SEVERITIES);
    issues.error(node, `${what} must be ${SEVERITIES.join(', ')} or a number from 0 to 7`, hint);
  }
  return severity;
}

function readRunbook(node: YamlNode, what: string, issues: Issues): string | undefined {
  const text = scalarOf(node, what, issues)?.text;
  if (text === undefined || /^https?:\/\/\S+$/.test(text)) return text;
  issues.error(node, `${what} must be a URL (http or https)`);
  return undefined;
}

function readScope(node: YamlNode, what: string, issues: Issues): PolicyScope | undefined {
  const mapping = mappingOf(node, what, issues);
  if (mapping === undefined) return undefined;
  checkKeys(mapping, SCOPE_KEYS, what, issues);
  const part = (key: string): ScopePart => {
    const value = get(mapping, key);
    if (value === undefined || isNull(value)) return { in: [], notIn: [] };
    return readPart(value, `${what}: ${key}`, issues);
  };
  return { clusters: part('clusters'), namespaces: part('namespaces') };
}

function readPart(node: YamlNode, what: string, issues: Issues): ScopePart {
  if (node.kind !== 'mapping') return { in: patternsOf(node, what, issues), notIn: [] };
  checkKeys(node, PART_KEYS, what, issues);
  const at = (key: string): readonly string[] => {
    const value = get(node, key);
    return value === undefined ? [] : patternsOf(value, `${what}: ${key}`, issues);
  };
  return { in: at('in'), notIn: [...at('notIn'), ...at('not')] };
}

function patternsOf(node: YamlNode, what: string, issues: Issues): readonly string[] {
  return textsOf(node, what, issues).flatMap((scalar) => {
    if (scalar.text.length <= MAX_PATTERN) return [scalar.text];
    issues.error(scalar, `${what}: longer than ${MAX_PATTERN} characters`);
    return [];
  });
}

function readEntry(
  node: YamlNode,
  what: string,
  bundled: boolean,
  issues: Issues,
): readonly RuleEntry[] {
  if (node.kind !== 'mapping') {
    const scalar = scalarOf(node, `${what}: an entry`, issues);
    if (scalar === undefined) return [];
    return [{ by: 'name', pattern: scalar.text, enabled: true, explicit: false, bundled, node }];
  }
  checkKeys(node, ENTRY_KEYS, what, issues);
  const name = get(node, 'name');
  const tag = get(node, 'tag');
  if ((name === undefined) === (tag === undefined)) {
    issues.error(node, `${what}: an entry needs either name or tag`);
    return [];
  }
  const pattern = scalarOf((name ?? tag)!, `${what}: an entry's name or tag`, issues);
  const enabledNode = get(node, 'enabled');
  const enabled =
    enabledNode === undefined ? true : booleanOf(enabledNode, `${what}: enabled`, issues);
  if (pattern === undefined || enabled === undefined) return [];
  return [
    {
      by: name === undefined ? 'tag' : 'name',
      pattern: pattern.text,
      enabled,
      explicit: enabledNode !== undefined,
      bundled,
      node: pattern,
    },
  ];
}
