import type { JsonValue } from '../../json/value.ts';
import { printedList } from './printed-object.ts';

/** The list that a text stands for: as JSON or printed, or with commas between, as tables have it in one cell. */
export function listOf(value: JsonValue): JsonValue {
  if (typeof value !== 'string') return value;
  const list = value.startsWith('[') ? (parsedList(value) ?? printedList(value)) : undefined;
  return list !== undefined ? [...list] : value.split(/,\s*|\n/).filter((part) => part !== '');
}

/** The list that is JSON in a text. */
export function parsedList(text: string): readonly JsonValue[] | undefined {
  const value = strictly(text);
  return Array.isArray(value) ? value : undefined;
}

/** The value of JSON text, by the strict parser: a lenient one would take unquoted addresses for numbers. */
export function strictly(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
