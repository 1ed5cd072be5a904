// Room condition/match: how values are compared and transformed, byte for byte as Falco does.
// Door: operators.ts, transformers.ts; regex.ts is loaded only by rules that have a regex.
// Neighbours: uses util for bytes and re2js for patterns; ../compile.ts and ../bind-operand.ts call it.
// Inside: one file a way to match. Patterns come from users: each must take time linear in the text.

import type { FieldType, FieldValue } from '../../fields/field.ts';
import { asciiLower, compareBytes, toByteString } from '../../util/bytes.ts';
import type { Modifier, Operator } from '../ast.ts';
import { compileGlob } from './glob.ts';
import { compilePathPrefix } from './path-prefix.ts';

/** A comparison of one left value; the value is never missing. */
export type Test = (value: Exclude<FieldValue, undefined>) => boolean;

const ORDER = ['<', '<=', '>', '>='];
const EQUALITY = ['=', '==', '!='];
const SETS = ['in', 'intersects'];
const TEXT = [
  'contains',
  'icontains',
  'startswith',
  'endswith',
  'glob',
  'iglob',
  'regex',
  'pmatch',
];

/** Operators that each type allows besides `exists` (Falco filter_compare.cpp: flt_is_comparable). */
const ALLOWED: Readonly<Record<FieldType, ReadonlySet<string>>> = {
  string: new Set([...EQUALITY, ...ORDER, ...SETS, ...TEXT]),
  uint64: new Set([...EQUALITY, ...ORDER, ...SETS]),
  abstime: new Set([...EQUALITY, ...ORDER, ...SETS]),
  reltime: new Set([...EQUALITY, ...ORDER, ...SETS]),
  bool: new Set([...EQUALITY, ...SETS]),
  ipnet: new Set(['=', '==', ...SETS]),
};
const LIST_ALLOWED = new Set(SETS);

/** Falco's message when a value of this type does not take the operator. */
export function operatorProblem(
  type: FieldType,
  list: boolean,
  operator: Operator,
): string | undefined {
  if (operator === 'exists') return undefined;
  if (list) {
    if (LIST_ALLOWED.has(operator)) return undefined;
    return `filter error: '${operator}' operator not supported list filters`;
  }
  if (ALLOWED[type].has(operator)) return undefined;
  const kind = type === 'string' ? 'string' : 'numeric';
  return `filter error: '${operator}' operator not supported for ${kind} filters`;
}

/** How one text compares with one literal. `regex` comes in compiled. */
export function textTest(
  operator: Operator,
  literal: string,
  compileRegex: (pattern: string) => { matches(text: string): boolean },
): (text: string) => boolean {
  switch (operator) {
    case '=':
    case '==':
      return (text) => text === literal;
    case '!=':
      return (text) => text !== literal;
    case '<':
      return (text) => compareBytes(text, literal) < 0;
    case '<=':
      return (text) => compareBytes(text, literal) <= 0;
    case '>':
      return (text) => compareBytes(text, literal) > 0;
    case '>=':
      return (text) => compareBytes(text, literal) >= 0;
    case 'contains':
      return bytewise(literal, (text, part) => text.includes(part));
    case 'startswith':
      return bytewise(literal, (text, part) => text.startsWith(part));
    case 'endswith':
      return bytewise(literal, (text, part) => text.endsWith(part));
    case 'icontains': {
      const test = bytewise(asciiLower(literal), (text, part) => text.includes(part));
      return (text) => test(asciiLower(text));
    }
    case 'glob':
      return compileGlob(literal);
    case 'iglob':
      return compileGlob(literal, true);
    case 'regex': {
      const regex = compileRegex(literal);
      return (text) => regex.matches(text);
    }
    case 'pmatch':
      return compilePathPrefix([literal]);
    case 'in':
    case 'intersects':
      return (text) => text === literal;
    default:
      // bcontains and bstartswith never pass operatorProblem for these types.
      return () => false;
  }
}

/** Characters are compared as a whole, unless the literal ends or begins inside one (`\xHH`). */
function bytewise(
  literal: string,
  compare: (text: string, part: string) => boolean,
): (text: string) => boolean {
  if (!/[\ud800-\udfff]/u.test(literal)) return (text) => compare(text, literal);
  const bytes = toByteString(literal);
  return (text) => compare(toByteString(text), bytes);
}

/** How one number compares with another. */
export function numberTest(operator: Operator, right: bigint): (left: bigint) => boolean {
  switch (operator) {
    case '!=':
      return (left) => left !== right;
    case '<':
      return (left) => left < right;
    case '<=':
      return (left) => left <= right;
    case '>':
      return (left) => left > right;
    case '>=':
      return (left) => left >= right;
    default:
      return (left) => left === right;
  }
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * How the number that a text is compares with a literal, which the parser has taken for a number; a text that is none
 * never compares. Undefined for operators without an order.
 */
export function numberComparison(
  operator: Operator,
  literal: string,
): ((text: string) => boolean) | undefined {
  if (!ORDER.includes(operator)) return undefined;
  const right = Number(literal);
  return (text) => {
    if (!NUMBER.test(text)) return false;
    const left = Number(text);
    if (operator === '<') return left < right;
    if (operator === '<=') return left <= right;
    return operator === '>' ? left > right : left >= right;
  };
}

/** Combines one test a value as the modifier says; an empty list is never true. */
export function modified(modifier: Modifier, tests: readonly Test[]): Test {
  switch (modifier) {
    case 'oneof':
      return (value) => tests.filter((test) => test(value)).length === 1;
    case 'anyof':
      return (value) => tests.some((test) => test(value));
    case 'allof':
      return (value) => tests.length > 0 && tests.every((test) => test(value));
  }
}

const MAX_UINT64 = 2n ** 64n - 1n;

/** Reads a number as scanf does for Falco: decimal only, negative wraps, overflow saturates. */
export function parseUint64(text: string): bigint | undefined {
  const match = /^[ \t\n\v\f\r]*([+-]?)(\d+)$/.exec(text);
  if (match === null) return undefined;
  const magnitude = BigInt(match[2]!);
  if (magnitude > MAX_UINT64) return MAX_UINT64;
  return match[1] === '-' ? BigInt.asUintN(64, -magnitude) : magnitude;
}
