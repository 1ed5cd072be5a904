import {
  limitsOf,
  type CorrelatedEvent,
  type CorrelationCounts,
  type CorrelationHit,
  type CorrelationLimits,
  type CorrelationRule,
  type Match,
} from './correlation.ts';
import { CorrelationGroups } from './correlation-groups.ts';
import type { KnownValues, Past } from './known-values.ts';
import { ReorderBuffer } from './reorder-buffer.ts';
import { StreamTime } from './stream-time.ts';

/** How a stream is correlated; everything has a default. */
export interface CorrelatorOptions {
  /** Nanoseconds by which an event may come behind a later one. */
  readonly lateness?: bigint;
  /** Events that wait for earlier ones, at most. */
  readonly waiting?: number;
  readonly limits?: CorrelationLimits;
  /** Wall clock in nanoseconds, of a live stream whose senders have clocks of their own. */
  readonly now?: (() => bigint) | undefined;
  /** What was known before the stream. */
  readonly past?: Past | undefined;
}

const SECOND = 1_000_000_000n;
const USUAL_LATENESS = 5n * SECOND;
const USUAL_WAITING = 10_000;

/** Events of one moment that copies are told by. */
const MAX_AT_ONCE = 100_000;

/** What became of a stream. */
export interface CorrelatorCounts {
  /** By the index of the correlation. */
  readonly rules: readonly CorrelationCounts[];
  /** Events that came too late to be correlated. */
  readonly late: number;
  /** True when most events came behind a later one. */
  readonly isNewestFirst: boolean;
  /** Copies of events that were there already. */
  readonly copies: number;
}

/**
 * Correlates a stream of events. Hits come in the order of the events that complete them; of one event, in the order of
 * correlations and of its matches. The result depends on the events and their order numbers alone, as long as none is
 * late.
 */
export class Correlator<Origin> {
  readonly #groups: CorrelationGroups<Origin>[];
  readonly #buffer: ReorderBuffer<CorrelatedEvent<Origin>>;
  /** Identities of the events at the present time: copies have the time of the first. */
  readonly #seen = new Set<string>();
  #now: bigint | undefined;
  #hasStarted = false;
  #copies = 0;

  constructor(rules: readonly CorrelationRule[], options: CorrelatorOptions = {}) {
    const {
      lateness = USUAL_LATENESS,
      waiting = USUAL_WAITING,
      limits = limitsOf(rules.length),
      past,
      now,
    } = options;
    this.#groups = rules.map(
      (rule, index) => new CorrelationGroups<Origin>(index, rule, limits, past),
    );
    const streamTime = now === undefined ? undefined : new StreamTime(now);
    this.#buffer = new ReorderBuffer(lateness, waiting, streamTime);
  }

  get counts(): CorrelatorCounts {
    const rules = this.#groups.map(({ counts }) => counts);
    const { late, isNewestFirst } = this.#buffer;
    return { rules, late, isNewestFirst, copies: this.#copies };
  }

  /** Lets events wait longer from now on, and more of them. */
  widen({ lateness, waiting }: { readonly lateness: bigint; readonly waiting: number }): void {
    this.#buffer.widen(lateness, waiting);
  }

  /**
   * Goes on where another one stopped. What it left out and forgot stays counted with that one.
   *
   * @param places where each correlation of the other one is here; undefined for those that are not, or look for something else
   * @param moved an event that waits, with its matches as they are here: it may have none, and tells how late it is all the same
   */
  goOn(
    before: Correlator<Origin>,
    places: readonly (number | undefined)[],
    moved: (event: CorrelatedEvent<Origin>) => CorrelatedEvent<Origin>,
  ): void {
    for (const [from, to] of places.entries()) {
      if (to === undefined) continue;
      this.#groups[to] = before.#groups[from]!;
      this.#groups[to].moveTo(to);
    }
    this.#buffer.goOn(before.#buffer, moved);
    this.#now = before.#now;
    for (const id of before.#seen) this.#seen.add(id);
    this.#hasStarted = before.#hasStarted;
    const start = before.#now;
    if (start !== undefined) for (const groups of this.#groups) groups.start(start);
  }

  /** What is known by the events whose turn has come, by the index of the correlation. */
  known(): (KnownValues | undefined)[] {
    return this.#groups.map((groups) => groups.known(this.#now));
  }

  /** Nanoseconds by which the warm-up of each correlation goes beyond the stream; undefined for those that have none. */
  warmupsLeft(): (bigint | undefined)[] {
    return this.#groups.map((groups) =>
      this.#now === undefined ? undefined : groups.warmupLeft(this.#now),
    );
  }

  /** Groups and events that are kept. */
  get kept(): number {
    return this.#groups.reduce((sum, groups) => sum + groups.kept, 0);
  }

  /** Takes the next event. @returns the hits that are sure by now, together with what earlier events complete */
  add(event: CorrelatedEvent<Origin>): CorrelationHit<Origin>[] {
    const hits: CorrelationHit<Origin>[] = [];
    const buffer = this.#buffer;
    buffer.add(event);
    for (let next = buffer.due(); next !== undefined; next = buffer.due()) this.#take(next, hits);
    return hits;
  }

  /** The hits of the events that still wait, when there are no more. */
  end(): CorrelationHit<Origin>[] {
    const hits: CorrelationHit<Origin>[] = [];
    const buffer = this.#buffer;
    for (let next = buffer.rest(); next !== undefined; next = buffer.rest()) this.#take(next, hits);
    return hits;
  }

  #take(event: CorrelatedEvent<Origin>, hits: CorrelationHit<Origin>[]): void {
    const { time, order, origin, id, matches } = event;
    if (time !== this.#now) this.#seen.clear();
    this.#now = time;
    if (this.#seen.has(id)) {
      this.#copies++;
      return;
    }
    if (this.#seen.size < MAX_AT_ONCE) this.#seen.add(id);
    if (!this.#hasStarted) for (const groups of this.#groups) groups.start(time);
    this.#hasStarted = true;
    const mark = { time, order, origin };
    for (const { rule, group, steps, value } of entriesOf(matches)) {
      const hit = this.#groups[rule]!.add(group, { mark, steps, value }, event);
      if (hit !== undefined) hits.push(hit);
    }
  }
}

interface RuleEntry {
  readonly rule: number;
  readonly group: string;
  steps: number;
  value: string;
}

/** An event is one entry of a group, whatever the number of its matches there. In the order of correlations. */
function entriesOf(matches: readonly Match[]): readonly RuleEntry[] {
  const entries: RuleEntry[] = [];
  let isSorted = true;
  for (const { rule, group, step, value = '' } of matches) {
    // An event is part of few correlations.
    const known = entries.find((one) => one.rule === rule && one.group === group);
    if (known === undefined) {
      isSorted &&= entries.length === 0 || entries.at(-1)!.rule <= rule;
      entries.push({ rule, group, steps: 1 << step, value });
    } else {
      known.steps |= 1 << step;
      known.value = value;
    }
  }
  return isSorted ? entries : entries.toSorted((a, b) => a.rule - b.rule);
}
