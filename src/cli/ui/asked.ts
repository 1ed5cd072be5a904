import { isObject, stringMember, type JsonObject, type JsonValue } from '../../json/value.ts';
import { KnownError } from '../../util/errors.ts';

/** A text that a browser sends. @throws KnownError when it is missing */
export function textAt(asked: JsonObject, key: string): string {
  const text = stringMember(asked, key);
  if (text === undefined) throw new KnownError('usage', `${key} is missing`);
  return text;
}

/** What a browser asks, as JSON. @throws KnownError */
export function readAsked(text: string): JsonObject {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    throw new KnownError('usage', 'the question is no JSON');
  }
  if (!isObject(value)) throw new KnownError('usage', 'a question is an object');
  return value;
}
