import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileRegex } from '../../src/condition/match/regex.ts';

describe('regex in POSIX syntax (§3.4)', () => {
  it.each([
    ['a.c', 'abc', true],
    ['b', 'abc', false],
    ['a.b', 'a\nb', false],
    ['a[^x]b', 'a\nb', true],
    ['a$\n^b', 'a\nb', true],
    ['a|ab', 'ab', true],
    ['(a|ab)(c|bcd)', 'abcd', true],
    ['[[:alpha:]]+', 'abC', true],
    ['[[:alpha:]]', 'é', false],
    ['.', '日', true],
    ['..', '😀', false],
    ['\\x41\\x{42}\\103', 'ABC', true],
    ['a\\.b\\+', 'a.b+', true],
    ['a*?', 'aaa', true],
    ['a++b', 'aab', true],
    ['a{2}{3}', 'aaaaaa', true],
    ['a{2,}', 'aaa', true],
    ['a{,2}', 'a{,2}', true],
    ['[]a]', ']', true],
    ['[^]a]', 'b', true],
    ['[a-]', '-', true],
    ['', '', true],
    ['()', '', true],
    ['\\t', '\t', true],
    ['\\*{2}', '**', true],
  ])('%s on %j: %s', (pattern, text, expected) => {
    const regex = compileRegex(pattern);
    expect(regex.refusedByFalco).toBeUndefined();
    expect(regex.matches(text)).toBe(expected);
  });

  it.each([
    ['\\d+', '42', 'invalid escape sequence: \\d'],
    ['(?i)ABC', 'abc', 'no argument for repetition operator: ?'],
    ['(?:a)b', 'ab', 'no argument for repetition operator: ?'],
    ['(?P<n>a)', 'a', 'no argument for repetition operator: ?'],
    ['\\Qa.b\\E', 'a.b', 'invalid escape sequence: \\Q'],
    ['\\pN', '7', 'invalid escape sequence: \\p'],
    ['\\Aab\\z', 'ab', 'invalid escape sequence: \\A'],
  ])('%s is read in full syntax (D16)', (pattern, text, refusal) => {
    const regex = compileRegex(pattern);
    expect(regex.matches(text)).toBe(true);
    expect(regex.refusedByFalco).toBe(refusal);
  });

  it.each([
    ['a(', 'missing ): a('],
    ['a)', 'unexpected ): a)'],
    ['[a', 'missing ]: [a'],
    ['*a', 'no argument for repetition operator: *'],
    ['a|*', 'no argument for repetition operator: *'],
    ['a{1001}', 'invalid repetition size: {1001}'],
    ['a{3,2}', 'invalid repetition size: {3,2}'],
    ['a\\', 'trailing \\ at end of regexp'],
    ['\\1', 'invalid escape sequence: \\1'],
    ['[b-a]', 'invalid character class range'],
    ['[[:nope:]]', 'invalid character class range'],
  ])('%s is refused', (pattern, message) => {
    expect(() => compileRegex(pattern)).toThrow(message);
  });

  it('agrees with V8 on patterns that both read alike', () => {
    const piece = fc.constantFrom(
      'a',
      'b',
      '.',
      'a*',
      '(a|b)',
      '(ab)+',
      '[ab]',
      '[^a]',
      'b?',
      'c{1,2}',
      '|',
    );
    const pattern = fc
      .array(piece, { minLength: 1, maxLength: 6 })
      .map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(pattern, fc.stringMatching(/^[abc]{0,8}$/), (source, text) => {
        expect(compileRegex(source).matches(text)).toBe(new RegExp(`^(?:${source})$`).test(text));
      }),
      { numRuns: 1000 },
    );
  });
});
