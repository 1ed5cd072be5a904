import { asciiLower } from '../util/bytes.ts';

/** A wildcard of a Sigma text: any characters, or one. */
interface Wildcard {
  readonly wildcard: '*' | '?';
}

/** Part of a Sigma text: characters that stand for themselves, or a wildcard. */
export type Part = string | Wildcard;

const MANY: Wildcard = { wildcard: '*' };
const ONE: Wildcard = { wildcard: '?' };

/**
 * Parts of a text: `*` and `?` are wildcards, a backslash before one of them or before a backslash takes its meaning,
 * and any other backslash stands for itself.
 */
export function parsePattern(text: string): Part[] {
  const parts: Part[] = [];
  let plain = '';
  const add = (wildcard: Wildcard): void => {
    if (plain !== '') parts.push(plain);
    plain = '';
    parts.push(wildcard);
  };
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    const next = text[i + 1];
    if (char === '\\' && (next === '*' || next === '?' || next === '\\')) {
      plain += next;
      i++;
    } else if (char === '*') add(MANY);
    else if (char === '?') add(ONE);
    else plain += char;
  }
  if (plain !== '') parts.push(plain);
  return parts;
}

/** With any text allowed before and behind. */
export function widened(parts: readonly Part[], before: boolean, behind: boolean): Part[] {
  const wide = [...parts];
  if (before && !isMany(wide[0])) wide.unshift(MANY);
  if (behind && !isMany(wide.at(-1))) wide.push(MANY);
  return wide;
}

function isMany(part: Part | undefined): boolean {
  return typeof part === 'object' && part.wildcard === '*';
}

/** The text without wildcards; undefined when there are some. */
export function plainText(parts: readonly Part[]): string | undefined {
  let text = '';
  for (const part of parts) {
    if (typeof part !== 'string') return undefined;
    text += part;
  }
  return text;
}

/** How a text is compared: the simplest operator that says the same. */
export type Comparison =
  | { readonly how: 'any' }
  | {
      readonly how: 'equals' | 'contains' | 'startswith' | 'endswith' | 'glob' | 'regex';
      readonly text: string;
    };

/** @param cased false when letters match in either case */
export function comparisonOf(parts: readonly Part[], cased: boolean): Comparison {
  const folded = parts.filter((part, i) => !(isMany(part) && isMany(parts[i - 1])));
  if (folded.length === 1 && isMany(folded[0])) return { how: 'any' };
  const isForeign = (part: Part): boolean => typeof part === 'string' && foldsBeyondAscii(part);
  if (folded.some((part) => part === ONE) || (!cased && folded.some(isForeign))) {
    return { how: 'regex', text: regexOf(folded, cased) };
  }
  const before = isMany(folded[0]);
  const behind = folded.length > 1 && isMany(folded.at(-1));
  const inner = folded.slice(before ? 1 : 0, behind ? -1 : undefined);
  const plain = plainText(inner);
  if (plain === undefined) return { how: 'glob', text: globOf(folded) };
  if (before && behind) return { how: 'contains', text: plain };
  return { how: before ? 'endswith' : behind ? 'startswith' : 'equals', text: plain };
}

/** True when a text has letters in two cases that ASCII does not have: comparing bytes would tell them apart. */
function foldsBeyondAscii(text: string): boolean {
  return (
    asciiLower(text) !== text.toLowerCase() || asciiLower(text.toUpperCase()) !== asciiLower(text)
  );
}

function globOf(parts: readonly Part[]): string {
  return parts
    .map((part) => (typeof part === 'string' ? part.replace(/[\\*?[]/g, '\\$&') : part.wildcard))
    .join('');
}

/** A pattern of RE2 for the whole text, in which `?` is one character rather than one byte. */
function regexOf(parts: readonly Part[], cased: boolean): string {
  const body = parts
    .map((part) => {
      if (typeof part !== 'string') return part.wildcard === '*' ? '.*' : '.';
      return part.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
    })
    .join('');
  return `(?${cased ? '' : 'i'}s)${body}`;
}
