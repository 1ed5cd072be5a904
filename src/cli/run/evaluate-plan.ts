import { CONSEQUENCE } from '../../engine/facts/link-facts.ts';
import { all, check, either } from '../../condition/condition-nodes.ts';
import type { FieldSettings } from '../../fields/field.ts';
import { firingCondition, type Placements } from '../../policies/placement.ts';
import { number, plural } from '../../outputs/summary-text.ts';
import { fieldResolver } from '../../rules/resolver.ts';
import type { Rule, RuleSet } from '../../rules/rule.ts';
import { choosingRule } from '../../scan/choosing-rule.ts';
import type { Evaluation } from '../../scan/evaluation.ts';
import type { EvaluationPlan } from '../../scan/plan.ts';
import { loadPlanned } from '../library/policies-input.ts';
import { chooseRules, type OffPolicy } from '../library/scan-rules.ts';
import { compiledNode, scopeOf } from '../scope/event-scope.ts';

/** A plan with its rules loaded and compiled. */
export interface Evaluated {
  readonly evaluation: Evaluation;
  readonly ruleSet: RuleSet;
  /** How many rules are enabled and selected. */
  readonly chosen: number;
  /** Says that nobody asks for the facts of further findings: reading them costs a scan much. */
  leaveOutFacts(): void;
  /**
   * What the summary says in the end.
   *
   * @param complete whether the whole input was read
   * @param tellsOff whether it is to say what the policies that are off would add
   */
  notes(complete: boolean, tellsOff?: boolean): string[];
}

/**
 * Loads rules, policies, resource rules and ignore entries, and compiles them. Every thread of a scan calls
 * it with the same plan, and so evaluates alike.
 *
 * @throws KnownError when one of them is wrong
 */
export async function evaluatePlan(
  plan: EvaluationPlan,
  warn: (text: string) => void,
): Promise<Evaluated> {
  const { matching, timeField, raw, fields: settings } = plan;
  const library = await loadPlanned(plan.library, settings, warn);
  const { ruleSet } = library;
  const fields = await fieldResolver(settings, false);
  const chosen = chooseRules(library, plan.selection, plan.placing, fields);
  const { rules } = chosen;
  const isCorrelating = rules.some(({ correlation }) => correlation !== undefined);
  if (isCorrelating && matching === 'first') {
    warn('warning: correlations need --rule-matching all: they are left out');
  }
  const parts =
    isCorrelating && matching === 'all'
      ? (await import('../../engine/parts/correlation-parts.ts')).evaluatedParts(
          rules,
          chosen.placements,
          fields,
          plan.ignore === undefined,
        )
      : undefined;
  const untuned = parts?.rules ?? rules.filter(({ correlation }) => correlation === undefined);
  const evaluated =
    plan.tuned === true
      ? (await import('../../tune/tuner.ts')).tunedRules(untuned, fields)
      : untuned;
  const placements = parts?.placements ?? chosen.placements;
  for (const warning of chosen.warnings) warn(`warning: ${warning}`);
  if (rules.length === 0) warn('warning: no rule is enabled and selected: nothing can be found');
  // Few runs have ignore entries or resource rules: the others need not load what reads them.
  const ignoring =
    plan.ignore === undefined ? undefined : await import('../library/ignore-input.ts');
  const suppressor = await ignoring?.suppressorOf(plan.ignore!, ruleSet, settings, warn);
  const covering =
    plan.resources === undefined ? undefined : await import('../library/resource-input.ts');
  const resourceFilter = await covering?.resourceFilterOf(plan.resources!, fields, warn);
  const scope = await scopeOf(plan.scope, ruleSet, settings);
  const facts = plan.facts === true ? { isWanted: true } : undefined;
  const off = plan.countOff ? chosen.off : [];
  const made = plan.consequences === true ? await consequenceRule(settings) : undefined;
  return {
    ruleSet,
    chosen: rules.length,
    leaveOutFacts: () => {
      if (facts !== undefined) facts.isWanted = false;
    },
    evaluation: {
      engine: {
        rules: [...evaluated, ...(made === undefined ? [] : [made])],
        matching,
        timeField,
        settings,
        raw,
        facts,
        partsWait: plan.wholeParts !== true,
        scope,
        placements: made === undefined ? placements : everywhere(placements, made),
      },
      correlating: parts?.correlating,
      blind: plan.countBlind
        ? evaluated.flatMap((rule) => {
            const condition = firingCondition(rule, placements);
            return condition === undefined
              ? []
              : [{ name: rule.name, condition, partOf: rule.partOf }];
          })
        : undefined,
      resourceFilter,
      counters: off.map(({ counter }) => counter),
      suppressor,
    },
    notes: (complete, tellsOff = true) => [
      ...(covering?.resourceNotes(resourceFilter, rules, complete) ?? []),
      ...(suppressor === undefined ? [] : (ignoring?.ignoreNotes(suppressor) ?? [])),
      ...(tellsOff ? off.flatMap(offNote) : []),
    ],
  };
}

/**
 * True of what controllers of the control plane make of other objects: replica sets, jobs and pods of workloads, and
 * secrets with the token of a service account.
 */
const MADE_BY_CONTROLLERS = all([
  check('/verb', '=', 'create'),
  check('/objectRef/resource', 'in', ['pods', 'replicasets', 'jobs', 'secrets']),
  either([
    check('/user/username', 'startswith', 'system:serviceaccount:kube-system:'),
    check('/user/username', '=', 'system:kube-controller-manager'),
  ]),
]);

/** The rule that hands over what controllers make of other objects. */
async function consequenceRule(settings: FieldSettings): Promise<Rule> {
  const rule = choosingRule(CONSEQUENCE, await compiledNode(MADE_BY_CONTROLLERS, settings));
  // Nobody asked for it: where it cannot be decided, nothing is said.
  return { ...rule, partOf: [] };
}

/** Placements with that of a rule that no policy is asked about. */
function everywhere(placements: Placements, { name }: Rule): Placements {
  return new Map(placements).set(name, { policies: [], off: [], always: true });
}

function offNote({ name, counter: { total } }: OffPolicy): string[] {
  if (total === 0) return [];
  return [
    `the policy ${name} is off: it would add ${number(total)} ${plural(total, 'finding')}; ` +
      `turn it on with: k8s-audit policies enable '${name}'`,
  ];
}
