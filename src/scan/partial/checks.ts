import { isObject, member, type JsonValue } from '../../json/value.ts';

/** What a value is not, and where it stands. */
export class ShapeError extends Error {}

/** Takes a value of JSON as what it has to be. @throws ShapeError */
export type Check<T> = (value: JsonValue | undefined, at: string) => T;

function refuse(at: string, wanted: string): never {
  throw new ShapeError(`${at === '' ? 'the line' : at} is not ${wanted}`);
}

export const text: Check<string> = (value, at) =>
  typeof value === 'string' ? value : refuse(at, 'a text');

export const flag: Check<boolean> = (value, at) =>
  typeof value === 'boolean' ? value : refuse(at, 'true or false');

/** A whole number from 0. */
export const count: Check<number> = (value, at) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    ? value
    : refuse(at, 'a count');

/** Digits of a number beyond 2^53: `{"n": "12"}`. Nanoseconds have 19. */
const DIGITS = /^-?\d{1,40}$/;

export const big: Check<bigint> = (value, at) => {
  const digits = isObject(value) ? member(value, 'n') : undefined;
  return typeof digits === 'string' && DIGITS.test(digits)
    ? BigInt(digits)
    : refuse(at, 'a large number');
};

/** A value that passes the check, or none. */
export function optional<T>(check: Check<T>): Check<T | undefined> {
  return (value, at) => (value === undefined ? undefined : check(value, at));
}

/** A list whose elements all pass the check. */
export function list<T>(check: Check<T>): Check<T[]> {
  return (value, at) =>
    Array.isArray(value)
      ? value.map((item, index) => check(item, `${at}[${index}]`))
      : refuse(at, 'a list');
}

/** A list of two values, each with a check of its own. */
export function pair<A, B>(first: Check<A>, second: Check<B>): Check<[A, B]> {
  return (value, at) =>
    Array.isArray(value) && value.length === 2
      ? [first(value[0], `${at}[0]`), second(value[1], `${at}[1]`)]
      : refuse(at, 'a pair');
}

/** One of these texts. */
export function oneOf<T extends string>(names: readonly T[]): Check<T> {
  return (value, at) =>
    names.find((name) => name === value) ?? refuse(at, `one of ${names.slice(0, 4).join(', ')} …`);
}

/** The members that a shape names, and no others: what a file has beside them is left there. */
export function object<S extends Readonly<Record<string, Check<unknown>>>>(
  shape: S,
): Check<{ [K in keyof S]: ReturnType<S[K]> }> {
  const members = Object.entries(shape);
  return (value, at) => {
    if (!isObject(value)) return refuse(at, 'an object');
    const found: [string, unknown][] = [];
    for (const [key, check] of members) {
      const taken = check(member(value, key), at === '' ? key : `${at}.${key}`);
      if (taken !== undefined) found.push([key, taken]);
    }
    return Object.fromEntries(found) as { [K in keyof S]: ReturnType<S[K]> };
  };
}

/** Texts of any object: for names that are compared, never read as members. */
export const texts: Check<Readonly<Record<string, string>>> = (value, at) => {
  if (!isObject(value)) return refuse(at, 'an object');
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, text(item, `${at}.${key}`)]),
  );
};
