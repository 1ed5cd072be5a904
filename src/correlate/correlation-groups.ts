import {
  type CorrelatedEvent,
  type CorrelationCounts,
  type CorrelationHit,
  type CorrelationLimits,
  type CorrelationRule,
} from './correlation.ts';
import type { CorrelationWindow, Entry } from './correlation-window.ts';
import { LinkedOrder, type Linked } from './linked-order.ts';
import { boundKnown, oldestFirst, type KnownValues, type Past } from './known-values.ts';
import { NewValueWindow } from './new-value-window.ts';
import { windowOf } from './window-of.ts';

interface Group<Origin> extends Linked<Group<Origin>> {
  readonly key: string;
  readonly window: CorrelationWindow<Origin>;
  /** Time of its last event. */
  last: bigint;
  /** Hits before this time are only counted. */
  quietUntil: bigint;
}

/** The groups of one correlation, within bounds: those whose last event is oldest go first. */
export class CorrelationGroups<Origin> {
  readonly counts: CorrelationCounts = {
    hits: 0,
    suppressed: 0,
    evictedGroups: 0,
    evictedEvents: 0,
  };
  #index: number;
  readonly #rule: CorrelationRule;
  /** True when its windows have no end. */
  readonly #isEndless: boolean;
  readonly #isOrdered: boolean;
  readonly #limits: CorrelationLimits;
  /** Events that one group may hold. */
  readonly #entries: number;
  readonly #groups = new Map<string, Group<Origin>>();
  /** In the order of last events. A Map in that order would search its gaps for the first. */
  readonly #order = new LinkedOrder<Group<Origin>>();
  #size = 0;
  #first: bigint | undefined;
  /** The time of the last event of the stream, or of what was known before. */
  #until: bigint | undefined;
  /** True when the past needs no warm-up, and when the stream is such a past. */
  #isLearned = false;
  readonly #isLearning: boolean;
  /** Names of what is remembered beyond the stream; undefined for other types, and where nothing is. */
  readonly #names: Pick<Past, 'nameOfGroup' | 'nameOfValue'> | undefined;

  constructor(index: number, rule: CorrelationRule, limits: CorrelationLimits, past?: Past) {
    this.#index = index;
    this.#rule = rule;
    const { type, timespan, returning } = rule;
    const isForEver = type === 'new_value' && (timespan === 0n || returning === true);
    this.#isEndless = isForEver || type === 'silence';
    this.#isOrdered = type === 'temporal_ordered';
    this.#limits = limits;
    if (rule.type === 'new_value') this.#names = past;
    const needed = (rule.times ?? []).reduce((sum, times) => sum + times, 0);
    this.#entries = Math.max(limits.entries, rule.atLeast, needed);
    const known = past?.known[index];
    if (rule.type === 'new_value' && known !== undefined) this.#remember(known);
    if (past?.isLearning === true) this.#isLearned = true;
    this.#isLearning = past?.isLearning === true;
  }

  /** Groups, and events or values in them. */
  get kept(): number {
    return this.#groups.size + this.#size;
  }

  /** Its correlation stands at another place from now on, and is counted anew. */
  moveTo(index: number): void {
    this.#index = index;
    Object.assign(this.counts, { hits: 0, suppressed: 0, evictedGroups: 0, evictedEvents: 0 });
  }

  /** Starts the warm-up, with the first event of the stream. */
  start(time: bigint): void {
    if (this.#first === undefined || time < this.#first) this.#first = time;
  }

  /** Nanoseconds of the warm-up that are left at a time; undefined for what has none. */
  warmupLeft(time: bigint): bigint | undefined {
    const { type, warmup } = this.#rule;
    if (type !== 'new_value' || this.#isLearned || warmup === 0n) return undefined;
    const left = (this.#first ?? time) + warmup - time;
    return left > 0n ? left : 0n;
  }

  /**
   * What is known of values at the end of a stream; undefined for other types.
   *
   * @param end time of the last event of the stream
   */
  known(end: bigint | undefined): KnownValues | undefined {
    if (this.#rule.type !== 'new_value') return undefined;
    const groups = new Map<string, ReadonlyMap<string, bigint>>();
    for (const [key, { window }] of this.#groups) {
      if (window instanceof NewValueWindow) groups.set(key, window.values);
    }
    const later = this.#until !== undefined && (end === undefined || this.#until > end);
    const known = {
      since: this.#first,
      until: later ? this.#until : end,
      isLearned: this.#isLearned,
      groups,
    };
    const { timespan } = this.#rule;
    return boundKnown(known, this.#windowStart(timespan) === undefined ? undefined : timespan)
      .known;
  }

  /** Takes over what was known before, that which was seen longest ago first. */
  #remember({ since, until, isLearned, groups }: KnownValues): void {
    this.#first = since;
    this.#until = until;
    this.#isLearned = isLearned;
    for (const { key, sorted, last } of oldestFirst(groups)) {
      const group = this.#touch(key);
      group.last = last;
      for (const [value, time] of sorted)
        (group.window as NewValueWindow<Origin>).remember(value, time);
      this.#size += group.window.size;
      this.#fit(group);
      this.#makeRoom(group);
    }
  }

  /** Forgets the oldest of what a group has too much. */
  #fit({ window }: Group<Origin>): void {
    while (window.size > this.#entries) {
      window.drop();
      this.#size--;
      this.counts.evictedEvents++;
    }
  }

  /** Takes the next event of a group. @returns the hit that it completes */
  add(
    key: string,
    entry: Entry<Origin>,
    event: CorrelatedEvent<Origin>,
  ): CorrelationHit<Origin> | undefined {
    const { time } = entry.mark;
    const start = this.#windowStart(time);
    if (start !== undefined) this.#sweep(start, time);
    const name = this.#names?.nameOfGroup(key) ?? key;
    const there = this.#groups.get(name);
    if (there !== undefined && start !== undefined) this.#expire(there, start);
    const kept = this.#isOrdered ? usable(entry, there?.window) : entry;
    if (kept === undefined) return undefined;
    const group = this.#touch(name, there);
    const before = group.window.size;
    const completion = group.window.add(kept, this.#names?.nameOfValue(kept.value));
    if (time > group.last) group.last = time;
    const isHit = completion !== undefined && !this.#isWarmingUp(time);
    const isQuiet = isHit && time < group.quietUntil;
    const hit =
      isHit && !isQuiet
        ? { rule: this.#index, group: key, ...completion(), completedBy: event }
        : undefined;
    this.#size += group.window.size - before;
    this.#fit(group);
    this.#makeRoom(group);
    if (isQuiet) this.counts.suppressed++;
    if (hit === undefined) return undefined;
    group.quietUntil = time + this.#rule.suppress;
    this.counts.hits++;
    return hit;
  }

  /** Forgets what of a group is out of the window. */
  #expire({ window }: Group<Origin>, start: bigint): void {
    const before = window.size;
    window.expire(start);
    this.#size += window.size - before;
  }

  /** True while nothing is new: all is learned. */
  #isWarmingUp(time: bigint): boolean {
    if (this.#rule.type !== 'new_value') return false;
    return this.#isLearning || (this.warmupLeft(time) ?? 0n) > 0n;
  }

  /** The group of a key, as the one that was touched last. */
  #touch(key: string, there = this.#groups.get(key)): Group<Origin> {
    let group = there;
    if (group === undefined) {
      const window = windowOf<Origin>(this.#rule);
      group = { key, older: undefined, newer: undefined, window, last: 0n, quietUntil: 0n };
      this.#groups.set(key, group);
    }
    this.#order.touch(group);
    return group;
  }

  /** What is not later than this is out of the window; undefined for windows without an end. */
  #windowStart(time: bigint): bigint | undefined {
    return this.#isEndless ? undefined : time - this.#rule.timespan;
  }

  /** Forgets the oldest groups that nothing will ask for again. */
  #sweep(start: bigint, now: bigint): void {
    for (let group = this.#order.oldest; group !== undefined; group = this.#order.oldest) {
      if (group.last > start || group.quietUntil > now) return;
      this.#remove(group);
    }
  }

  /** Forgets the oldest groups but the one at hand while there is too much; then the oldest events of that one. */
  #makeRoom(current: Group<Origin>): void {
    const { groups, allEntries } = this.#limits;
    while (this.#groups.size > groups || this.#size > allEntries) {
      const group = this.#order.oldest;
      if (group === undefined || group === current) break;
      this.counts.evictedGroups++;
      this.counts.evictedEvents += group.window.size;
      this.#remove(group);
    }
    while (this.#size > allEntries && current.window.size > 0) {
      current.window.drop();
      this.#size--;
      this.counts.evictedEvents++;
    }
  }

  #remove(group: Group<Origin>): void {
    this.#order.remove(group);
    this.#size -= group.window.size;
    this.#groups.delete(group.key);
  }
}

/**
 * An entry of an ordered sequence with the steps that it may be: those behind an event of the step before. Events come in
 * order, so there will be none later. Undefined for the many that are none, which no group is made for.
 */
function usable<Origin>(
  entry: Entry<Origin>,
  window: CorrelationWindow<Origin> | undefined,
): Entry<Origin> | undefined {
  const steps = entry.steps & (window?.nextSteps?.() ?? 1);
  if (steps === 0) return undefined;
  return steps === entry.steps ? entry : { ...entry, steps };
}
