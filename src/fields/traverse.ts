import type { AuditEvent } from '../events/event.ts';
import { cutAtNul } from '../util/text.ts';
import { elements, locate } from '../json/locate.ts';
import { isObject, member, type JsonValue } from '../json/value.ts';

/**
 * A value of an event together with its compact source text. The text is found from the parent's
 * text, so that reading every element of a long list stays linear.
 */
export interface Node {
  readonly value: JsonValue;
  source(): string;
}

/** A path key that stays at the value, after arrays were mapped. */
export const SELF = '';

/** The value at a concrete path. */
export function nodeAt(event: AuditEvent, path: readonly string[]): Node | undefined {
  const value = event.get(path);
  if (value === undefined) return undefined;
  return { value, source: () => event.text(path) ?? JSON.stringify(value) };
}

/** A member of an object; undefined for anything else. */
export function memberNode(node: Node, key: string): Node | undefined {
  if (!isObject(node.value)) return undefined;
  const value = member(node.value, key);
  if (value === undefined) return undefined;
  const source = () => {
    const text = node.source();
    const span = locate(text, [key]);
    return span === undefined ? JSON.stringify(value) : text.slice(span.start, span.end);
  };
  return { value, source };
}

/** The value under some object keys. */
export function descend(node: Node, ...keys: readonly string[]): Node | undefined {
  let current: Node | undefined = node;
  for (const key of keys) {
    current = memberNode(current, key);
    if (current === undefined) return undefined;
  }
  return current;
}

/** The elements of an array; none for anything else. */
export function elementNodes(node: Node): Node[] {
  if (!Array.isArray(node.value)) return [];
  let parts: string[] | undefined;
  const part = (index: number) => {
    parts ??= splitArray(node.source());
    return parts[index];
  };
  return node.value.map((value, index) => ({
    value,
    source: () => part(index) ?? JSON.stringify(value),
  }));
}

function splitArray(text: string): string[] {
  const parts: string[] = [];
  for (const span of elements(text, { start: 0, end: text.length })) {
    parts.push(text.slice(span.start, span.end));
  }
  return parts;
}

/** A value as text (k8saudit `jsonValueAsString`), not yet cut at a NUL. */
export function nodeText(node: Node): string {
  const { value } = node;
  if (typeof value === 'string') return value;
  return value === null || typeof value === 'boolean' ? String(value) : node.source();
}

/**
 * Values below `head` along `keys`, as k8saudit's `getValuesRecursive` collects them: an array met
 * before a key is mapped over, an element that lacks the rest of the path yielding undefined. With
 * an index every array on the way gives that element instead. The final value is not flattened.
 *
 * @param head path to where arrays usually begin, so that a lazy event reads no more than needed
 * @returns undefined when the path does not exist
 */
export function collect(
  event: AuditEvent,
  head: readonly string[],
  keys: readonly string[],
  index: number | undefined,
): (Node | undefined)[] | undefined {
  const root = nodeAt(event, head);
  if (root !== undefined) return walk(root, keys, 0, index);
  for (let length = 1; length < head.length; length++) {
    // Parsing a whole body only to learn that it is no array would be most of a scan's work.
    if (event.isArray?.(head.slice(0, length)) === false) continue;
    const node = nodeAt(event, head.slice(0, length));
    if (node === undefined) return undefined;
    if (Array.isArray(node.value)) {
      return walk(node, [...head.slice(length), ...keys], 0, index);
    }
  }
  return undefined;
}

// Recursion is bounded by the nesting depth that the parser allows.
function walk(
  start: Node,
  keys: readonly string[],
  from: number,
  index: number | undefined,
): (Node | undefined)[] | undefined {
  let node = start;
  for (let i = from; i < keys.length; i++) {
    if (Array.isArray(node.value)) {
      const items = elementNodes(node);
      if (index === undefined) return mapWalk(items, keys, i);
      const item = items[index];
      if (item === undefined) return undefined;
      node = item;
    }
    const key = keys[i]!;
    if (key === SELF) continue;
    const next = memberNode(node, key);
    if (next === undefined) return undefined;
    node = next;
  }
  return [node];
}

function mapWalk(
  items: readonly Node[],
  keys: readonly string[],
  from: number,
): (Node | undefined)[] {
  const out: (Node | undefined)[] = [];
  for (const item of items) {
    for (const found of walk(item, keys, from, undefined) ?? [undefined]) out.push(found);
  }
  return out;
}

/** Texts of collected values, without those that are absent. */
export function skipAbsent(nodes: readonly (Node | undefined)[]): string[] {
  const texts: string[] = [];
  for (const node of nodes) if (node !== undefined) texts.push(nodeText(node));
  return texts;
}

/** Texts of collected values; undefined when one is absent. */
export function allOrNothing(nodes: readonly (Node | undefined)[]): string[] | undefined {
  const texts = skipAbsent(nodes);
  return texts.length === nodes.length ? texts : undefined;
}

/** Texts of collected values, with a text in place of those that are absent. */
export function withDefault(nodes: readonly (Node | undefined)[], text: string): string[] {
  return nodes.map((node) => (node === undefined ? text : nodeText(node)));
}

/** A list value: an empty one is missing, elements end at a NUL as C strings do. */
export function listValue(texts: readonly string[] | undefined): readonly string[] | undefined {
  return texts === undefined || texts.length === 0 ? undefined : texts.map(cutAtNul);
}
