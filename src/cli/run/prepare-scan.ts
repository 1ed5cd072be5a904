import type { Undecided } from '../../engine/blind.ts';
import { createEngine, type Engine, type EngineOptions } from '../../engine/engine.ts';
import type { RuleCounter } from '../../engine/rule-counter.ts';
import type { FieldSettings } from '../../fields/field.ts';
import { number, plural } from '../../outputs/summary-text.ts';
import type { Suppressor } from '../../policies/ignore.ts';
import { firingCondition } from '../../policies/placement.ts';
import type { ResourceFilter } from '../../policies/resource/resource-filter.ts';
import { isSeverity } from '../../policies/severity.ts';
import { fieldResolver } from '../../rules/resolver.ts';
import { isAtLeast, priorityRank, type Priority } from '../../rules/priority.ts';
import type { RuleSet } from '../../rules/rule.ts';
import { KnownError } from '../../util/errors.ts';
import type { Invocation } from '../flags/command.ts';
import { loadLibrary } from '../library/policies-input.ts';
import { reportTargets, showsEvents } from './reports.ts';
import { chooseRules, selectionOf, type OffPolicy } from '../library/scan-rules.ts';
import { scopeOf } from './event-scope.ts';

/** Everything that decides what a scan finds. */
export interface PreparedScan {
  readonly ruleSet: RuleSet;
  /** The rules of which is counted where they lack evidence; undefined when nobody is told. */
  readonly rules: readonly Undecided[] | undefined;
  readonly engine: Engine;
  /** What the engine is made of, unless the reference engine is asked for. */
  readonly fast: EngineOptions | undefined;
  readonly resourceFilter: ResourceFilter | undefined;
  /** Rules of policies that are off, to be counted. */
  readonly counters: readonly RuleCounter[];
  /** Counts what the ignore entries drop; undefined without any. */
  readonly suppressor: Suppressor | undefined;
  /** What the summary says in the end. `complete` tells that the whole input was read. */
  notes(complete: boolean): string[];
}

/**
 * Loads rules, policies, resource rules and ignore entries.
 *
 * @throws KnownError when one of them is wrong
 */
export async function prepareScan(
  invocation: Invocation,
  fieldSettings: FieldSettings,
  warn: (text: string) => void,
): Promise<PreparedScan> {
  const { settings } = invocation;
  const library = await loadLibrary(invocation, fieldSettings, warn);
  const { ruleSet } = library;
  const fields = await fieldResolver(fieldSettings, false);
  const selection = { ...selectionOf(invocation), minPriority: evaluatedPriority(settings) };
  const { rules, placements, off, warnings } = chooseRules(library, selection, settings, fields);
  for (const warning of warnings) warn(`warning: ${warning}`);
  if (rules.length === 0) warn('warning: no rule is enabled and selected: nothing can be found');
  // Few runs have ignore entries or resource rules: the others need not load what reads them.
  const ignoring = hasIgnoreEntries(invocation)
    ? await import('../library/ignore-input.ts')
    : undefined;
  const suppressor = await ignoring?.suppressorOf(invocation, ruleSet, fieldSettings, warn);
  const covering = asksForResources(invocation)
    ? await import('../library/resource-input.ts')
    : undefined;
  const resourceFilter = await covering?.resourceFilterOf(invocation, fields, warn);
  // Only the summary tells the counts; with `first`, a rule that is off has no place in the order.
  const matching = settings.ruleMatching ?? 'all';
  const told = settings.summary && !settings.quiet && matching === 'all';
  const counted = told ? off : [];
  const options: EngineOptions = {
    rules,
    matching,
    timeField: settings.timeFormat === 'iso8601' ? 'evt.time.iso8601' : 'evt.time',
    settings: fieldSettings,
    raw: settings.raw || reportTargets(invocation).some(({ format }) => showsEvents(format)),
    scope: await scopeOf(settings, ruleSet, fieldSettings),
    placements,
    suppress:
      suppressor === undefined ? undefined : (rule, event) => suppressor.suppress(rule, event),
  };
  return {
    ruleSet,
    // What is undecided is told rule by rule: that says nothing of the first one that matches.
    rules:
      told || (settings.explainBlind && matching === 'all')
        ? rules.flatMap((rule) => {
            const condition = firingCondition(rule, placements);
            return condition === undefined ? [] : [{ name: rule.name, condition }];
          })
        : undefined,
    resourceFilter,
    suppressor,
    counters: counted.map(({ counter }) => counter),
    engine: createEngine(options),
    fast: settings.engine === 'reference' ? undefined : options,
    notes: (complete) => [
      ...(covering?.resourceNotes(resourceFilter, rules, complete) ?? []),
      ...(suppressor === undefined ? [] : (ignoring?.ignoreNotes(suppressor) ?? [])),
      ...counted.flatMap(offNote),
    ],
  };
}

function hasIgnoreEntries({ config }: Invocation): boolean {
  return config.some(({ ignore }) => ignore.length > 0);
}

function asksForResources({ settings, config }: Invocation): boolean {
  return (
    settings.resourceRules !== undefined ||
    settings.resourceMode === 'admission' ||
    settings.excludeNamespace.length > 0 ||
    config.some((file) => file.resourceRules !== undefined || file.excludedNamespaces.length > 0)
  );
}

function offNote({ name, counter: { total } }: OffPolicy): string[] {
  if (total === 0) return [];
  return [
    `the policy ${name} is off: it would add ${number(total)} ${plural(total, 'finding')}; ` +
      `turn it on with: k8s-audit policies enable '${name}'`,
  ];
}

/**
 * The least severe priority that is evaluated. What is shown must not change the gate: rules below
 * `--min-priority` run for the gate and the baseline alone. With `first` they cannot, since a rule that
 * is left out lets a later one report, as in Falco.
 *
 * @throws KnownError when the gate would then miss what it asks for
 */
function evaluatedPriority(settings: Invocation['settings']): Priority | undefined {
  const { minPriority, failOn, ruleMatching, maxFindings, baseline, writeBaseline } = settings;
  if (minPriority === undefined) return undefined;
  if (ruleMatching === 'first') {
    if (failOn !== undefined && !isSeverity(failOn) && !isAtLeast(failOn, minPriority)) {
      throw new KnownError(
        'usage',
        `--rule-matching first leaves rules below --min-priority out, so --fail-on ${failOn.toLowerCase()} would miss them`,
        'leave one of the three out',
      );
    }
    return minPriority;
  }
  // These look at findings of every priority.
  if ((maxFindings ?? baseline ?? writeBaseline) !== undefined) return undefined;
  if (failOn === undefined) return minPriority;
  if (isSeverity(failOn)) return undefined;
  return priorityRank(failOn) > priorityRank(minPriority) ? failOn : minPriority;
}
