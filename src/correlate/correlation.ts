// Room correlate: several events that together mean something: counts, distinct values, sequences, values never seen.
// Door: correlation.ts (what a correlation is), correlator.ts (a stream of matches to hits).
// Neighbours: uses util alone. It knows neither rules nor conditions: who feeds it says which steps an event matches,
// in which group, with which value.
// Inside: reorder-buffer.ts brings events in the order of time, correlation-groups.ts keeps groups within bounds, and
// one file a type decides when a group is complete.

/** Types of correlations, by the names that Sigma has for them; `new_value` and `silence` are ours. */
export const CORRELATION_TYPES = [
  'event_count',
  'value_count',
  'temporal',
  'temporal_ordered',
  'new_value',
  'silence',
] as const;

export type CorrelationType = (typeof CORRELATION_TYPES)[number];

/**
 * A correlation, as far as deciding it goes. Times are nanoseconds.
 *
 * An event at `t` is seen together with those of its group in the window `(t - timespan, t]`.
 */
export interface CorrelationRule {
  readonly name: string;
  readonly type: CorrelationType;
  /**
   * How many kinds of events a `temporal` one is made of, at most {@link MAX_STEPS}; 1 for other types, whatever the number of their
   * rules.
   */
  readonly steps: number;
  /** Events that each step of a `temporal_ordered` one takes; one where it is left out. */
  readonly times?: readonly number[] | undefined;
  /** The event that completes a `temporal_ordered` one has another value than each of the others. */
  readonly differs?: boolean | undefined;
  /** `new_value` finds only values that the group had before, longer than `timespan` ago; all are remembered. */
  readonly returning?: boolean | undefined;
  /** For `new_value` how long a value is remembered; 0 for ever. */
  readonly timespan: bigint;
  /** Counts that make a hit, and the events before a `silence`; of no meaning for other types. */
  readonly atLeast: number;
  readonly atMost: number;
  /** After a hit, further ones of the group are only counted for so long. */
  readonly suppress: bigint;
  /** `new_value` learns for so long after the first event of the stream, without a hit. */
  readonly warmup: bigint;
}

/** Most steps of one correlation: they are bits of a number. */
export const MAX_STEPS = 16;

/** An event that a hit names. */
export interface EventMark<Origin> {
  readonly time: bigint;
  /** Place among all events of the run: breaks ties between equal times. */
  readonly order: number;
  readonly origin: Origin;
}

/** How an event takes part in one correlation. */
export interface Match {
  /** Index of the correlation. */
  readonly rule: number;
  /** Which step of a `temporal` one it is, from 0. */
  readonly step: number;
  /** The group it belongs to, as one text. */
  readonly group: string;
  /** What `value_count` and `new_value` look at, and what differs in a `temporal_ordered` one. */
  readonly value?: string;
}

/** An event with all that it takes part in. */
export interface CorrelatedEvent<Origin> extends EventMark<Origin> {
  /** Equal for copies of one event: only the first of them counts. */
  readonly id: string;
  readonly matches: readonly Match[];
}

/** A correlation that is complete. */
export interface CorrelationHit<Origin> {
  /** Index of the correlation. */
  readonly rule: number;
  readonly group: string;
  /** Events in the window, or distinct values; the events of all steps for `temporal`. */
  readonly count: number;
  /** The events it rests on, earliest first; the last one completes it. */
  readonly events: readonly EventMark<Origin>[];
  /** Distinct values, in the order in which they were last seen. */
  readonly values: readonly string[];
  /** The event that completes it: the last of `events`. */
  readonly completedBy: CorrelatedEvent<Origin>;
}

/** What was found, and what was given up to stay within bounds. */
export interface CorrelationCounts {
  hits: number;
  /** Hits that came too soon behind another of their group. */
  suppressed: number;
  /** Groups and events that were forgotten before their time. */
  evictedGroups: number;
  evictedEvents: number;
}

/** Bounds on memory, for each correlation. */
export interface CorrelationLimits {
  readonly groups: number;
  /** Events, or values, of one group; a count that needs more of them gets them. */
  readonly entries: number;
  /** The same over all groups. */
  readonly allEntries: number;
}

/** What one correlation may keep at most, and what all together: a group takes half a kilobyte, an event less. */
export const USUAL_LIMITS: CorrelationLimits = {
  groups: 50_000,
  entries: 1000,
  allEntries: 100_000,
};
const OF_ALL = { groups: 100_000, entries: 400_000 };

/** The usual limits of each of some correlations. */
export function limitsOf(correlations: number): CorrelationLimits {
  const share = (total: number): number => Math.floor(total / Math.max(1, correlations));
  return {
    groups: Math.min(USUAL_LIMITS.groups, share(OF_ALL.groups)),
    entries: USUAL_LIMITS.entries,
    allEntries: Math.min(USUAL_LIMITS.allEntries, share(OF_ALL.entries)),
  };
}
