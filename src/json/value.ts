// Room json: JSON values from a log, and the spelling that they have in its text.
// Door: none; value.ts for types and safe access, parse.ts for text to value, locate.ts for value to text.
// Neighbours: uses util; events and everything above it read JSON through here.
// Inside: rules compare numbers and objects by their text in the log, so that text can always be found again.

/** A parsed JSON value, as `JSON.parse` returns it. */
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;

/** A parsed JSON object. Its keys come from a log: read it with {@link member} only. */
export interface JsonObject {
  [key: string]: JsonValue;
}

/** Whether a value is an object: neither a list nor null. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An own member of an object; inherited names such as `constructor` are absent. */
export function member(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** An object's member when it is a string. */
export function stringMember(object: JsonObject, key: string): string | undefined {
  const value = member(object, key);
  return typeof value === 'string' ? value : undefined;
}

/**
 * The value at a path of object keys and array indexes, or undefined.
 *
 * An index is decimal text as Go's `strconv.Atoi` reads it (`0`, `01`, `+1`), which is what
 * fastjson's `Value.Get` accepts in Falco's plugins.
 */
export function lookup(value: JsonValue, path: readonly string[]): JsonValue | undefined {
  let current: JsonValue | undefined = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = Array.isArray(current) ? current[arrayIndex(key)] : member(current, key);
    if (current === undefined) return undefined;
  }
  return current;
}

/** The array index that a path key names; -1 when it names none. */
export function arrayIndex(key: string): number {
  return /^(?:\+?\d{1,9}|-0{1,9})$/.test(key) ? Math.abs(Number(key)) : -1;
}
