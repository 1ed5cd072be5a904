import { expandSources } from '../../../io/sources.ts';
import type { PartialSet } from '../../../scan/partial/partial-set.ts';
import type { ScanPlan } from '../../../scan/plan.ts';
import type { InvocationOf } from '../../flags/command-options.ts';
import { outputWarnings, type OutputTarget } from '../../flags/output-target.ts';
import type { PartialFile } from '../../partial/partial-file.ts';
import { withoutAlerts } from '../../run/checkpoint-input.ts';
import { inputPaths } from '../../run/input-paths.ts';
import { reportTargets } from '../../run/reports.ts';
import { scanPlan } from '../../run/settings-plan.ts';
import { timeWindow, type TimeWindow } from '../../scope/last-window.ts';
import { uselessWarnings } from './useless-options.ts';

/** What a run of `scan` or `merge` reads, and what it tells of that. */
export interface PlannedScan {
  /** The reports to write. */
  readonly targets: readonly OutputTarget[];
  /** What this run tells. */
  readonly told: ScanPlan;
  /** What is evaluated: the same, or more where a partial result is written or read. */
  readonly plan: ScanPlan;
  readonly window: TimeWindow;
  /** The file of `--partial`. */
  readonly partial: PartialFile | undefined;
  /** The partial results that are merged instead of reading inputs. */
  readonly parts: PartialSet | undefined;
}

/**
 * Makes the plan of a run from its settings, and warns of reports with misleading names.
 *
 * @param parts partial results to merge; undefined to read the inputs that the arguments name
 * @throws KnownError when settings contradict each other, or a file that they name cannot be read
 */
export async function planScan(
  invocation: InvocationOf<'scan'>,
  parts: PartialSet | undefined,
  warn: (text: string) => void,
): Promise<PlannedScan> {
  const { args, settings, terminal } = invocation;
  const targets = reportTargets(invocation);
  for (const text of outputWarnings(settings.output, settings.format)) warn(text);
  for (const text of uselessWarnings(targets, invocation.given, settings.groupBy)) warn(text);
  const sources =
    parts ??
    withoutAlerts(expandSources(inputPaths(args, terminal), settings.follow), settings.checkpoint);
  const counted = scanPlan(invocation, sources, targets);
  const window = await timeWindow(invocation, counted);
  const told = { ...counted, since: window.since, isRecorded: parts !== undefined };
  if (settings.partial === undefined && parts === undefined) {
    return { targets, told, plan: told, window, partial: undefined, parts };
  }
  const { partialFileOf, recordedPlan } = await import('../../partial/partial-file.ts');
  if (parts !== undefined) (await import('../../partial/plan-digest.ts')).checkParts(parts, told);
  const partial = partialFileOf(invocation, told.sources, told, parts?.leftOut);
  return { targets, told, plan: recordedPlan(told), window, partial, parts };
}
