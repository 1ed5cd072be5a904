import {
  get,
  isNull,
  type YamlMapping,
  type YamlNode,
  type YamlScalar,
} from '../yaml/yaml-node.ts';
import { didYouMean } from '../util/suggest.ts';
import type { Issues } from './issue.ts';

/** Returns the node as a mapping; undefined, with an error, when it is none. */
export function mappingOf(node: YamlNode, what: string, issues: Issues): YamlMapping | undefined {
  if (node.kind === 'mapping') return node;
  issues.error(node, `${what} must be a mapping`);
  return undefined;
}

/** The entries of a sequence; an empty list for null; an empty list and an error for other nodes. */
export function sequenceOf(node: YamlNode, what: string, issues: Issues): readonly YamlNode[] {
  if (node.kind === 'sequence') return node.items;
  if (!isNull(node)) issues.error(node, `${what} must be a list`);
  return [];
}

/** Returns a non-empty text; undefined, with an error, when the node is none. */
export function scalarOf(node: YamlNode, what: string, issues: Issues): YamlScalar | undefined {
  if (node.kind === 'scalar' && !node.isNull && node.text.trim() !== '') return node;
  issues.error(node, `${what} must be a text`);
  return undefined;
}

/** One text, or a list of them. */
export function textsOf(node: YamlNode, what: string, issues: Issues): readonly YamlScalar[] {
  const items = node.kind === 'sequence' ? node.items : [node];
  return items
    .map((item) => scalarOf(item, `each entry of ${what}`, issues))
    .filter((item) => item !== undefined);
}

/** Reads `true` or `false`; other values are an error. */
export function booleanOf(node: YamlNode, what: string, issues: Issues): boolean | undefined {
  if (node.kind === 'scalar' && (node.text === 'true' || node.text === 'false')) {
    return node.text === 'true';
  }
  issues.error(node, `${what} must be true or false`);
  return undefined;
}

/** The text of a mapping's key; undefined when the key is absent or its value is no text. */
export function textAt(
  mapping: YamlMapping,
  key: string,
  what: string,
  issues: Issues,
): string | undefined {
  const node = get(mapping, key);
  return node === undefined ? undefined : scalarOf(node, `${what}: ${key}`, issues)?.text;
}

/** Warns of keys that are not known, with the nearest ones, and refuses a key that comes twice. */
export function checkKeys(
  mapping: YamlMapping,
  known: readonly string[],
  what: string,
  issues: Issues,
): void {
  const seen = new Set<string>();
  for (const { key } of mapping.entries) {
    if (key.kind !== 'scalar') {
      issues.error(key, `${what}: a key must be a text`);
      continue;
    }
    if (seen.has(key.text)) issues.error(key, `${what}: the key '${key.text}' comes twice`);
    seen.add(key.text);
    if (known.includes(key.text)) continue;
    const hint = didYouMean(key.text, known) ?? `known keys: ${known.join(', ')}`;
    issues.warning(key, `${what}: unknown key '${key.text}'`, hint);
  }
}
