import type { Undecided } from '../engine/open-rules.ts';
import type { EvaluatedParts } from '../engine/parts/correlation-parts.ts';
import type { EngineOptions } from '../engine/engine.ts';
import { isStarted } from '../engine/once-per-request.ts';
import { RuleCounter } from '../engine/rule-counter.ts';
import { isOncePerRequest, visibleName } from '../rules/rule.ts';
import type { Suppressor } from '../policies/ignore.ts';
import type { ResourceFilter } from '../policies/resource/resource-filter.ts';

/** The compiled rules and filters of a plan, with their counters. Each thread makes its own from the plan. */
export interface Evaluation {
  /** The rules that run, correlations among them, and those that the engine has for their parts. */
  readonly correlating?: EvaluatedParts['correlating'] | undefined;
  /** Options of the engine, without the ignore entries, which are in the `suppressor`. */
  readonly engine: Omit<EngineOptions, 'suppress'>;
  /** Rules choose events that are handed over; no findings are made. */
  readonly handsOver?: boolean | undefined;
  /** Rules to count where they cannot be decided; undefined when nobody asks. */
  readonly blind?: readonly Undecided[] | undefined;
  /** Leaves events out by their resource, before anything else. */
  readonly resourceFilter?: ResourceFilter | undefined;
  /** Count findings of rules that are off. May be left out: they cost their evaluation. */
  readonly counters?: readonly RuleCounter[] | undefined;
  /** Drops the findings that the user ignores, and counts them. */
  readonly suppressor?: Suppressor | undefined;
}

/** The options of an engine that drops ignored findings. */
export function engineOptions({ engine, suppressor }: Evaluation): EngineOptions {
  if (suppressor === undefined) return engine;
  const once = new Set(engine.rules.filter(isOncePerRequest).map(({ name }) => name));
  return {
    ...engine,
    suppress(rule, event) {
      const stage = once.has(rule) ? (isStarted(event) ? 'start' : 'end') : undefined;
      return suppressor.suppress(visibleName(rule), event, stage);
    },
  };
}

/**
 * The same evaluation with counters of its own, for a part of the work; its counts are added to the whole
 * later.
 */
export function partOf(evaluation: Evaluation): Evaluation {
  return {
    ...evaluation,
    counters: evaluation.counters?.map(
      ({ rules, placements }) => new RuleCounter(rules, placements),
    ),
    suppressor: evaluation.suppressor?.copy(),
  };
}
