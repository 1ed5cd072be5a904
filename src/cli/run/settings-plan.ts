// The one place where settings become the plan of a scan (src/scan/plan.ts). An option that changes what is
// read or found is read here and nowhere else: then it acts the same for one thread and for several.
import { availableParallelism, hostname } from 'node:os';
import { findFormat, inputFormats } from '../../events/wrappers/formats.ts';
import type { FieldSettings } from '../../fields/field.ts';
import type { Source, Sources } from '../../io/sources.ts';
import { isSeverity } from '../../policies/severity.ts';
import { isAtLeast, priorityRank, type Priority } from '../../rules/priority.ts';
import type {
  EngineChoice,
  IgnorePlan,
  ReadPlan,
  ResourcePlan,
  ScanPlan,
} from '../../scan/plan.ts';
import { isForThreads } from '../../scan/threads/jobs.ts';
import { KnownError } from '../../util/errors.ts';
import { nearest, suggestion } from '../../util/suggest.ts';
import { formatDateTimeSeconds } from '../../util/time.ts';
import type { Invocation } from '../flags/command.ts';
import type { InvocationOf } from '../flags/command-options.ts';
import { hasCaseFile, type OutputTarget } from '../flags/output-target.ts';
import { libraryPlan, placingPlan } from '../library/policies-input.ts';
import { readIpLists, readOwnFile } from '../library/own-file.ts';
import { showEvents } from './reports.ts';
import { selectionOf } from '../library/scan-rules.ts';
import { scopePlan } from '../scope/event-scope.ts';
import { isSmallInput } from './small-input.ts';

type ScanSettings = InvocationOf<'scan'>['settings'];

/** Options of every command that reads logs, and those that some of them have. */
type ReadOption = 'inputFormat' | 'maxEventSize' | 'dedupe';
type WindowOption =
  | 'since'
  | 'until'
  | 'cluster'
  | 'follow'
  | 'rotateWait'
  | 'checkpoint'
  | 'sort'
  | 'lateness';
/** The most threads that are used without being asked for: more only wait for the disk and the output. */
const MOST_THREADS = 4;

/**
 * What the settings say about a scan.
 *
 * @param targets the reports to write
 * @throws KnownError when settings contradict each other, or a file that they name cannot be read
 */
export function scanPlan(
  invocation: InvocationOf<'scan'>,
  sources: Sources,
  targets: readonly OutputTarget[],
): ScanPlan {
  const { settings } = invocation;
  const matching = settings.ruleMatching ?? 'all';
  // Only the summary tells these counts; with `first`, a rule that is off has no place in the order, and what
  // is undecided rule by rule says nothing of the first one that matches.
  const told = settings.summary && !settings.quiet && matching === 'all';
  const engine = engineOf(invocation, sources.sources);
  // A case file tells incidents and blind rules too.
  const isCaseFile = hasCaseFile(targets, settings.groupBy);
  const hasIncidents = isCaseFile || settings.groupBy === 'incident';
  return {
    ...readPlan(invocation, sources),
    everyFinding: !settings.fold,
    engine,
    threads: engine === 'fast' ? threadsOf(settings, sources.sources) : 1,
    library: libraryPlan(invocation),
    selection: { ...selectionOf(invocation), minPriority: evaluatedPriority(settings) },
    placing: placingPlan(settings),
    scope: scopePlan(settings),
    ignore: ignorePlan(invocation),
    resources: resourcePlan(invocation),
    fields: fieldSettingsOf(invocation),
    matching,
    timeField: settings.timeFormat === 'iso8601' ? 'evt.time.iso8601' : 'evt.time',
    raw: settings.raw || showEvents(targets),
    facts: told || hasIncidents,
    consequences: hasIncidents && matching === 'all',
    countBlind: told || ((settings.explainBlind || isCaseFile) && matching === 'all'),
    countOff: told,
  };
}

/** The inputs of a run that follows: files that are named and missing are awaited. */
function withAwaited({ sources, problems }: Sources): Sources {
  const awaited = problems.flatMap(({ path, reason }) =>
    reason === 'missing' ? [{ name: path, path, size: 0, isAwaited: true }] : [],
  );
  const others = problems.filter(({ reason }) => reason !== 'missing');
  return { sources: [...sources, ...awaited], problems: others };
}

/** What the settings say about reading. @throws KnownError when they contradict each other */
export function readPlan(
  { settings }: Pick<Invocation<ReadOption, WindowOption>, 'settings'>,
  found: Sources,
): ReadPlan {
  const { follow = false, sort, inputFormat } = settings;
  const { sources, problems } = follow ? withAwaited(found) : found;
  const isFollowed = follow || settings.checkpoint !== undefined;
  if (inputFormat !== undefined && findFormat(inputFormat) === undefined) {
    throw unknownInputFormat(inputFormat);
  }
  const { since, until } = settings;
  if (since !== undefined && until !== undefined && since >= until) {
    const [from, to] = [since, until].map((time) => formatDateTimeSeconds(time, 'UTC'));
    throw new KnownError('usage', `--since ${from} UTC is not before --until ${to} UTC`);
  }
  const noFile = isFollowed ? sources.find(({ size }) => size === undefined) : undefined;
  if (noFile !== undefined) {
    throw new KnownError(
      'usage',
      `${follow ? '--follow' : '--checkpoint'} reads files; ${noFile.path ?? 'standard input'} is none, ` +
        'and is read to its end anyway',
    );
  }
  return {
    sources,
    sourceProblems: problems,
    since,
    until,
    maxEventSize: settings.maxEventSize,
    cluster: settings.cluster,
    inputFormat: settings.inputFormat,
    // Looking for duplicates costs memory; one log has none.
    duplicates: settings.dedupe ? 'drop' : sources.length > 1 ? 'count' : 'keep',
    byTime: sort === 'time' && !isFollowed,
    follow,
    rotateWait: settings.rotateWait,
    lateness: settings.lateness === undefined ? undefined : BigInt(settings.lateness) * 1_000_000n,
    checkpoint: settings.checkpoint,
  };
}

/** The settings that fields depend on. */
export function fieldSettingsOf({
  settings,
}: Pick<Invocation<'timezone', 'ipList'>, 'settings'>): FieldSettings {
  const fields: FieldSettings = { timezone: settings.timezone, hostname: hostname() };
  const { ipList = [] } = settings;
  return ipList.length === 0 ? fields : { ...fields, ipLists: readIpLists(ipList) };
}

/** Whoever names the fast engine gets it. */
function engineOf(
  { settings, given }: InvocationOf<'scan'>,
  sources: readonly Source[],
): EngineChoice['engine'] {
  if (settings.engine === 'reference') return 'reference';
  const isSmall = !settings.follow && isSmallInput(sources);
  return given.has('engine') || !isSmall ? 'fast' : 'reference';
}

function threadsOf({ threads }: ScanSettings, sources: readonly Source[]): number {
  if (!isForThreads(sources)) return 1;
  return threads ?? Math.min(availableParallelism(), MOST_THREADS);
}

/** The accepted findings of the configuration; undefined for none. */
export function ignorePlan({
  config,
  terminal,
}: Pick<Invocation<never>, 'config' | 'terminal'>): IgnorePlan | undefined {
  const entries = config.find(({ ignore }) => ignore.length > 0)?.ignore;
  return entries === undefined ? undefined : { entries, now: terminal.now() };
}

function resourcePlan({ settings, config }: InvocationOf<'scan'>): ResourcePlan | undefined {
  const { resourceRules: file, resourceMode: mode, excludeNamespace } = settings;
  const rules = config.find(({ resourceRules }) => resourceRules !== undefined)?.resourceRules;
  const configured = config.find(({ excludedNamespaces }) => excludedNamespaces.length > 0);
  const excluded = [...(configured?.excludedNamespaces ?? []), ...excludeNamespace];
  const isAsked = file !== undefined || rules !== undefined || excluded.length > 0;
  if (!isAsked && mode !== 'admission') return undefined;
  return {
    file: file === undefined ? undefined : readOwnFile('resource rules', file),
    rules,
    excludedNamespaces: excluded,
    mode,
  };
}

/**
 * The least severe priority that is evaluated. What is shown must not change the gate: rules below
 * `--min-priority` run for the gate and the baseline alone. With `first` they cannot, since a rule that
 * is left out lets a later one report, as in Falco.
 *
 * @throws KnownError when the gate would then miss what it asks for
 */
function evaluatedPriority(settings: ScanSettings): Priority | undefined {
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

/**
 * Nobody needs the option to have a log read, and who names a kind of file, such as json, is told so. Names that only
 * hold what was typed are no suggestions: stern-json is not what json means.
 */
function unknownInputFormat(given: string): KnownError {
  const names = inputFormats().map(({ name }) => name);
  const starting = names.filter((name) => name.startsWith(`${given.toLowerCase()}-`));
  const meant = suggestion(starting.length > 0 ? starting : nearest(given, names));
  return new KnownError(
    'usage',
    `--input-format '${given}' is not known`,
    `${meant === undefined ? '' : `${meant} `}without the option every shape is recognised; ` +
      'k8s-audit inputs lists them',
  );
}
