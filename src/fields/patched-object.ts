import type { EventNode } from '../events/event.ts';
import { arrayIndex, type JsonValue } from '../json/value.ts';

/** Longer paths lead nowhere in an object of the API. */
const DEEPEST = 64;
/** Operations of a patch that are looked at; the API server takes as many (jsonpatch: MaxJSONPatchOperations). */
const MOST_OPERATIONS = 10_000;
/** Characters of JSON that all operations of a patch may copy; the API server refuses more (AccumulatedCopySizeLimit). */
const MOST_COPIED = 3 * 1024 * 1024;
/** How much deeper all copies and moves of a patch may make an object; one of the API is nowhere near as deep. */
const MOST_NESTED = 500;

/** The operations that put a value at a path, or that tell which value is there. */
const SHOWING = new Set(['add', 'replace', 'test']);
const ELEMENT = /^(?:-|\d+)$/;

/**
 * What a JSON Patch (RFC 6902) shows of the object that it changes: the values of all its operations at their paths,
 * also those that it copies and moves from there, and nothing else. Lists hold the elements that the patch names,
 * without the others.
 *
 * @param operations the body of the patch
 */
export function patchedObject(operations: EventNode): EventNode {
  let root = new Part();
  let copied = 0;
  let nested = 0;
  for (const operation of operations.elements().slice(0, MOST_OPERATIONS)) {
    const op = operation.member('op')?.text();
    const keys = keysOf(operation.member('path'));
    if (op === undefined || keys === undefined) continue;
    if (op === 'remove') {
      root.remove(keys);
      continue;
    }
    const value = valueOf(op, operation, root, keys);
    if (value === undefined) continue;
    if (value instanceof Part && (nested += keys.length) > MOST_NESTED) continue;
    if (op === 'copy' && (copied += value.text().length) > MOST_COPIED) break;
    // The empty path is the whole object.
    if (keys.length === 0) root = Part.of(value);
    else root.put(keys, value);
  }
  return root;
}

/** What an operation puts at its path; undefined when the patch does not tell. */
function valueOf(
  op: string,
  operation: EventNode,
  root: Part,
  keys: readonly string[],
): EventNode | undefined {
  if (SHOWING.has(op)) return operation.member('value');
  if (op !== 'copy' && op !== 'move') return undefined;
  const from = keysOf(operation.member('from'));
  if (from === undefined) return undefined;
  // Nothing can be moved into itself (RFC 6902, 4.4).
  if (op === 'move' && from.length < keys.length && from.every((key, at) => key === keys[at])) {
    return undefined;
  }
  const found = root.at(from);
  if (op === 'move') root.remove(from);
  return op === 'copy' && found instanceof Part ? found.clone() : found;
}

/** The keys of a JSON pointer; undefined for what is none. */
function keysOf(path: EventNode | undefined): string[] | undefined {
  if (path === undefined || typeof path.value !== 'string') return undefined;
  const [start, ...keys] = path.value.split('/');
  if (start !== '' || keys.length > DEEPEST) return undefined;
  return keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** An object or list of which a patch shows some members. A map keeps hostile keys apart from its own. */
class Part implements EventNode {
  readonly #members = new Map<string, EventNode>();
  #isList = false;
  /** Elements that were added without a position so far. */
  #added = 0;

  get kind(): EventNode['kind'] {
    return this.#isList ? 'array' : 'object';
  }

  get value(): JsonValue {
    if (this.#isList) return this.elements().map((element) => element.value);
    return Object.fromEntries([...this.#members].map(([key, node]) => [key, node.value]));
  }

  text(): string {
    return JSON.stringify(this.value);
  }

  member(key: string): EventNode | undefined {
    return this.#isList ? undefined : this.#members.get(key);
  }

  elements(): readonly EventNode[] {
    return this.#isList ? [...this.#members.values()] : [];
  }

  put(keys: readonly string[], value: EventNode): void {
    const [first, ...rest] = keys;
    this.#isList ||= this.#members.size === 0 && ELEMENT.test(first!);
    const key = this.#isList && first === '-' ? `-${this.#added++}` : first!;
    if (rest.length === 0) this.#members.set(key, value);
    else this.#part(key).put(rest, value);
  }

  /** What the patch showed at a path so far. */
  at(keys: readonly string[]): EventNode | undefined {
    return keys.reduce<EventNode | undefined>(childOf, this);
  }

  child(key: string): EventNode | undefined {
    return this.#members.get(key);
  }

  remove(keys: readonly string[]): void {
    const [first, ...rest] = keys;
    if (first === undefined) return;
    if (rest.length === 0) this.#members.delete(first);
    else if (this.#members.has(first)) this.#part(first).remove(rest);
  }

  /** The member of a key as something that can be changed. */
  #part(key: string): Part {
    const known = this.#members.get(key);
    if (known instanceof Part) return known;
    const part = known === undefined ? new Part() : Part.of(known);
    this.#members.set(key, part);
    return part;
  }

  /** A copy of its own: what is put into one of the two is not in the other. */
  clone(): Part {
    const part = new Part();
    part.#isList = this.#isList;
    part.#added = this.#added;
    for (const [key, node] of this.#members)
      part.#members.set(key, node instanceof Part ? node.clone() : node);
    return part;
  }

  static of(node: EventNode): Part {
    const part = new Part();
    part.#isList = node.kind === 'array';
    const entries =
      node.kind === 'array'
        ? node.elements().map((element, at): [string, EventNode] => [String(at), element])
        : Object.keys(objectOf(node.value)).map((key): [string, EventNode] => [
            key,
            node.member(key)!,
          ]);
    for (const [key, member] of entries) part.#members.set(key, member);
    return part;
  }
}

function childOf(node: EventNode | undefined, key: string): EventNode | undefined {
  if (node instanceof Part) return node.child(key);
  return node?.kind === 'array' ? node.elements()[arrayIndex(key)] : node?.member(key);
}

function objectOf(value: JsonValue): object {
  return typeof value === 'object' && value !== null ? value : {};
}
