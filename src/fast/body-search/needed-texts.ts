import type { Atom } from '../../condition/condition.ts';
import type { FieldUse } from '../../condition/operand.ts';
import type { Evidence } from '../../fields/field.ts';
import { asciiLower } from '../../util/bytes.ts';
import type { Pattern } from '../wasm/pattern-tables.ts';
import { literalsOf, type Literals } from './literals.ts';

/** An atom is false if the body of an event holds none of these patterns. */
export interface Need {
  readonly body: Evidence['body'];
  readonly anyOf: readonly Pattern[];
}

/** How a body spells the value of a field, and under which keys. */
type Spelling = Pick<Evidence, 'keys' | 'spelled'>;

/** Texts of this length are found at once, and are rarely there by chance. */
const SHORTEST_PATTERN = 3;
const LONGEST_PATTERN = 64;
/** A shorter part of a command is looked for together with what may follow the word it ends. */
const SHORT = 4;
/**
 * A blank, or the end of a JSON value; texts are cut at a NUL before they are joined. An escaped NUL
 * counts as an escape that may hide anything.
 */
const WORD_ENDS = [' ', '"', ',', ']', '\0'];
/** Alternatives that are worth looking for where a key will do as well, and where there is none. */
const FEW_TEXTS = 4;
const MOST_TEXTS = 8;
/** Most bodies have these keys. */
const COMMON_KEYS = new Set(
  'annotations args command containers data image labels metadata name path spec type value'.split(
    ' ',
  ),
);

/**
 * What the bodies of an event must hold for an atom to be true, as far as it is worth looking for.
 * Fields whose value the bodies do not show ask for nothing.
 */
export function needsOf(atom: Atom): Need[] {
  const uses = [...atom.left.uses, ...(atom.right?.uses ?? [])];
  const keys = uses.map(evidenceOf).flatMap((evidence) => keyNeed(evidence) ?? []);
  const evidence = uses.length === 1 ? evidenceOf(uses[0]!) : undefined;
  const literals = literalsOf(atom.node);
  if (evidence?.spelled === undefined || literals === undefined) return keys;
  const needs = literals.anyOf
    .filter((texts) => texts.length <= (keys.length > 0 ? FEW_TEXTS : MOST_TEXTS))
    .flatMap((texts) => textNeed(texts, literals, evidence) ?? []);
  if (needs.length === 0) return keys;
  const shortest = ({ anyOf }: Need): number => Math.min(...anyOf.map(({ text }) => text.length));
  return [needs.reduce((best, need) => (shortest(need) > shortest(best) ? need : best))];
}

/**
 * What the JSON of a value must hold for an atom on it to be true: one of these; undefined when that is not
 * known.
 *
 * @param atom reads that value, and nothing else
 */
export function textsOf(atom: Atom): readonly Pattern[] | undefined {
  const literals = literalsOf(atom.node);
  for (const texts of literals?.anyOf ?? []) {
    const patterns = patternsOfAll(texts, literals!);
    if (patterns !== undefined) return patterns;
  }
  return undefined;
}

/** The patterns of some texts, none without any; undefined when nothing can be said about one. */
function patternsOfAll(
  texts: readonly string[],
  literals: Literals,
  spelling?: Spelling,
): Pattern[] | undefined {
  const patterns: Pattern[] = [];
  for (const text of texts) {
    const some = patternsOf(text, literals, spelling);
    if (some === undefined) return undefined;
    patterns.push(...some);
  }
  return texts.length === 0 ? undefined : patterns;
}

function keyNeed(evidence: Evidence | undefined): Need | undefined {
  if (evidence === undefined || evidence.keys.length === 0) return undefined;
  if (evidence.keys.some((key) => COMMON_KEYS.has(key))) return undefined;
  const anyOf = evidence.keys.map((key) => ({ text: keyed(key, ''), ignoreCase: false }));
  return { body: evidence.body, anyOf };
}

function textNeed(
  texts: readonly string[],
  literals: Literals,
  evidence: Evidence,
): Need | undefined {
  const anyOf = patternsOfAll(texts, literals, evidence);
  return anyOf && { body: evidence.body, anyOf };
}

/** A field that is a part of a body as it stands says so by its path. */
function evidenceOf({ bound }: FieldUse): Evidence | undefined {
  const { path, evidence } = bound;
  if (path === undefined) return evidence;
  const [body] = path;
  if (body !== 'requestObject' && body !== 'responseObject') return undefined;
  const key = path.length === 1 ? undefined : path.at(-1)!;
  if (key === undefined) return { body, keys: [], spelled: 'inside' };
  // A number may be the index of an element, which has no key.
  if (/^\d+$/.test(key) || !isPlain(key)) return undefined;
  return { body, keys: [key], spelled: 'value' };
}

/** The patterns of one text, one of which must be there; undefined when nothing can be said. */
function patternsOf(
  text: string,
  { whole, ignoreCase, cuts }: Literals,
  { keys, spelled }: Spelling = { keys: [] },
): Pattern[] | undefined {
  const pattern = (exact: string): Pattern => ({
    text: ignoreCase ? asciiLower(exact) : exact,
    ignoreCase,
  });
  if (whole && spelled === 'value' && isPlain(text) && text.length < LONGEST_PATTERN) {
    // JSON has quotes around the value, unless it is a number or the like.
    return keys.flatMap((key) => [text, `"${text}`].map((value) => pattern(keyed(key, value))));
  }
  // Blanks may be where words were joined.
  const isJoined = spelled === 'inside';
  const run = longestRun(text, asciiLower(isJoined ? `${cuts} ` : cuts));
  if (run === undefined) return undefined;
  const part = text.slice(run.start, run.end);
  if (COMMON_KEYS.has(part)) return undefined;
  const follows = isJoined && part.length < SHORT && text[run.end] === ' ' ? WORD_ENDS : [''];
  const patterns = follows.map((next) => pattern(part + next));
  return patterns.some((each) => each.text.length < SHORTEST_PATTERN) ? undefined : patterns;
}

function keyed(key: string, value: string): string {
  return `"${key}":${value}`;
}

/** The longest part that JSON spells as it is, and that no cut is in. */
function longestRun(text: string, cuts: string): { start: number; end: number } | undefined {
  const isCut = (char: string): boolean => !isPlain(char) || cuts.includes(asciiLower(char));
  let best: { start: number; end: number } | undefined;
  for (let start = 0; start < text.length; start++) {
    let end = start;
    while (end < text.length && end - start < LONGEST_PATTERN && !isCut(text[end]!)) end++;
    if (end - start > (best === undefined ? 1 : best.end - best.start)) best = { start, end };
    start = Math.max(start, end);
  }
  return best;
}

/** True for characters that Go and everybody else write into JSON as they are. */
function isPlain(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text) && !/["\\&<>]/.test(text);
}
