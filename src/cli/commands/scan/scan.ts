import type { ScanHooks } from '../../../scan/hooks.ts';
import type { PartialSet } from '../../../scan/partial/partial-set.ts';
import type { RunLock } from '../../../io/write/run-lock.ts';
import { scan } from '../../../scan/run-scan.ts';
import type { ActionOf, InvocationOf } from '../../flags/command-options.ts';
import { lockCheckpoint } from '../../run/checkpoint-input.ts';
import { evaluatePlan } from '../../run/evaluate-plan.ts';
import { LiveWatch, mayBeLive } from '../../run/live-watch.ts';
import { checkGateHasRules } from '../../run/not-done.ts';
import { collectEarly, holdMemory } from '../../terminal/engine-flags.ts';
import { warner } from '../../terminal/listing.ts';
import { endScan } from './end-scan.ts';
import { openScan, takeFinding, type OpenScan } from './open-scan.ts';
import { planScan, type PlannedScan } from './planned-scan.ts';

/** `k8s-audit scan`: evaluates rules on audit logs. */
export const scanCommand: ActionOf<'scan'> = (invocation) => runScan(invocation);

/**
 * Scans inputs, or what was recorded of some: plans, loads rules, opens what takes the results, scans, and ends.
 *
 * @param parts partial results, instead of the inputs that the arguments name
 * @returns the exit code
 * @throws KnownError when settings, rules or files are wrong; before anything is read
 */
export async function runScan(
  invocation: InvocationOf<'scan'>,
  parts?: PartialSet,
): Promise<number> {
  const warn = warner(invocation);
  const planned = await planScan(invocation, parts, warn);
  const lock = await lockCheckpoint(invocation, planned.told.sources);
  try {
    return await scanPlanned(invocation, planned, lock, warn);
  } finally {
    lock?.release();
  }
}

async function scanPlanned(
  invocation: InvocationOf<'scan'>,
  planned: PlannedScan,
  lock: RunLock | undefined,
  warn: (text: string) => void,
): Promise<number> {
  const { plan, parts } = planned;
  // Several threads share what memory one may have; two have enough.
  if (plan.threads > 2) holdMemory();
  const evaluated = await evaluatePlan(plan, warn);
  checkGateHasRules(evaluated.chosen, invocation.settings);
  const open = await openScan(invocation, planned, evaluated.ruleSet.rules, warn, lock);
  const watch =
    parts === undefined && mayBeLive(plan.sources, invocation)
      ? new LiveWatch(open.reports)
      : undefined;
  // Few inputs are large enough for threads.
  const threads =
    plan.threads > 1 ? (await import('../../run/start-threads.ts')).threadsFor(plan) : undefined;
  const hooks = hooksOf(open, watch, () => evaluated.leaveOutFacts());
  open.reports.start();
  const scanned = await scan(plan, evaluated.evaluation, hooks, threads).finally(() => {
    watch?.end();
    open.run.end();
  });
  return endScan(open, evaluated, scanned);
}

/** What a scan tells while it runs, and where that goes. */
function hooksOf(
  open: OpenScan,
  watch: LiveWatch | undefined,
  leaveOutFacts: () => void,
): ScanHooks {
  const { reports, planned, checkpoint, firstSeen } = open;
  const { writeBaseline } = open.invocation.settings;
  const surroundings = open.run.hooks({
    settle: () => reports.settle(),
    get closed() {
      // A baseline and a partial result need the rest of the input too.
      return reports.closed && writeBaseline === undefined && planned.partial === undefined;
    },
  });
  return {
    ...surroundings,
    progress(bytes, events) {
      watch?.read(bytes);
      surroundings.progress(bytes, events);
    },
    checkpoint,
    firstSeen,
    recorder: planned.partial?.recorder,
    recorded: planned.parts,
    keepsMuch: () => collectEarly(),
    finding: (finding) => takeFinding(open, finding, leaveOutFacts),
  };
}
