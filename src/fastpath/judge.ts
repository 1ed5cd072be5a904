import { createFindingFactory, reportedFinding } from '../engine/engine.ts';
import type { Finding } from '../engine/finding.ts';
import type { AuditEvent } from '../events/event.ts';
import type { RuleCounter } from '../engine/rule-counter.ts';
import type { Rule } from '../rules/rule.ts';
import { Evaluator } from './evaluate.ts';
import type { FastScannerOptions } from './fast-options.ts';
import type { Residue, Verdicts } from './states.ts';

/** Decides what is left open about an event: its findings, or undefined when it is out of scope. */
export type Judge = (event: AuditEvent, residue: Residue) => Finding[] | undefined;

interface CompiledResidue {
  readonly inScope: () => boolean;
  readonly rules: readonly {
    readonly rule: Rule;
    readonly counter: RuleCounter | undefined;
    readonly fires: () => boolean;
  }[];
  /** The rules that are not only counted. */
  readonly reporting: readonly Rule[];
}

/** Evaluates residues with conditions compiled once, and shared between states. */
export function createJudge(
  options: Omit<FastScannerOptions, 'sink' | 'maxLine'>,
  verdicts: Verdicts,
): Judge {
  const findingOf = createFindingFactory(options);
  const evaluator = new Evaluator();
  const compiled = new Map<Residue, CompiledResidue>();
  const onlyFirst = options.matching === 'first';

  const compile = (residue: Residue): CompiledResidue => ({
    inScope: evaluator.compile(residue.scope),
    rules: residue.rules.map(({ rule, counter, condition }) => ({
      rule,
      counter,
      fires: evaluator.compile(condition),
    })),
    reporting: residue.rules
      .filter(({ counter }) => counter === undefined)
      .map(({ rule }) => rule),
  });

  return (event, residue) => {
    let plan = compiled.get(residue);
    if (plan === undefined) {
      plan = compile(residue);
      compiled.set(residue, plan);
    }
    evaluator.begin(event);
    if (residue.scope !== verdicts.graph.true && !plan.inScope()) return undefined;
    const findings: Finding[] = [];
    options.blind?.count(event, plan.reporting);
    for (const { rule, counter, fires } of plan.rules) {
      if (!fires()) continue;
      if (counter !== undefined) {
        counter.matched(rule, event);
        continue;
      }
      const finding = reportedFinding(options, findingOf, rule, event);
      if (finding === undefined) continue;
      findings.push(finding);
      if (onlyFirst) break;
    }
    return findings;
  };
}
