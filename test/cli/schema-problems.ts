import { isObject, member, type JsonValue } from '../../src/json/value.ts';
import type { Schema } from '../../src/cli/settings/config-schema.ts';

/** What keeps a value from fitting a schema, as far as the project's schemas go. */
export function schemaProblems(value: JsonValue, schema: Schema, path = ''): string[] {
  const at = path === '' ? '/' : path;
  const choices = schema['anyOf'] as readonly Schema[] | undefined;
  if (choices !== undefined && !choices.some((each) => schemaProblems(value, each).length === 0)) {
    return [`${at}: fits none of ${choices.length}`];
  }
  const names = schema['enum'] as readonly JsonValue[] | undefined;
  if (names !== undefined && !names.includes(value))
    return [`${at}: not one of ${names.map(String).join(', ')}`];
  const types = [schema['type'] ?? []].flat() as string[];
  if (types.length > 0 && !types.some((type) => isOfType(value, type))) {
    return [`${at}: not of type ${types.join(' or ')}`];
  }
  if (typeof value === 'number') {
    const low = (schema['minimum'] as number | undefined) ?? value;
    const high = (schema['maximum'] as number | undefined) ?? value;
    return value < low || value > high ? [`${at}: out of range`] : [];
  }
  if (typeof value === 'string') {
    const pattern = schema['pattern'] as string | undefined;
    return pattern !== undefined && !new RegExp(pattern).test(value) ? [`${at}: wrong form`] : [];
  }
  if (Array.isArray(value)) {
    const items = schema['items'] as Schema | undefined;
    if (items === undefined) return [];
    return value.flatMap((item, index) => schemaProblems(item, items, `${path}/${index}`));
  }
  return isObject(value) ? objectProblems(value, schema, path) : [];
}

function objectProblems(
  value: { readonly [key: string]: JsonValue },
  schema: Schema,
  path: string,
): string[] {
  const at = path === '' ? '/' : path;
  const properties = (schema['properties'] ?? {}) as { readonly [key: string]: Schema };
  const required = (schema['required'] ?? []) as readonly string[];
  const missing = required.filter((key) => member(value, key) === undefined);
  const keys = Object.entries(value).flatMap(([key, each]) => {
    const of = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (of !== undefined) return schemaProblems(each, of, `${path}/${key}`);
    return schema['additionalProperties'] === false ? [`${at}: ${key} is not known`] : [];
  });
  return [...missing.map((key) => `${at}: ${key} is missing`), ...keys];
}

function isOfType(value: JsonValue, type: string): boolean {
  switch (type) {
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    case 'null':
      return value === null;
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}
