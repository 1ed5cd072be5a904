import type { Finding } from '../../../engine/finding.ts';
import { resolve } from 'node:path';
import { expandSources } from '../../../io/sources.ts';
import { streamOutput, type Output } from '../../../io/output.ts';
import type { RulesFile } from '../../../rules/load.ts';
import type { ScanResult } from '../../../scan/hooks.ts';
import type { ScanPlan } from '../../../scan/plan.ts';
import { scan } from '../../../scan/run-scan.ts';
import { COMMAND_OPTIONS, type InvocationOf } from '../../flags/command-options.ts';
import { defaultSettings } from '../../flags/options.ts';
import { evaluatePlan, type Evaluated } from '../../run/evaluate-plan.ts';
import { inputPaths } from '../../run/input-paths.ts';
import type { ReadingEnd } from '../../run/reading.ts';
import { runHooks } from '../../run/run-hooks.ts';
import { scanPlan } from '../../run/settings-plan.ts';
import { timeWindow } from '../../scope/last-window.ts';
import { warner } from '../../terminal/listing.ts';

/** A scan that hands its findings to `tune`. */
export interface TuneScan {
  readonly evaluated: Evaluated;
  readonly plan: ScanPlan;
  readonly output: Output;
  /** Reads the inputs. */
  readonly read: (finding: (finding: Finding) => boolean) => Promise<ReadingEnd>;
}

/**
 * Prepares what `scan` would do with the same options.
 *
 * @param change what is different about it
 * @throws KnownError when rules or options are wrong
 */
export async function tuneScan(
  invocation: InvocationOf<'tune'>,
  change: (plan: ScanPlan) => Promise<ScanPlan>,
): Promise<TuneScan> {
  const paths = inputPaths(invocation.args, invocation.terminal, 'tune');
  const counted = scanPlan(asScan(invocation), expandSources(paths), []);
  const window = await timeWindow(invocation, counted);
  const plan = await change({ ...counted, since: window.since });
  const evaluated = await evaluatePlan(plan, warner(invocation));
  const run = runHooks(invocation, plan.sources);
  const output = streamOutput(run.stdout);
  return {
    evaluated,
    plan,
    output,
    async read(finding) {
      const threads =
        plan.threads > 1
          ? (await import('../../run/start-threads.ts')).threadsFor(plan)
          : undefined;
      const hooks = { ...run.hooks(output), finding };
      const result: ScanResult = await scan(plan, evaluated.evaluation, hooks, threads).finally(
        () => run.end(),
      );
      return { ...result, scopeNotes: window.notes(result.summary) };
    },
  };
}

/** The same invocation of `scan`: what it finds is what entries are about. */
function asScan(invocation: InvocationOf<'tune'>): InvocationOf<'scan'> {
  return {
    ...invocation,
    settings: {
      ...defaultSettings(COMMAND_OPTIONS.scan),
      ...invocation.settings,
      // What only a summary tells is not looked for.
      summary: false,
    },
  };
}

/** Rules files but for one. */
export function withoutFile(files: readonly RulesFile[], path: string): RulesFile[] {
  return files.filter(({ name }) => resolve(name) !== path);
}
