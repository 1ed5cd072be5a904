import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { locate, MemberSpans, minify } from '../../src/json/locate.ts';
import { JsonSyntaxError, MAX_DEPTH, parseJson, tryParse } from '../../src/json/parse.ts';
import { thrownBy } from '../helpers.ts';
import { lookup } from '../../src/json/value.ts';

describe('parseJson', () => {
  it.each([
    ['{"a":1,"a":2}', { a: 2 }],
    ['"\\q\\u12"', '\\q\\u12'],
    ['"\\ud83d\\ude00"', '😀'],
    ['"\\ud83d!"', '\\ud83d!'],
    ['"\\ude00"', '\\ude00'],
    ['"tab\there"', 'tab\there'],
    ['[NaN, -inf, 01, 1e]', [NaN, NaN, 1, NaN]],
    ['{"\\u0061":1}', { a: 1 }],
    [' \n[ ]\t', []],
  ])('reads %s', (text, expected) => {
    expect(parseJson(text)).toEqual(expected);
  });

  it('keeps __proto__ an ordinary key', () => {
    const value = parseJson('{"__proto__":{"x":1},"bad":"\\q"}');
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(lookup(value, ['__proto__', 'x'])).toBe(1);
    expect(lookup(parseJson('{}'), ['constructor'])).toBeUndefined();
  });

  it.each([
    ['', 'truncated'],
    ['{"a":', 'truncated'],
    ['"abc', 'truncated'],
    ['[1,]', 'invalid'],
    ['{a:1}', 'invalid'],
    ["{'a':1}", 'invalid'],
    ['TRUE', 'invalid'],
    ['[1] 2', 'invalid'],
    ['"a\nb"', 'invalid'],
    ['/**/1', 'invalid'],
    ['['.repeat(MAX_DEPTH + 2) + ']'.repeat(MAX_DEPTH + 2), 'depth'],
    ['[x'.repeat(100_000), 'depth'],
  ])('refuses %.20s as %s', (text, kind) => {
    let error: unknown;
    try {
      parseJson(text);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(JsonSyntaxError);
    expect((error as JsonSyntaxError).kind).toBe(kind);
  });

  it('agrees with JSON.parse on what that accepts', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseJson(text)).toEqual(JSON.parse(text));
        // A lone surrogate forces the second reading.
        expect(parseJson(`[${text},"\\ud800"]`)).toEqual([JSON.parse(text), '\\ud800']);
      }),
    );
  });

  it('throws nothing but JsonSyntaxError', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(40), fc.string({ maxLength: 3 }), (text, at, added) => {
        const error = thrownBy(() => parseJson(text.slice(0, at) + added + text.slice(at + 1)));
        expect(error === undefined || error instanceof JsonSyntaxError).toBe(true);
      }),
    );
  });
});

describe('tryParse', () => {
  const parsed = (text: string): unknown => {
    try {
      return parseJson(text);
    } catch (error) {
      const { kind, message, position } = error as JsonSyntaxError;
      return { kind, message, position };
    }
  };
  const tried = (text: string): unknown => {
    const value = tryParse(text);
    if (!(value instanceof JsonSyntaxError)) return value;
    const { kind, message, position } = value;
    return { kind, message, position };
  };

  it('is parseJson, with its error for a value', () => {
    const token = fc.constantFrom(
      ...'{}[]":,-+.0e ntf\nx\\'.split(''),
      'null',
      'NaN',
      'true',
      '"a"',
    );
    const text = fc.oneof(
      fc.array(token, { maxLength: 8 }).map((tokens) => tokens.join('')),
      fc.tuple(fc.json(), token).map(([json, last]) => json + last),
    );
    fc.assert(
      fc.property(text, (some) => {
        expect(tried(some)).toEqual(parsed(some));
      }),
      { numRuns: 2000 },
    );
  });

  it.each(['[x'.repeat(100_000), '{x'.repeat(100_000), `x${'[],'.repeat(3_000_000)}`])(
    'has the bounds of parseJson for %.20s',
    (text) => expect(tried(text)).toEqual(parsed(text)),
  );

  it('leaves stack traces as they are', () => {
    const { stackTraceLimit } = Error;
    tryParse('{}');
    tryParse('{x}');
    expect(Error.stackTraceLimit).toBe(stackTraceLimit);
  });
});

describe('locate and minify', () => {
  it.each([
    [['a', 'b', '1'], '2.50'],
    [['a', 'b', '+0'], '1e5'],
    [['a', 'b'], '[ 1e5 , 2.50 ]'],
    [['q"'], '"x\\u0041"'],
    [['dup'], '2'],
    [['a', 'b', '9'], undefined],
    [['a', 'x'], undefined],
    [['dup', 'x'], undefined],
  ])('%j is %s', (path, expected) => {
    const text = ' {"dup":1, "a" : {"b":[ 1e5 , 2.50 ]}, "q\\"":"x\\u0041", "dup":2} ';
    const span = locate(text, path);
    expect(span && text.slice(span.start, span.end)).toBe(expected);
    const spans = new MemberSpans(text);
    expect([spans.locate(path), spans.locate(path)]).toEqual([span, span]);
  });

  it('finds what parsing finds, in compact or indented text', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify({ a: [value] }, undefined, indent);
        const span = locate(text, ['a', '0'])!;
        expect(parseJson(text.slice(span.start, span.end))).toEqual(
          JSON.parse(JSON.stringify(value)),
        );
        expect(minify(text)).toBe(JSON.stringify({ a: [value] }));
      }),
    );
  });
});
