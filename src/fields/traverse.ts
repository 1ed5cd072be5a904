import type { AuditEvent, EventNode } from '../events/event.ts';
import { ParsedNode } from '../events/parsed-node.ts';
import { cutAtNul } from '../util/text.ts';

/** A path key that stays at the value, after arrays were mapped. */
export const SELF = '';

/** The value at a concrete path. */
export function nodeAt(event: AuditEvent, path: readonly string[]): EventNode | undefined {
  return event.node === undefined ? ParsedNode.at(event, path) : event.node(path);
}

/** The value under some object keys. */
export function descend(node: EventNode, ...keys: readonly string[]): EventNode | undefined {
  let current: EventNode | undefined = node;
  for (const key of keys) {
    current = current.member(key);
    if (current === undefined) return undefined;
  }
  return current;
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
): (EventNode | undefined)[] | undefined {
  const root = nodeAt(event, head);
  if (root !== undefined) return walk(root, keys, 0, index);
  for (let length = 1; length < head.length; length++) {
    const node = nodeAt(event, head.slice(0, length));
    if (node === undefined) return undefined;
    if (node.kind === 'array') return walk(node, [...head.slice(length), ...keys], 0, index);
  }
  return undefined;
}

// Recursion is bounded by the nesting depth that the parser allows.
function walk(
  start: EventNode,
  keys: readonly string[],
  from: number,
  index: number | undefined,
): (EventNode | undefined)[] | undefined {
  let node = start;
  for (let i = from; i < keys.length; i++) {
    if (node.kind === 'array') {
      const items = node.elements();
      if (index === undefined) return mapWalk(items, keys, i);
      const item = items[index];
      if (item === undefined) return undefined;
      node = item;
    }
    const key = keys[i]!;
    if (key === SELF) continue;
    const next = node.member(key);
    if (next === undefined) return undefined;
    node = next;
  }
  return [node];
}

function mapWalk(
  items: readonly EventNode[],
  keys: readonly string[],
  from: number,
): (EventNode | undefined)[] {
  const out: (EventNode | undefined)[] = [];
  for (const item of items) {
    for (const found of walk(item, keys, from, undefined) ?? [undefined]) out.push(found);
  }
  return out;
}

/** Texts of collected values, without those that are absent. */
export function skipAbsent(nodes: readonly (EventNode | undefined)[]): string[] {
  const texts: string[] = [];
  for (const node of nodes) if (node !== undefined) texts.push(node.text());
  return texts;
}

/** Texts of collected values; undefined when one is absent. */
export function allOrNothing(nodes: readonly (EventNode | undefined)[]): string[] | undefined {
  const texts = skipAbsent(nodes);
  return texts.length === nodes.length ? texts : undefined;
}

/** Texts of collected values, with a text in place of those that are absent. */
export function withDefault(nodes: readonly (EventNode | undefined)[], text: string): string[] {
  return nodes.map((node) => (node === undefined ? text : node.text()));
}

/** A list value: an empty one is missing, elements end at a NUL as C strings do. */
export function listValue(texts: readonly string[] | undefined): readonly string[] | undefined {
  return texts === undefined || texts.length === 0 ? undefined : texts.map(cutAtNul);
}
