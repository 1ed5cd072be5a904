import { findField } from '../fields/catalog.ts';
import type { FieldValue } from '../fields/field.ts';
import type { Rule } from '../rules/rule.ts';
import { byteLength } from '../util/bytes.ts';

/** Fields that say who did what to which object, in the order in which entries name them, with their short names. */
const USUAL_FIELDS: readonly (readonly [short: string, field: string])[] = [
  ['user', 'ka.user.name'],
  ['as', 'ka.impuser.name'],
  ['namespace', 'ka.target.namespace'],
  ['resource', 'ka.target.resource'],
  ['subresource', 'ka.target.subresource'],
  ['verb', 'ka.verb'],
  ['name', 'ka.target.name'],
  ['image', 'ka.req.pod.containers.image.repository'],
  ['uri', 'ka.uri'],
];

export const USER = 'ka.user.name';
export const IMAGE = 'ka.req.pod.containers.image.repository';
export const URI = 'ka.uri';
export const NAME = 'ka.target.name';
const RESOURCE = 'ka.target.resource';

/** Fields with a value that the requester makes up: alone, they would let anybody through. */
export const MADE_UP: ReadonlySet<string> = new Set(['ka.useragent']);

/** Fields that an entry of a rule may have: the usual ones, and those of the rule's own exceptions. */
export function tunedFields({ exceptions }: Pick<Rule, 'exceptions'>): readonly string[] {
  const own = exceptions.flatMap(({ fields }) => fields).filter(isTunable);
  return [...new Set([...USUAL_FIELDS.map(([, field]) => field), ...own])];
}

/** True for fields of Falco's own that an entry can compare with a value. */
export function isTunable(field: string): boolean {
  const name = /^((?:ka|jevt)\.[a-zA-Z0-9_.]+)(?:\[[^\]\s"']+\])?$/.exec(field)?.[1];
  const definition = name === undefined ? undefined : findField(name);
  return definition?.type === 'string';
}

/** A short name of a field, for the name of an exception. */
export function shortName(field: string): string {
  const usual = USUAL_FIELDS.find(([, name]) => name === field)?.[0];
  return (
    usual ??
    field.replaceAll(/^(?:ka|jevt)\.|[^a-zA-Z0-9]+$/g, '').replaceAll(/[^a-zA-Z0-9]+/g, '_')
  );
}

/** The value of a field in several findings that differ in it, or that were not all looked at. */
export const VARIES = Symbol('varies');

/** A value as entries compare it; a list is sorted, without duplicates. Undefined where none can be equal to it. */
export type Slot = string | readonly string[] | undefined | typeof VARIES;

/** Longest value that Falco takes in a condition, in bytes. */
const MAX_VALUE_BYTES = 255;
/** Items of a list that an entry names. */
const MAX_ITEMS = 32;

/**
 * The values of a finding as entries compare them.
 *
 * @param fields the names of the values
 * @param isSecret true for texts that must not stand in a file
 */
export function slotsOf(
  fields: readonly string[],
  values: readonly FieldValue[],
  isSecret: (text: string) => boolean,
): Slot[] {
  const isRequestOnObject = values[fields.indexOf(RESOURCE)] !== undefined;
  return fields.map((field, index) => {
    // What the address of a request on an object says is in the other fields; the rest of it differs each time.
    if (field === URI && isRequestOnObject) return undefined;
    const value = values[index];
    if (typeof value === 'string') return isWritable(value, isSecret) ? value : undefined;
    if (!Array.isArray(value) || value.length > MAX_ITEMS) return undefined;
    const texts: readonly unknown[] = value;
    const items = texts.filter(
      (item): item is string => typeof item === 'string' && isWritable(item, isSecret),
    );
    return items.length === texts.length ? [...new Set(items)].toSorted() : undefined;
  });
}

/** True for a text that Falco takes in a condition, and compares with all of it. */
function isWritable(text: string, isSecret: (text: string) => boolean): boolean {
  return (
    byteLength(text) <= MAX_VALUE_BYTES &&
    !text.includes('\0') &&
    // Half a character, or bytes that are none: Falco compares what was in the log.
    !/[\p{Cs}\u{fffd}]/u.test(text) &&
    !isSecret(text)
  );
}
