import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/util/sha256.ts';

const expected = (text: string): string => createHash('sha256').update(text).digest('hex');

test('the hash is that of node:crypto', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
      expect(sha256(text)).toBe(expected(text));
    }),
    { numRuns: 500 },
  );
});

test('texts of every length about the end of a block, and lone surrogates', () => {
  for (let length = 0; length < 200; length++) {
    expect(sha256('a'.repeat(length))).toBe(expected('a'.repeat(length)));
  }
  expect(sha256('\ud800x\udfff')).toBe(expected('\ud800x\udfff'));
});
