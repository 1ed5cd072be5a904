import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indentJson } from '../../src/json/indent.ts';
import { FakeEvent, read } from './fake-event.ts';

const EVENT = new FakeEvent(
  {
    verb: 'get',
    '': { '': 'empty' },
    'a/b': 1,
    'a~b': 2,
    'a~1b': 3,
    list: ['x', { y: null }],
    text: 'a\0b',
    t: true,
  },
  { time: 123n },
);

describe.each(['json', 'jevt'])('%s.value', (prefix) => {
  it.each([
    ['/verb', 'get'],
    ['verb', 'get'],
    ['', EVENT.json],
    ['/', '{"":"empty"}'],
    ['//', 'empty'],
    ['/a~1b', '1'],
    ['/a~0b', '2'],
    ['/a~01b', '3'],
    ['/list/0', 'x'],
    ['/list/01', '{"y":null}'],
    ['/list/+1', '{"y":null}'],
    ['/list/1/y', 'null'],
    ['/list/2', undefined],
    ['/list/-1', undefined],
    ['/list/x', undefined],
    ['/verb/0', undefined],
    ['/verb/length', undefined],
    ['/nope', undefined],
    ['/text', 'a'],
    ['/t', 'true'],
  ])('[%s] is %j', (pointer, expected) => {
    expect(read(`${prefix}.value[${pointer}]`, EVENT)).toBe(expected);
  });

  it('works without an auditID, and so do obj and rawtime', () => {
    expect(read(`${prefix}.rawtime`, EVENT)).toBe('123');
    expect(read(`${prefix}.obj`, new FakeEvent({ a: 1 }))).toBe('{\n  "a": 1\n}');
  });
});

describe('indentJson', () => {
  it.each([
    ['{}', '{}'],
    ['[]', '[]'],
    ['"a,b:{}"', '"a,b:{}"'],
    [
      '{"a":[],"b":{},"c":[1,{"d":"\\"{"}]}',
      '{\n  "a": [],\n  "b": {},\n  "c": [\n    1,\n    {\n      "d": "\\"{"\n    }\n  ]\n}',
    ],
  ])('indents %s', (compact, expected) => {
    expect(indentJson(compact)).toBe(expected);
  });

  it('agrees with JSON.stringify on any value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(indentJson(JSON.stringify(value))).toBe(JSON.stringify(value, undefined, 2));
      }),
    );
  });

  it('gives the compact text back when the result would be too long', () => {
    const deep = `${'['.repeat(500)}${'0,'.repeat(500)}0${']'.repeat(500)}`;
    expect(indentJson(deep, 10_000)).toBe(deep);
    expect(indentJson('[1]', 100)).toBe('[\n  1\n]');
  });
});
