/**
 * Stand-ins for events: short events that a wrapped line is unwrapped with in place of the real ones, which only the
 * scanner reads. What unwrapping does with a stand-in it would do with the event.
 */
import { member } from '../../json/value.ts';
import type { DecodedEvent } from '../decoded.ts';

/** Key of the index of a stand-in. A line that has this text itself is unwrapped without any. */
export const STAND_IN_MARK = 'k8s-audit stand-in';

const HEAD = `{"kind":"Event","apiVersion":"audit.k8s.io/v1","stageTimestamp":"2000-01-01T00:00:00Z","${STAND_IN_MARK}":`;
const ESCAPED_HEAD = JSON.stringify(HEAD).slice(0, -1);

/** The stand-in for the event with an index, as an object. */
export function standIn(index: number): string {
  return `${HEAD}${index}}`;
}

/** The same as a JSON string with the event's text; `isLine`: a line feed ends it. */
export function standInString(index: number, isLine: boolean): string {
  return `${ESCAPED_HEAD}${index}}${isLine ? '\\n' : ''}"`;
}

/**
 * The index of the event that a decoded one stands for; undefined for an event that is none, and -1 for one that
 * something else was made of a stand-in.
 */
export function standInIndex({ text, value }: DecodedEvent): number | undefined {
  const index = member(value, STAND_IN_MARK);
  if (typeof index !== 'number') return text.includes(STAND_IN_MARK) ? -1 : undefined;
  return text === standIn(index) ? index : -1;
}
