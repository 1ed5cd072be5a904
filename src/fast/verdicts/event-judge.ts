import { mayLackBodies } from '../../engine/blind.ts';
import type { Undecided } from '../../engine/open-rules.ts';
import { reportedFinding } from '../../engine/engine.ts';
import type { SharedReads } from '../../engine/event-subject.ts';
import { createFindingFactory } from '../../engine/finding-factory.ts';
import type { Finding } from '../../engine/finding.ts';
import type { AuditEvent } from '../../events/event.ts';
import type { RuleCounter } from '../../engine/rule-counter.ts';
import { isPartName, type Rule } from '../../rules/rule.ts';
import { Evaluator, type SearchableEvent } from './evaluator.ts';
import type { FastScannerOptions, Judgement } from '../fast-options.ts';
import { conditionOf } from './condition-graph.ts';
import { atomsOf, needsBody, nodesOf, type Residue } from './residue.ts';
import type { Verdicts } from './verdicts.ts';
import type { BodyClauses } from '../body-search/body-clauses.ts';

/** Decides what the scanner left open about an event inside the time window. */
export type Judge = (
  event: SearchableEvent,
  residue: Residue,
) => Exclude<Judgement, 'open' | 'outside-window'>;

interface CompiledRule {
  readonly rule: Rule;
  readonly counter: RuleCounter | undefined;
  readonly fires: () => boolean;
}

interface CompiledResidue {
  /** Table of the patterns that decide atoms; undefined if bodies cannot be searched for them. */
  readonly table: number | undefined;
  readonly steps: readonly {
    readonly index: number;
    readonly missed: boolean;
    readonly drops: () => boolean;
  }[];
  readonly covers: readonly { readonly index: number; readonly covers: () => boolean }[];
  readonly inScope: () => boolean;
  readonly rules: readonly CompiledRule[];
  /** Rules that may fire although the body holds none of the patterns. */
  readonly regardless: readonly CompiledRule[];
  /** Open conditions of reporting rules that read request or response bodies. */
  readonly reporting: readonly Undecided[];
}

/** Makes a judge that compiles each condition once and shares it between states. */
export function createJudge(
  options: Omit<FastScannerOptions, 'sink' | 'maxLine'>,
  verdicts: Verdicts,
  bodies: BodyClauses,
): Judge {
  if (options.handsOver === true) return createChooser(verdicts, bodies);
  const evaluator = new Evaluator((atom) => bodies.clausesOf(atom));
  const findingOf = createFindingFactory(options, (value) => evaluator.reader(value));
  const compiled = new Map<Residue, CompiledResidue>();
  const { resourceFilter: filter } = options;
  const onlyFirst = options.matching === 'first';

  const compileRule = ({ rule, counter, condition }: Residue['rules'][number]): CompiledRule => ({
    rule,
    counter,
    fires: evaluator.compile(condition),
  });
  const compile = (residue: Residue): CompiledResidue => ({
    table: residue.isSearched === true ? undefined : bodies.tableOf(atomsOf(nodesOf(residue))),
    steps: residue.filter.steps.map(({ index, missed, drops }) => ({
      index,
      missed,
      drops: evaluator.compile(drops),
    })),
    covers: residue.filter.covers.map(({ index, condition }) => ({
      index,
      covers: evaluator.compile(condition),
    })),
    inScope: evaluator.compile(residue.scope),
    rules: residue.rules.map(compileRule),
    regardless: residue.rules
      .filter(({ condition }) => !needsBody(condition, bodies))
      .map(compileRule),
    reporting: residue.rules
      .filter(({ counter }) => counter === undefined)
      .map(({ rule, condition }) => ({
        name: rule.name,
        condition: conditionOf(condition),
        partOf: rule.partOf,
      }))
      // Events of the decoder may lack anything; those of the scanner lack bodies at most.
      .filter(({ condition }) => residue === verdicts.all || mayLackBodies(condition)),
  });

  const evaluate = (
    event: AuditEvent,
    rules: readonly CompiledRule[],
    isMissed: boolean,
  ): Finding[] => {
    const findings: Finding[] = [];
    const shared: SharedReads = {};
    for (const { rule, counter, fires } of rules) {
      if (isMissed && (counter !== undefined || isPartName(rule.name))) continue;
      if (!fires()) continue;
      if (counter !== undefined) {
        counter.matched(rule, event);
        continue;
      }
      const finding = reportedFinding(options, findingOf, rule, event, shared);
      if (finding === undefined) continue;
      findings.push(finding);
      if (onlyFirst) break;
    }
    return findings;
  };

  return (event, residue) => {
    let plan = compiled.get(residue);
    if (plan === undefined) {
      plan = compile(residue);
      compiled.set(residue, plan);
    }
    evaluator.begin(event, plan.table);
    const { table } = plan;
    const isBare =
      table !== undefined &&
      plan.regardless.length < plan.rules.length &&
      event.holdsNone?.(table) === true;
    const rules = isBare ? plan.regardless : plan.rules;
    const step = plan.steps.find(({ drops }) => drops());
    if (plan.covers.length > 0 && step?.missed !== false) {
      const rule = plan.covers.find(({ covers }) => covers());
      if (rule !== undefined) filter!.cover(rule.index);
    }
    const inScope = (): boolean => residue.scope === verdicts.graph.true || plan.inScope();
    if (step !== undefined) {
      if (step.missed && inScope()) {
        filter!.miss(filter!.steps[step.index]!.reason, evaluate(event, rules, true).length);
      }
      return step.index;
    }
    if (!inScope()) return 'out-of-scope';
    const findings = evaluate(event, rules, false);
    if (plan.reporting.length > 0) options.blind?.count(event, plan.reporting, findings);
    return findings;
  };
}

/**
 * A judge that only tells which events match a rule: commands ask for events, not for findings. There is no resource
 * filter, and no rule is only counted.
 */
function createChooser({ graph }: Pick<Verdicts, 'graph'>, bodies: BodyClauses): Judge {
  const evaluator = new Evaluator((atom) => bodies.clausesOf(atom));
  const compiled = new Map<
    Residue,
    Pick<CompiledResidue, 'table' | 'inScope'> & { matches(): boolean }
  >();
  return (event, residue) => {
    let plan = compiled.get(residue);
    if (plan === undefined) {
      const matching = graph.join(
        'or',
        residue.rules.map(({ condition }) => condition),
      );
      plan = {
        table: bodies.tableOf(atomsOf(nodesOf(residue))),
        inScope: evaluator.compile(residue.scope),
        matches: evaluator.compile(matching),
      };
      compiled.set(residue, plan);
    }
    evaluator.begin(event, plan.table);
    if (!plan.inScope()) return 'out-of-scope';
    return plan.matches() ? 'wanted' : [];
  };
}
