import { contentStart } from '../text/line-text.ts';
import { groupSpans, PREFIXES } from '../wrappers/prefixes.ts';
import type { Level } from './line-trail.ts';
import type { ShapePart } from './line-shape.ts';

/** What JSON behind a prefix starts with, so that prefixes are not looked for in it (strip-prefixes.ts). */
export const JSON_START = '{"';

/**
 * The parts of a text before its JSON. Of a prefix every digit may be another, but for those in a named group:
 * patterns of prefixes ask for digits, never for one digit.
 *
 * @param length characters before the JSON
 * @returns undefined when this text is not understood
 */
export function headParts({ text, prefixes }: Level, length: number): ShapePart[] | undefined {
  if (prefixes.length === 0) {
    if (contentStart(text) !== length) return undefined;
    return length === 0 ? [] : [{ kind: 'text', text: text.slice(0, length) }];
  }
  if (text.indexOf(JSON_START) !== length) return undefined;
  const parts = prefixParts(text, prefixes, length);
  return parts && [...parts, { kind: 'ahead', text: JSON_START }];
}

/**
 * The same for the prefix of a logger that says itself which lines are parts: whatever is behind it, its pattern ends
 * where the part starts.
 */
export function splitHead({ text, prefixes }: Level, length: number): ShapePart[] | undefined {
  const [name, ...more] = prefixes;
  const splits = PREFIXES.some((prefix) => prefix.name === name && prefix.splits === true);
  return splits && more.length === 0 ? prefixParts(text, prefixes, length) : undefined;
}

function prefixParts(
  text: string,
  prefixes: readonly string[],
  length: number,
): ShapePart[] | undefined {
  const fixed = fixedPlaces(text, prefixes, length);
  if (fixed === undefined) return undefined;
  const parts: ShapePart[] = [];
  for (let i = 0; i < length; i++) {
    const char = text[i]!;
    if (/\d/.test(char) && !fixed.has(i)) parts.push({ kind: 'digit' });
    else parts.push({ kind: 'text', text: char });
  }
  return parts;
}

/** Where the named groups of the prefixes are; undefined when they do not end where the JSON starts. */
function fixedPlaces(
  text: string,
  prefixes: readonly string[],
  length: number,
): ReadonlySet<number> | undefined {
  const places = new Set<number>();
  let at = contentStart(text);
  for (const name of prefixes) {
    const prefix = PREFIXES.find((one) => one.name === name)!;
    const groups = groupSpans(prefix, text.slice(at, length + JSON_START.length));
    if (groups === undefined) return undefined;
    for (const [start, end] of groups.spans) {
      for (let i = start; i < end; i++) places.add(at + i);
    }
    at += groups.length;
    if (at < length) at = contentStart(text, at);
  }
  return at === length ? places : undefined;
}
