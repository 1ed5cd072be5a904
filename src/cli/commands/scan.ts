import { hostname } from 'node:os';
import type { Finding } from '../../engine/finding.ts';
import type { FieldSettings } from '../../fields/field.ts';
import { expandSources } from '../../io/sources.ts';
import { reaches, severityOf } from '../../policies/severity.ts';
import { scan, type ScanHooks } from '../../scan/run-scan.ts';
import type { CommandAction, Invocation } from '../flags/command.ts';
import { Gate } from '../run/gate.ts';
import { inputPaths } from '../run/input-paths.ts';
import { knownFindings } from '../run/known-findings.ts';
import { holdMemory } from '../terminal/memory.ts';
import { prepareScan } from '../run/prepare-scan.ts';
import { blindNotes, duplicateNotes, explainBlind } from '../run/blind-text.ts';
import { progressOf } from '../terminal/progress.ts';
import { warner } from '../terminal/listing.ts';
import { readPlan } from '../run/settings-plan.ts';
import { threadCount, threadsOf } from '../run/start-threads.ts';
import { openReports, reportTargets } from '../run/reports.ts';
import { exitCodeOfScan, isComplete, reportEnd, type ScanEnd } from '../run/scan-end.ts';
import { SCOPE_REASON } from '../run/event-scope.ts';
import { isSmallInput } from '../run/small-input.ts';

/** `k8s-audit scan`: evaluates rules on audit logs. */
export const scanCommand: CommandAction = async (invocation) => {
  const { settings, terminal } = invocation;
  const warn = warner(invocation);
  const paths = inputPaths(invocation.args, invocation.terminal);
  const targets = reportTargets(invocation);
  const fieldSettings: FieldSettings = { timezone: settings.timezone, hostname: hostname() };
  const sources = expandSources(paths);
  const threads = threadCount(settings, sources.sources);
  // Several threads share what memory one may have; two have enough.
  if (threads > 2) holdMemory();
  const prepared = await prepareScan(invocation, fieldSettings, warn);
  const { ruleSet, engine, resourceFilter, counters } = prepared;

  const known = knownFindings(settings, sources.sources);
  const progress = progressOf(invocation, sources.sources);
  const stdout = progress?.guard(terminal.stdout);
  const reports = await openReports(targets, sources.sources, invocation, ruleSet.rules, stdout);
  const gate = new Gate(settings);
  const stopped = new AbortController();
  const stop = (): void => stopped.abort(terminal.interrupted.reason);
  terminal.interrupted.addEventListener('abort', stop, { once: true });
  if (terminal.interrupted.aborted) stop();
  const hooks: ScanHooks = {
    finding(finding) {
      if (known.check(finding)) {
        gate.addKnown();
        return false;
      }
      gate.add(finding);
      if (!isShown(finding, settings)) return false;
      reports.finding(finding);
      return true;
    },
    async settle() {
      if (reports.closed) stopped.abort('closed');
      await reports.settle();
    },
    progress: (bytes, events) => progress?.update(bytes, events),
    signal: stopped.signal,
    now: () => terminal.now(),
  };
  reports.start();
  const reading = readPlan(invocation, sources);
  const result = await scan(
    {
      ...reading,
      engine,
      // Whoever names the fast engine gets it.
      fast:
        invocation.given.has('engine') || !isSmallInput(sources.sources)
          ? prepared.fast
          : undefined,
      threads: threadsOf(invocation, prepared, reading, threads),
      rules: prepared.rules,
      scopeReason: SCOPE_REASON,
      resourceFilter,
      counters,
    },
    hooks,
  ).finally(() => progress?.clear());
  const complete = isComplete(result);
  const notes = [
    ...result.summary.notes,
    ...duplicateNotes(result.duplicates, settings.dedupe),
    ...blindNotes(result.blind, settings.explainBlind),
    ...reports.drain(),
    ...known.notes(complete),
    ...prepared.notes(complete),
  ];
  const summary = { ...result.summary, notes };
  reports.end(summary);
  await reports.close();
  const saved = known.save(complete);
  const end: ScanEnd = { ...result, summary, gate, closed: reports.closed };
  if (!end.closed) {
    if (saved !== undefined) warn(`baseline: ${saved}`);
    await reportEnd(end, invocation);
    if (settings.explainBlind) terminal.stderr.write(explainBlind(result.blind));
  }
  return exitCodeOfScan(end, invocation);
};

/** The display filters: they change neither the gate nor the baseline. */
function isShown(finding: Finding, settings: Invocation['settings']): boolean {
  const { minPriority, minSeverity, severity } = settings;
  return (
    (minPriority === undefined || reaches(finding, minPriority)) &&
    (minSeverity === undefined || reaches(finding, minSeverity)) &&
    (severity.length === 0 || severity.includes(finding.severity ?? severityOf(finding.priority)))
  );
}
