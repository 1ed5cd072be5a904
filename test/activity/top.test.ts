import { describe, expect, it } from 'vitest';
import { Counts } from '../../src/activity/count/value-tally.ts';
import { TimeBars } from '../../src/activity/count/time-bars.ts';
import { TopCounter } from '../../src/activity/count/top.ts';
import { sparkline } from '../../src/outputs/table/bars.ts';
import { at } from './requests.ts';

describe('top counter', () => {
  it('counts values with results, first and last, most frequent first', () => {
    const counter = new TopCounter();
    counter.add('b', at('10:00:00'), 'denied');
    counter.add('a', at('10:00:05'), 'failed');
    counter.add('b', at('09:00:00'), 'allowed');
    const [first, second] = counter.top(10);
    expect(first).toMatchObject({
      key: 'b',
      count: 2,
      denied: 1,
      failed: 0,
      first: at('09:00:00'),
      last: at('10:00:00'),
      atLeast: false,
    });
    expect(second).toMatchObject({ key: 'a', count: 1, failed: 1 });
  });

  it('finds what is frequent however many rare values come before, in bounded memory', () => {
    const counter = new TopCounter(10);
    for (let i = 0; i < 1000; i++) {
      counter.add(`rare-${i}`, at('10:00:00'), '');
      if (i % 2 === 0) counter.add('often', at('10:00:01'), '');
    }
    expect(counter.top(1)[0]).toMatchObject({ key: 'often', count: 500, atLeast: false });
    expect(counter.size).toBeLessThanOrEqual(20);
    expect(counter.forgotten).toBeGreaterThan(900);
    expect(counter.total).toBe(1500);
    // What comes back after it may have been forgotten is a lower bound.
    expect(counter.top(20).at(-1)!.atLeast).toBe(true);
  });

  it('puts all values on the same bars of time', () => {
    const counter = new TopCounter();
    counter.add('early', at('10:00:00'), '');
    counter.add('late', at('12:00:00'), '');
    const bars = new Map(counter.top(2).map(({ key, bars: each }) => [key, each]));
    expect(bars.get('early')!.length).toBe(bars.get('late')!.length);
    expect(bars.get('early')!.at(0)).toBe(1);
    expect(bars.get('late')!.at(-1)).toBe(1);
  });
});

describe('counts', () => {
  it('are bounded and say when values were forgotten', () => {
    const counts = new Counts(5);
    for (let i = 0; i < 100; i++) {
      counts.add(`value-${i}`);
      counts.add('often');
    }
    expect(counts.size).toBeLessThanOrEqual(10);
    expect(counts.forgotten).toBe(true);
    expect(counts.top(1)).toEqual([['often', 100]]);
  });
});

describe('time bars', () => {
  it('widens bars instead of growing', () => {
    const bars = new TimeBars(8);
    for (let minute = 0; minute < 60; minute++)
      bars.add(at('10:00:00') + BigInt(minute) * 60_000_000_000n);
    const counts = bars.on(bars);
    expect(counts.length).toBeLessThanOrEqual(8);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(60);
    expect(bars.range!.seconds).toBe(900);
  });

  it('leaves out unknown times', () => {
    const bars = new TimeBars(8);
    bars.add(0n);
    expect(bars.range).toBeUndefined();
    expect(bars.on(bars)).toEqual([]);
  });

  it('draws each count as high as its share of the highest', () => {
    expect(sparkline([0, 1, 4, 8])).toBe(' ▁▄█');
    expect(sparkline([])).toBe('');
  });
});
