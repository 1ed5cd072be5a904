import type { JsonNode } from '../json-node.ts';
import { isObject, type JsonValue } from '../../json/value.ts';

/**
 * The elements of a list. Of a record as Fluent Bit and Fluentd write it to files and pass it on, only the last one:
 * `[time, {…}]`, `[[time, {…}], {…}]` and `[tag, time, {…}]`.
 */
export function withoutTime(list: JsonNode): Iterable<JsonNode> {
  const { value } = list;
  if (!Array.isArray(value) || !isTimed(value)) return list.elements();
  return [list.child(String(value.length - 1))!];
}

function isTimed(list: readonly JsonValue[]): boolean {
  const [first, second, third] = list;
  if (list.length === 2)
    return isObject(second) && (isTime(first) || (Array.isArray(first) && isTime(first[0])));
  return list.length === 3 && isObject(third) && typeof first === 'string' && isTime(second);
}

const isTime = (value: JsonValue | undefined): boolean => typeof value === 'number';
