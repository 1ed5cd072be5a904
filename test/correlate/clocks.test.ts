import { describe, expect, test } from 'vitest';
import type { CorrelatedEvent, CorrelationRule } from '../../src/correlate/correlation.ts';
import { Correlator } from '../../src/correlate/correlator.ts';

const SECOND = 1_000_000_000n;
const MINUTE = 60n * SECOND;
/** Wall clock of the receiver when a stream begins. */
const START = 1_772_704_800n * SECOND;

const RULE: CorrelationRule = {
  name: 'R',
  type: 'event_count',
  steps: 1,
  timespan: MINUTE,
  atLeast: 3,
  atMost: Number.POSITIVE_INFINITY,
  suppress: 0n,
  warmup: 0n,
};

interface Sender {
  readonly group: string;
  /** By how much its clock is ahead. */
  readonly ahead: bigint;
}

/** What comes of senders with clocks of their own, each with an event every two seconds, for some minutes. */
function received(
  senders: readonly Sender[],
  minutes: number,
  ownAhead = 0n,
): { readonly hits: Set<string>; readonly late: number } {
  let now = START;
  const correlator = new Correlator<string>([RULE], {
    lateness: 40n * SECOND,
    now: () => now + ownAhead,
  });
  const hits: string[] = [];
  let order = 0;
  for (let at = 0; at < minutes * 30; at++) {
    for (const { group, ahead } of senders) {
      const event: CorrelatedEvent<string> = {
        time: now + ahead,
        order: order++,
        id: `${group}${at}`,
        origin: group,
        matches: [{ rule: 0, step: 0, group, value: '' }],
      };
      for (const hit of correlator.add(event)) hits.push(hit.completedBy.origin);
    }
    now += 2n * SECOND;
  }
  return { hits: new Set(hits), late: correlator.counts.late };
}

describe('API servers with clocks of their own', () => {
  test.each([100n * SECOND, 3600n * SECOND])(
    'one that is ahead by %d ns makes no events of the others late',
    (ahead) => {
      const { hits, late } = received(
        [
          { group: 'right', ahead: -SECOND },
          { group: 'ahead', ahead },
        ],
        10,
      );
      expect(late).toBe(0);
      expect(hits).toContain('right');
    },
  );

  test('all ahead of the receiver are found as they come', () => {
    const both = [
      { group: 'one', ahead: 86_400n * SECOND },
      { group: 'two', ahead: 86_401n * SECOND },
    ];
    expect(received(both, 5)).toEqual({ hits: new Set(['one', 'two']), late: 0 });
  });

  test('a receiver that is ahead of all changes nothing', () => {
    const both = [
      { group: 'one', ahead: 0n },
      { group: 'two', ahead: -SECOND },
    ];
    expect(received(both, 5, 86_400n * SECOND)).toEqual({
      hits: new Set(['one', 'two']),
      late: 0,
    });
  });
});
