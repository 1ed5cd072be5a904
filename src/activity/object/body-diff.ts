import type { JsonValue } from '../../json/value.ts';
import { MARK } from '../../redact/redact.ts';
import { bounded } from '../request.ts';

/** Values of one object that are compared; a larger object is compared in part. */
const MAX_LEAVES = 5000;
/** Longest value shown; longer ones are compared by length and hash as well. */
const MAX_VALUE = 4000;

/** Paths that change with every write and carry no information. */
const IGNORED =
  /^(?:metadata\.(?:managedFields|resourceVersion|generation|uid|creationTimestamp|selfLink)|metadata\.annotations\["(?:kubectl\.kubernetes\.io\/last-applied-configuration|deployment\.kubernetes\.io\/revision)"\]|status|apiVersion|kind)(?:[.[]|$)/;

/** A value as it was, and as people see it. */
interface Leaf {
  readonly text: string;
  readonly shown: string;
}

/** The values of an object by path. Elements of lists are named where they have a name. */
export interface Leaves {
  readonly values: ReadonlyMap<string, Leaf>;
  /** True when the object has more values than are compared. */
  readonly cut: boolean;
}

/** One difference; a side is undefined where the path is missing. Untrusted text. */
export interface Change {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** The values with another one at a path. */
export function withValue({ values, cut }: Leaves, path: string, text: string): Leaves {
  return { values: new Map([...values, [path, same(text)]]), cut };
}

/**
 * Flattens an object for comparison.
 *
 * @param redacted the same object as people see it
 */
export function leavesOf(value: JsonValue, redacted: JsonValue = value): Leaves {
  const values = new Map<string, Leaf>();
  let cut = false;
  const visit = (node: JsonValue, shown: JsonValue | undefined, path: string): void => {
    if (path !== '' && IGNORED.test(path)) return;
    if (values.size >= MAX_LEAVES) {
      cut = true;
      return;
    }
    if (Array.isArray(node)) {
      if (node.length === 0) values.set(path, same('[]'));
      for (const [index, item] of node.entries())
        visit(item, part(shown, index), `${path}[${elementName(item, index)}]`);
    } else if (typeof node === 'object' && node !== null) {
      const keys = Object.keys(node);
      if (keys.length === 0 && path !== '') values.set(path, same('{}'));
      for (const key of keys) visit(node[key]!, part(shown, key), joined(path, key));
    } else {
      values.set(bounded(path, 1024)!, { text: leafText(node), shown: shownText(shown) });
    }
  };
  visit(value, redacted, '');
  return { values, cut };
}

function same(text: string): Leaf {
  return { text, shown: text };
}

/** The element or member of a value that was redacted, if it is still there. */
function part(value: JsonValue | undefined, key: string | number): JsonValue | undefined {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value[Number(key)];
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function shownText(value: JsonValue | undefined): string {
  return typeof value === 'object' && value !== null ? MARK : leafText(value ?? null);
}

function elementName(item: JsonValue, index: number): string {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return String(index);
  const name = Object.hasOwn(item, 'name') ? item['name'] : undefined;
  return typeof name === 'string' && name !== '' ? name : String(index);
}

function joined(path: string, key: string): string {
  if (!/^[A-Za-z_$][\w-]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

function leafText(value: string | number | boolean | null): string {
  const text = String(value);
  if (text.length <= MAX_VALUE) return text;
  return `${bounded(text, MAX_VALUE)} (${text.length} characters, ${hash(text)})`;
}

/** FNV-1a hash, used only to tell long values apart. */
function hash(text: string): string {
  let code = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) code = Math.imul(code ^ text.charCodeAt(i), 0x01000193);
  return (code >>> 0).toString(16).padStart(8, '0');
}

/** The differences between two states, by path. */
export function changesBetween(before: Leaves, after: Leaves): Change[] {
  const paths = new Set([...before.values.keys(), ...after.values.keys()]);
  const changes: Change[] = [];
  for (const path of paths) {
    const old = before.values.get(path);
    const now = after.values.get(path);
    if (old?.text !== now?.text) changes.push({ path, before: old?.shown, after: now?.shown });
  }
  return changes.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** The changes that a patch asks for, as people see them. In a merge patch, null removes the path. */
export function changesOfPatch(patch: JsonValue): Change[] {
  if (Array.isArray(patch)) return patch.flatMap(jsonPatchChange);
  return [...leavesOf(patch).values].map(([path, { text }]) => ({
    path,
    before: undefined,
    after: text === 'null' ? undefined : text,
  }));
}

/** One operation of a JSON Patch (RFC 6902). */
function jsonPatchChange(operation: JsonValue): Change[] {
  if (typeof operation !== 'object' || operation === null || Array.isArray(operation)) return [];
  const read = (key: string): JsonValue | undefined =>
    Object.hasOwn(operation, key) ? operation[key] : undefined;
  const path = read('path');
  if (typeof path !== 'string' || read('op') === 'test') return [];
  const value = read('value');
  if (value === undefined || typeof value !== 'object' || value === null) {
    const after = value === undefined ? undefined : leafText(value);
    return [{ path: bounded(path, 1024)!, before: undefined, after }];
  }
  return [...leavesOf(value).values].map(([below, { text }]) => ({
    path: bounded(`${path} ${below}`, 1024)!,
    before: undefined,
    after: text,
  }));
}

/** A change as lines for people; of a text of several lines only those that differ. */
export function changeLines({ path, before, after }: Change): string[] {
  if (before === undefined) return [after === undefined ? `- ${path}` : `+ ${path}: ${after}`];
  if (after === undefined) return [`- ${path}: ${before}`];
  if (!before.includes('\n') && !after.includes('\n')) return [`~ ${path}: ${before} → ${after}`];
  const old = before.split('\n');
  const now = after.split('\n');
  const gone = old.filter((line) => !now.includes(line));
  const come = now.filter((line) => !old.includes(line));
  return [`~ ${path}:`, ...gone.map((line) => `  - ${line}`), ...come.map((line) => `  + ${line}`)];
}
