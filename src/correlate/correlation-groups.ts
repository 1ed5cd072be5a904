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
  readonly #index: number;
  readonly #rule: CorrelationRule;
  readonly #limits: CorrelationLimits;
  /** Events that one group may hold. */
  readonly #entries: number;
  /** The group whose last event is oldest is first. */
  readonly #groups = new Map<string, Group<Origin>>();
  #size = 0;
  #first: bigint | undefined;

  constructor(index: number, rule: CorrelationRule, limits: CorrelationLimits) {
    this.#index = index;
    this.#rule = rule;
    this.#limits = limits;
    this.#entries = Math.max(limits.entries, rule.atLeast);
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
    if (group.window.size > this.#entries) {
      group.window.drop();
      this.counts.evictedEvents++;
    }
    this.#size += group.window.size - before;
    this.#makeRoom(key);
    if (completion === undefined || this.#isLearning(time)) return undefined;
    if (time < group.quietUntil) {
      this.counts.suppressed++;
      return undefined;
    }
    group.quietUntil = time + this.#rule.suppress;
    this.counts.hits++;
    return { rule: this.#index, group: key, ...completion, completedBy: event };
  }

  #isLearning(time: bigint): boolean {
    const { type, warmup } = this.#rule;
    return type === 'new_value' && time < (this.#first ?? time) + warmup;
  }

  /** The group of a key, as the one that was touched last. */
  #touch(key: string): Group<Origin> {
    const known = this.#groups.get(key);
    if (known !== undefined) {
      this.#groups.delete(key);
      this.#groups.set(key, known);
      return known;
    }
    const group: Group<Origin> = { window: this.#newWindow(), last: 0n, quietUntil: 0n };
    this.#groups.set(key, group);
    return group;
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
        return new NewValueWindow();
    }
  }

  /** What is not later than this is out of the window; undefined for windows without an end. */
  #windowStart(time: bigint): bigint | undefined {
    const { type, timespan } = this.#rule;
    return type === 'new_value' && timespan === 0n ? undefined : time - timespan;
  }

  /** Forgets groups at the front that nothing will ask for again. */
  #sweep(now: bigint): void {
    const start = this.#windowStart(now);
    if (start === undefined) return;
    for (const [key, group] of this.#groups) {
      if (group.last > start || group.quietUntil > now) return;
      this.#remove(key, group);
    }
  }

  /** Forgets the oldest groups but the one at hand while there is too much; then the oldest events of that one. */
  #makeRoom(current: string): void {
    const { groups, allEntries } = this.#limits;
    for (const [key, group] of this.#groups) {
      if (this.#groups.size <= groups && this.#size <= allEntries) return;
      if (key === current) break;
      this.counts.evictedGroups++;
      this.counts.evictedEvents += group.window.size;
      this.#remove(key, group);
    }
    const { window } = this.#groups.get(current)!;
    while (this.#size > allEntries && window.size > 0) {
      window.drop();
      this.#size--;
      this.counts.evictedEvents++;
    }
  }

  #remove(key: string, { window }: Group<Origin>): void {
    this.#size -= window.size;
    this.#groups.delete(key);
  }
}
