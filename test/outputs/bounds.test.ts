import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MostSevere } from '../../src/outputs/keep.ts';
import { Tally } from '../../src/outputs/tally.ts';
import { utcTime } from '../../src/outputs/show-time.ts';
import { formatRfc3339Nano } from '../../src/util/time.ts';
import { Timeline } from '../../src/outputs/timeline.ts';
import { PRIORITIES, priorityRank } from '../../src/rules/priority.ts';

const SECOND = 1_000_000_000n;

describe('MostSevere', () => {
  it('keeps the most severe items, the earliest of equals, in order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...PRIORITIES)),
        fc.integer({ min: 1, max: 10 }),
        (offered, capacity) => {
          const kept = new MostSevere<number>(capacity);
          for (const [i, priority] of offered.entries()) kept.add(priorityRank(priority), i);
          const best = offered
            .map((priority, i) => ({ rank: priorityRank(priority), i }))
            .toSorted((a, b) => a.rank - b.rank || a.i - b.i)
            .slice(0, capacity)
            .map(({ i }) => i);
          expect(kept.bySeverity()).toEqual(best);
          expect(kept.inOrder()).toEqual(best.toSorted((a, b) => a - b));
          expect(kept.dropped).toBe(offered.length - best.length);
        },
      ),
    );
  });

  it('returns what it does not keep', () => {
    const kept = new MostSevere<string>(1);
    expect(kept.add(5, 'a')).toBeUndefined();
    expect(kept.add(5, 'b')).toBe('b');
    expect(kept.add(3, 'c')).toBe('a');
  });
});

describe('Tally', () => {
  it('orders by high findings, then by count', () => {
    const tally = new Tally();
    for (let i = 0; i < 9; i++) tally.add('often', { priority: 'Debug' });
    tally.add('a', { priority: 'Debug' });
    tally.add('b', { priority: 'Debug' });
    tally.add('b', { priority: 'Error' });
    tally.add('c', { priority: 'Alert' });
    expect(tally.top(4)).toEqual([
      { value: 'b', count: 2, worst: 'high', high: 1 },
      { value: 'c', count: 1, worst: 'high', high: 1 },
      { value: 'often', count: 9, worst: 'info', high: 0 },
      { value: 'a', count: 1, worst: 'info', high: 0 },
    ]);
  });

  it('counts values beyond its bound together', () => {
    const tally = new Tally();
    for (let i = 0; i < 10_005; i++) tally.add(`v${i}`, { priority: 'Debug' });
    expect(tally.size).toBe(10_000);
    expect(tally.others).toBe(5);
  });
});

describe('Timeline', () => {
  it('has no bars without times', () => {
    const timeline = new Timeline();
    timeline.add(0n, 'Error');
    expect(timeline.result()).toBeUndefined();
  });

  it('never exceeds its bars and loses no finding, in any order of times', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 1n, max: 10n ** 20n }), { minLength: 1 }), (times) => {
        const timeline = new Timeline();
        for (const time of times) timeline.add(time, 'Notice');
        const { bars, length, start, end } = timeline.result()!;
        expect(length).toBeLessThanOrEqual(96);
        expect(bars.flatMap(({ counts }) => counts).reduce((a, b) => a + b, 0)).toBe(times.length);
        for (const time of times) expect(time >= start && time < end).toBe(true);
      }),
    );
  });

  it('chooses spans that people use', () => {
    const timeline = new Timeline();
    timeline.add(SECOND, 'Error');
    expect(timeline.result()).toMatchObject({ seconds: 1, length: 1 });
    timeline.add(3600n * SECOND, 'Error');
    expect(timeline.result()).toMatchObject({ seconds: 60, length: 61 });
    timeline.add(10n * 86_400n * SECOND, 'Error');
    expect(timeline.result()).toMatchObject({ seconds: 10_800, length: 81 });
  });
});

describe('times', () => {
  it.each([
    [0n, '1970-01-01T00:00:00.000000000Z'],
    [1_540_558_825_000_123_000n, '2018-10-26T13:00:25.000123000Z'],
    [-1n, '1969-12-31T23:59:59.999999999Z'],
    [253_402_300_799_999_999_999n, '9999-12-31T23:59:59.999999999Z'],
  ])('%s is %s', (time, text) => {
    expect(formatRfc3339Nano(time)).toBe(text);
    expect(utcTime(time)).toBe(text.slice(0, 19).replace('T', ' '));
  });
});
