import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CorrelatedEvent, Match } from '../../src/correlate/correlation.ts';
import { groupKey } from '../../src/correlate/group-key.ts';
import { Correlating } from '../../src/engine/parts/correlating.ts';
import { partRules, withParts } from '../../src/engine/parts/correlation-parts.ts';
import { createEngine } from '../../src/engine/engine.ts';
import type { Finding } from '../../src/engine/finding.ts';
import { ParsedEvent } from '../../src/events/parsed-event.ts';
import { parseRfc3339 } from '../../src/util/time.ts';
import { DEFAULT_FIELD_SETTINGS } from '../../src/rules/resolver.ts';
import { audit, loadOk } from '../helpers.ts';
import { slowModel } from './slow-model.ts';

const { rules } = await loadOk(`
- correlation: Counted
  type: event_count
  events: {one: "ka.verb in (get, create)"}
  group-by: [ka.user.name, ka.sourceips]
  each: [ka.sourceips]
  timespan: 5s
  condition: {gte: 2}
  suppress: 0s
  priority: INFO
- correlation: Ordered
  type: temporal_ordered
  events: [{made: ka.verb = create}, {used: ka.verb = get}]
  group-by: [who]
  each: [who]
  require: true
  aliases: {who: {made: ka.sourceips, used: ka.user.name}}
  timespan: 6s
  priority: INFO
- correlation: First
  type: new_value
  events: {one: ka.verb exists}
  group-by: [ka.sourceips]
  each: [ka.sourceips]
  field: ka.user.name
  warmup: 2s
  priority: INFO
`);
const RULES = rules.map(({ correlation }) => correlation!.rule);
const OPTIONS = { timeField: 'evt.time', settings: DEFAULT_FIELD_SETTINGS } as const;

interface Step {
  readonly wait: number;
  readonly delay: number;
  readonly verb: string;
  readonly user: string | undefined;
  readonly addresses: readonly string[] | undefined;
}

const anyName = fc.constantFrom('a', 'b', 'c');
const anyStep: fc.Arbitrary<Step> = fc.record({
  wait: fc.constantFrom(0, 0, 1, 1, 2, 4),
  delay: fc.nat({ max: 4 }),
  verb: fc.constantFrom('get', 'create', 'list'),
  user: fc.option(anyName, { nil: undefined }),
  addresses: fc.option(
    fc.oneof(
      fc.array(anyName, { minLength: 1, maxLength: 3 }),
      // Only the first 32 make groups.
      fc.constantFrom(Array.from({ length: 40 }, (_, at) => (at < 35 ? `n${at}` : 'a'))),
    ),
    { nil: undefined },
  ),
});

/** The events in their order, and what each is in which group, as the documentation says it. */
function streamOf(
  steps: readonly Step[],
): { readonly step: Step; readonly event: CorrelatedEvent<string> }[] {
  let seconds = 0;
  return steps.map((step, order) => {
    seconds += step.wait;
    const time = parseRfc3339(timeText(seconds))!;
    return {
      step,
      event: {
        time,
        order,
        id: String(order),
        origin: timeText(seconds),
        matches: matchesOf(step),
      },
    };
  });
}

function timeText(seconds: number): string {
  return new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString().replace('Z', '000Z');
}

function matchesOf({ verb, user, addresses }: Step): Match[] {
  const each = addresses === undefined ? [null] : addresses.slice(0, 32);
  const who = user ?? null;
  const present = each.filter((address) => address !== null);
  return [
    ...(verb === 'list'
      ? []
      : each.map((address) => ({ rule: 0, step: 0, group: groupKey([who, address]), value: '' }))),
    ...(verb === 'create'
      ? present.map((address) => ({ rule: 1, step: 0, group: groupKey([address]), value: '' }))
      : []),
    ...(verb === 'get' && who !== null
      ? [{ rule: 1, step: 1, group: groupKey([who]), value: '' }]
      : []),
    ...(who === null
      ? []
      : each.map((address) => ({ rule: 2, step: 0, group: groupKey([address]), value: who }))),
  ];
}

function lineOf({
  step: { verb, user, addresses },
  event,
}: ReturnType<typeof streamOf>[number]): string {
  return JSON.stringify(
    audit({
      auditID: event.id,
      verb,
      ...(user !== undefined && { user: { username: user } }),
      ...(addresses !== undefined && { sourceIPs: [...addresses] }),
      stage: 'ResponseComplete',
      stageTimestamp: event.origin,
      requestReceivedTimestamp: event.origin,
    }),
  );
}

it('each value of a field is a group, as in the slow model, whatever the order within the lateness', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 25 }), (steps) => {
      const stream = streamOf(steps);
      const parts = partRules(rules);
      const engine = createEngine({ ...OPTIONS, rules: withParts(rules, parts), matching: 'all' });
      const correlating = new Correlating(rules, parts, OPTIONS, { lateness: 5_000_000_000n });
      const found: Finding[] = [];
      // Events of one time keep their order: the one that is read first is earlier.
      const arriving = stream
        .map((one) => ({ one, at: Number(one.event.time / 1_000_000_000n) + one.step.delay }))
        .toSorted((a, b) => a.at - b.at)
        .map(({ one }) => one);
      for (const [at, one] of arriving.entries()) {
        const text = lineOf(one);
        const { time } = one.event;
        const place = { time, num: at + 1, firstTime: time, origin: { file: 'f', line: at + 1 } };
        for (const finding of engine.evaluate(
          new ParsedEvent(text, JSON.parse(text) as never, place),
        )) {
          found.push(...(correlating.take(finding) ?? []));
        }
      }
      found.push(...correlating.end());
      const events = arriving.map(({ event }, order) => ({ ...event, order }));
      const expected = slowModel(RULES, withMatches(events), 1000).hits.map((hit) => ({
        rule: RULES[hit.rule]!.name,
        group: hit.group,
        events: hit.events.map((order) => `f:${order + 1}`),
      }));
      expect(
        found.map(({ rule, evidence, outputFields }) => ({
          rule,
          group: groupKey(evidence!.map(([, value]) => value as string | null)),
          events: outputFields.find(([key]) => key === 'corr.events')![1],
        })),
      ).toEqual(expected);
      expect(correlating.amounts.late).toBe(0);
    }),
    { numRuns: 400 },
  );
});

/** Events that are part of nothing never reach correlations, so they start no warm-up. */
function withMatches(events: readonly CorrelatedEvent<string>[]): CorrelatedEvent<string>[] {
  return events.filter(({ matches }) => matches.length > 0);
}
