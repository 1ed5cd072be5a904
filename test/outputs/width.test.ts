import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayWidth, truncate, wrap, wrapFields } from '../../src/outputs/table/width.ts';

describe('display width', () => {
  it.each([
    ['abc', 3],
    ['日本', 4],
    ['한', 2],
    ['ｆｕ', 4],
    ['e\u0301', 1],
    ['สวัสดี', 4],
    ['🦊', 2],
    ['🇩🇪', 2],
    ['…─é', 3],
    ['𠀀', 2],
  ])('of %s is %i', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  it('decides where text is cut', () => {
    expect(truncate('日本語', 5)).toBe('日本…');
    expect(truncate('日本語', 6)).toBe('日本語');
    expect(truncate('abc', 2)).toBe('a…');
  });
});

describe('fields with two blanks between them', () => {
  it('stay whole where a line has room', () => {
    expect(wrapFields('exec  shop/web-0 app  allowed 101  10 min 39 s  #ab74fe57', 44, 9)).toEqual([
      'exec  shop/web-0 app  allowed 101',
      '10 min 39 s  #ab74fe57',
    ]);
  });

  it('break as other text does where they are longer than a line', () => {
    expect(wrapFields('a  one two three four', 8, 9)).toEqual(['a  one', 'two', 'three', 'four']);
  });

  it('lose no character but blanks', () => {
    const texts = fc
      .array(fc.constantFrom('  ', ' ', 'a', 'bb', '/', '日'))
      .map((all) => all.join(''));
    fc.assert(
      fc.property(texts, fc.integer({ min: 2, max: 12 }), (text, width) => {
        const lines = wrapFields(text, width, Infinity);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
      }),
    );
  });
});

describe('wrapping', () => {
  it.each([
    ['one two three', 8, ['one two', 'three']],
    ['system:serviceaccount:ci:deployer', 16, ['system:', 'serviceaccount:', 'ci:deployer']],
    ['abcdefghij', 4, ['abcd', 'efgh', 'ij']],
    ['日本語', 4, ['日本', '語']],
    ['', 4, ['']],
    ['exactly', 7, ['exactly']],
  ])('breaks %j at %i columns', (text, width, lines) => {
    expect(wrap(text, width, 10)).toEqual(lines);
  });

  it('marks what a limit cuts off', () => {
    expect(wrap('aaaa bbbb cccc dddd', 4, 2)).toEqual(['aaaa', 'bbb…']);
  });

  it('loses nothing but blanks and never exceeds the width', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 2, max: 30 }),
        (text, width) => {
          const lines = wrap(text, width, Infinity);
          expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
          for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });
});
