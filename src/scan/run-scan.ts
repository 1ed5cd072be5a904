import type { KnownAnswers } from '../condition/condition.ts';
import type { Engine, EngineOptions } from '../engine/engine.ts';
import type { Finding } from '../engine/finding.ts';
import { SummaryBuilder, type ScanSummary } from '../engine/summary.ts';
import { BlindSpots, type Undecided } from '../engine/blind.ts';
import type { RuleCounter } from '../engine/rule-counter.ts';
import type { ResourceFilter } from '../policies/resource/resource-filter.ts';
import { readEvents } from './read-events.ts';
import type { ScanThreads } from './threads/thread-contract.ts';
import type { ReadHooks, ReadPlan, ReadResult } from './read-plan.ts';

/** What a scan reads and which events it looks at. */
export interface ScanPlan extends ReadPlan {
  readonly engine: Engine;
  /** What the engine was made of: then the fast engine may take its place. */
  readonly fast?: EngineOptions | undefined;
  /** Threads for large files; they evaluate as the fast engine does here. */
  readonly threads?: ScanThreads | undefined;
  /** What the engine evaluates: the rules among these that lack evidence are counted. */
  readonly rules?: readonly Undecided[] | undefined;
  /** What the filter of `engine.inScope` is called in the summary. */
  readonly scopeReason: string;
  /** Leaves events out by their resource, before anything else. */
  readonly resourceFilter?: ResourceFilter | undefined;
  /** Count findings of rules that are off. May be left out: they cost their evaluation. */
  readonly counters?: readonly RuleCounter[] | undefined;
}

/** Where a scan hands over what it finds. */
export interface ScanHooks extends Omit<ReadHooks, 'event'> {
  /** Takes a finding; true when the summary is to count it. */
  finding(finding: Finding): boolean;
  /** Wall clock in milliseconds. */
  now(): number;
}

export interface ScanResult extends ReadResult {
  readonly summary: ScanSummary;
  /** Rules that could not be decided on some events. */
  readonly blind: BlindSpots;
}

/**
 * Reads inputs in order, evaluates every event, and hands over findings in input order. Problems of the
 * input are counted, never thrown.
 */
export async function scan(plan: ScanPlan, hooks: ScanHooks): Promise<ScanResult> {
  if (plan.fast !== undefined && isPlain(plan)) {
    if (plan.threads !== undefined) {
      const { threadedScan } = await import('./threads/threads.ts');
      const result = await threadedScan(plan, plan.threads, hooks);
      if (result !== undefined) return result;
    }
    const { fastScan } = await import('./fast-scan.ts');
    return fastScan(plan, plan.fast, hooks);
  }
  const start = hooks.now();
  const summary = new SummaryBuilder();
  const blind = new BlindSpots();
  const { engine, rules = [], scopeReason, resourceFilter, counters = [] } = plan;
  const result = await readEvents(
    plan,
    {
      event(event) {
        const left = resourceFilter?.decide(event);
        if (left !== undefined) {
          summary.filter(left.reason);
          if (left.missed && engine.inScope(event)) {
            resourceFilter?.miss(left.reason, engine.evaluate(event).length);
          }
          return;
        }
        if (!engine.inScope(event)) {
          summary.filter(scopeReason);
          return;
        }
        const known: KnownAnswers = new Map();
        const fired = engine.evaluate(event, known);
        const counted = fired.filter((finding) => hooks.finding(finding));
        summary.event(event.time, counted);
        blind.count(event, rules);
        for (const counter of counters) counter.count(event, known);
      },
      settle: () => hooks.settle(),
      progress: (bytes, events) => hooks.progress(bytes, events),
      signal: hooks.signal,
    },
    summary,
  );
  return { ...result, blind, summary: summary.build(hooks.now() - start) };
}

/** True when nothing is asked for that only the reference engine's reader does. */
function isPlain(plan: ScanPlan): boolean {
  return (
    plan.inputFormat === undefined &&
    plan.duplicates !== 'drop' &&
    plan.byTime !== true &&
    plan.follow !== true
  );
}
