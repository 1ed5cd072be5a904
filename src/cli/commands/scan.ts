import { hasCaseFile, outputWarnings } from '../flags/output-target.ts';
import type { Finding } from '../../engine/finding.ts';
import { IncidentCollector } from '../../incidents/incident-collector.ts';
import type { Incidents } from '../../incidents/incident.ts';
import { expandSources } from '../../io/sources.ts';
import { Digest } from '../../outputs/card/digest.ts';
import { leftOutText } from '../../outputs/incidents/left-out.ts';
import { reaches, severityOf } from '../../policies/severity.ts';
import { BlindSpots } from '../../engine/blind.ts';
import type { ScanHooks, ScanResult } from '../../scan/hooks.ts';
import type { PartialSet } from '../../scan/partial/partial-set.ts';
import type { ScanPlan } from '../../scan/plan.ts';
import { CONSEQUENCE } from '../../engine/facts/link-facts.ts';
import { scan } from '../../scan/run-scan.ts';
import type { ActionOf, InvocationOf } from '../flags/command-options.ts';
import { Gate } from '../run/gate.ts';
import { inputPaths } from '../run/input-paths.ts';
import { checkpointOf, firstSeenOf } from '../run/checkpoint-input.ts';
import { knownFindings } from '../run/known-findings.ts';
import { collectEarly, holdMemory } from '../terminal/engine-flags.ts';
import { evaluatePlan } from '../run/evaluate-plan.ts';
import { blindNotes, duplicateNotes, explainBlind } from '../run/blind-text.ts';
import { warner } from '../terminal/listing.ts';
import { runHooks } from '../run/run-hooks.ts';
import { scanPlan } from '../run/settings-plan.ts';
import { timeWindow } from '../scope/last-window.ts';
import { LiveWatch, mayBeLive } from '../run/live-watch.ts';
import { openReports, reportTargets } from '../run/reports.ts';
import { writeStepOutputs } from '../run/step-outputs.ts';
import { failureOf, checkGateHasRules } from '../run/not-done.ts';
import { openAlerts } from '../serve/alerts.ts';
import { notesOfNothing } from '../scope/scope-end.ts';
import {
  exitCodeOfScan,
  isComplete,
  reportEnd,
  reportWritten,
  type ScanEnd,
} from '../run/scan-end.ts';

/** Findings that the summary joins into incidents: joining more would take longer than the scan. */
const MAX_IN_SUMMARY = 1000;

/** `k8s-audit scan`: evaluates rules on audit logs. */
export const scanCommand: ActionOf<'scan'> = (invocation) => runScan(invocation);

/**
 * Scans inputs, or what was recorded of some.
 *
 * @param parts partial results, instead of the inputs that the arguments name
 */
export async function runScan(
  invocation: InvocationOf<'scan'>,
  parts?: PartialSet,
): Promise<number> {
  const { settings, terminal } = invocation;
  const warn = warner(invocation);
  const targets = reportTargets(invocation);
  for (const text of outputWarnings(settings.output, settings.format)) warn(text);
  const found = parts ?? expandSources(inputPaths(invocation.args, terminal));
  const counted = scanPlan(invocation, found, targets);
  const window = await timeWindow(invocation, counted);
  const told = { ...counted, since: window.since, isRecorded: parts !== undefined };
  const { sources } = told;
  const isKept = settings.partial !== undefined;
  const kept =
    isKept || parts !== undefined ? await import('../partial/partial-file.ts') : undefined;
  // What is kept, or was, is more than what this run tells.
  const plan = kept === undefined ? told : kept.recordedPlan(told);
  if (parts !== undefined) (await import('../partial/plan-digest.ts')).checkParts(parts, told);
  const partial = kept?.partialFileOf(invocation, sources, told, parts?.leftOut);
  // Several threads share what memory one may have; two have enough.
  if (plan.threads > 2) holdMemory();
  const evaluated = await evaluatePlan(plan, warn);
  checkGateHasRules(evaluated.chosen, settings);
  const { rules } = evaluated.ruleSet;

  const known = knownFindings(
    { ...settings, texts: invocation.texts, take: invocation.takeBaseline },
    sources,
    terminal.now(),
    warn,
  );
  const checkpoint = await checkpointOf(invocation, targets, sources);
  const firstSeen = await firstSeenOf(invocation, sources);
  const run = runHooks(invocation, sources);
  const isTold = settings.summary && !settings.quiet;
  const caseFile = hasCaseFile(targets, settings.groupBy)
    ? new (await import('../case/case-file.ts')).CaseFile(invocation)
    : undefined;
  const incidents =
    told.facts === true
      ? new IncidentCollector({
          pause: BigInt(settings.within) * 1_000_000n,
          giveUpBeyond:
            settings.groupBy === 'incident' || caseFile !== undefined ? undefined : MAX_IN_SUMMARY,
        })
      : undefined;
  const reports = await openReports(targets, sources, invocation, rules, run.stdout, {
    incidents,
    caseFile,
  });
  if (checkpoint !== undefined) {
    checkpoint.isWritten = () => !reports.closed && reports.failures.length === 0;
  }
  const gate = new Gate(settings);
  const digest = new Digest();
  const watch =
    parts === undefined && mayBeLive(sources, invocation) ? new LiveWatch(reports) : undefined;
  const alerts = await openAlerts(invocation, undefined, warn);
  const surroundings = run.hooks({
    settle: () => reports.settle(),
    get closed() {
      // A baseline and a partial result need the rest of the input too.
      return reports.closed && settings.writeBaseline === undefined && !isKept;
    },
  });
  const hooks: ScanHooks = {
    ...surroundings,
    progress(bytes, events) {
      watch?.read(bytes);
      surroundings.progress(bytes, events);
    },
    checkpoint,
    firstSeen,
    recorder: partial?.recorder,
    recorded: parts,
    keepsMuch: () => collectEarly(),
    finding(finding) {
      if (finding.rule === CONSEQUENCE) {
        if (told.consequences === true) incidents?.addConsequence(finding);
        return false;
      }
      if (known.check(finding)) {
        gate.addKnown();
        return false;
      }
      gate.add(finding);
      if (!isShown(finding, settings)) return false;
      if (isTold) digest.add(finding);
      incidents?.add(finding);
      if (incidents?.hasGivenUp === true && !isKept) {
        evaluated.leaveOutFacts();
        threads?.leaveOutFacts();
      }
      caseFile?.finding(finding);
      reports.finding(finding);
      alerts.finding(finding);
      return true;
    },
  };
  // Few inputs are large enough for threads.
  const threads =
    plan.threads > 1 ? (await import('../run/start-threads.ts')).threadsFor(plan) : undefined;
  reports.start();
  const scanned = await scan(plan, evaluated.evaluation, hooks, threads).finally(() => {
    watch?.end();
    run.end();
  });
  const result = toldOf(scanned, told);
  const complete = isComplete(result);
  const notes = [
    ...result.summary.notes,
    ...duplicateNotes(result.duplicates, settings.dedupe),
    ...blindNotes(result.blind, settings.explainBlind),
    ...reports.drain(),
    ...known.notes(complete),
    ...(firstSeen?.notes() ?? []),
    ...evaluated.notes(complete, told.countOff),
    ...(partial?.notes() ?? []),
    ...window.notes(result.summary),
    ...(await notesOfNothing(invocation, told, result.summary, evaluated.ruleSet, plan.fields)),
    ...(settings.groupBy === 'incident' ? leftOutText(incidents!.build()) : []),
    ...(await alerts.end()),
  ];
  const summary = { ...result.summary, notes, failure: failureOf(result, settings) };
  await caseFile?.end(told, evaluated.evaluation, result, incidents?.build() ?? NO_INCIDENTS);
  reports.end(summary);
  await reports.close();
  const saved = known.save(complete);
  writeStepOutputs(invocation, targets, summary);
  // All is written out: what was read is not read again.
  checkpoint?.finish();
  // What nobody was told of is new in the next run too.
  if (!reports.closed && reports.failures.length === 0) firstSeen?.save();
  await partial?.end(!scanned.summary.interrupted);
  const unwritten = [
    ...reports.failures,
    saved?.failure,
    firstSeen?.failure,
    partial?.failure,
  ].filter((failure) => failure !== undefined);
  const end: ScanEnd = { ...result, summary, gate, closed: reports.closed, unwritten };
  if (!end.closed) {
    if (saved?.note !== undefined) warn(`baseline: ${saved.note}`);
    if (firstSeen?.written !== undefined) warn(`state: ${firstSeen.written}`);
    await reportEnd(end, digest, incidents?.build() ?? NO_INCIDENTS, invocation);
    if (settings.explainBlind) terminal.stderr.write(explainBlind(result.blind));
  }
  reportWritten(reports.written, unwritten, invocation);
  return exitCodeOfScan(end, invocation);
}

/** The result without what this run does not tell. */
function toldOf(result: ScanResult, { countBlind, sources }: ScanPlan): ScanResult {
  return {
    ...result,
    blind: countBlind ? result.blind : new BlindSpots(),
    // One log has no copies.
    duplicates: sources.length > 1 ? result.duplicates : 0,
  };
}

const NO_INCIDENTS: Incidents = { list: [], alone: 0, dropped: 0, droppedConsequences: 0 };

/** The display filters: they change neither the gate nor the baseline. */
function isShown(finding: Finding, settings: InvocationOf<'scan'>['settings']): boolean {
  const { minPriority, minSeverity, severity } = settings;
  return (
    (minPriority === undefined || reaches(finding, minPriority)) &&
    (minSeverity === undefined || reaches(finding, minSeverity)) &&
    (severity.length === 0 || severity.includes(finding.severity ?? severityOf(finding.priority)))
  );
}
