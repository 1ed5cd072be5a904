import type { OutputValue } from '../finding.ts';

/** Values of a field that make groups of an event. */
const MAX_EACH = 32;

/** The values of a field that make groups of an event. */
export function textsOf(value: OutputValue, isEach: boolean): readonly (string | undefined)[] {
  return isEach && Array.isArray(value) ? value.slice(0, MAX_EACH).map(textOf) : [textOf(value)];
}

/** A value as groups compare it; undefined when it is missing. */
export function textOf(value: OutputValue): string | undefined {
  if (value === null) return undefined;
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.join(',') : String(value);
}
