import { lookup, type JsonObject } from '../json/value.ts';
import { parseRfc3339 } from '../util/time.ts';
import { parseLooseTime } from '../json/loose-time.ts';

/** An event's time in nanoseconds since the epoch, and what was wrong with its timestamps. */
export interface EventTime {
  readonly time: bigint;
  /** `missing`: no timestamp at all; `unreadable`: one that is no time in any known spelling. */
  readonly problem?: 'missing' | 'unreadable';
}

/** The time of an event that has none: 1970-01-01T00:00:00Z, as Falco shows it. */
export const NO_TIME = 0n;

/**
 * Where events have their time, first to last: audit.k8s.io/v1 has the first two, v1beta1 and v1alpha1 `timestamp`
 * and the metadata; shippers that drop these add the last.
 */
const PLACES: readonly (readonly string[])[] = [
  ['stageTimestamp'],
  ['requestReceivedTimestamp'],
  ['timestamp'],
  ['metadata', 'creationTimestamp'],
  ['@timestamp'],
];

/**
 * Event time: stageTimestamp, as in Falco (k8saudit source.go); without one the first other timestamp that can be
 * read; without any {@link NO_TIME}.
 */
export function eventTime(event: JsonObject): EventTime {
  let problem: 'missing' | 'unreadable' = 'missing';
  for (const path of PLACES) {
    const value = lookup(event, path);
    if (value === undefined) continue;
    const strict = typeof value === 'string' ? parseRfc3339(value) : undefined;
    const time = strict ?? parseLooseTime(value);
    if (time !== undefined) return problem === 'unreadable' ? { time, problem } : { time };
    // The API server writes null for a time that was never set.
    if (value !== null) problem = 'unreadable';
  }
  return { time: NO_TIME, problem };
}
