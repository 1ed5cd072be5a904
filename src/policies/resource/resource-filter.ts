import type { ConditionNode } from '../../condition/ast.ts';
import { anyOf, NEVER, not } from '../../condition/condition-nodes.ts';
import { evaluate, type Condition } from '../../condition/condition.ts';
import type { FieldResolver } from '../../condition/operand.ts';
import type { AuditEvent } from '../../events/event.ts';
import { compilePlain } from '../placement.ts';
import { requestConditions } from './resource-conditions.ts';
import type { ResourceFilterSpec } from './resource-rules.ts';
import { ruleCondition } from './resource-match.ts';
import type { ResourceMode } from './resource-mode.ts';

/** One reason to leave an event out. Steps are tried in order; the first that holds decides. */
export interface FilterStep<C> {
  /** As the summary says it behind a count of events. */
  readonly reason: string;
  /**
   * True when the rules cover the event, and only the way of collecting would have lost it: findings on
   * it are counted as missed.
   */
  readonly missed: boolean;
  readonly drops: C;
}

/** The filter as conditions, for engines that decide on parts of events. */
function resourceFilterSteps(
  spec: ResourceFilterSpec,
  mode: ResourceMode,
): FilterStep<ConditionNode>[] {
  const request = requestConditions();
  const steps: FilterStep<ConditionNode>[] = [];
  if (spec.rules !== undefined) {
    const rules = spec.rules.map((rule) => ruleCondition(rule, spec.matchPolicy));
    const covered = anyOf(rules.filter((rule) => rule !== undefined)) ?? NEVER;
    steps.push(
      {
        reason: 'without a resource, which resource rules cannot name',
        missed: false,
        drops: not(request.hasResource),
      },
      { reason: 'not covered by the resource rules', missed: false, drops: not(covered) },
    );
  }
  if (spec.excludedNamespaces.length > 0) {
    steps.push({
      reason: 'in excluded namespaces',
      missed: false,
      drops: request.inNamespaces(spec.excludedNamespaces),
    });
  }
  if (mode === 'filter') return steps;
  return [
    ...steps,
    { reason: 'not sent to admission: reads', missed: true, drops: not(request.hasOperation) },
    { reason: 'not sent to admission: refused requests', missed: true, drops: request.refused },
    { reason: 'not sent to admission: exempt kinds', missed: true, drops: request.exempt },
  ];
}

/** A filter ready to decide. */
export class ResourceFilter {
  readonly steps: readonly FilterStep<Condition>[];
  readonly spec: ResourceFilterSpec;
  readonly mode: ResourceMode;
  /** The condition of each resource rule; undefined when no request can meet it. */
  readonly rules: readonly (Condition | undefined)[];
  /** For each rule, whether it was ever the first that covered an event. */
  readonly #covered: boolean[];
  readonly #missed = new Map<string, number>();

  constructor(spec: ResourceFilterSpec, mode: ResourceMode, fields: FieldResolver) {
    this.spec = spec;
    this.mode = mode;
    this.steps = resourceFilterSteps(spec, mode).map((step) => ({
      ...step,
      drops: compilePlain(step.drops, fields),
    }));
    this.rules = (spec.rules ?? []).map((rule) => {
      const node = ruleCondition(rule, spec.matchPolicy);
      return node === undefined ? undefined : compilePlain(node, fields);
    });
    this.#covered = this.rules.map(() => false);
  }

  /** Why an event is left out; undefined when it is kept. */
  decide(event: AuditEvent): FilterStep<Condition> | undefined {
    const step = this.steps.find(({ drops }) => evaluate(drops, event));
    if (step === undefined || step.missed) {
      const rule = this.rules.findIndex((each) => each !== undefined && evaluate(each, event));
      if (rule !== -1) this.cover(rule);
    }
    return step;
  }

  /** Notes that a rule, counted from 0, was the first to cover an event that is kept or missed. */
  cover(rule: number): void {
    this.#covered[rule] = true;
  }

  hasCovered(rule: number): boolean {
    return this.#covered[rule] === true;
  }

  /** Counts findings on an event that only the way of collecting would have lost. */
  miss(reason: string, findings: number): void {
    if (findings > 0) this.#missed.set(reason, (this.#missed.get(reason) ?? 0) + findings);
  }

  /** Findings that the admission way of collecting would have missed, by reason. */
  get missed(): ReadonlyMap<string, number> {
    return this.#missed;
  }

  /** Numbers of the rules, from 1, that were never the first to cover an event: they change nothing. */
  get unused(): readonly number[] {
    return this.#covered.flatMap((covered, index) => (covered ? [] : [index + 1]));
  }
}
