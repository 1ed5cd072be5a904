import type { AuditEvent } from '../../events/event.ts';
import type { Suppressor } from '../../policies/ignore.ts';
import { placeFinding, placeRules } from '../../policies/placement.ts';
import { rulePolicies } from '../../policies/usage.ts';
import type { Rule } from '../../rules/rule.ts';
import type { Found } from './find-events.ts';

/** A part of the configuration that keeps a match from being a finding: what it is, and why. */
export interface Obstacle {
  readonly part: 'Rule' | 'Policies' | 'Ignored';
  readonly text: string;
}

/**
 * What keeps a rule that matches an event from being reported where nothing else is asked for: a rule that is off,
 * policies, an ignore entry. Empty where nothing does.
 */
export function obstaclesTo(
  { name, correlation }: Rule,
  event: AuditEvent,
  { ruleSet, members, fields }: Pick<Found, 'ruleSet' | 'members' | 'fields'>,
  suppressor: Suppressor | undefined,
): readonly Obstacle[] {
  const obstacles: Obstacle[] = [];
  const rule = ruleSet.rules.find((each) => each.name === name)!;
  const isForced = members.some(({ policy, forced }) => policy.enabled && forced.has(name));
  if (!rule.enabled && !isForced) {
    obstacles.push({ part: 'Rule', text: 'off, as its file says; scan --enable-rule runs it' });
  }
  const placement = placeRules(members, [name], () => false, fields).get(name)!;
  if (placeFinding(rule, placement, event) === undefined) {
    const within = placement.policies.map((policy) => policy.name);
    const text =
      within.length > 0 ? `outside the scope of ${within.join(', ')}` : heldBy(name, members);
    obstacles.push({ part: 'Policies', text });
  }
  // An entry is about the finding of a correlation, not about an event of it.
  const ignoring = correlation === undefined ? suppressor?.copy() : undefined;
  if (ignoring?.suppress(name, event) === true) {
    const { entry } = ignoring.counts.find(({ count }) => count > 0)!;
    const reason = entry.reason === '' ? '' : `: ${entry.reason}`;
    obstacles.push({ part: 'Ignored', text: `by the entry at ${entry.place}${reason}` });
  }
  return obstacles;
}

/** Why no policy that is on has a rule on. */
function heldBy(rule: string, members: Found['members']): string {
  const uses = rulePolicies(rule, members);
  if (uses.length === 0) return 'none holds the rule';
  return uses
    .map(({ policy, on }) => (on ? `${policy} is off` : `${policy} has the rule off`))
    .join(', ');
}
