import { CONSEQUENCE } from '../../../engine/facts/link-facts.ts';
import type { Finding } from '../../../engine/finding.ts';
import { IncidentCollector } from '../../../incidents/incident-collector.ts';
import type { Checkpoint } from '../../../io/follow/checkpoint.ts';
import type { RunLock } from '../../../io/write/run-lock.ts';
import { Digest } from '../../../outputs/card/digest.ts';
import type { RuleInfo } from '../../../outputs/writer.ts';
import { isShown } from '../../../policies/severity.ts';
import type { CaseFile } from '../../case/case-file.ts';
import type { InvocationOf } from '../../flags/command-options.ts';
import { hasCaseFile } from '../../flags/output-target.ts';
import type { FirstSeenFile } from '../../past/first-seen-file.ts';
import {
  alertFolder,
  checkpointOf,
  firstSeenOf,
  refuseSharedPlaces,
} from '../../run/checkpoint-input.ts';
import { Gate } from '../../run/gate.ts';
import { knownFindings, type KnownFindings } from '../../run/known-findings.ts';
import type { ReportSet } from '../../run/report-set.ts';
import { openReports } from '../../run/reports.ts';
import { runHooks, type RunHooks } from '../../run/run-hooks.ts';
import { openAlerts, type Alerts } from '../../serve/alerts.ts';
import { HiddenFindings } from './hidden-findings.ts';
import type { PlannedScan } from './planned-scan.ts';

/** Findings that the summary joins into incidents: joining more would take longer than the scan. */
const MAX_IN_SUMMARY = 1000;

/** Everything that takes the results of a scan. All of it is open before the first byte is read. */
export interface OpenScan {
  readonly invocation: InvocationOf<'scan'>;
  readonly planned: PlannedScan;
  /** The baseline that is read, and the one that is written. */
  readonly known: KnownFindings;
  readonly checkpoint: Checkpoint | undefined;
  /** The file of `--state` or `--learn`. */
  readonly firstSeen: FirstSeenFile | undefined;
  /** Signals and the progress line. */
  readonly run: RunHooks;
  /** What an HTML report tells beside findings; undefined without such a report. */
  readonly caseFile: CaseFile | undefined;
  /** Undefined when nothing tells incidents. */
  readonly incidents: IncidentCollector | undefined;
  readonly reports: ReportSet;
  /** Commands and sinks that are told of findings at once. */
  readonly alerts: Alerts;
  readonly gate: Gate;
  /** Findings that the display filters leave out. */
  readonly hidden: HiddenFindings;
  /** Counts for the summary on standard error; empty when no summary is shown. */
  readonly digest: Digest;
}

/**
 * Opens everything that takes the results of a scan.
 *
 * @param rules all loaded rules, for reports that list them
 * @param lock keeps other runs from the checkpoint
 * @throws KnownError when a file cannot be read or written, or is one of the inputs
 */
export async function openScan(
  invocation: InvocationOf<'scan'>,
  planned: PlannedScan,
  rules: readonly RuleInfo[],
  warn: (text: string) => void,
  lock: RunLock | undefined,
): Promise<OpenScan> {
  const { settings, terminal } = invocation;
  const { targets, told } = planned;
  const { sources } = told;
  refuseSharedPlaces(invocation, targets);
  const known = knownFindings(
    { ...settings, texts: invocation.texts, take: invocation.takeBaseline },
    sources,
    terminal.now(),
    warn,
  );
  const checkpoint = await checkpointOf(invocation, targets, lock);
  const firstSeen = await firstSeenOf(invocation, sources);
  const run = runHooks(invocation, sources);
  const caseFile = hasCaseFile(targets, settings.groupBy)
    ? new (await import('../../case/case-file.ts')).CaseFile(invocation)
    : undefined;
  const joinsAll = settings.groupBy === 'incident' || caseFile !== undefined;
  const incidents =
    told.facts === true
      ? new IncidentCollector({
          pause: BigInt(settings.within) * 1_000_000n,
          giveUpBeyond: joinsAll ? undefined : MAX_IN_SUMMARY,
        })
      : undefined;
  const shown = { incidents, caseFile, goesOn: checkpoint?.hasPast };
  const reports = await openReports(targets, sources, invocation, rules, run.stdout, shown);
  if (checkpoint !== undefined) {
    checkpoint.isWritten = () => !reports.closed && reports.failures.length === 0;
  }
  return {
    invocation,
    planned,
    known,
    checkpoint,
    firstSeen,
    run,
    caseFile,
    incidents,
    reports,
    alerts: await openAlerts(invocation, alertFolder(settings.checkpoint), warn),
    gate: new Gate(settings),
    hidden: new HiddenFindings(settings),
    digest: new Digest(),
  };
}

/**
 * Hands a finding to all that take it: the baseline first, since the gate and reports leave out what is known.
 *
 * @param leaveOutFacts called when nobody needs the facts of further findings; any number of times
 * @returns true when the summary is to count it
 */
export function takeFinding(
  {
    invocation,
    planned,
    known,
    gate,
    hidden,
    digest,
    incidents,
    caseFile,
    reports,
    alerts,
  }: OpenScan,
  finding: Finding,
  leaveOutFacts: () => void,
): boolean {
  const { settings } = invocation;
  if (finding.rule === CONSEQUENCE) {
    if (planned.told.consequences === true) incidents?.addConsequence(finding);
    return false;
  }
  if (known.check(finding)) {
    gate.addKnown();
    return false;
  }
  gate.add(finding);
  // They change neither the gate nor the baseline.
  if (!isShown(finding, settings)) {
    hidden.add();
    return false;
  }
  if (settings.summary && !settings.quiet) digest.add(finding);
  incidents?.add(finding);
  if (incidents?.hasGivenUp === true && planned.partial === undefined) leaveOutFacts();
  caseFile?.finding(finding);
  reports.finding(finding);
  alerts.finding(finding);
  return true;
}
