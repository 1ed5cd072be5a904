import type { FieldResolver } from '../../condition/operand.ts';
import { RuleCounter } from '../../engine/rule-counter.ts';
import type { PolicyMembers } from '../../policies/members.ts';
import { placeRules, type Placements } from '../../policies/placement.ts';
import type { Rule } from '../../rules/rule.ts';
import { matchesWildcard, selectRules, type RuleSelection } from '../../rules/select.ts';
import type { PlacingPlan } from '../../scan/plan.ts';
import { KnownError } from '../../util/errors.ts';
import type { Invocation } from '../flags/command.ts';
import { namedPolicies, type Library, type LibraryOption } from './policies-input.ts';

/** A bundled policy that nobody has switched on or off, and what it would add. */
export interface OffPolicy {
  readonly name: string;
  readonly counter: RuleCounter;
}

/** The rules of a run, with their policies. */
export interface RunRules {
  /** In evaluation order. */
  readonly rules: readonly Rule[];
  readonly placements: Placements;
  readonly off: readonly OffPolicy[];
  readonly warnings: readonly string[];
}

/** Options that choose rules, beside policies. */
type SelectionOption = 'rule' | 'tag' | 'excludeTag' | 'minPriority';

/** Options that choose the rules of a run. */
export type RulesOption = SelectionOption | LibraryOption | 'policy' | 'allRules';

/** The selection of rules that an invocation asks for. */
export function selectionOf({
  settings,
  ruleSwitches,
}: Pick<Invocation<SelectionOption>, 'settings' | 'ruleSwitches'>): RuleSelection {
  return {
    only: settings.rule,
    switches: ruleSwitches,
    tags: settings.tag,
    excludedTags: settings.excludeTag,
    minPriority: settings.minPriority,
  };
}

/**
 * The rules that run: those that are selected and on in an enabled policy. A rule that the command line
 * switches on by name runs whatever the policies say.
 *
 * @throws KnownError for names that do not exist, or options that contradict each other
 */
export function chooseRules(
  library: Library,
  selection: RuleSelection,
  placing: PlacingPlan,
  fields: FieldResolver,
): RunRules {
  const named = namedPolicies(placing, library.members);
  const { allRules } = placing;
  if (allRules && named.length > 0) {
    throw new KnownError('usage', '--all-rules and --policy with a name contradict each other');
  }
  const given = placing.comparesWithPast === true ? withPast(library.members) : library.members;
  const members = named.length === 0 ? given : only(library.members, named);
  const forced = new Set(
    members.filter(({ policy }) => policy.enabled).flatMap((each) => [...each.forced]),
  );
  const loaded = library.ruleSet.rules.map((rule) =>
    !rule.enabled && forced.has(rule.name) ? { ...rule, enabled: true } : rule,
  );
  const { rules: selected, warnings } = selectRules(loaded, selection);
  const asked = askedFor(selection);
  const always = (name: string): boolean => allRules || asked(name);
  const ruleNames = selected.map(({ name }) => name);
  const placements = placeRules(members, ruleNames, always, fields);
  const rules = selected.filter(({ name }) => {
    const { policies, always: anyway } = placements.get(name)!;
    return anyway || policies.length > 0;
  });
  const off = allRules || named.length > 0 ? [] : offPolicies(members, selected, rules, fields);
  return { rules, placements, off, warnings };
}

/** The bundled policy that is off because it needs a past. */
const FIRST_SEEN = 'K8s First Seen';

/** The same with that policy enabled, where nobody has switched it off. */
function withPast(members: readonly PolicyMembers[]): readonly PolicyMembers[] {
  return members.map((each) => {
    const { policy } = each;
    const isOff = policy.name === FIRST_SEEN && policy.origin === 'bundled' && !policy.decided;
    return isOff ? { ...each, policy: { ...policy, enabled: true } } : each;
  });
}

/** Named policies enabled, the others not. */
function only(members: readonly PolicyMembers[], names: readonly string[]): PolicyMembers[] {
  return members.map((each) => ({
    ...each,
    policy: { ...each.policy, enabled: names.includes(each.policy.name) },
  }));
}

/** Rules that the command line switches on, as `--rule` with an exact name does. */
function askedFor({ only: exact, switches }: RuleSelection): (name: string) => boolean {
  return (name) => {
    const last = switches.findLast(({ pattern }) => matchesWildcard(pattern, name));
    return last?.enable ?? exact.includes(name);
  };
}

function offPolicies(
  members: readonly PolicyMembers[],
  selected: readonly Rule[],
  running: readonly Rule[],
  fields: FieldResolver,
): OffPolicy[] {
  const runs = new Set(running.map(({ name }) => name));
  return members.flatMap(({ policy, rules, forced }) => {
    if (policy.enabled || policy.decided || policy.origin !== 'bundled') return [];
    const added = selected.filter(
      // The events of a correlation are no findings.
      ({ name, correlation }) =>
        rules.get(name) === true && !runs.has(name) && correlation === undefined,
    );
    if (added.length === 0) return [];
    const enabled = { policy: { ...policy, enabled: true }, rules, forced };
    const names = added.map(({ name }) => name);
    const placements = placeRules([enabled], names, () => false, fields);
    return [{ name: policy.name, counter: new RuleCounter(added, placements) }];
  });
}
