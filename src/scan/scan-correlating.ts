import { Correlating } from '../engine/correlating.ts';
import type { Finding } from '../engine/finding.ts';
import { SummaryBuilder } from '../engine/summary.ts';
import type { Rule } from '../rules/rule.ts';
import type { ScanHooks, ScanResult } from './hooks.ts';

/** Nanoseconds by which an event of a log that is still written may come behind a later one, unless it is said. */
const LIVE_LATENESS = 5_000_000_000n;
const LIVE_WAITING = 10_000;
/** Files may follow each other that cover the same time, so nothing is waited for but memory: 40 MB of findings. */
const FOREVER = 1n << 80n;
const FILES_WAITING = 20_000;

/**
 * A scan with correlations: findings of their parts are taken out, and what is complete is handed over like other
 * findings.
 *
 * @param rules those that run, correlations among them
 * @param live true when nobody knows when the input ends
 * @param lateness nanoseconds by which an event may come behind a later one; undefined for what suits the input
 */
export async function scanCorrelating(
  rules: readonly Rule[],
  { live, lateness }: { readonly live: boolean; readonly lateness: bigint | undefined },
  given: ScanHooks,
  scan: (hooks: ScanHooks) => Promise<ScanResult>,
): Promise<ScanResult> {
  const correlating = new Correlating(
    rules,
    live
      ? { lateness: lateness ?? LIVE_LATENESS, waiting: LIVE_WAITING }
      : { lateness: lateness ?? FOREVER, waiting: FILES_WAITING },
  );
  const summary = new SummaryBuilder();
  const report = (finding: Finding): void => {
    if (given.finding(finding)) summary.finding(finding);
  };
  const result = await scan({
    ...given,
    finding(finding) {
      const done = correlating.take(finding);
      if (done === undefined) return given.finding(finding);
      done.forEach(report);
      return false;
    },
  });
  correlating.end().forEach(report);
  const whole = new SummaryBuilder();
  whole.merge(result.summary);
  whole.merge(summary.build(0));
  for (const note of notesOf(correlating)) whole.note(note);
  return { ...result, summary: whole.build(result.summary.elapsedMs) };
}

function notesOf({ amounts }: Correlating): string[] {
  const { late, suppressed, evictedGroups, evictedEvents } = amounts;
  const notes: string[] = [];
  if (suppressed > 0) {
    notes.push(`correlations: ${suppressed} further hits came too soon behind one of their group`);
  }
  if (late > 0) {
    notes.push(
      `correlations: ${late} events came too late to be counted; --sort time reads in order`,
    );
  }
  if (evictedGroups + evictedEvents > 0) {
    notes.push(
      `correlations: ${evictedGroups} groups and ${evictedEvents} events were forgotten to stay within memory`,
    );
  }
  return notes;
}
