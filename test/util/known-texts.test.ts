import { expect, test } from 'vitest';
import { KnownTexts } from '../../src/util/known-texts.ts';

type Parts = readonly (string | undefined)[];

test('a text is found for the same parts only', () => {
  const known = new KnownTexts();
  const lists: Parts[] = [
    [],
    [''],
    [undefined],
    ['a'],
    ['a', ''],
    ['', 'a'],
    ['a', undefined],
    [undefined, 'a'],
    ['ab', 'c'],
    ['a', 'bc'],
    ['a', 'b', 'c'],
    ['\ud800', '\udc00'],
    ['\udc00', '\ud800'],
    ['é'],
    ['null'],
  ];
  for (const [index, parts] of lists.entries()) {
    expect(known.get(parts)).toBeUndefined();
    known.set(parts, `text ${index}`);
    expect(known.get([...parts])).toBe(`text ${index}`);
  }
});

test('of lists that share a place the latest is known, and none is taken for another', () => {
  const known = new KnownTexts();
  // Same lengths, and the same characters at the places that are looked at.
  const lists = ['b', 'c', 'd'].map((letter) => ['get', `a${letter}${'x'.repeat(30)}`]);
  for (const parts of lists) {
    expect(known.get(parts)).toBeUndefined();
    known.set(parts, parts[1]!);
    expect(known.get(parts)).toBe(parts[1]);
  }
  expect(lists.map((parts) => known.get(parts))).toEqual([undefined, undefined, lists[2]![1]]);
});

test('long lists are not kept', () => {
  const known = new KnownTexts();
  const parts = ['x'.repeat(300), 'y'.repeat(300)];
  known.set(parts, 'text');
  expect(known.get(parts)).toBeUndefined();
});
