import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConditionError } from '../../src/condition/condition-error.ts';
import { parseCondition } from '../../src/condition/parse/parser.ts';
import { like, thrownBy } from '../helpers.ts';
import { printCondition } from '../../src/condition/print.ts';

function printed(text: string): string {
  return printCondition(parseCondition(text).node);
}

function refused(text: string): ConditionError {
  try {
    parseCondition(text);
  } catch (error) {
    if (error instanceof ConditionError) return error;
    throw error;
  }
  throw new Error(`accepted: ${text}`);
}

describe('what parses, and as what (§2.1 to §2.3)', () => {
  it.each([
    ['a or b and c', '(a or (b and c))'],
    ['(a or b) and c', '((a or b) and c)'],
    ['not a and b', '(not a and b)'],
    ['not not a', 'a'],
    ['not not(a)', 'a'],
    ['not(a or b)', 'not (a or b)'],
    ['(a)and(b)', '(a and b)'],
    ['a and(b) or c', '((a and b) or c)'],
    ['x.y existsand z', '(x.y exists and z)'],
    ['x.y="q"and z', '(x.y = q and z)'],
    ['x.y increate', 'x.y in (create)'],
    ['x.y in(a,b)', 'x.y in (a, b)'],
    ['x.y in ( a , "b c" )', 'x.y in (a, "b c")'],
    ['x.y = oneof', 'x.y = oneof'],
    ['x.y = oneof and z', '(x.y = oneof and z)'],
    ['x.y = oneof (a)', 'x.y = oneof (a)'],
    ['x.y startswith  anyof  L', 'x.y startswith anyof (L)'],
    ['x.y\t=\r\n a', 'x.y = a'],
    ['and and or', '(and and or)'.replace(' or)', ' or)')],
    ['x.y > -1.5e+3', 'x.y > -1.5e+3'],
    ['x.y >= val( z.w[a] )', 'x.y >= val(z.w[a])'],
    ['x.y[a.b/c~1d] exists', 'x.y[a.b/c~1d] exists'],
    ['x.y["a[b"] exists', 'x.y["a[b"] exists'],
    ['x.y[""] exists', 'x.y[""] exists'],
    ['concat( x.y , "a" , 5 ) = b', 'concat(x.y, "a", "5") = b'],
    ['join(",", (a.b, "x")) = y', 'join(",", (a.b, "x")) = y'],
    [String.raw`x.y = "\x41\t\ \/\""`, String.raw`x.y = "A\t\\/\""`],
    [String.raw`x.y = 'it\'s'`, `x.y = "it's"`],
    ['x.y regex foo\\.bar', String.raw`x.y regex "foo\\.bar"`],
    ['x.y = "two\nlines"', String.raw`x.y = "two\nlines"`],
  ])('%s', (text, expected) => {
    expect(printed(text)).toBe(expected);
  });

  it('reads what only k8s-audit accepts, and says so (D14, D15)', () => {
    for (const [text, expected] of [
      [String.raw`x.y = "a\\"`, String.raw`x.y = "a\\"`],
      ['a or(b) and c', '(a or (b and c))'],
      ['(a or(b) and c)', '(a or (b and c))'],
    ] as const) {
      const { node, refusedByFalco } = parseCondition(text);
      expect(printCondition(node)).toBe(expected);
      expect(refusedByFalco).toBeInstanceOf(ConditionError);
    }
    expect(parseCondition('a or (b) and c').refusedByFalco).toBeUndefined();
  });
});

const nested = (count: number): string => '('.repeat(count) + 'a' + ')'.repeat(count);

describe('what is refused, where, and with which hint (§2.2, §2.5)', () => {
  it.each([
    ['', 0, 'filter input string is empty', undefined],
    ['a b', 2, "unexpected token after 'a', expecting 'or', 'and'", undefined],
    ['a && b', 2, "unexpected token after 'a', expecting 'or', 'and'", "write 'and'"],
    ['a AND b', 2, "unexpected token after 'a', expecting 'or', 'and'", "write 'and'"],
    ['(a || b)', 3, "expected a ')' token", "write 'or'"],
    ['(a and (b)', 10, "expected a ')' token", 'a parenthesis is not closed'],
    ['a orb', 4, "expected blank or '(' after 'or'", undefined],
    [
      'x.y',
      3,
      /^expected a valid check operator/,
      "to test that a field has a value, write 'exists'",
    ],
    ['x.y contans z', 4, /^expected a valid check operator/, /did you mean 'contains'/],
    ['x.y contains"z"', 4, /^expected a valid check operator/, "a blank must follow 'contains'"],
    ['x.y ~ z', 4, /^expected a valid check operator/, "write 'regex'"],
    ['x.y = ', 6, /^expected a string value or a field/, 'the value is missing'],
    ['x.y = (a)', 6, /^expected a string value or a field/, /take a list/],
    ['x.y = "a', 6, /^expected a string value or a field/, /not closed/],
    ['x.y > "5"', 6, /^expected a number value/, /without quotes/],
    ['x.y in "a"', 7, /^expected a list, an identifier/, /parentheses/],
    ['x.y in (a,)', 10, 'expected a string value', /comma too many/],
    ['x.y in (a b)', 10, "expected a ')' token", /separate values by commas/],
    ['x.y = a=b', 7, "unexpected token after 'a', expecting 'or', 'and'", /in quotes/],
    ['x.y = a, b', 7, "unexpected token after 'a', expecting 'or', 'and'", /in \(a, b\)/],
    ['x.y in a, b', 8, "unexpected token after 'a', expecting 'or', 'and'", /in \(a, b\)/],
    ['x.y = a(b)', 7, "unexpected token after 'a', expecting 'or', 'and'", /in quotes/],
    ['a and sum(x.y) > 1', 9, "unexpected token after 'sum', expecting 'or', 'and'", /tolower, /],
    ['exists x.y', 7, "unexpected token after 'exists', expecting 'or', 'and'", /behind the field/],
    ['x.y exists = a', 11, "unexpected token after 'exists', expecting 'or', 'and'", /no value/],
    ['x.y =anyof (a)', 11, "unexpected token after 'anyof', expecting 'or', 'and'", undefined],
    ['!a', 0, /^expected a '\(' token, a field check/, "write 'not'"],
    ['a and', 5, /^expected blank or '\(' after 'and'/, undefined],
    ['a and ', 6, /^expected a '\(' token, a field check/, 'a check is missing at the end'],
    ['x.y[ a] exists', 4, /^expected a valid field argument/, /no blank/],
    ['x.y[a b] exists', 5, "expected a ']' token", /in quotes/],
    ['x.y[] exists', 4, /^expected a valid field argument/, undefined],
    [
      'val(x.y) = a',
      3,
      "unexpected token after 'val', expecting 'or', 'and'",
      /right of an operator/,
    ],
    ['tolwer(x.y) = a', 6, "unexpected token after 'tolwer', expecting 'or', 'and'", /'tolower'/],
    ['x.y = val(a)', 10, "expected a field within 'val' transformer", undefined],
    ['tolower(abc) = a', 8, /^expected field transformer argument/, /in quotes/],
    [String.raw`x.y = "\d"`, 8, 'unsupported string escape sequence: \\d', /backslash/],
    [String.raw`x.y = "\'"`, 8, String.raw`invalid \' escape in "-quoted string`, undefined],
    [String.raw`x.y = '\"'`, 8, String.raw`invalid \" escape in '-quoted string`, undefined],
    [String.raw`x.y = "\x4"`, 8, 'truncated hex char escape sequence', undefined],
    [String.raw`x.y = "\xzz"`, 8, 'invalid hex char escape sequence: zz', undefined],
  ])('%j', (text, position, message, hint) => {
    const error = refused(text);
    expect(error.message).toEqual(like(message));
    expect(error.position).toBe(position);
    expect(error.hint).toEqual(like(hint));
  });

  it('takes 198 nested parentheses, but not 199', () => {
    expect(printed(nested(198))).toBe('a');
    expect(refused(nested(199)).message).toBe('exceeded max depth limit of 1000');
  });

  it('never throws anything but a ConditionError', () => {
    const piece = fc.constantFrom(
      'ka.verb',
      'x',
      ' ',
      '(',
      ')',
      '[',
      ']',
      '"',
      "'",
      '\\',
      'and',
      'or',
      'not',
      'in',
      '=',
      '>',
      'exists',
      'oneof',
      'tolower(',
      'val(',
      ',',
      '5',
      '0x',
      'a b',
      '\n',
      'é',
      '\0',
      'contains ',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 20 }), (pieces) => {
        const error = thrownBy(() => parseCondition(pieces.join('')));
        expect(error === undefined || error instanceof ConditionError).toBe(true);
      }),
    );
  });
});
