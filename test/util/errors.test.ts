import { expect, test } from 'vitest';
import { failureOf, KnownError, toldFailure } from '../../src/util/errors.ts';

const passed = (error: unknown): Error =>
  failureOf(structuredClone(toldFailure(error)), 'a thread failed');

test('an expected failure is one in another thread, too', () => {
  const error = passed(new KnownError('rules', 'no such file', 'look'));
  expect(error).toBeInstanceOf(KnownError);
  expect(error).toMatchObject({ kind: 'rules', message: 'no such file', hint: 'look' });
});

test('any other keeps its stack', () => {
  const error = new TypeError('x is not a function');
  expect(passed(error)).not.toBeInstanceOf(KnownError);
  expect(passed(error).message).toBe(`a thread failed: ${error.stack}`);
  expect(passed('gone').message).toBe('a thread failed: gone');
});
