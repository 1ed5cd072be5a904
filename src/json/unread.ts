import { skipBlanks } from './locate.ts';
import { JsonSyntaxError, MAX_DEPTH, parseJson, tryParse } from './parse.ts';
import { stringEnd } from './quoted-text.ts';
import { isObject, member, type JsonObject, type JsonValue } from './value.ts';
import { MAX_WEIGHT } from './weight.ts';

/** Members of a member of an object: `{"parent": {"key": …}}`. */
export interface InnerMembers {
  readonly parent: string;
  readonly keys: readonly string[];
}

/** A shorter member is parsed as soon as it is left out. */
const SHORTEST = 256;

/** Line breaks and the like, which must be looked at more closely: compact JSON has none. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f]/;

const NUMBER_OR_WORD = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

const [QUOTE, COLON, COMMA] = [0x22, 0x3a, 0x2c];
const [OPEN_OBJECT, END_OBJECT, OPEN_LIST, END_LIST] = [0x7b, 0x7d, 0x5b, 0x5d];

/** The texts of an object's members that wait to be read, by key. */
const UNREAD = Symbol('unread');
type WithUnread = JsonObject & { [UNREAD]?: Map<string, string> };

/**
 * Parses JSON text but for some members deep inside, whose objects are parsed when they are asked for. It is quicker by
 * far where these are most of the text and nobody asks.
 *
 * @returns the same value as `tryParse`; undefined where that must be asked, as for text that is no JSON, or has no
 *   such member that is worth it
 */
export function parseLeaving(text: string, inner: InnerMembers): JsonValue | undefined {
  if (2 * text.length > MAX_WEIGHT || CONTROL.test(text)) return undefined;
  if (text.includes('\\ud') || text.includes('\\uD')) return undefined;
  const members = membersOf(text, inner);
  if (members === undefined || members.length === 0) return undefined;
  let rest = '';
  let at = 0;
  for (const { start, end } of members) {
    rest += `${text.slice(at, start)}""`;
    at = end;
  }
  const value = tryParse(rest + text.slice(at));
  if (value instanceof JsonSyntaxError || !isObject(value)) return undefined;
  const parent = member(value, inner.parent) as JsonObject;
  for (const { key, start, end } of members) leaveUnread(parent, key, text.slice(start, end));
  return value;
}

/** Sets a member to the object that a JSON text holds, which is parsed when it is asked for. */
export function leaveUnread(object: JsonObject, key: string, text: string): void {
  const waiting = (object as WithUnread)[UNREAD]?.set(key, text) ?? new Map([[key, text]]);
  // Not enumerable: a copy of the object has values only.
  Object.defineProperty(object, UNREAD, { value: waiting, configurable: true });
  Object.defineProperty(object, key, {
    get: () => {
      const value = parseJson(text);
      Object.defineProperty(object, key, { value, writable: true });
      return value;
    },
    enumerable: true,
    configurable: true,
  });
}

/** The text of a member that was left unread. Undefined for any other. */
export function unreadText(object: JsonObject, key: string): string | undefined {
  return (object as WithUnread)[UNREAD]?.get(key);
}

interface Found {
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

/** The members that are objects of some length. Undefined where it is not plain what is one. */
function membersOf(text: string, { parent, keys }: InnerMembers): Found[] | undefined {
  const found: Found[] = [];
  const seen = new Set<string>();
  let depth = 0;
  let isInside = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === OPEN_OBJECT || code === OPEN_LIST) depth++;
    else if (code === END_OBJECT || code === END_LIST) depth--;
    if (code !== QUOTE) continue;
    const start = at + 1;
    const end = stringEnd(text, at);
    if (end === -1) return undefined;
    at = end - 1;
    if (depth !== 1 && !(isInside && depth === 2)) continue;
    const colon = skipBlanks(text, end);
    if (text.charCodeAt(colon) !== COLON) continue;
    const key = text.slice(start, end - 1);
    if (depth === 1) isInside = key === parent;
    // An escape may spell a key that is looked for, and of keys that come twice the last one counts.
    if (key.includes('\\')) return undefined;
    if (depth === 1 ? !isInside : !keys.includes(key)) continue;
    const name = `${depth}${key}`;
    if (seen.has(name)) return undefined;
    seen.add(name);
    const value = skipBlanks(text, colon + 1);
    if (depth === 1 || text.charCodeAt(value) !== OPEN_OBJECT) continue;
    const behind = behindValue(text, value);
    if (behind === -1 || !hasOnlyEscapes(text, value, behind)) return undefined;
    if (behind - value >= SHORTEST) found.push({ key, start: value, end: behind });
    at = behind - 1;
  }
  return found;
}

/**
 * The index after a value that `JSON.parse` takes, in a text without control characters and but for its escapes; -1
 * for another, and for one that is nested deeply.
 */
function behindValue(text: string, start: number): number {
  /** The containers around a value: true for objects. */
  const around: boolean[] = [];
  let at = start;
  while (at !== -1) {
    const code = text.charCodeAt(at);
    if (code === OPEN_OBJECT || code === OPEN_LIST) {
      const isObjectOpen = code === OPEN_OBJECT;
      at = skipBlanks(text, at + 1);
      if (text.charCodeAt(at) !== (isObjectOpen ? END_OBJECT : END_LIST)) {
        if (around.push(isObjectOpen) > MAX_DEPTH / 2) return -1;
        if (isObjectOpen) at = behindKey(text, at);
        continue;
      }
      at++;
    } else {
      at = code === QUOTE ? stringEnd(text, at) : behindWord(text, at);
    }
    while (at !== -1) {
      if (around.length === 0) return at;
      at = skipBlanks(text, at);
      const next = text.charCodeAt(at++);
      const isInObject = around.at(-1)!;
      if (next === COMMA) {
        at = skipBlanks(text, at);
        if (isInObject) at = behindKey(text, at);
        break;
      }
      if (next !== (isInObject ? END_OBJECT : END_LIST)) return -1;
      around.pop();
    }
  }
  return -1;
}

/** The index of the value of a member whose key starts at an index; -1 for none. */
function behindKey(text: string, start: number): number {
  if (text.charCodeAt(start) !== QUOTE) return -1;
  const end = stringEnd(text, start);
  if (end === -1) return -1;
  const colon = skipBlanks(text, end);
  return text.charCodeAt(colon) === COLON ? skipBlanks(text, colon + 1) : -1;
}

/** True when each backslash begins an escape. Those of strings do so from the left, and others are nothing. */
function hasOnlyEscapes(text: string, start: number, end: number): boolean {
  let at = text.indexOf('\\', start);
  for (; at !== -1 && at < end; at = text.indexOf('\\', ESCAPE.lastIndex)) {
    ESCAPE.lastIndex = at;
    if (!ESCAPE.test(text)) return false;
  }
  return true;
}

function behindWord(text: string, start: number): number {
  NUMBER_OR_WORD.lastIndex = start;
  return NUMBER_OR_WORD.test(text) ? NUMBER_OR_WORD.lastIndex : -1;
}
