import { isObject, member, type JsonObject, type JsonValue } from '../../json/value.ts';
import { unreadText } from '../../json/unread.ts';
import { lettersOf } from './letters.ts';
import { listOf, parsedList, strictly } from './list-text.ts';
import { printedList, printedObject } from './printed-object.ts';
import { remapped } from './remapped.ts';
import { NOT_WHOLE, respelled } from './respell.ts';

/** Keys of annotations that the API server writes and rules read, by their letters and digits alone. */
const ANNOTATIONS = new Map(
  [
    'authorization.k8s.io/decision',
    'authorization.k8s.io/reason',
    'audit.k8s.io/truncated',
    'pod-security.kubernetes.io/audit-violations',
    'pod-security.kubernetes.io/enforce-policy',
    'pod-security.kubernetes.io/exempt',
    'pod-security.kubernetes.io/warn-violations',
    'authentication.k8s.io/legacy-token',
    'authentication.k8s.io/stale-token',
    'authentication.kubernetes.io/credential-id',
    'authentication.kubernetes.io/issued-credential-id',
    'authentication.kubernetes.io/pod-name',
    'authentication.kubernetes.io/pod-uid',
    'k8s.io/deprecated',
    'k8s.io/removed-release',
    'cluster.name',
  ].map((key) => [lettersOf(key), key] as const),
);
const DECISION = 'authorization.k8s.io/decision';

/** Objects of an event that shippers flatten: `user_username`, `objectRef.resource`. */
const FLATTENED =
  /^(user|impersonatedUser|objectRef|responseStatus|annotations|requestObject|responseObject|sourceIPs)([._]|(?=\[\d))(.+)$/;

/** Objects of an event beside its bodies. */
const QUOTED = new Set(['user', 'impersonatedUser', 'objectRef', 'responseStatus', 'annotations']);

/** Bounds on what is put together from flattened keys. */
const MAX_KEYS = 20_000;
const MAX_DEPTH = 64;

/**
 * The event as the API server wrote it, where a shipper changed its shape: other spellings and names of keys, keys flattened with `.` or `_`,
 * annotations whose dots became `_` or levels, and objects that are JSON in a text.
 *
 * The scanner leaves every event that this could change to the decoder (isWhole in
 * src/fast/wasm/assembly/whole.ts), so both engines judge the same.
 *
 * @returns undefined when nothing was changed
 */
export function restoreEvent(event: JsonObject): JsonObject | undefined {
  const named = respelled(event) ?? remapped(event) ?? event;
  const whole = unflattened(named) ?? unquoted(named) ?? named;
  const changes = new Map<string, JsonValue>();
  const annotations = restoredAnnotations(member(whole, 'annotations'));
  if (annotations !== undefined) changes.set('annotations', annotations);
  for (const key of ['requestObject', 'responseObject']) {
    // What was left unread is an object.
    const body = unreadText(whole, key) === undefined ? parsedBody(member(whole, key)) : undefined;
    if (body !== undefined) changes.set(key, body);
  }
  if (changes.size === 0) return whole === event ? undefined : whole;
  return Object.fromEntries(
    Object.entries(whole).map(([key, value]) => [key, changes.get(key) ?? value]),
  );
}

/** Only events without `user` are looked at: the API server always writes it, and flattening takes it away. */
function unflattened(event: JsonObject): JsonObject | undefined {
  if (Object.hasOwn(event, 'user')) return undefined;
  const entries = Object.entries(event);
  if (entries.length > MAX_KEYS || !entries.some(([key]) => FLATTENED.test(key))) return undefined;
  const kept: [string, JsonValue][] = [];
  const roots = new Map<string, Branch>();
  const lost = new Set<string>();
  for (const [spelled, value] of entries) {
    // Splunk's name for the values of a list.
    const key = spelled.replace(/\{\}$/, '');
    const match = FLATTENED.exec(key);
    if (match === null || isThere(event, match[1]!)) {
      kept.push([key, value]);
      continue;
    }
    const [, root, separator, rest] = match as unknown as [string, string, string, string];
    // A table has a cell for what the event did not have; Kibana writes a dash into it.
    const isBody = root.endsWith('Object');
    if ((value === '' || value === '-') && !isBody) continue;
    // Objects of a list whose members stand apart: which belong together is gone.
    if (isBody && rest.includes('{}')) lost.add(root);
    const branch = roots.get(root) ?? new Map<string, Branch | Leaf>();
    roots.set(root, branch);
    const path = pathIn(root, separator, rest);
    const leaf = isList(root, path, value) ? listOf(value) : isBody ? bodyValue(value) : value;
    grow(branch, path.slice(0, MAX_DEPTH), leaf);
  }
  return Object.fromEntries([
    ...kept
      .filter(([key, value]) => value !== '' || !roots.has(key))
      .map(([key, value]) => [key, key === 'sourceIPs' ? listOf(value) : value]),
    ...[...roots]
      .filter(([, branch]) => !isEmpty(branch))
      .map(([key, branch]): [string, JsonValue] => [
        key,
        lost.has(key) ? NOT_WHOLE : built(branch),
      ]),
  ]);
}

/**
 * Objects of an event whose store knows texts only, as SLS of Alibaba Cloud and cells of tables do. Only events whose user is one
 * are looked at: the scanner takes no event without a name of a user.
 */
function unquoted(event: JsonObject): JsonObject | undefined {
  if (objectIn(member(event, 'user'), false) === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(event).map(([key, value]): [string, JsonValue] => {
      if (key === 'sourceIPs') return [key, listOf(value)];
      const isBody = key === 'requestObject' || key === 'responseObject';
      return [key, isBody || QUOTED.has(key) ? (objectIn(value, isBody) ?? value) : value];
    }),
  );
}

/** The object that a text holds, as JSON or as another program prints it. @param exactly leaves out objects that had to be guessed */
function objectIn(value: JsonValue | undefined, exactly: boolean): JsonObject | undefined {
  const parsed = parsedBody(value);
  if (parsed !== undefined || typeof value !== 'string') return parsed;
  const printed = printedObject(value);
  return printed === undefined || (exactly && !printed.isExact) ? undefined : printed.value;
}

/** Where in its object a value is. The keys of annotations and of `extra` hold dots and underscores themselves. */
function pathIn(root: string, separator: string, rest: string): readonly string[] {
  if (root === 'annotations') return [rest];
  // LogScale names each element of a list: `user.groups[0]`.
  const keys = rest.replaceAll(/\[(\d{1,5})\]/g, `${separator || '.'}$1`);
  const path = keys.split(separator || '.').filter((key, at) => at > 0 || key !== '');
  if (path[0] !== 'extra' || path.length < 3 || !/user$/i.test(root)) return path;
  const index = /^\d{1,5}$/.test(path.at(-1)!) ? path.slice(-1) : [];
  const name = path.slice(1, path.length - index.length).join(separator);
  return ['extra', ANNOTATIONS.get(lettersOf(name)) ?? name, ...index];
}

/** True for the text of a list of a user, which tables and stores have in one value. */
function isList(root: string, [key, ...rest]: readonly string[], value: JsonValue): boolean {
  if (!/user$/i.test(root)) return false;
  if (key === 'groups') return rest.length === 0;
  return key === 'extra' && typeof value === 'string' && value.startsWith('[');
}

interface Leaf {
  readonly value: JsonValue;
}
type Branch = Map<string, Branch | Leaf>;

function grow(branch: Branch, [key = '', ...rest]: readonly string[], value: JsonValue): void {
  if (rest.length === 0) {
    if (!branch.has(key)) branch.set(key, { value });
    return;
  }
  const next = branch.get(key);
  if (next !== undefined && !(next instanceof Map)) return;
  const child = next ?? new Map<string, Branch | Leaf>();
  branch.set(key, child);
  grow(child, rest, value);
}

/** False for an object that is an empty cell of a table, too: other rows may have a list there. */
function isThere(event: JsonObject, key: string): boolean {
  return Object.hasOwn(event, key) && event[key] !== '';
}

/** A value of a body as it was, where a table or store has texts only. */
function bodyValue(value: JsonValue): JsonValue {
  if (typeof value !== 'string') return value;
  if (value === 'True' || value === 'False') return value === 'True';
  if (!value.startsWith('[')) return value;
  const list = parsedList(value) ?? printedList(value, true);
  return list === undefined ? value : [...list];
}

/** True when a table has columns for an object, and this row nothing in them. */
function isEmpty(branch: Branch): boolean {
  return [...branch.values()].every((child) =>
    child instanceof Map ? isEmpty(child) : child.value === '',
  );
}

/** Objects with the keys 0, 1, 2 …, in any order, are lists. */
function built(branch: Branch): JsonValue {
  const pairs = [...branch].map(([key, child]): [string, JsonValue] => [
    key,
    child instanceof Map ? built(child) : child.value,
  ]);
  const object = Object.fromEntries(pairs);
  // Keys that are numbers come in their order.
  const isWhole = pairs.length > 0 && Object.keys(object).every((key, at) => key === String(at));
  return isWhole ? Object.values(object) : object;
}

/** Only annotations without the decision are looked at: the API server writes it with all others. */
function restoredAnnotations(value: JsonValue | undefined): JsonObject | undefined {
  if (!isObject(value) || Object.hasOwn(value, DECISION)) return undefined;
  let changed = false;
  const restored = leaves(value, '', 0).map(([key, text]): [string, JsonValue] => {
    const known = ANNOTATIONS.get(lettersOf(key)) ?? key;
    changed ||= !Object.hasOwn(value, known);
    return [known, text];
  });
  return changed ? Object.fromEntries(restored) : undefined;
}

/** Values with their keys joined by dots; the values of annotations are texts, so objects are levels of keys. */
function leaves(object: JsonObject, before: string, depth: number): [string, JsonValue][] {
  return Object.entries(object).flatMap(([key, value]): [string, JsonValue][] =>
    isObject(value) && depth < MAX_DEPTH
      ? leaves(value, `${before}${key}.`, depth + 1)
      : [[`${before}${key}`, value]],
  );
}

/** The object that a body's text holds; undefined for other texts, which stand in for a body that is not there. */
function parsedBody(body: JsonValue | undefined): JsonObject | undefined {
  if (typeof body !== 'string' || !/^\s*\{/.test(body)) return undefined;
  const value = strictly(body);
  return isObject(value) ? value : undefined;
}
