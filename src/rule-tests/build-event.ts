import { isObject, member, type JsonObject, type JsonValue } from '../json/value.ts';
import type { Issues } from '../policies/issue.ts';
import { checkKeys, mappingOf, scalarOf, sequenceOf } from '../policies/read-node.ts';
import { get, type YamlMapping, type YamlNode } from '../yaml/yaml-node.ts';
import { didYouMean } from '../util/suggest.ts';
import { yamlValue } from './yaml-value.ts';

/** An event of a test, with the purpose that the test file gives. */
export interface TestEvent {
  readonly why: string;
  readonly event: JsonObject;
}

/**
 * Builds an event: a named one, a named one with changes, or a whole one.
 *
 * @param named events that may be built on
 * @returns undefined, with an error, when that cannot be done
 */
export function buildEvent(
  node: YamlNode,
  named: ReadonlyMap<string, JsonObject>,
  issues: Issues,
): TestEvent | undefined {
  if (node.kind === 'scalar') {
    const event = baseEvent(node, named, issues);
    return event === undefined ? undefined : { why: node.text, event };
  }
  const mapping = mappingOf(node, 'an event', issues);
  if (mapping === undefined) return undefined;
  const base = get(mapping, 'base');
  if (base === undefined) return wholeEvent(mapping);
  checkKeys(mapping, ['base', 'set', 'remove', 'why'], 'an event', issues);
  const event = baseEvent(base, named, issues);
  if (event === undefined) return undefined;
  const set = get(mapping, 'set');
  const remove = get(mapping, 'remove');
  if (set !== undefined) applySet(event, set, issues);
  for (const path of remove === undefined ? [] : sequenceOf(remove, 'remove', issues)) {
    const text = scalarOf(path, 'a path to remove', issues)?.text;
    if (text !== undefined) removeAt(event, keysOf(text));
  }
  const why = get(mapping, 'why');
  const changes = [
    ...(set === undefined ? [] : [JSON.stringify(yamlValue(set))]),
    ...(remove === undefined ? [] : [`without ${JSON.stringify(yamlValue(remove))}`]),
  ];
  const name = base.kind === 'scalar' ? base.text : '';
  const plain = changes.length === 0 ? name : `${name} with ${changes.join(', ')}`;
  return { why: why?.kind === 'scalar' ? why.text : plain, event };
}

function wholeEvent(mapping: YamlMapping): TestEvent {
  const event = yamlValue(mapping) as JsonObject;
  const why = member(event, 'why');
  const { why: _why, ...rest } = event;
  return { why: typeof why === 'string' ? why : 'an event', event: rest };
}

function baseEvent(
  node: YamlNode,
  named: ReadonlyMap<string, JsonObject>,
  issues: Issues,
): JsonObject | undefined {
  const name = scalarOf(node, 'the name of an event', issues)?.text;
  if (name === undefined) return undefined;
  const found = named.get(name);
  if (found !== undefined) return structuredClone(found);
  issues.error(node, `no event is called '${name}'`, didYouMean(name, named.keys()));
  return undefined;
}

function applySet(event: JsonObject, node: YamlNode, issues: Issues): void {
  const mapping = mappingOf(node, 'set', issues);
  for (const { key, value } of mapping?.entries ?? []) {
    const path = scalarOf(key, 'a path to set', issues)?.text;
    if (path === undefined) continue;
    const keys = keysOf(path);
    if (keys.includes('__proto__')) issues.error(key, 'this path cannot be set');
    else setAt(event, keys, yamlValue(value));
  }
}

/** `spec.containers.0.image`, or a JSON pointer where keys have dots. */
function keysOf(path: string): string[] {
  if (!path.startsWith('/')) return path.split('.');
  const parts = path.slice(1).split('/');
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Sets a value at a path, creating missing objects and arrays. Decimal keys index arrays. */
function setAt(root: JsonObject, keys: readonly string[], value: JsonValue): void {
  let node: JsonObject = root;
  for (const [at, key] of keys.slice(0, -1).entries()) {
    const next = member(node, key);
    if (next === undefined || next === null || typeof next !== 'object') {
      node[key] = /^\d+$/.test(keys[at + 1]!) ? [] : {};
    }
    node = node[key] as JsonObject;
  }
  node[keys.at(-1)!] = value;
}

function removeAt(root: JsonObject, keys: readonly string[]): void {
  let node: JsonValue | undefined = root;
  for (const key of keys.slice(0, -1)) {
    if (Array.isArray(node)) node = node[Number(key)];
    else node = isObject(node) ? member(node, key) : undefined;
  }
  const last = keys.at(-1)!;
  if (Array.isArray(node)) node.splice(Number(last), 1);
  else if (isObject(node)) delete node[last];
}
