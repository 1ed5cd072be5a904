import { parseYaml, YamlError } from '../yaml/yaml-parser.ts';
import { get, isNull, type YamlMapping, type YamlNode } from '../yaml/yaml-node.ts';
import { KnownError } from '../util/errors.ts';
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
  return addItem(file, text, 'policies', lines);
}

/** Adds an entry of `ignore` behind the others. @param lines as those of a policy */
export function addIgnore(file: string, text: string, lines: readonly string[]): string {
  return addItem(file, text, 'ignore', lines);
}

/** The lists of a configuration file that grow here. */
type ListKey = 'policies' | 'ignore';

function addItem(file: string, text: string, key: ListKey, lines: readonly string[]): string {
  const list = listOf(file, text, key);
  const [added] = parseYaml({ name: file, text: lines.join('\n') });
  const item = (indent: string): string =>
    lines.map((line, at) => `${indent}${at === 0 ? '- ' : '  '}${line}\n`).join('');
  const result = withItem(file, text, key, list, item);
  return verified(file, text, result, (items) => [...items, plainYaml(added!)], key);
}

/** The key of a list on its line, with what says that the list is empty. */
const EMPTY_LIST: Readonly<Record<ListKey, RegExp>> = {
  policies: /^((["']?)policies\2\s*:)[ \t]*(?:\[\s*\]|~|null)?/i,
  ignore: /^((["']?)ignore\2\s*:)[ \t]*(?:\[\s*\]|~|null)?/i,
};

function withItem(
  file: string,
  text: string,
  key: ListKey,
  list: YamlNode | undefined,
  item: (indent: string) => string,
): string {
  const ended = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  if (list === undefined) {
    return `${ended}${ended === '' ? '' : '\n'}${key}:\n${item('  ')}`;
  }
  const empty = isNull(list) || (list.kind === 'sequence' && list.items.length === 0);
  if (empty) {
    // The key alone on its line, or with `[]` or a null behind it.
    const end = lineEnd(ended, list.start);
    const line = ended.slice(lineStart(ended, list.start), end);
    const bare = line.replace(EMPTY_LIST[key], '$1');
    return `${ended.slice(0, end - line.length)}${bare}${item('  ')}${ended.slice(end)}`;
  }
  if (list.kind !== 'sequence' || isFlow(list)) throw byHand(file);
  const at = lineEnd(ended, nodeEnd(list));
  const dash = dashOf(ended, list.items.at(-1)!);
  const indent = ' '.repeat(dash - lineStart(ended, dash));
  return ended.slice(0, at) + item(indent) + ended.slice(at);
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

/** Index of the dash in front of an item of a block list. */
function dashOf(text: string, item: YamlNode): number {
  const dash = text.lastIndexOf('-', item.start - 1);
  return dash;
}

function listOf(file: string, text: string, key: ListKey): YamlNode | undefined {
  const documents = parsed(file, text);
  if (documents.length > 1) throw byHand(file);
  const [document] = documents;
  if (document === undefined || isNull(document)) return undefined;
  if (document.kind !== 'mapping') throw byHand(file);
  return get(document, key);
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

/** Returns the changed text, after checking that it reads as intended and that nothing else changed. */
function verified(
  file: string,
  before: string,
  after: string,
  change: (items: readonly PlainYaml[]) => readonly PlainYaml[],
  key: ListKey = 'policies',
): string {
  const expected = contentOf(file, before);
  const items = expected[key];
  const list = Array.isArray(items) ? (items as readonly PlainYaml[]) : [];
  const changed = change(list);
  const meant = { ...expected, [key]: changed.length === 0 ? null : changed };
  if (stable(contentOf(file, after)) !== stable(meant)) throw byHand(file);
  return after;
}

function contentOf(file: string, text: string): { readonly [key: string]: PlainYaml } {
  const [document] = parsed(file, text);
  return document?.kind === 'mapping'
    ? (plainYaml(document) as { readonly [key: string]: PlainYaml })
    : {};
}

function stable(value: PlainYaml): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

function parsed(file: string, text: string): YamlNode[] {
  try {
    return parseYaml({ name: file, text });
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new KnownError('config', `${file} is no YAML: ${error.message}`);
  }
}

function byHand(file: string): KnownError {
  return new KnownError(
    'config',
    `${file} is written in a way that this command cannot change`,
    'edit it by hand',
  );
}
