import fc from 'fast-check';
import { expect, test } from 'vitest';
import type {
  CorrelatedEvent,
  CorrelationHit,
  CorrelationRule,
} from '../../src/correlate/correlation.ts';
import { Correlator } from '../../src/correlate/correlator.ts';

type Event = CorrelatedEvent<string>;
type Hit = CorrelationHit<string>;

const SECOND = 1_000_000_000n;
const LATENESS = { lateness: 3n * SECOND };

function ruleOf(keys: Partial<CorrelationRule>): CorrelationRule {
  return {
    name: 'R',
    type: 'event_count',
    steps: 1,
    timespan: 8n * SECOND,
    atLeast: 3,
    atMost: Number.POSITIVE_INFINITY,
    suppress: 5n * SECOND,
    warmup: 0n,
    ...keys,
  };
}

const BEFORE = [
  ruleOf({ name: 'count' }),
  ruleOf({ name: 'values', type: 'value_count', atLeast: 2 }),
  ruleOf({ name: 'sequence', type: 'temporal_ordered', steps: 2, suppress: 0n }),
  ruleOf({ name: 'new', type: 'new_value', timespan: 0n, warmup: 4n * SECOND }),
];
/** Other places, one gone, one that looks for something else. */
const AFTER = [BEFORE[3]!, ruleOf({ name: 'values', type: 'value_count', atLeast: 3 }), BEFORE[0]!];
const PLACES = [2, undefined, undefined, 0];

const anyEvents = fc.array(
  fc.record({
    wait: fc.integer({ min: -2, max: 3 }),
    rule: fc.nat({ max: 3 }),
    step: fc.nat({ max: 1 }),
    group: fc.constantFrom('a', 'b'),
    value: fc.constantFrom('x', 'y', 'z'),
  }),
  { minLength: 2, maxLength: 60 },
);

test('hits of what did not change are those of a stream that was never interrupted', () => {
  let hits = 0;
  fc.assert(
    fc.property(anyEvents, fc.nat({ max: 60 }), (steps, cut) => {
      let time = 1000n;
      const events = steps.map(({ wait, ...match }, order): Event => {
        time += BigInt(wait) * SECOND;
        return { time, order, id: String(order), origin: `line ${order}`, matches: [match] };
      });
      const whole = new Correlator<string>(BEFORE, LATENESS);
      const expected = [...events.flatMap((event) => whole.add(event)), ...whole.end()];
      const first = new Correlator<string>(BEFORE, LATENESS);
      const found: [Hit, readonly CorrelationRule[]][] = events
        .slice(0, cut)
        .flatMap((event) => first.add(event))
        .map((hit) => [hit, BEFORE]);
      const second = new Correlator<string>(AFTER, LATENESS);
      const moved = (event: Event): Event => {
        const matches = event.matches.flatMap((match) => {
          const rule = PLACES[match.rule];
          return rule === undefined ? [] : [{ ...match, rule }];
        });
        return { ...event, matches };
      };
      second.goOn(first, PLACES, moved);
      // Events of all correlations tell how late it is.
      const rest = events.slice(cut).map(moved);
      for (const hit of [...rest.flatMap((event) => second.add(event)), ...second.end()])
        found.push([hit, AFTER]);
      const kept = (all: [Hit, readonly CorrelationRule[]][]): string[] =>
        all
          .map(([hit, rules]) => shown(hit, rules))
          .filter((text) => /^(?:count|new) /.test(text))
          .toSorted();
      expect(kept(found)).toEqual(kept(expected.map((hit) => [hit, BEFORE])));
      hits += kept(found).length;
    }),
    { seed: 7, numRuns: 300 },
  );
  expect(hits).toBeGreaterThan(100);
});

function shown({ rule, group, events, values }: Hit, rules: readonly CorrelationRule[]): string {
  const origins = events.map(({ origin }) => origin).join();
  return `${rules[rule]!.name} ${group} ${origins} ${values.join()}`;
}
