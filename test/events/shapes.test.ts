import { expect, test } from 'vitest';
import { CUT_SIZES } from '../../src/events/text/split.ts';
import { PREFIXES } from '../../src/events/wrappers/prefixes.ts';
import { MAX } from '../../src/fast/wasm/layout.gen.ts';

const DIGITS = Array.from({ length: 10 }, (_, digit) => String(digit));

test.each(PREFIXES.map(({ name, pattern }) => [name, pattern.source]))(
  'the pattern of the prefix %s treats all digits alike',
  (_name, source) => {
    const classes = source.match(/\[(?:\\.|[^\]\\])*\]/g) ?? [];
    const answers = classes.map((one) => DIGITS.map((digit) => new RegExp(one, 'u').test(digit)));
    for (const answer of answers) expect(new Set(answer).size).toBe(1);
    // Outside of classes, digits are only in counts, and in code points.
    const rest = source
      .replaceAll(/\[(?:\\.|[^\]\\])*\]/g, '')
      .replaceAll(/\{\d+(?:,\d*)?\}/g, '')
      .replaceAll(/\\u[\da-f]{4}/g, '');
    expect(rest).not.toMatch(/[0-9]/);
  },
);

test('the scanner leaves texts of the sizes at which loggers cut to the decoder', () => {
  expect([MAX.dockerCut, MAX.journaldCut]).toEqual(CUT_SIZES);
});
