import {
  type CorrelatedEvent,
  type CorrelationCounts,
  type CorrelationHit,
  type CorrelationLimits,
  type CorrelationRule,
} from './correlation.ts';
import type { CorrelationWindow, Entry } from './correlation-window.ts';
import { CountWindow, NewValueWindow, ValueWindow } from './count-window.ts';
import { SequenceWindow } from './sequence-window.ts';

interface Group<Origin> {
  readonly key: string;
  /** Its neighbours in the order of last events. A Map in that order would search its gaps for the first. */
  older: Group<Origin> | undefined;
  newer: Group<Origin> | undefined;
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
  readonly #limits: CorrelationLimits;
  /** Events that one group may hold. */
  readonly #entries: number;
  readonly #groups = new Map<string, Group<Origin>>();
  /** The groups whose last events are oldest and newest. */
  #oldest: Group<Origin> | undefined;
  #newest: Group<Origin> | undefined;
  #size = 0;
  #first: bigint | undefined;

  constructor(index: number, rule: CorrelationRule, limits: CorrelationLimits) {
    this.#index = index;
    this.#rule = rule;
    this.#limits = limits;
    const needed = (rule.times ?? []).reduce((sum, times) => sum + times, 0);
    this.#entries = Math.max(limits.entries, rule.atLeast, needed);
  }

  /** Its correlation stands at another place from now on, and is counted anew. */
  moveTo(index: number): void {
    this.#index = index;
    Object.assign(this.counts, { hits: 0, suppressed: 0, evictedGroups: 0, evictedEvents: 0 });
  }

  /** Starts the warm-up, with the first event of the stream. */
  start(time: bigint): void {
    this.#first ??= time;
  }

  /** Takes the next event of a group. @returns the hit that it completes */
  add(
    key: string,
    entry: Entry<Origin>,
    event: CorrelatedEvent<Origin>,
  ): CorrelationHit<Origin> | undefined {
    const { time } = entry.mark;
    this.#sweep(time);
    const group = this.#touch(key);
    const before = group.window.size;
    const start = this.#windowStart(time);
    if (start !== undefined) group.window.expire(start);
    const completion = group.window.add(entry);
    group.last = time;
    const isHit = completion !== undefined && !this.#isLearning(time);
    const isQuiet = isHit && time < group.quietUntil;
    const hit =
      isHit && !isQuiet
        ? { rule: this.#index, group: key, ...completion(), completedBy: event }
        : undefined;
    if (group.window.size > this.#entries) {
      group.window.drop();
      this.counts.evictedEvents++;
    }
    this.#size += group.window.size - before;
    this.#makeRoom(group);
    if (isQuiet) this.counts.suppressed++;
    if (hit === undefined) return undefined;
    group.quietUntil = time + this.#rule.suppress;
    this.counts.hits++;
    return hit;
  }

  #isLearning(time: bigint): boolean {
    const { type, warmup } = this.#rule;
    return type === 'new_value' && time < (this.#first ?? time) + warmup;
  }

  /** The group of a key, as the one that was touched last. */
  #touch(key: string): Group<Origin> {
    let group = this.#groups.get(key);
    if (group === undefined) {
      const window = this.#newWindow();
      group = { key, older: undefined, newer: undefined, window, last: 0n, quietUntil: 0n };
      this.#groups.set(key, group);
    } else {
      this.#unlink(group);
    }
    group.older = this.#newest;
    if (this.#newest !== undefined) this.#newest.newer = group;
    this.#newest = group;
    this.#oldest ??= group;
    return group;
  }

  #unlink(group: Group<Origin>): void {
    if (group.older === undefined) this.#oldest = group.newer;
    else group.older.newer = group.newer;
    if (group.newer === undefined) this.#newest = group.older;
    else group.newer.older = group.older;
    group.older = undefined;
    group.newer = undefined;
  }

  #newWindow(): CorrelationWindow<Origin> {
    switch (this.#rule.type) {
      case 'event_count':
        return new CountWindow(this.#rule);
      case 'value_count':
        return new ValueWindow(this.#rule);
      case 'temporal':
      case 'temporal_ordered':
        return new SequenceWindow(this.#rule);
      case 'new_value':
        return new NewValueWindow(this.#rule);
    }
  }

  /** What is not later than this is out of the window; undefined for windows without an end. */
  #windowStart(time: bigint): bigint | undefined {
    const { type, timespan, returning } = this.#rule;
    const isForEver = type === 'new_value' && (timespan === 0n || returning === true);
    return isForEver ? undefined : time - timespan;
  }

  /** Forgets the oldest groups that nothing will ask for again. */
  #sweep(now: bigint): void {
    const start = this.#windowStart(now);
    if (start === undefined) return;
    for (let group = this.#oldest; group !== undefined; group = this.#oldest) {
      if (group.last > start || group.quietUntil > now) return;
      this.#remove(group);
    }
  }

  /** Forgets the oldest groups but the one at hand while there is too much; then the oldest events of that one. */
  #makeRoom(current: Group<Origin>): void {
    const { groups, allEntries } = this.#limits;
    while (this.#groups.size > groups || this.#size > allEntries) {
      const group = this.#oldest;
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
    this.#unlink(group);
    this.#size -= group.window.size;
    this.#groups.delete(group.key);
  }
}
