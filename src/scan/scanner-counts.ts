import { randomBytes } from 'node:crypto';
import { REMEMBERED_EVENTS } from '../events/dedupe.ts';
import type { SummaryBuilder } from '../engine/summary.ts';
import type { FastScanner } from '../fast/fast-scanner.ts';
import { OUTSIDE_SCOPE, READ_BEFORE, windowReason } from './plan.ts';
import type { LinePlan, ReaderOutput } from './reader-output.ts';

/**
 * Adds what the scanner counted, but for events that a resource filter left out.
 *
 * @param shared how many of the events are in lines that the decoder counts; all others start on a line of their own
 */
export function addCounts(
  summary: SummaryBuilder,
  counts: FastScanner['counts'],
  shared: number,
): void {
  const { lines, blankLines, continuationLines, events } = counts;
  summary.read({ lines, blankLines, continuationLines, eventLines: events - shared });
  summary.quietEvents(counts.rejected, counts.firstRejected, counts.lastRejected);
  summary.filter(OUTSIDE_SCOPE, counts.outOfScope);
  summary.filter(READ_BEFORE, counts.repeated);
  // The scanner leaves events of unknown time to the decoder.
  summary.filter(windowReason(1n), counts.outsideWindow);
}

/** Two random numbers. */
export function newRepeatKey(): readonly [bigint, bigint] {
  const bytes = randomBytes(16);
  return [bytes.readBigUInt64LE(0), bytes.readBigUInt64LE(8)];
}

/** How many events the scanner keeps to find duplicates. */
export function remembered({ duplicates }: LinePlan, { listsEvents }: ReaderOutput): number {
  if (duplicates !== 'count' && duplicates !== 'drop') return 0;
  return listsEvents === true ? Infinity : REMEMBERED_EVENTS;
}
