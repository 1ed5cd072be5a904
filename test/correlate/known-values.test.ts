import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  USUAL_LIMITS,
  type CorrelatedEvent,
  type CorrelationRule,
} from '../../src/correlate/correlation.ts';
import { Correlator } from '../../src/correlate/correlator.ts';
import {
  boundKnown,
  mergeKnown,
  type KnownValues,
  type Past,
} from '../../src/correlate/known-values.ts';

type Event = CorrelatedEvent<string>;

/** Arrays of names, and names with values: by their text. */
function byText(a: unknown, b: unknown): number {
  return String(a) < String(b) ? -1 : 1;
}

const seconds = (count: number): bigint => BigInt(count) * 1_000_000_000n;

function ruleOf(keys: Partial<CorrelationRule>): CorrelationRule {
  return {
    name: 'R',
    type: 'new_value',
    steps: 1,
    timespan: 0n,
    atLeast: 1,
    atMost: Number.POSITIVE_INFINITY,
    suppress: 0n,
    warmup: 0n,
    ...keys,
  };
}

const anyRule = fc
  .record({
    timespan: fc.integer({ min: 0, max: 8 }),
    warmup: fc.constantFrom(0, 0, 6),
    returning: fc.boolean(),
  })
  .map(({ timespan, warmup, returning }) =>
    ruleOf({
      timespan: seconds(returning ? timespan + 1 : timespan),
      warmup: seconds(warmup),
      ...(returning && { returning }),
    }),
  );

/** Two logs, of which the second may begin before the first has ended. */
const anyLogs = fc.tuple(anyLog(1000), anyLog(1004));

function anyLog(start: number): fc.Arbitrary<Event[]> {
  const step = fc.record({
    wait: fc.constantFrom(0, 0, 1, 1, 2, 5, 9),
    group: fc.constantFrom('a', 'b', 'c'),
    value: fc.constantFrom('x', 'y', 'z'),
  });
  return fc.array(step, { maxLength: 25 }).map((steps) => {
    let time = start;
    return steps.map(({ wait, group, value }, order) => {
      time += wait;
      return {
        time: seconds(time),
        order,
        id: `${start} ${order}`,
        origin: '',
        matches: [{ rule: 0, step: 0, group, value }],
      };
    });
  });
}

/** Everything that was ever seen, searched anew for each event. */
class Model {
  readonly seen: { group: string; value: string; time: bigint }[] = [];
  since: bigint | undefined;
  until: bigint | undefined;
  isLearned = false;

  /** Takes a log. @returns the orders of the events that are hits */
  run(rule: CorrelationRule, events: readonly Event[], isLearning: boolean): number[] {
    this.isLearned ||= isLearning;
    const first = events[0]?.time;
    if (first !== undefined && (this.since === undefined || first < this.since)) this.since = first;
    const hits: number[] = [];
    for (const { time, order, matches } of events) {
      const { group, value = '' } = matches[0]!;
      const times = this.seen.filter((one) => one.group === group && one.value === value);
      const last = times.map((one) => one.time).reduce((a, b) => (a > b ? a : b), -1n);
      const isKnown = times.length > 0;
      const isRecent = isKnown && last > time - rule.timespan;
      const isHit =
        rule.returning === true
          ? isKnown && !isRecent
          : !(isRecent || (isKnown && rule.timespan === 0n));
      const isWarm = this.isLearned || time >= this.since! + rule.warmup;
      if (isHit && isWarm && !isLearning) hits.push(order);
      this.seen.push({ group, value, time });
      if (this.until === undefined || time > this.until) this.until = time;
    }
    return hits;
  }

  /** What a state says: what is not too old at the end. */
  known(rule: CorrelationRule): Record<string, string> {
    const isForEver = rule.timespan === 0n || rule.returning === true;
    const known: Record<string, bigint> = {};
    for (const { group, value, time } of this.seen) {
      if (!isForEver && time <= this.until! - rule.timespan) continue;
      const key = `${group} ${value}`;
      if (known[key] === undefined || time > known[key]) known[key] = time;
    }
    return Object.fromEntries(
      Object.entries(known)
        .toSorted(byText)
        .map(([key, time]) => [key, String(time)]),
    );
  }
}

function flat({ groups }: KnownValues): Record<string, string> {
  return Object.fromEntries(
    [...groups]
      .flatMap(([group, values]) =>
        [...values].map(([value, time]) => [`${group} ${value}`, String(time)]),
      )
      .toSorted(byText),
  );
}

function pastOf(known: KnownValues | undefined, isLearning: boolean): Past {
  return {
    known: [known],
    isLearning,
    nameOfGroup: (text) => text,
    nameOfValue: (text) => text,
  };
}

function run(
  rule: CorrelationRule,
  events: readonly Event[],
  past: Past,
): { hits: number[]; known: KnownValues } {
  const correlator = new Correlator<string>([rule], { lateness: seconds(6), past });
  const hits = [...events.flatMap((event) => correlator.add(event)), ...correlator.end()];
  return { hits: hits.map(({ events: [event] }) => event!.order), known: correlator.known()[0]! };
}

describe('what is known of values', () => {
  it('is what a model finds that keeps everything, over two logs', () => {
    fc.assert(
      fc.property(anyRule, anyLogs, fc.boolean(), (rule, [first, second], isLearning) => {
        const model = new Model();
        const learned = run(rule, first, pastOf(undefined, isLearning));
        expect(learned.hits).toEqual(model.run(rule, first, isLearning));
        expect(flat(learned.known)).toEqual(model.known(rule));
        const then = run(rule, second, pastOf(learned.known, false));
        expect(then.hits).toEqual(afterExpiry(rule, model, second));
        expect(then.known).toMatchObject({
          since: model.since,
          until: model.until,
          isLearned: isLearning,
        });
      }),
      { numRuns: 1000 },
    );
  });

  it('does not depend on the order in which events come within the lateness', () => {
    const anyDelays = fc.array(fc.nat({ max: 6 }), { minLength: 25, maxLength: 25 });
    fc.assert(
      fc.property(anyRule, anyLog(1000), anyDelays, (rule, log, delays) => {
        const inOrder = run(rule, log, pastOf(undefined, false));
        const arriving = log
          .map((event, at) => ({ event, at: event.time + seconds(delays[at]!) }))
          .toSorted((a, b) => Number(a.at - b.at) || a.event.order - b.event.order)
          .map(({ event }) => event);
        const outcome = run(rule, arriving, pastOf(undefined, false));
        expect(outcome).toEqual(inOrder);
      }),
      { numRuns: 500 },
    );
  });

  it('names groups and values otherwise without finding others', () => {
    fc.assert(
      fc.property(anyRule, anyLogs, (rule, [first, second]) => {
        const named = (known?: KnownValues): Past => ({
          ...pastOf(known, false),
          nameOfGroup: (text) => `group ${text}`,
          nameOfValue: (text) => `value ${text}`,
        });
        const plain = run(rule, first, pastOf(undefined, false));
        const other = run(rule, first, named());
        expect(other.hits).toEqual(plain.hits);
        expect([...other.known.groups.keys()].every((key) => key.startsWith('group '))).toBe(true);
        expect(run(rule, second, named(other.known)).hits).toEqual(
          run(rule, second, pastOf(plain.known, false)).hits,
        );
      }),
      { numRuns: 300 },
    );
  });

  it('stays within the bounds of the groups, and counts what it forgets', () => {
    const groups = new Map(
      Array.from({ length: 10 }, (_, at) => [`g${at}`, new Map([['v', seconds(1000 + at)]])]),
    );
    const known = { since: seconds(1000), until: seconds(1009), isLearned: true, groups };
    const correlator = new Correlator<string>([ruleOf({})], {
      limits: { ...USUAL_LIMITS, groups: 4 },
      past: pastOf(known, false),
    });
    expect(correlator.counts.rules[0]).toMatchObject({ evictedGroups: 6, evictedEvents: 6 });
    expect([...correlator.known()[0]!.groups.keys()]).toEqual(['g6', 'g7', 'g8', 'g9']);
  });
});

/**
 * The hits of a second log. What was too old at the end of the first was forgotten there, which shows where the second
 * log goes back in time.
 */
function afterExpiry(rule: CorrelationRule, model: Model, events: readonly Event[]): number[] {
  const isForEver = rule.timespan === 0n || rule.returning === true;
  if (!isForEver && model.until !== undefined) {
    const start = model.until - rule.timespan;
    model.seen.splice(0, model.seen.length, ...model.seen.filter(({ time }) => time > start));
  }
  return model.run(rule, events, false);
}

const anyKnown: fc.Arbitrary<KnownValues> = fc
  .record({
    values: fc.array(
      fc.tuple(
        fc.constantFrom('a', 'b', 'c', 'd'),
        fc.constantFrom('x', 'y', 'z'),
        fc.integer({ min: 1, max: 9 }),
      ),
      { maxLength: 12 },
    ),
    isLearned: fc.boolean(),
    since: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
  })
  .map(({ values, isLearned, since }) => {
    const groups = new Map<string, Map<string, bigint>>();
    for (const [group, value, time] of values) {
      groups.set(group, (groups.get(group) ?? new Map<string, bigint>()).set(value, BigInt(time)));
    }
    const times = values.map(([, , time]) => time);
    return {
      since: since === undefined ? undefined : BigInt(since),
      until: times.length === 0 ? undefined : BigInt(Math.max(...times)),
      isLearned,
      groups,
    };
  });

describe('a merge of what is known', () => {
  it('has each value at its last time, in any order', () => {
    fc.assert(
      fc.property(anyKnown, anyKnown, anyKnown, fc.integer({ min: 1, max: 6 }), (a, b, c, most) => {
        const merged = (first: KnownValues, second: KnownValues): KnownValues =>
          boundKnown(mergeKnown(first, second), undefined, most).known;
        const shown = (known: KnownValues) => [
          flat(known),
          known.since,
          known.until,
          known.isLearned,
        ];
        expect(shown(merged(a, b))).toEqual(shown(merged(b, a)));
        expect(shown(merged(merged(a, b), c))).toEqual(shown(merged(a, merged(b, c))));
        const all = [flat(a), flat(b)];
        const whole = flat(mergeKnown(a, b));
        expect(Object.keys(whole)).toEqual(
          [...new Set(all.flatMap((each) => Object.keys(each)))].toSorted(byText),
        );
        for (const [key, time] of Object.entries(whole)) {
          expect(Number(time)).toBe(Math.max(...all.map((each) => Number(each[key] ?? 0))));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('keeps what was seen last, and counts the rest', () => {
    const groups = new Map([
      [
        'g',
        new Map([
          ['old', 1n],
          ['new', 3n],
          ['middle', 2n],
        ]),
      ],
    ]);
    const known = { since: 1n, until: 3n, isLearned: false, groups };
    const { known: left, dropped } = boundKnown(known, undefined, 2);
    expect([flat(left), dropped]).toEqual([{ 'g middle': '2', 'g new': '3' }, 1]);
    expect(flat(boundKnown(known, 2n).known)).toEqual({ 'g middle': '2', 'g new': '3' });
    expect(flat(boundKnown(known, 1n).known)).toEqual({ 'g new': '3' });
  });
});
