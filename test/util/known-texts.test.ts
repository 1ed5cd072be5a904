import { expect, test } from 'vitest';
import { KnownTexts } from '../../src/util/known-texts.ts';

test('a text is found by its key, and no other', () => {
  const known = new KnownTexts();
  known.set('a', 'text a');
  known.set('', 'text of the empty key');
  expect(known.get('a')).toBe('text a');
  expect(known.get('')).toBe('text of the empty key');
  expect(known.get('b')).toBeUndefined();
  expect(known.get('constructor')).toBeUndefined();
});

test('what is asked for stays, what is not is forgotten some thousand keys later', () => {
  const known = new KnownTexts();
  known.set('asked', 'kept');
  known.set('once', 'forgotten');
  for (let i = 0; i < 20_000; i++) {
    known.set(`key ${i}`, `text ${i}`);
    expect(known.get('asked')).toBe('kept');
  }
  expect(known.get('key 19999')).toBe('text 19999');
  expect(known.get('once')).toBeUndefined();
  expect(known.get('key 0')).toBeUndefined();
});

test('long keys are not kept', () => {
  const known = new KnownTexts();
  known.set('x'.repeat(600), 'text');
  expect(known.get('x'.repeat(600))).toBeUndefined();
});
