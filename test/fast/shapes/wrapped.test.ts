import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { AT_NIGHT, seeds } from '../../seeds.ts';
import { plainLine } from '../corpus.ts';
import { scanFast, scanReference } from '../engines.ts';
import { Random } from '../random.ts';
import { randomRules } from '../rule-maker.ts';
import { CHANGES, CUTTING, WRAPPINGS } from './wrappings.ts';

const ALL = [...WRAPPINGS, ...CUTTING];

const rules = await randomRules(new Random(77), 8);
const OPTIONS = { rules, matching: 'all' } as const;

/** Lines of a wrapping, some of them changed. */
function log(r: Random, lines: number, changed: number, wrappings = ALL): Buffer {
  let current = r.pick(wrappings);
  const texts = Array.from({ length: lines }, () => {
    if (r.chance(4)) current = r.pick(wrappings);
    let line = current.wrap(plainLine(r));
    for (let n = r.chance(changed) ? 1 + r.below(2) : 0; n > 0; n--)
      line = r.pick(CHANGES)(line, r);
    return line;
  });
  const bytes = Buffer.from(texts.join('\n'));
  // Bytes that are no UTF-8.
  for (let i = 0; i < bytes.length; i += 1 + r.below(20_000))
    if (r.chance(5)) bytes[i] = 0x80 + r.below(128);
  return bytes;
}

describe('wrapped lines are read in the scanner as the decoder reads them', () => {
  test.each(ALL.map((wrapping, i) => ({ ...wrapping, wrapping, i })))(
    '$name',
    ({ wrapping, i }) => {
      const r = new Random(40_000 + i + 100 * seeds(1)[0]!);
      const plain = log(r, 40, 0, [wrapping]);
      const expected = scanReference(plain, OPTIONS);
      expect(expected.events).toBeGreaterThanOrEqual(38);
      expect(scanFast(plain, OPTIONS, 1 << 20)).toEqual(expected);
      const changed = log(r, AT_NIGHT ? 400 : 60, 40, [wrapping]);
      expect(scanFast(changed, OPTIONS, r.pick([7, 1000, 1 << 20]))).toEqual(
        scanReference(changed, OPTIONS),
      );
    },
  );

  test.each(seeds(6))('mixed, seed %i', (seed) => {
    const r = new Random(60_000 + seed);
    const input = log(r, 250, 30);
    const since = r.chance(30) ? 1_710_000_000_000_000_000n : undefined;
    const options = {
      ...OPTIONS,
      maxLine: r.pick([3000, 1e7]),
      ...(since === undefined ? {} : { since }),
    };
    expect(scanFast(input, options, r.pick([1, 64, 4096, 1 << 20]))).toEqual(
      scanReference(input, options),
    );
  });
});
