import type { ScanSummary } from '../../engine/summary.ts';
import type { FieldSettings } from '../../fields/field.ts';
import type { RuleSet } from '../../rules/rule.ts';
import { READ_BEFORE, type EngineChoice, type ReadPlan } from '../../scan/plan.ts';
import { formatDateTimeSeconds } from '../../util/time.ts';
import type { ReadingInvocation } from '../flags/command-options.ts';
import { optionKey } from '../flags/option-keys.ts';
import type { ScopeLook } from './second-look.ts';
import { scopePlan } from './event-scope.ts';

/** What a run that looks at events of a scope has of its invocation. */
export type ScopedInvocation = Pick<ReadingInvocation, 'settings' | 'terminal' | 'given'>;

/** How many events the scope left out, and how many were copies of those that were read. */
export function leftOut({ filtered }: Pick<ScanSummary, 'filtered'>): {
  readonly byScope: number;
  readonly copies: number;
} {
  const left = { byScope: 0, copies: 0 };
  for (const { reason, count } of filtered) {
    left[reason === READ_BEFORE ? 'copies' : 'byScope'] += count;
  }
  return left;
}

/** True when there were events, and the scope options left none of them. */
export function isLeftOut({ events, filtered, interrupted }: ScanSummary): boolean {
  const left = filtered.reduce((sum, { count }) => sum + count, 0);
  return events > 0 && left === events && !interrupted;
}

/**
 * Looks again at inputs of which the scope left nothing.
 *
 * @returns undefined when there is nothing to explain, or inputs cannot be read twice
 */
export async function lookAgain(
  { settings, terminal }: ScopedInvocation,
  plan: ReadPlan & EngineChoice,
  ruleSet: RuleSet,
  fieldSettings: FieldSettings,
): Promise<ScopeLook | undefined> {
  if (plan.follow === true || plan.checkpoint !== undefined) return undefined;
  const { secondLook } = await import('./second-look.ts');
  const scope = scopePlan(settings);
  return secondLook(plan, scope, ruleSet, fieldSettings, terminal.interrupted);
}

/** Why a scan looked at no event of its input: which option left nothing. Texts are untrusted. */
export async function notesOfNothing(
  invocation: ScopedInvocation,
  plan: ReadPlan & EngineChoice,
  summary: ScanSummary,
  ruleSet: RuleSet,
  fieldSettings: FieldSettings,
): Promise<string[]> {
  const { settings } = invocation;
  const isToBeTold = settings.summary && !settings.quiet && isLeftOut(summary);
  if (!isToBeTold) return [];
  return lookNotes(invocation, plan, await lookAgain(invocation, plan, ruleSet, fieldSettings));
}

/** What a second look tells, or why there is none. */
export async function lookNotes(
  { settings, given }: ScopedInvocation,
  plan: ReadPlan,
  look: ScopeLook | undefined,
): Promise<string[]> {
  const isPipe = plan.sources.some(({ size }) => size === undefined);
  if (look === undefined) {
    return isPipe
      ? [
          'the scope options left nothing; which of them, a log in a file tells: it can be read twice',
        ]
      : [];
  }
  const { emptyScopeNotes } = await import('./scope-text.ts');
  const zone = settings.timezone;
  const flags = (['since', 'until', 'last'] as const).filter((name) => given.has(name));
  const others = (['resourceRules', 'excludeNamespace'] as const).filter((name) => given.has(name));
  return emptyScopeNotes(
    look,
    (time) => `${formatDateTimeSeconds(time, zone)} ${zone}`,
    flags.map((name) => `--${name}`),
    others.map((name) => `--${optionKey(name)}`),
  );
}
