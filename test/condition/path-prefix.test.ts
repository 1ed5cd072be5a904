import { expect, test } from 'vitest';
import { compileGlob } from '../../src/condition/match/glob.ts';
import { compilePathPrefix } from '../../src/condition/match/path-prefix.ts';
import { Random } from '../fast/random.ts';

/** What `pmatch` means, a value at a time. */
function isPrefix(value: string, text: string): boolean {
  const split = (path: string): string[] => path.split('/').filter((part) => part !== '');
  const [parts, components] = [split(value), split(text)];
  return (
    parts.length <= components.length &&
    parts.every((part, index) => compileGlob(part)(components[index]!))
  );
}

test('values that begin alike find what each finds on its own', () => {
  const random = new Random(7);
  const PARTS = ['a', 'b', 'ab', 'a*', '?', '*', '[ab]', '', '..', '__proto__', 'constructor'];
  const path = (longest: number): string =>
    Array.from({ length: random.below(longest + 1) }, () => random.pick(PARTS)).join('/');
  let found = 0;
  for (let round = 0; round < 2000; round++) {
    const values = Array.from({ length: random.below(6) }, () => path(4));
    const matches = compilePathPrefix(values);
    for (let tries = 0; tries < 5; tries++) {
      const text = path(5);
      const expected = values.some((value) => isPrefix(value, text));
      expect(matches(text), `${text} pmatch (${values.join(', ')})`).toBe(expected);
      if (expected) found++;
    }
  }
  expect(found).toBeGreaterThan(1000);
  expect(found).toBeLessThan(9000);
});
