import type {
  CorrelatedEvent,
  CorrelationRule,
  EventMark,
} from '../../src/correlate/correlation.ts';

/** A hit as tests compare it. */
export interface ModelHit {
  readonly rule: number;
  readonly group: string;
  readonly count: number;
  /** Order numbers of the events. */
  readonly events: readonly number[];
  readonly values: readonly string[];
}

export interface ModelResult {
  readonly hits: readonly ModelHit[];
  readonly suppressed: number;
  readonly evictedGroups: number;
  readonly copies: number;
}

type Event = CorrelatedEvent<string>;

/** What one group of one correlation has seen, from the beginning. */
interface History {
  readonly key: string;
  readonly events: {
    readonly event: Event;
    readonly steps: readonly number[];
    readonly value: string;
  }[];
  /** Events before this index are used up. */
  used: number;
  quietUntil: bigint;
}

/**
 * Correlations as their documentation words them: nothing is kept up to date, everything is looked for again in all
 * that was seen. Slow, and short enough to be read.
 */
export function slowModel(
  rules: readonly CorrelationRule[],
  events: readonly Event[],
  maxGroups: number,
): ModelResult {
  const sorted = events.toSorted((a, b) => (isBefore(a, b) ? -1 : 1));
  const once = sorted.filter(
    (event, at) =>
      !sorted.slice(0, at).some(({ id, time }) => id === event.id && time === event.time),
  );
  const result = {
    hits: [] as ModelHit[],
    suppressed: 0,
    evictedGroups: 0,
    copies: sorted.length - once.length,
  };
  /** Those whose last event is oldest come first. */
  const histories: History[][] = rules.map(() => []);
  for (const event of once) {
    for (const [index, rule] of rules.entries()) {
      const own = event.matches.filter((match) => match.rule === index);
      for (const group of new Set(own.map((match) => match.group))) {
        const list = histories[index]!;
        forgetOver(list, rule, event.time);
        const at = list.findIndex(({ key }) => key === group);
        const matches = own.filter((match) => match.group === group);
        const steps = matches.map(({ step }) => step).filter(mayBe(rule, event, list[at]));
        if (steps.length === 0) continue;
        const history =
          at === -1 ? { key: group, events: [], used: 0, quietUntil: 0n } : list.splice(at, 1)[0]!;
        list.push(history);
        while (list.length > maxGroups) {
          list.shift();
          result.evictedGroups++;
        }
        history.events.push({ event, steps, value: matches.at(-1)!.value ?? '' });
        const found = completion(rule, history, once[0]!.time);
        if (found === undefined) continue;
        if (event.time < history.quietUntil) {
          result.suppressed++;
          continue;
        }
        history.quietUntil = event.time + rule.suppress;
        result.hits.push({ rule: index, group, ...found });
      }
    }
  }
  return result;
}

/** In an ordered one nothing is kept as a step that no event of the step before stands in front of. */
function mayBe(
  rule: CorrelationRule,
  event: Event,
  history: History | undefined,
): (step: number) => boolean {
  if (rule.type !== 'temporal_ordered') return () => true;
  const before = history?.events
    .slice(history.used)
    .filter((seen) => seen.event.time > event.time - rule.timespan);
  return (step) => step === 0 || before?.some(({ steps }) => steps.includes(step - 1)) === true;
}

function isBefore(a: EventMark<unknown>, b: EventMark<unknown>): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order);
}

/** Groups at the front that nothing in the window belongs to any more are forgotten for free. */
function forgetOver(list: History[], rule: CorrelationRule, now: bigint): void {
  if (rule.type === 'silence') return;
  if (rule.type === 'new_value' && (rule.timespan === 0n || rule.returning === true)) return;
  while (list.length > 0) {
    const { events, quietUntil } = list[0]!;
    if (events.at(-1)!.event.time > now - rule.timespan || quietUntil > now) return;
    list.shift();
  }
}

function completion(
  rule: CorrelationRule,
  history: History,
  first: bigint,
): Omit<ModelHit, 'rule' | 'group'> | undefined {
  const { event: last, value } = history.events.at(-1)!;
  const window = history.events.filter(({ event }) => event.time > last.time - rule.timespan);
  switch (rule.type) {
    case 'event_count': {
      const count = window.length;
      if (count < rule.atLeast || count > rule.atMost) return undefined;
      return { count, events: window.map(({ event }) => event.order), values: [] };
    }
    case 'value_count': {
      const lasts = window.filter(
        (one, at) => !window.slice(at + 1).some((other) => other.value === one.value),
      );
      const count = lasts.length;
      if (count < rule.atLeast || count > rule.atMost) return undefined;
      return {
        count,
        events: lasts.map(({ event }) => event.order),
        values: lasts.map((one) => one.value),
      };
    }
    case 'new_value': {
      const before = history.events.slice(0, -1);
      const known = before
        .filter((one) => one.value === value)
        .map(({ event }) => event.time > last.time - rule.timespan);
      const isHit =
        rule.returning === true
          ? known.length > 0 && !known.includes(true)
          : !known.some((isRecent) => isRecent || rule.timespan === 0n);
      if (!isHit) return undefined;
      if (last.time < first + rule.warmup) return undefined;
      return { count: 1, events: [last.order], values: [value] };
    }
    case 'silence': {
      const before = history.events.at(-2)?.event;
      if (before === undefined || last.time - before.time < rule.timespan) return undefined;
      // What was heard before an earlier silence does not count again.
      const since = history.events.findLastIndex(
        ({ event }, at) =>
          at > 0 &&
          at < history.events.length - 1 &&
          event.time - history.events[at - 1]!.event.time >= rule.timespan,
      );
      const steady = history.events
        .slice(Math.max(0, since), -1)
        .filter(({ event }) => event.time > before.time - rule.timespan);
      if (steady.length < rule.atLeast) return undefined;
      return { count: rule.atLeast, events: [before.order, last.order], values: [] };
    }
    default: {
      const free = history.events
        .slice(history.used)
        .filter(({ event }) => event.time > last.time - rule.timespan);
      const chosen = choose(rule, free, []);
      if (chosen === undefined) return undefined;
      history.used = history.events.length;
      const marks = chosen.toSorted((a, b) => (isBefore(a.event, b.event) ? -1 : 1));
      const values = rule.differs === true ? [...new Set(marks.map((one) => one.value))] : [];
      return { count: marks.length, events: marks.map((one) => one.event.order), values };
    }
  }
}

type Seen = History['events'][number];

/** Every choice of events for the steps is tried, earliest first. */
function choose(
  rule: CorrelationRule,
  free: readonly Seen[],
  chosen: readonly Seen[],
): readonly Seen[] | undefined {
  const places = Array.from({ length: rule.steps }, (_, step) =>
    Array.from({ length: rule.times?.[step] ?? 1 }, () => step),
  ).flat();
  if (chosen.length === places.length) {
    const end = chosen.at(-1)!.value;
    const isSame = chosen.slice(0, -1).some(({ value }) => value === end);
    return rule.differs === true && isSame ? undefined : chosen;
  }
  for (const seen of free) {
    if (!seen.steps.includes(places[chosen.length]!) || chosen.includes(seen)) continue;
    const before = chosen.at(-1);
    const isOrdered = rule.type === 'temporal_ordered';
    if (isOrdered && before !== undefined && !isBefore(before.event, seen.event)) continue;
    const whole = choose(rule, free, [...chosen, seen]);
    if (whole !== undefined) return whole;
  }
  return undefined;
}
