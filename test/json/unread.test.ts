import { describe, expect, it, test } from 'vitest';
import { JsonSyntaxError, tryParse } from '../../src/json/parse.ts';
import { leaveUnread, parseLeaving, unreadText } from '../../src/json/unread.ts';
import type { JsonObject } from '../../src/json/value.ts';
import { Random } from '../fast/random.ts';

const INNER = { parent: 'p', keys: ['a', 'b'] };
const LONG = `"${'x'.repeat(300)}"`;

const leaving = (text: string) => parseLeaving(text, INNER);
/** What parsing made of a text with a long body in it; its texts that were left unread. */
function read(text: string) {
  const value = leaving(text) as { p: JsonObject } | undefined;
  return value && [unreadText(value.p, 'a'), unreadText(value.p, 'b')];
}

describe('parseLeaving', () => {
  it('gives the value that parsing the whole text gives, and has not parsed it', () => {
    const body = `{"n":1.50,"s":${LONG},"l":[{},[],{"é":null}]}`;
    const text = `{"o":{"a":1},"p":{"x":[1],"a":${body},"b":{"short":1}},"z":"\\u00e9"}`;
    expect(read(text)).toEqual([body, undefined]);
    expect(leaving(text)).toEqual(JSON.parse(text));
    expect(JSON.stringify(leaving(text))).toBe(JSON.stringify(JSON.parse(text)));
  });

  it('reads blanks, and both members', () => {
    const body = `{ "n" : [ 1 , -2.5e-3 , true ] , "s" : ${LONG} , "o" : { } }`;
    const text = ` { "p" : { "b" : ${body} , "a" : ${body} } } `;
    expect(read(text)).toEqual([body, body]);
    expect(leaving(text)).toEqual(JSON.parse(text));
  });

  it.each([
    ['in another member', `{"o":{"a":{"s":${LONG}}},"p":{}}`],
    ['deeper', `{"p":{"o":{"a":{"s":${LONG}}}}}`],
    ['in a list', `{"p":[{"a":{"s":${LONG}}}]}`],
    ['in a list around', `[{"p":{"a":{"s":${LONG}}}}]`],
    ['in a text', `{"p":"{\\"a\\":{\\"s\\":${'x'.repeat(300)}","a":{"s":${LONG}}}`],
    ['at the top', `{"a":{"s":${LONG}},"p":1}`],
    ['a text', `{"p":{"a":${LONG}}}`],
    ['a list', `{"p":{"a":[${LONG}]}}`],
    ['short', `{"p":{"a":{"s":"x"}}}`],
  ])('leaves nothing unread that is %s', (_what, text) => {
    expect(tryParse(text)).not.toBeInstanceOf(JsonSyntaxError);
    expect(leaving(text)).toBeUndefined();
  });

  it.each([
    ['a key twice', `{"p":{"a":{"s":${LONG}},"a":1}}`],
    ['a key twice, the second with blanks', `{"p":{"a":{"s":${LONG}},"a" : {"s":1}}}`],
    ['a key that an escape spells', `{"p":{"a":{"s":${LONG}},"\\u0061":1}}`],
    ['the parent twice', `{"p":{"a":{"s":${LONG}}},"p":{}}`],
    ['the parent, spelled with an escape', `{"p":{"a":{"s":${LONG}}},"\\u0070":{}}`],
    ['a surrogate', `{"p":{"a":{"s":${LONG},"t":"\\ud83d"}}}`],
    ['a line break', `{"p":{"a":{"s":${LONG},\n"t":1}}}`],
    ['a tab in a text', `{"p":{"a":{"s":${LONG},"t":"\t"}}}`],
    ['an unknown escape', `{"p":{"a":{"s":${LONG},"t":"\\x"}}}`],
    ['a short escape', `{"p":{"a":{"s":${LONG},"t":"\\u12"}}}`],
    ['an odd number', `{"p":{"a":{"s":${LONG},"t":01}}}`],
    ['NaN', `{"p":{"a":{"s":${LONG},"t":NaN}}}`],
    ['a comma too many', `{"p":{"a":{"s":${LONG},}}}`],
    ['a comma too many in a list', `{"p":{"a":{"s":${LONG},"l":[1,]}}}`],
    ['no comma', `{"p":{"a":{"s":${LONG} "t":1}}}`],
    ['no colon', `{"p":{"a":{"s":${LONG},"t"}}}`],
    ['a key that is no text', `{"p":{"a":{"s":${LONG},t:1}}}`],
    ['crossed brackets', `{"p":{"a":{"s":[${LONG}}]}}`],
    ['an open string', `{"p":{"a":{"s":${LONG},"t":"}}}`],
    ['an open body', `{"p":{"a":{"s":${LONG}`],
    ['a digit behind it', `{"p":{"a":{"s":${LONG}}1}}`],
    ['more behind it', `{"p":{"a":{"s":${LONG}}}}}`],
    ['a broken rest', `{"p":{"a":{"s":${LONG}},"x":}}`],
    ['deep nesting', `{"p":{"a":{"s":${LONG},"t":${'['.repeat(600)}${']'.repeat(600)}}}}`],
  ])('leaves a text to the parser that has %s', (_what, text) => {
    expect(leaving(text)).toBeUndefined();
  });

  test.each([1, 2, 3, 4, 5, 6])('damaged texts, seed %i', (seed) => {
    const r = new Random(seed);
    let left = 0;
    for (let i = 0; i < 4000; i++) {
      const text = damaged(
        r,
        JSON.stringify({ o: anyValue(r, 2), p: { a: anyValue(r, 4), x: 1, b: anyValue(r, 4) } }),
      );
      const value = leaving(text);
      if (value === undefined) continue;
      left++;
      expect(value).toEqual(tryParse(text));
    }
    expect(left).toBeGreaterThan(400);
  });
});

describe('leaveUnread', () => {
  it('hands on the value as any other member', () => {
    const object: JsonObject = { a: 1 };
    leaveUnread(object, 'b', '{"c":[1]}');
    expect(Object.keys(object)).toEqual(['a', 'b']);
    expect({ ...object }).toEqual({ a: 1, b: { c: [1] } });
    expect(unreadText({ ...object }, 'b')).toBeUndefined();
    expect(object['b']).toBe(object['b']);
  });
});

/** A value of any kind; deep ones are long enough to be left unread. */
function anyValue(r: Random, depth: number): unknown {
  if (depth === 0 || r.chance(20)) {
    return r.pick([null, true, 1, -0.5, 1e30, '', 'a"b\\c/d', 'é\u2028', 'p', 'a', 'x'.repeat(60)]);
  }
  const parts = Array.from({ length: r.below(6) }, () => anyValue(r, depth - 1));
  if (r.chance(30)) return parts;
  const keys = ['a', 'b', 'p', 'k"', '__proto__', '7', 'x'.repeat(50)];
  return Object.fromEntries(parts.map((part) => [r.pick(keys), part]));
}

const INSERTED = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  ' ',
  '0',
  '-',
  'a',
  '"a":',
  '\\u0061',
  '\t',
  '{}',
];

function damaged(r: Random, text: string): string {
  if (r.chance(40)) return text;
  const at = r.below(text.length);
  return text.slice(0, at) + r.pick(INSERTED) + text.slice(at + r.below(3));
}
