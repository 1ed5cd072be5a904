import { BlindSpots } from '../../../engine/blind.ts';
import type { Incidents } from '../../../incidents/incident.ts';
import { leftOutText } from '../../../outputs/incidents/left-out.ts';
import type { ScanResult } from '../../../scan/hooks.ts';
import type { ScanPlan } from '../../../scan/plan.ts';
import { blindNotes, duplicateNotes, explainBlind } from '../../run/blind-text.ts';
import type { Evaluated } from '../../run/evaluate-plan.ts';
import { brokenNotes, failureOf, type ReadEnd } from '../../run/not-done.ts';
import {
  exitCodeOfScan,
  isComplete,
  reportEnd,
  reportReasons,
  reportWritten,
  type ScanEnd,
} from '../../run/scan-end.ts';
import { writeStepOutputs } from '../../run/step-outputs.ts';
import { notesOfNothing } from '../../scope/scope-end.ts';
import { warner } from '../../terminal/listing.ts';
import type { OpenScan } from './open-scan.ts';

const NO_INCIDENTS: Incidents = { list: [], alone: 0, dropped: 0, droppedConsequences: 0 };

/**
 * Writes and closes what takes the results of a scan, then tells how it went. What is kept for the next run
 * (checkpoint, state) comes behind the reports: findings that nobody was told of count as not yet read.
 *
 * @returns the exit code
 */
export async function endScan(
  open: OpenScan,
  evaluated: Evaluated,
  scanned: ScanResult,
): Promise<number> {
  const { invocation, planned, reports, gate, known, firstSeen, incidents } = open;
  const { settings, terminal } = invocation;
  const { told, targets, partial } = planned;
  const result = { ...toldOf(scanned, told), goesOn: open.checkpoint?.goesOn };
  const complete = isComplete(result);
  const notes = await notesOf(open, evaluated, result);
  const summary = { ...result.summary, notes, failure: failureOf(result, settings) };
  const found = (): Incidents => incidents?.build() ?? NO_INCIDENTS;
  await open.caseFile?.end(told, evaluated.evaluation, result, found());
  reports.end(summary);
  await reports.close();
  const saved = known.save(complete);
  writeStepOutputs(invocation, targets, summary);
  open.checkpoint?.finish();
  if (!reports.closed && reports.failures.length === 0) firstSeen?.save();
  await partial?.end(!scanned.summary.interrupted);

  const failures = [saved?.failure, firstSeen?.failure, partial?.failure, open.alerts.failure];
  const unwritten = [...reports.failures, ...failures].filter((each) => each !== undefined);
  const end: ScanEnd = { ...result, summary, gate, closed: reports.closed, unwritten };
  if (!end.closed) {
    const warn = warner(invocation);
    if (saved?.note !== undefined) warn(`baseline: ${saved.note}`);
    if (firstSeen?.written !== undefined) warn(`state: ${firstSeen.written}`);
    await reportEnd(end, open.digest, found(), invocation);
    if (settings.explainBlind) terminal.stderr.write(explainBlind(result.blind));
  }
  reportWritten(reports.written, invocation);
  reportReasons(end, invocation);
  return exitCodeOfScan(end, invocation);
}

/** The remarks of the summary, in the order in which they are shown. Ends the alerts, which have some too. */
async function notesOf(
  { invocation, planned, reports, known, hidden, firstSeen, incidents, alerts }: OpenScan,
  evaluated: Evaluated,
  result: ScanResult & Pick<ReadEnd, 'goesOn'>,
): Promise<string[]> {
  const { settings } = invocation;
  const { told, plan, partial, window } = planned;
  const complete = isComplete(result);
  return [
    ...brokenNotes(result.summary),
    ...result.summary.notes,
    ...duplicateNotes(result.duplicates, settings.dedupe),
    ...blindNotes(result.blind, settings.explainBlind),
    ...reports.drain(),
    ...hidden.notes(told.selection),
    ...known.notes(complete),
    ...(firstSeen?.notes() ?? []),
    ...evaluated.notes(complete, told.countOff),
    ...(partial?.notes() ?? []),
    ...window.notes(result.summary),
    ...(await notesOfNothing(invocation, told, result.summary, evaluated.ruleSet, plan.fields)),
    ...(settings.groupBy === 'incident' ? leftOutText(incidents!.build()) : []),
    ...(await alerts.end()),
  ];
}

/** The result without what only the partial result of this run holds. */
function toldOf(result: ScanResult, { countBlind, sources }: ScanPlan): ScanResult {
  return {
    ...result,
    blind: countBlind ? result.blind : new BlindSpots(),
    // One log has no copies.
    duplicates: sources.length > 1 ? result.duplicates : 0,
  };
}
