import type { Atom } from '../../condition/condition.ts';
import { asciiLower } from '../../util/bytes.ts';

/** A text that an atom looks for in the value at a path, which is no body: without it the atom is false. */
export interface Token {
  readonly path: readonly string[];
  /** In lower case when case does not matter. */
  readonly text: string;
  readonly ignoreCase: boolean;
}

/**
 * What an atom looks for, if it is a plain `contains` or `icontains`. The text can be found in the
 * bytes of compact JSON as it is: blanks and other than ASCII characters are left out.
 */
export function tokenOf(atom: Atom): Token | undefined {
  const { left, node } = atom;
  const { operator, modifier, right } = node;
  const path = left.field?.bound.path;
  if (path === undefined || modifier !== undefined || right.kind !== 'value') return undefined;
  if (operator !== 'contains' && operator !== 'icontains') return undefined;
  const ignoreCase = operator === 'icontains';
  const text = ignoreCase ? asciiLower(right.value) : right.value;
  return /^[\x21-\x7e]{2,255}$/.test(text) ? { path, text, ignoreCase } : undefined;
}
