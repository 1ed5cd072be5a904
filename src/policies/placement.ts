import { compileCondition } from '../condition/compile.ts';
import { evaluate, type Condition } from '../condition/condition.ts';
import { ConditionError } from '../condition/condition-error.ts';
import type { FieldResolver } from '../condition/operand.ts';
import type { AuditEvent } from '../events/event.ts';
import type { Rule } from '../rules/rule.ts';
import type { ConditionNode } from '../condition/ast.ts';
import type { PolicyMembers } from './members.ts';
import { policyScopeCondition } from './policy-scope.ts';
import { ownSeverity, severityRank, type Rated, type Severity } from './severity.ts';

/** An enabled policy that has a rule on. */
interface PlacedPolicy {
  readonly name: string;
  /** Undefined when the rule's own severity counts. */
  readonly severity: Severity | undefined;
  /** Undefined when the policy applies everywhere. */
  readonly scope: Condition | undefined;
}

/** The enabled policies of a rule. */
export interface RulePlacement {
  readonly policies: readonly PlacedPolicy[];
  /** True when the rule may fire where no policy applies: policies then only describe it. */
  readonly always: boolean;
  /** Policies that are off and have such a rule on: they give the severity where no enabled one applies. */
  readonly off: readonly PlacedPolicy[];
}

/** Placements by rule name. A rule without one fires everywhere. */
export type Placements = ReadonlyMap<string, RulePlacement>;

/** The part of a finding that names its policies. */
export interface Placed {
  readonly policies: readonly string[];
  readonly severity: Severity;
}

/** The policies in scope of a rule that matched an event; undefined when it may not fire there. */
export function placeFinding(
  rule: Rated,
  placement: RulePlacement | undefined,
  event: AuditEvent,
): Placed | undefined {
  const key = placement ?? NO_PLACEMENT;
  const { policies, off } = key;
  // One character per policy: whether the event is in its scope.
  let inScope = scopesOf(policies, event);
  if (!inScope.includes('1')) {
    if (!key.always) return undefined;
    inScope += scopesOf(off, event);
  }
  const own = ownSeverity(rule);
  let known = placedAlike.get(key);
  if (known === undefined) {
    known = [];
    placedAlike.set(key, known);
  }
  for (const one of known) {
    if (one.inScope === inScope && one.own === own) return one.placed;
  }
  const chosen = policies.filter((_policy, index) => inScope[index] === '1');
  const deciding =
    chosen.length > 0 ? chosen : off.filter((_, index) => inScope[policies.length + index] === '1');
  const placed = {
    policies: chosen.map(({ name }) => name),
    severity: highestSeverity(own, deciding),
  };
  if (known.length < MAX_ALIKE) known.push({ own, inScope, placed });
  return placed;
}

interface PlacedAlike {
  readonly own: Severity;
  readonly inScope: string;
  readonly placed: Placed;
}

/** Findings with the same policies share one object, so that an output writes its text only once. */
const placedAlike = new WeakMap<RulePlacement, PlacedAlike[]>();
/** Combinations of policies remembered; they are searched one by one. */
const MAX_ALIKE = 16;
const NO_PLACEMENT: RulePlacement = { policies: [], always: true, off: [] };

function scopesOf(policies: readonly PlacedPolicy[], event: AuditEvent): string {
  let inScope = '';
  for (const { scope } of policies) {
    inScope += scope === undefined || evaluate(scope, event) ? '1' : '0';
  }
  return inScope;
}

/** The highest of policies; the rule's own where one gives none, or there is none. */
function highestSeverity(rule: Severity, policies: readonly PlacedPolicy[]): Severity {
  let severity: Severity | undefined;
  for (const policy of policies) {
    const own = policy.severity ?? rule;
    if (severity === undefined || severityRank(own) < severityRank(severity)) severity = own;
  }
  return severity ?? rule;
}

/**
 * A condition for the events on which a rule may fire: `true` for all, `false` for none. Engines decide it
 * before or together with the rule's own condition.
 */
export function firingScope(placement: RulePlacement | undefined): Condition | boolean {
  if (placement === undefined || placement.always) return true;
  const scopes: Condition[] = [];
  for (const { scope } of placement.policies) {
    if (scope === undefined) return true;
    scopes.push(scope);
  }
  return scopes.length > 1 ? { kind: 'or', operands: scopes } : (scopes[0] ?? false);
}

/** When a rule fires: its condition, where some policy holds it; undefined when none ever does. */
export function firingCondition(
  { name, condition }: Rule,
  placements: Placements | undefined,
): Condition | undefined {
  const scope = firingScope(placements?.get(name));
  if (typeof scope === 'boolean') return scope ? condition : undefined;
  return { kind: 'and', operands: [scope, condition] };
}

/**
 * Places rules in policies.
 *
 * @param members policies with their rules; disabled ones give no more than a severity
 * @param always rules that fire where no policy applies
 */
export function placeRules(
  members: readonly PolicyMembers[],
  ruleNames: readonly string[],
  always: (rule: string) => boolean,
  fields: FieldResolver,
): Placements {
  const all = members.map(({ policy, rules }) => {
    const scope = policyScopeCondition(policy.scope);
    const compiled = scope === undefined ? undefined : compilePlain(scope, fields);
    const placed = { name: policy.name, severity: policy.severity, scope: compiled };
    return { enabled: policy.enabled, rules, placed };
  });
  const holding = (name: string, enabled: boolean): PlacedPolicy[] =>
    all
      .filter((one) => one.enabled === enabled && one.rules.get(name) === true)
      .map(({ placed }) => placed);
  return new Map(
    ruleNames.map((name) => {
      const anyway = always(name);
      const off = anyway ? holding(name, false) : [];
      return [name, { policies: holding(name, true), always: anyway, off }];
    }),
  );
}

/** Compiles a condition that this file built; it has no macros. */
export function compilePlain(node: ConditionNode, fields: FieldResolver): Condition {
  return compileCondition(node, {
    fields,
    macro(name, position) {
      throw new ConditionError(`no macro '${name}' here`, position);
    },
  });
}
