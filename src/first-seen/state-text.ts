import { groupKey, groupValues } from '../correlate/group-key.ts';
import { MAX_KNOWN, type KnownValues } from '../correlate/known-values.ts';
import { isObject, member, stringMember, type JsonObject, type JsonValue } from '../json/value.ts';
import { KnownError } from '../util/errors.ts';
import { formatRfc3339Nano, parseRfc3339 } from '../util/time.ts';
import type { LearnedPart, LearnedState } from './first-seen.ts';

/** The form of the text; a program reads only what it knows. */
const VERSION = 1;
const HEAD = 'k8s-audit-state';
/** Most correlations of one file. */
const MAX_PARTS = 1000;

/**
 * The text of a state: a line of JSON for each correlation, and one for each of its groups, in an order of their own.
 * The last line tells that nothing is missing.
 */
export function printState(state: LearnedState): string {
  const lines: JsonValue[] = [{ [HEAD]: VERSION }];
  for (const [name, { definition, known }] of sorted(state)) {
    lines.push({
      correlation: name,
      definition,
      learned: known.isLearned,
      since: shownTime(known.since),
      until: shownTime(known.until),
    });
    for (const [group, values] of sorted(known.groups)) {
      lines.push({
        group: groupValues(group),
        values: sorted(values).map(([value, time]) => [value, shownTime(time)]),
      });
    }
  }
  lines.push({ end: true });
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/**
 * Reads the text of a state.
 *
 * @param file what errors call it
 * @throws KnownError for a text that is none, of another version, cut or damaged, with the line
 */
export function parseState(file: string, text: string): LearnedState {
  const lines = text.split('\n');
  const head = objectOf(lines[0]!);
  const version = head && member(head, HEAD);
  if (version === undefined) {
    throw new KnownError('input', `${file} is no state of k8s-audit`, 'name another file');
  }
  if (version !== VERSION) {
    const shown = JSON.stringify(version).slice(0, 20);
    throw new KnownError(
      'input',
      `${file} is a state of version ${shown}: this program reads version ${VERSION}`,
      'use the program that wrote it, or learn anew into another file',
    );
  }
  return new Reader(file).read(lines);
}

class Reader {
  readonly #file: string;
  readonly #state = new Map<string, LearnedPart>();
  /** The groups of the correlation that was read last. */
  #groups: Map<string, Map<string, bigint>> | undefined;
  /** How many values they have. */
  #count = 0;

  constructor(file: string) {
    this.#file = file;
  }

  read(lines: readonly string[]): LearnedState {
    for (let at = 1; at < lines.length; at++) {
      const line = objectOf(lines[at]!);
      if (line !== undefined && member(line, 'end') === true) {
        if (lines.slice(at + 1).every((rest) => rest === '')) return this.#state;
        throw this.#damaged(at + 1);
      }
      if (line === undefined || !(this.#takePart(line) || this.#takeGroup(line))) {
        throw this.#damaged(at);
      }
    }
    throw this.#damaged(lines.length - 1);
  }

  #takePart(line: JsonObject): boolean {
    const name = stringMember(line, 'correlation');
    const definition = stringMember(line, 'definition');
    const isLearned = member(line, 'learned');
    const [since, until] = [timeOf(member(line, 'since')), timeOf(member(line, 'until'))];
    if (name === undefined || definition === undefined || typeof isLearned !== 'boolean')
      return false;
    if (since === undefined || until === undefined || this.#state.has(name)) return false;
    if (this.#state.size === MAX_PARTS) return false;
    this.#groups = new Map();
    this.#count = 0;
    const known: KnownValues = {
      since: since ?? undefined,
      until: until ?? undefined,
      isLearned,
      groups: this.#groups,
    };
    this.#state.set(name, { definition, known });
    return true;
  }

  #takeGroup(line: JsonObject): boolean {
    const texts = member(line, 'group');
    const values = member(line, 'values');
    if (this.#groups === undefined || !Array.isArray(texts) || !Array.isArray(values)) return false;
    if (!texts.every(isGroupText) || values.length === 0) return false;
    const known = new Map<string, bigint>();
    for (const pair of values) {
      if (!Array.isArray(pair) || pair.length !== 2 || typeof pair[0] !== 'string') return false;
      const time = timeOf(pair[1]);
      if (time === undefined || time === null) return false;
      known.set(pair[0], time);
    }
    const key = groupKey(texts);
    this.#count += known.size;
    if (known.size < values.length || this.#groups.has(key) || this.#count > MAX_KNOWN)
      return false;
    this.#groups.set(key, known);
    return true;
  }

  /** @param at index of the line */
  #damaged(at: number): KnownError {
    return new KnownError(
      'input',
      `${this.#file}:${at + 1}: the state is damaged, or was cut here`,
      'put back a copy of it, or remove it to begin anew',
    );
  }
}

function isGroupText(value: JsonValue): value is string | null {
  return value === null || (typeof value === 'string' && !value.includes('\0'));
}

function objectOf(line: string): JsonObject | undefined {
  try {
    const value = JSON.parse(line) as JsonValue;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A time for people; as nanoseconds where a zone moved it out of the years that are written with four digits. */
function shownTime(time: bigint | undefined): string | null {
  if (time === undefined) return null;
  const text = formatRfc3339Nano(time).replace(/\.?0+Z$/, 'Z');
  return parseRfc3339(text) === time ? text : String(time);
}

/** A time; null where there is none, undefined for what is neither. */
function timeOf(value: JsonValue | undefined): bigint | null | undefined {
  if (value === null) return null;
  if (typeof value !== 'string') return undefined;
  return /^-?\d{1,30}$/.test(value) ? BigInt(value) : parseRfc3339(value);
}

/** In the order of code units, which does not depend on a language. */
function sorted<Value>(map: ReadonlyMap<string, Value>): [string, Value][] {
  return [...map].toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)));
}
