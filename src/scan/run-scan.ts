import { evaluate } from '../condition/condition.ts';
import { Decider } from '../condition/decider.ts';
import { KnownError } from '../util/errors.ts';
import { createEngine } from '../engine/engine.ts';
import { SummaryBuilder } from '../engine/summary.ts';
import { BlindSpots } from '../engine/blind.ts';
import { OncePerCause } from '../engine/once-per-cause.ts';
import { OncePerRequest } from '../engine/once-per-request.ts';
import { isPartName } from '../rules/rule.ts';
import { engineOptions, type Evaluation } from './evaluation.ts';
import type { ScanHooks, ScanResult } from './hooks.ts';
import { isMerged, OUTSIDE_SCOPE, type EngineChoice, type ReadPlan } from './plan.ts';
import { readEvents } from './read-events.ts';
import type { ScanThreads } from './threads/contract.ts';
import { ONE_THREAD } from './threads/jobs.ts';

/**
 * Reads inputs in order, evaluates every event, and hands over findings in input order. Problems of the
 * input are counted, never thrown.
 *
 * @param plan what to read; the rest of a plan is in the `evaluation`
 * @param given is told of a finding once a request, for rules that report requests
 * @param threads for large inputs; left out, the scan has one
 */
export async function scan(
  plan: ReadPlan & EngineChoice,
  evaluation: Evaluation,
  given: ScanHooks,
  threads?: ScanThreads,
): Promise<ScanResult> {
  const causes = plan.everyFinding === true ? undefined : new OncePerCause();
  const result = await scanAll(plan, evaluation, withoutFurtherPods(given, causes), threads);
  const dropped = causes?.dropped ?? 0;
  if (dropped === 0) return result;
  const { summary } = result;
  const said =
    `${dropped} ${dropped === 1 ? 'finding on a further pod of the same controller is' : 'findings on further pods of the same controllers are'} counted only here; ` +
    'scan --no-fold reports each';
  return { ...result, summary: { ...summary, notes: [...summary.notes, said] } };
}

async function scanAll(
  plan: ReadPlan & EngineChoice,
  evaluation: Evaluation,
  given: ScanHooks,
  threads?: ScanThreads,
): Promise<ScanResult> {
  if (evaluation.correlating !== undefined) {
    const { scanCorrelating } = await import('./scan-correlating.ts');
    const { correlating, ...plain } = evaluation;
    const { lateness, sources } = plan;
    const isOne = sources.length === 1 || plan.follow === true || isMerged(plan);
    const name = sources.length === 1 && plan.follow !== true ? sources[0]!.name : undefined;
    const order = { isOne, name, lateness };
    return scanCorrelating(correlating, evaluation.engine, order, given, (hooks) =>
      scanAll(plan, plain, hooks, threads),
    );
  }
  const hooks = withoutRepeats(given);
  if (hooks.recorded !== undefined) {
    const { replayScan } = await import('./partial/replay.ts');
    return replayScan(plan, evaluation, hooks.recorded, hooks);
  }
  if (plan.engine === 'fast') {
    if ((threads !== undefined && isForRanges(plan)) || hooks.recorder !== undefined) {
      const { threadedScan } = await import('./threads/threads.ts');
      const result = await threadedScan(plan, evaluation, threads ?? ONE_THREAD, hooks);
      if (result !== undefined) return result;
      if (hooks.recorder !== undefined) throw new KnownError('usage', NOT_IN_PARTS);
    }
    const { fastScan } = await import('./fast-scan.ts');
    return fastScan(plan, evaluation, hooks);
  }
  const start = hooks.now();
  const summary = new SummaryBuilder();
  const blindSpots = new BlindSpots();
  const decider = new Decider();
  const engine = createEngine(engineOptions(evaluation), decider);
  const { blind = [], resourceFilter, counters = [], handsOver } = evaluation;
  const result = await readEvents(
    plan,
    {
      event(event) {
        const left = resourceFilter?.decide(event);
        if (left !== undefined) {
          summary.filter(left.reason);
          if (left.missed && engine.inScope(event)) {
            const missed = engine.evaluate(event).filter(({ rule }) => !isPartName(rule));
            resourceFilter?.miss(left.reason, missed.length);
          }
          return;
        }
        if (!engine.inScope(event)) {
          summary.filter(OUTSIDE_SCOPE);
          return;
        }
        if (handsOver === true) {
          summary.event(event.time, []);
          const isWanted = evaluation.engine.rules.some((rule) => evaluate(rule.condition, event));
          if (isWanted) hooks.wanted!(event);
          return;
        }
        const fired = engine.evaluate(event);
        const counted = fired.filter((finding) => hooks.finding(finding));
        summary.event(event.time, counted);
        blindSpots.count(event, blind, fired);
        for (const counter of counters) counter.count(event, decider);
      },
      settle: () => hooks.settle(),
      progress: (bytes, events) => hooks.progress(bytes, events),
      signal: hooks.signal,
      unread: (...problem) => hooks.unread?.(...problem),
      checkpoint: hooks.checkpoint,
    },
    summary,
  );
  return { ...result, blind: blindSpots, summary: summary.build(hooks.now() - start) };
}

const NOT_IN_PARTS =
  '--partial: resource rules, and rules that read evt.num or evt.reltime, look at all inputs as one';

/** Hooks that are not told of findings that repeat one of another stage of their request. */
function withoutRepeats(hooks: ScanHooks): ScanHooks {
  const once = new OncePerRequest();
  return { ...hooks, finding: (finding) => once.keeps(finding) && hooks.finding(finding) };
}

/** Hooks that are not told of findings on further pods of a controller; correlations count them. */
function withoutFurtherPods(hooks: ScanHooks, causes: OncePerCause | undefined): ScanHooks {
  if (causes === undefined) return hooks;
  return { ...hooks, finding: (finding) => causes.keeps(finding) && hooks.finding(finding) };
}

/** True when parts of inputs can be read apart: nobody needs to know what was read before. */
function isForRanges(plan: ReadPlan): boolean {
  const { follow, checkpoint, duplicates } = plan;
  return follow !== true && checkpoint === undefined && duplicates !== 'drop' && !isMerged(plan);
}
