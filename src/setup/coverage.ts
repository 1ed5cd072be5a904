import type { Rule } from '../rules/rule.ts';
import { isStatus, shapeResource, type RequestShape } from './api-resources.ts';
import type { AuditPolicy } from './policy/audit-policy.ts';
import { covers, type Level } from './levels.ts';
import { canFire, END_ONLY, isGeneral, lacksStart, type Need, type Needs } from './needs.ts';
import { branchesOf, describe, type Branch, type Branches } from './policy/policy-branches.ts';

/** How much a rule lacks on requests of one sort. */
type Gap =
  /** The rule can never fire. */
  | 'blind'
  /** The rule can fire for some users, namespaces or names only. */
  | 'some'
  /** The rule can fire, but some fields that it reads are not logged. */
  | 'partly';

export interface GapEntry {
  readonly need: Need;
  readonly gap: Gap;
  /** Level of the rule that decides in general. */
  readonly level: Level;
  /** Line of that rule in the policy; undefined when none matches. */
  readonly line: number | undefined;
  readonly reason: string;
}

/** How a policy serves one rule. */
export interface RuleCoverage {
  readonly rule: Rule;
  /** `blind` when it can fire on nothing, `partly` when on less than without a gap. */
  readonly state: 'ok' | 'partly' | 'blind';
  readonly gaps: readonly GapEntry[];
  readonly needs: readonly Need[];
}

/** How the policy serves each rule, in rule order. */
export function coverageOf(policy: AuditPolicy, needs: Needs): RuleCoverage[] {
  const branches = new Map<RequestShape, Branches>();
  return [...needs.byRule].map(([rule, ruleNeeds]) => {
    const gaps: GapEntry[] = [];
    for (const need of ruleNeeds) {
      let found = branches.get(need.shape);
      if (found === undefined) {
        found = branchesOf(policy, need.shape, needs.memory);
        branches.set(need.shape, found);
      }
      // A write to the status subresource changes only the status, whatever the body holds.
      const gap = isStatus(need.shape) ? undefined : gapOf(need, found);
      if (gap !== undefined) gaps.push(gap);
    }
    return { rule, state: stateOf(ruleNeeds, gaps), gaps, needs: ruleNeeds };
  });
}

function stateOf(needs: readonly Need[], gaps: readonly GapEntry[]): RuleCoverage['state'] {
  const blind = gaps.filter(({ gap }) => gap === 'blind').length;
  if (blind > 0 && blind === needs.length) return 'blind';
  // Rules about requests in general miss noise under any sensible policy.
  if (isGeneral(needs)) return gaps.every(({ need }) => isSmall(need)) ? 'ok' : 'partly';
  return gaps.length > 0 ? 'partly' : 'ok';
}

function isSmall({ shape }: Need): boolean {
  return shape.resource === undefined || shape.resource === 'leases' || shape.resource === 'events';
}

function gapOf(need: Need, { general, special, line }: Branches): GapEntry | undefined {
  const { rule, stages } = need;
  const firesIn = (branch: Branch): boolean =>
    canFire(
      rule,
      branch.probes,
      branch.level,
      stages.filter((stage) => branch.stages.includes(stage)),
    );
  const entry = (gap: Gap, reason: string): GapEntry => ({
    need,
    gap,
    level: general.level,
    line,
    reason,
  });
  if (!firesIn(general)) {
    const rescued = special.find(firesIn);
    const reason = lackOf(need, general);
    if (rescued === undefined) return entry('blind', reason);
    return entry('some', `${reason}, except for ${describe(rescued.circumstances)}`);
  }
  if (!covers(general.level, need.sees)) {
    return entry('partly', `looks at bodies that need ${need.sees}`);
  }
  if (lacksStart(need, (stage) => general.stages.includes(stage))) return entry('partly', END_ONLY);
  return undefined;
}

function lackOf({ fires, stages }: Need, { level, stages: logged }: Branch): string {
  if (level === 'None') return 'not logged';
  if (!covers(level, fires)) return `needs ${fires}`;
  const missing = stages.filter((stage) => !logged.includes(stage));
  return missing.length === stages.length
    ? `stage ${missing.join(', ')} is left out`
    : `needs ${fires}`;
}

/** Gaps of a rule put together: same reason, same level, with all their verbs and resources. */
export interface GapGroup {
  readonly gap: Gap;
  readonly level: Level;
  readonly line: number | undefined;
  readonly reason: string;
  readonly verbs: readonly string[];
  readonly resources: readonly string[];
}

/** Puts gaps together that have the same reason, level and line of the policy. */
export function gapGroups(gaps: readonly GapEntry[]): GapGroup[] {
  const groups = new Map<string, { first: GapEntry; verbs: Set<string>; resources: Set<string> }>();
  for (const entry of gaps) {
    const { gap, level, line, reason } = entry;
    const key = JSON.stringify([gap, level, line, reason]);
    const group = groups.get(key) ?? { first: entry, verbs: new Set(), resources: new Set() };
    group.verbs.add(entry.need.shape.verb);
    group.resources.add(shapeResource(entry.need.shape));
    groups.set(key, group);
  }
  return [...groups.values()].map(({ first, verbs, resources }) => ({
    gap: first.gap,
    level: first.level,
    line: first.line,
    reason: first.reason,
    verbs: [...verbs],
    resources: [...resources],
  }));
}
