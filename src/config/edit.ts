import { get, type YamlMapping, type YamlNode } from '../yaml/yaml-node.ts';
import { parseYaml } from '../yaml/yaml-parser.ts';
import { byHand, dashOf, listOf, verified, withItem } from './edit-list.ts';
import {
  isFlow,
  lineEnd,
  lineStart,
  nodeEnd,
  plainYaml,
  yamlScalar,
  type PlainYaml,
} from './yaml-text.ts';

/**
 * Changes of a configuration file's `policies` and `ignore`, made in its text so that comments and layout stay. Each
 * result is read again and compared with what was meant.
 *
 * @throws KnownError when the text cannot be changed so
 */

/** Sets `enabled` of a policy, which is added when the file does not have it. */
export function setPolicyEnabled(file: string, text: string, name: string, on: boolean): string {
  const list = listOf(file, text, 'policies');
  const item = itemNamed(list, name);
  if (item === undefined) {
    return addPolicy(file, text, [`name: ${yamlScalar(name)}`, `enabled: ${on}`]);
  }
  const result = withEnabled(text, item, on);
  return verified(file, text, result, (policies) =>
    policies.map((policy) => (isNamed(policy, name) ? { ...policy, enabled: String(on) } : policy)),
  );
}

function withEnabled(text: string, item: YamlMapping, on: boolean): string {
  const enabled = get(item, 'enabled');
  if (enabled?.kind === 'scalar' && enabled.start < enabled.end) {
    return text.slice(0, enabled.start) + String(on) + text.slice(enabled.end);
  }
  const name = get(item, 'name')!;
  const at = nodeEnd(name);
  if (isFlow(item)) return `${text.slice(0, at)}, enabled: ${on}${text.slice(at)}`;
  const end = lineEnd(text, at);
  const before = text.slice(0, end);
  const newline = before.endsWith('\n') ? '' : '\n';
  const indent = ' '.repeat(item.start - lineStart(text, item.start));
  return `${before}${newline}${indent}enabled: ${on}\n${text.slice(end)}`;
}

/**
 * Adds a policy behind the others.
 *
 * @param lines its keys in block style, without indentation
 */
export function addPolicy(file: string, text: string, lines: readonly string[]): string {
  return addListItem(file, text, 'policies', lines);
}

/** Adds an entry of `ignore` behind the others. @param lines as those of a policy */
export function addIgnore(file: string, text: string, lines: readonly string[]): string {
  return addListItem(file, text, 'ignore', lines);
}

/** Adds an item of several lines behind those of a list. @param lines as those of a policy */
export function addListItem(
  file: string,
  text: string,
  key: string,
  lines: readonly string[],
): string {
  const list = listOf(file, text, key);
  const [added] = parseYaml({ name: file, text: lines.join('\n') });
  const item = (indent: string): string =>
    lines.map((line, at) => `${indent}${at === 0 ? '- ' : '  '}${line}\n`).join('');
  const result = withItem(file, text, key, list, item);
  return verified(file, text, result, (items) => [...items, plainYaml(added!)], key);
}

/** Takes a policy out. Comments above it stay. */
export function deletePolicy(file: string, text: string, name: string): string {
  const list = listOf(file, text, 'policies');
  const item = itemNamed(list, name);
  if (item === undefined || list?.kind !== 'sequence' || isFlow(list)) throw byHand(file);
  const from = lineStart(text, dashOf(text, item));
  const to = lineEnd(text, nodeEnd(item));
  const result = text.slice(0, from) + text.slice(to);
  return verified(file, text, result, (policies) =>
    policies.filter((policy) => !isNamed(policy, name)),
  );
}

function itemNamed(list: YamlNode | undefined, name: string): YamlMapping | undefined {
  if (list?.kind !== 'sequence') return undefined;
  return list.items.find((item): item is YamlMapping => {
    const value = item.kind === 'mapping' ? get(item, 'name') : undefined;
    return value?.kind === 'scalar' && value.text === name;
  });
}

function isNamed(policy: PlainYaml, name: string): policy is { readonly [key: string]: PlainYaml } {
  return (
    typeof policy === 'object' && policy !== null && 'name' in policy && policy['name'] === name
  );
}
