import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  byteLength,
  compareBytes,
  cutBytes,
  fitBytes,
  fromByteString,
  replaceInvalid,
  toByteString,
} from '../../src/util/bytes.ts';
import { didYouMean, nearest } from '../../src/util/suggest.ts';
import { cutAtNul } from '../../src/util/text.ts';

describe('byte strings', () => {
  it('come back as they were, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (array) => {
        const bytes = String.fromCharCode(...array);
        expect(toByteString(fromByteString(bytes))).toBe(bytes);
      }),
    );
  });

  it('have the length and order of UTF-8', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(byteLength(a)).toBe(Buffer.byteLength(a));
        expect(compareBytes(a, b)).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });

  it.each([
    ['añb', 2, 'a\ufffd'],
    ['añb', 3, 'añ'],
    ['日', 2, '\ufffd'],
    ['abc', 5, 'abc'],
  ])('%s cut to %i bytes is %j', (text, width, expected) => {
    expect(cutBytes(text, width)).toBe(expected);
  });

  it('are padded to a width', () => {
    expect(fitBytes('ñ', 4)).toBe('ñ  ');
    expect(fitBytes('abcd', 2)).toBe('ab');
  });

  it('show what is no UTF-8 as U+FFFD', () => {
    expect(replaceInvalid(fromByteString('a\xff'))).toBe('a\ufffd');
  });
});

describe('texts', () => {
  it('end at a NUL', () => {
    expect(cutAtNul('ab\0cd')).toBe('ab');
    expect(cutAtNul('ab')).toBe('ab');
  });
});

describe('suggestions', () => {
  it.each([
    ['ka.verd', ['ka.verb', 'ka.uri'], ['ka.verb']],
    ['ab', ['ba', 'xy'], ['ba']],
    ['Rule', ['rule'], ['rule']],
    ['zzz', ['abc'], []],
  ])('for %s in %j are %j', (word, names, expected) => {
    expect(nearest(word, names)).toEqual(expected);
  });

  it('are put into words', () => {
    expect(didYouMean('tag', ['tags', 'desc'])).toBe("did you mean 'tags'?");
    expect(didYouMean('zzz', ['tags'])).toBeUndefined();
  });
});
