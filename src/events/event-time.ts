import { stringMember, type JsonObject } from '../json/value.ts';
import { parseRfc3339 } from '../util/time.ts';

/** An event's time in nanoseconds since the epoch, and what was wrong with its timestamps. */
export interface EventTime {
  readonly time: bigint;
  /** `missing`: no timestamp at all; `unreadable`: one that is no RFC 3339 time. */
  readonly problem?: 'missing' | 'unreadable';
}

/**
 * Event time: stageTimestamp, as in Falco (k8saudit source.go); without one the
 * requestReceivedTimestamp; with neither 0.
 */
export function eventTime(event: JsonObject): EventTime {
  let problem: 'missing' | 'unreadable' = 'missing';
  for (const key of ['stageTimestamp', 'requestReceivedTimestamp']) {
    const text = stringMember(event, key);
    const time = text === undefined ? undefined : parseRfc3339(text);
    if (time !== undefined) return problem === 'unreadable' ? { time, problem } : { time };
    if (Object.hasOwn(event, key)) problem = 'unreadable';
  }
  return { time: 0n, problem };
}
