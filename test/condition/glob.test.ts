import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob } from '../../src/condition/match/glob.ts';

/** fnmatch as its definition reads, in exponential time; for `*`, `?`, escapes and plain sets. */
function naive(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  const [head] = pattern;
  if (head === '*') {
    return naive(pattern.slice(1), text) || (text !== '' && naive(pattern, text.slice(1)));
  }
  if (text === '') return false;
  if (head === '?') return naive(pattern.slice(1), text.slice(1));
  const set = /^\[(!?)([abc])-([abc])\]/.exec(pattern);
  if (set !== null) {
    const inside = text[0]! >= set[2]! && text[0]! <= set[3]!;
    return inside === (set[1] === '') && naive(pattern.slice(set[0].length), text.slice(1));
  }
  const literal = head === '\\' ? pattern[1] : head;
  return text[0] === literal && naive(pattern.slice(head === '\\' ? 2 : 1), text.slice(1));
}

describe('glob (fnmatch, §3.3)', () => {
  it('agrees with a naive matcher', () => {
    const piece = fc.constantFrom('a', 'b', 'c', '*', '?', '\\*', '\\a', '[a-b]', '[!b-c]', '/');
    const pattern = fc.array(piece, { maxLength: 7 }).map((pieces) => pieces.join(''));
    const text = fc.stringMatching(/^[abc*/]{0,8}$/);
    fc.assert(
      fc.property(pattern, text, (glob, subject) => {
        expect(compileGlob(glob)(subject)).toBe(naive(glob, subject));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['[]a]', ']', true],
    ['[!]a]', 'b', true],
    ['[a-]', '-', true],
    ['[\\]]', ']', true],
    ['[[.a.]]', 'a', true],
    ['[[=a=]b]', 'b', true],
    ['[[:digit:]x]', '7', true],
    ['[[:nope:]]', 'n', false],
    ['[![:nope:]]', 'x', false],
    ['[abc', '[abc', true],
    ['a[', 'a[', true],
    ['a\\', 'a\\', false],
    ['a\\', 'a', false],
    ['*', '', true],
    ['', '', true],
    ['.*', '.a/b', true],
    ['[é]', 'é', false],
    ['[é][é]', 'é', true],
    ['??', 'é', true],
    ['日*', '日本', true],
  ])('%s on %s: %s', (pattern, text, expected) => {
    expect(compileGlob(pattern)(text)).toBe(expected);
  });

  it.each([
    ['aB[c-d]', 'Abc', true],
    ['[A-C]', 'b', true],
    ['[[:upper:]]', 'A', true],
    ['[[:upper:]]', 'a', false],
    ['É', 'é', false],
  ])('without case: %s on %s: %s', (pattern, text, expected) => {
    expect(compileGlob(pattern, true)(text)).toBe(expected);
  });

  it('takes linear time on patterns that make others backtrack', () => {
    expect(compileGlob(`${'*a'.repeat(200)}b`)('a'.repeat(5000))).toBe(false);
  });
});
