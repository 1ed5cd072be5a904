import { locate } from '../../json/locate.ts';
import { isObject, lookup, type JsonObject, type JsonValue } from '../../json/value.ts';

/** A response code of a program that knows no integers. The scanner leaves an event with one to the decoder (wasm/assembly/whole.ts). */
const FLOAT = /^\d{3}\.0{1,9}$/;
/** The same somewhere in a text: few have it, and to find out where it is takes longer. */
const SOME_FLOAT = /"code"\s*:\s*\d{3}\.0/;

/** Names under which MongoDB's extended JSON has a number as a text. */
const BOXES = new Set(['$numberInt', '$numberLong', '$numberDouble']);

/**
 * The event with its numbers as the API server writes them, where a program wrote them otherwise: all as floating point
 * (`201.0`: filters of Fluent Bit in Lua, pandas), or as objects (`{"$numberInt":"201"}`: MongoDB). Rules compare the
 * spelling of a number. The response code tells whether it is so.
 *
 * @param text the event's own JSON text; empty for one that was built, whose numbers have no spelling
 * @returns undefined when all is as it should be
 */
export function plainNumbers(event: JsonObject, text: string): JsonObject | undefined {
  const code = lookup(event, CODE);
  // Numbers that are written anew have no fraction where it is nothing.
  if (typeof code === 'number') return isFloat(text) ? event : undefined;
  if (typeof code === 'string' && FLOAT.test(code)) {
    const status = event['responseStatus'] as JsonObject;
    return { ...event, responseStatus: { ...status, code: Number(code) } };
  }
  if (!isObject(code) || typeof unboxed(code) !== 'number') return undefined;
  return unboxed(event) as JsonObject;
}

const CODE = ['responseStatus', 'code'];

function isFloat(text: string): boolean {
  if (!SOME_FLOAT.test(text)) return false;
  const span = locate(text, CODE);
  return span !== undefined && FLOAT.test(text.slice(span.start, span.end));
}

/** A value with the numbers in it that are objects as numbers. */
function unboxed(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(unboxed);
  if (!isObject(value)) return value;
  const entries = Object.entries(value);
  const [name, text] = entries[0] ?? [];
  if (entries.length === 1 && BOXES.has(name!) && typeof text === 'string') {
    const number = Number(text);
    if (text !== '' && Number.isFinite(number)) return number;
  }
  return Object.fromEntries(entries.map(([key, inner]) => [key, unboxed(inner)]));
}
