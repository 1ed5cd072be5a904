import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CORRELATION_TYPES,
  limitsOf,
  USUAL_LIMITS,
  type CorrelatedEvent,
  type CorrelationHit,
  type CorrelationLimits,
  type CorrelationRule,
  type Match,
} from '../../src/correlate/correlation.ts';
import { Correlator, type CorrelatorOptions } from '../../src/correlate/correlator.ts';
import { slowModel, type ModelHit } from './slow-model.ts';

type Event = CorrelatedEvent<string>;

const SECOND = 1_000_000_000n;
const seconds = (count: number): bigint => BigInt(count) * SECOND;

function ruleOf(keys: Partial<CorrelationRule>): CorrelationRule {
  return {
    name: 'R',
    type: 'event_count',
    steps: 1,
    timespan: seconds(10),
    atLeast: 1,
    atMost: Number.POSITIVE_INFINITY,
    suppress: 0n,
    warmup: 0n,
    ...keys,
  };
}

const anyRule: fc.Arbitrary<CorrelationRule> = fc
  .record({
    type: fc.constantFrom(...CORRELATION_TYPES),
    steps: fc.integer({ min: 1, max: 4 }),
    timespan: fc.integer({ min: 0, max: 6 }),
    atLeast: fc.integer({ min: 1, max: 4 }),
    more: fc.constantFrom(0, 1, Number.POSITIVE_INFINITY),
    suppress: fc.constantFrom(0, 0, 3, 20),
    warmup: fc.constantFrom(0, 0, 5),
    times: fc.option(fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 4, maxLength: 4 })),
    differs: fc.boolean(),
    returning: fc.boolean(),
  })
  .map(({ timespan, suppress, warmup, more, times, differs, returning, ...rest }) =>
    ruleOf({
      ...rest,
      ...(rest.type === 'temporal_ordered'
        ? { times: times?.slice(0, rest.steps), differs }
        : { returning: rest.type === 'new_value' && returning }),
      // Without an end only values are remembered.
      timespan: seconds(rest.type === 'new_value' ? timespan : timespan + 1),
      atMost: rest.atLeast + more,
      suppress: seconds(suppress),
      warmup: seconds(warmup),
    }),
  );

const anyMatch = fc.record({
  rule: fc.nat({ max: 2 }),
  step: fc.nat({ max: 3 }),
  group: fc.constantFrom('a', 'b', 'c'),
  value: fc.constantFrom('x', 'y', 'z'),
});

/** Events in the order of time, with ties, gaps and copies. */
const anyStream = fc
  .array(
    fc.record({
      wait: fc.constantFrom(0, 0, 1, 1, 1, 2, 5, 12),
      id: fc.nat({ max: 40 }),
      matches: fc.array(anyMatch, { minLength: 0, maxLength: 3 }),
    }),
    { maxLength: 40 },
  )
  .map((steps) => {
    let time = 1000;
    return steps.map(({ wait, id, matches }, order): Event => {
      time += wait;
      return {
        time: seconds(time),
        order,
        id: String(id),
        origin: `line ${order}`,
        matches: oneValue(matches),
      };
    });
  });

/** In one group an event has one value. */
function oneValue(matches: readonly Match[]): readonly Match[] {
  return matches.map((match) => ({
    ...match,
    value: matches.find(({ rule, group }) => rule === match.rule && group === match.group)!.value!,
  }));
}

interface Outcome {
  readonly hits: readonly ModelHit[];
  readonly suppressed: number;
  readonly evictedGroups: number;
  readonly copies: number;
}

function correlate(
  rules: readonly CorrelationRule[],
  events: readonly Event[],
  options: CorrelatorOptions,
): Outcome & { late: number } {
  const correlator = new Correlator<string>(rules, options);
  const hits = [...events.flatMap((event) => correlator.add(event)), ...correlator.end()];
  const { late, copies, rules: counts } = correlator.counts;
  const sum = (of: (each: (typeof counts)[number]) => number): number =>
    counts.reduce((all, each) => all + of(each), 0);
  expect(sum((each) => each.hits)).toBe(hits.length);
  return {
    hits: hits.map(shown),
    suppressed: sum((each) => each.suppressed),
    evictedGroups: sum((each) => each.evictedGroups),
    copies,
    late,
  };
}

function shown({ rule, group, count, events, values }: CorrelationHit<string>): ModelHit {
  return { rule, group, count, values, events: events.map(({ order }) => order) };
}

/** Only as many steps as the rule has. */
function fitting(rules: readonly CorrelationRule[], events: readonly Event[]): Event[] {
  return events.map((event) => ({
    ...event,
    matches: event.matches
      .filter(({ rule }) => rule < rules.length)
      .map((match) => ({ ...match, step: match.step % rules[match.rule]!.steps })),
  }));
}

const anyRules = fc.array(anyRule, { minLength: 1, maxLength: 3 });
const limits = (changed: Partial<CorrelationLimits>): CorrelationLimits => ({
  ...USUAL_LIMITS,
  ...changed,
});

describe('a correlator equals the slow model', () => {
  it('on streams in order, with ties and copies', () => {
    fc.assert(
      fc.property(anyRules, anyStream, (rules, stream) => {
        const events = fitting(rules, stream);
        const { late, ...outcome } = correlate(rules, events, {});
        expect(late).toBe(0);
        expect(outcome).toEqual(slowModel(rules, events, USUAL_LIMITS.groups));
      }),
      { numRuns: 1500 },
    );
  });

  it('on streams that are out of order within the lateness', () => {
    const anyDelays = fc.array(fc.nat({ max: 8 }), { minLength: 40, maxLength: 40 });
    fc.assert(
      fc.property(anyRules, anyStream, anyDelays, (rules, stream, delays) => {
        const events = fitting(rules, stream);
        const arriving = events
          .map((event, at) => ({ event, at: event.time + seconds(delays[at]!) }))
          .toSorted((a, b) => Number(a.at - b.at) || a.event.order - b.event.order)
          .map(({ event }) => event);
        const { late, ...outcome } = correlate(rules, arriving, { lateness: seconds(8) });
        expect(late).toBe(0);
        expect(outcome).toEqual(slowModel(rules, events, USUAL_LIMITS.groups));
      }),
      { numRuns: 500 },
    );
  });

  it('on more groups than it may keep', () => {
    fc.assert(
      fc.property(anyRules, anyStream, fc.integer({ min: 1, max: 2 }), (rules, stream, groups) => {
        const events = fitting(rules, stream);
        const { late: _late, ...outcome } = correlate(rules, events, {
          limits: limits({ groups }),
        });
        expect(outcome).toEqual(slowModel(rules, events, groups));
      }),
      { numRuns: 500 },
    );
  });

  it('on what is left when late events are taken out', () => {
    fc.assert(
      fc.property(
        anyRules,
        anyStream,
        fc.nat({ max: 3 }),
        fc.integer({ min: 1, max: 5 }),
        fc.nat(),
        (rules, stream, lateness, waiting, seed) => {
          const events = shuffled(fitting(rules, stream), seed);
          const { late, ...outcome } = correlate(rules, events, {
            lateness: seconds(lateness),
            waiting,
          });
          const kept = inTime(events, seconds(lateness), waiting);
          expect(late).toBe(events.length - kept.length);
          expect(outcome).toEqual(slowModel(rules, kept, USUAL_LIMITS.groups));
        },
      ),
      { numRuns: 500 },
    );
  });
});

it.each([
  ['waits whole', 40, 0],
  ['waits as far as there is room', 10, 29],
])('a stream with its newest events first: it %s', (_name, waiting, late) => {
  const events = Array.from({ length: 40 }, (_, at): Event => ({
    time: seconds(at * 60),
    order: 40 - at,
    id: `id ${at}`,
    origin: '',
    matches: [{ rule: 0, step: 0, group: 'g' }],
  }));
  const rules = [ruleOf({ atLeast: 3, timespan: seconds(300) })];
  const { late: lost, ...outcome } = correlate(rules, events.toReversed(), { waiting });
  expect(lost).toBe(late);
  expect(outcome).toEqual(slowModel(rules, events.slice(late), USUAL_LIMITS.groups));
  expect(outcome.hits.length).toBeGreaterThan(0);
});

function shuffled(events: readonly Event[], seed: number): Event[] {
  return events
    .map((event, at) => ({ event, key: (Math.imul(at + 1, seed | 1) >>> 0) % 1009 }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ event }) => event);
}

/** The events that do not come behind a later one that had to go on, since one much later came behind it. */
function inTime(events: readonly Event[], lateness: bigint, capacity: number): Event[] {
  const kept: Event[] = [];
  let waiting: Event[] = [];
  let gone: Event | undefined;
  const before = (a: Event, b: Event): boolean =>
    a.time < b.time || (a.time === b.time && a.order < b.order);
  let newest = 0n;
  for (const event of events) {
    if (gone !== undefined && before(event, gone)) continue;
    kept.push(event);
    waiting = [...waiting, event].toSorted((a, b) => (before(a, b) ? -1 : 1));
    newest = waiting[0] === event || event.time > newest ? event.time : newest;
    while (
      waiting.length > capacity ||
      (waiting.length > 0 && waiting[0]!.time < newest - lateness)
    ) {
      gone = waiting.shift();
    }
  }
  return kept;
}

describe('each type, as its documentation says it', () => {
  const event = (time: number, ...matches: readonly Partial<Match>[]): Event => ({
    time: seconds(time),
    order: time,
    id: `id ${time}`,
    origin: '',
    matches: matches.map((match) => ({ rule: 0, step: 0, group: 'g', ...match })),
  });
  const hits = (rule: Partial<CorrelationRule>, ...events: readonly Event[]): number[][] =>
    correlate([ruleOf(rule)], events, {}).hits.map((hit) => [...hit.events]);

  it('windows are half open: what is older by the whole timespan is out', () => {
    const rule = { atLeast: 2, timespan: seconds(5) };
    expect(hits(rule, event(0, {}), event(5, {}))).toEqual([]);
    expect(hits(rule, event(1, {}), event(5, {}))).toEqual([[1, 5]]);
  });

  it('a step whose first event left the window takes the next', () => {
    const rule = { type: 'temporal', steps: 2, timespan: seconds(10) } as const;
    const [a, b] = [{ step: 0 }, { step: 1 }];
    expect(hits(rule, event(0, a), event(9, a), event(12, b))).toEqual([[9, 12]]);
    expect(hits(rule, event(3, a), event(9, a), event(12, b))).toEqual([[3, 12]]);
    expect(hits(rule, event(3, b), event(9, a))).toEqual([[3, 9]]);
    expect(hits({ ...rule, type: 'temporal_ordered' }, event(3, b), event(9, a))).toEqual([]);
  });

  it('one event is one step', () => {
    const both = [{ step: 0 }, { step: 1 }];
    for (const type of ['temporal', 'temporal_ordered'] as const) {
      const rule = { type, steps: 2 };
      expect(hits(rule, event(1, ...both))).toEqual([]);
      expect(hits(rule, event(1, ...both), event(2, ...both))).toEqual([[1, 2]]);
    }
    const rule = { type: 'temporal', steps: 2 } as const;
    expect(hits(rule, event(1, { step: 0 }), event(2, { step: 1 }), event(3, { step: 1 }))).toEqual(
      [[1, 2]],
    );
  });

  it('counts what it forgets', () => {
    const correlator = new Correlator<string>([ruleOf({ atLeast: 3 })], {
      limits: limits({ entries: 2, allEntries: 4, groups: 10 }),
    });
    // A count of 3 needs three events, whatever the limit of a group.
    const found = [0, 1, 2, 3].flatMap((time) => correlator.add(event(time, {})));
    found.push(
      ...['x', 'y'].flatMap((group, at) => correlator.add(event(5 + at, { group }))),
      ...correlator.end(),
    );
    expect(found.map((hit) => hit.count)).toEqual([3, 4]);
    expect(correlator.counts.rules).toEqual([
      { hits: 2, suppressed: 0, evictedGroups: 1, evictedEvents: 4 },
    ]);
  });
});

describe('bounds', () => {
  it('are shared by many correlations', () => {
    expect(limitsOf(1)).toEqual(USUAL_LIMITS);
    expect(limitsOf(2)).toEqual(USUAL_LIMITS);
    expect(limitsOf(20)).toEqual({ groups: 5000, entries: 1000, allEntries: 20_000 });
  });

  it('a million groups stay few', () => {
    const rules = [
      ruleOf({ atLeast: 1000 }),
      ruleOf({ type: 'value_count', atLeast: 1000 }),
      ruleOf({ type: 'temporal_ordered', steps: 3 }),
      ruleOf({ type: 'new_value', timespan: 0n }),
    ];
    const correlator = new Correlator<string>(rules, { limits: limits({ groups: 100 }) });
    for (let at = 0; at < 100_000; at++) {
      const group = `g${at % 10_000}`;
      const matches = rules.map((_, rule): Match => ({ rule, step: 0, group, value: `v${at}` }));
      correlator.add({
        time: seconds(1000) + BigInt(at) * 1_000_000n,
        order: at,
        id: `${at}`,
        origin: '',
        matches,
      });
    }
    correlator.end();
    // In ten seconds there are ten thousand groups: all but a hundred are given up.
    for (const { evictedGroups } of correlator.counts.rules) expect(evictedGroups).toBe(99_900);
  });
});
