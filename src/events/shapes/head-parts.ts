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
  const fixed = fixedPlaces(text, prefixes, length);
  if (fixed === undefined) return undefined;
  const parts: ShapePart[] = [];
  for (let i = 0; i < length; i++) {
    const char = text[i]!;
    if (/\d/.test(char) && !fixed.has(i)) parts.push({ kind: 'digit' });
    else parts.push({ kind: 'text', text: char });
  }
  return [...parts, { kind: 'ahead', text: JSON_START }];
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
    at = contentStart(text, at + groups.length);
  }
  return at === length ? places : undefined;
}
