// Room scan: drives inputs through an engine, in this thread or several, with equal results.
// Door: plan.ts (what is scanned and how, plain data), run-scan.ts (findings), read-events.ts (events alone), hooks.ts.
// Neighbours: uses io, engine and fast; cli/run makes the plan and takes what is found.
// Inside: fast-reader.ts feeds the fast engine; evaluation.ts is what a plan is evaluated with.

// The plan of a scan: plain data that cli makes once from the settings. One thread and several evaluate with
// the same plan, which crosses to a thread as it is. So nothing in it is compiled, open or a function; texts of
// rules files and policies are in it, since a file may change while a scan runs, and a pipe is read only once.
import { NO_TIME } from '../events/event-time.ts';
import type { RuleMatching, TimeField } from '../engine/engine.ts';
import type { ScopeOptions } from '../engine/scope-conditions.ts';
import type { FieldSettings } from '../fields/field.ts';
import type { Source, SourceProblem } from '../io/sources.ts';
import type { IgnoreEntry } from '../policies/ignore.ts';
import type { PolicyDefinition } from '../policies/policy.ts';
import type { ResourceMode } from '../policies/resource/resource-mode.ts';
import type { ResourceRule } from '../policies/resource/resource-rules.ts';
import type { RulesFile } from '../rules/load.ts';
import type { YamlSource } from '../yaml/yaml-node.ts';
import type { RuleSelection } from '../rules/select.ts';

/** Which inputs are read, and which of their events are handed over. */
export interface ReadPlan {
  readonly sources: readonly Source[];
  /** Paths that lead to no input; they end in the summary. */
  readonly sourceProblems: readonly SourceProblem[];
  /** Nanoseconds since the epoch; events before `since`, or at or after `until`, are left out. */
  readonly since: bigint | undefined;
  readonly until: bigint | undefined;
  /** Bytes of the longest line or record that is read. */
  readonly maxEventSize: number;
  /** Name for events whose wrapper names no cluster. */
  readonly cluster: string | undefined;
  /** The only input format to try; all by default. */
  readonly inputFormat?: string | undefined;
  /** Whether repeated events are looked for (not with `keep`), and dropped or only counted. */
  readonly duplicates?: 'keep' | 'count' | 'drop' | undefined;
  /** Takes the events of all inputs in the order of their times. */
  readonly byTime?: boolean | undefined;
  /** Reports findings also on further pods of a controller that has one. */
  readonly everyFinding?: boolean | undefined;
  /** Goes on reading files as they grow, until the signal comes. */
  readonly follow?: boolean | undefined;
  /** Milliseconds without growth after which a rotated file that is followed is left. */
  readonly rotateWait?: number | undefined;
  /** Nanoseconds by which an event may come behind a later one to be correlated; a default for the kind of input. */
  readonly lateness?: bigint | undefined;
  /** The sources were read elsewhere: their results are in the hooks. */
  readonly isRecorded?: boolean | undefined;
  /** The file that says where reading continues; it is open in the hooks. */
  readonly checkpoint?: string | undefined;
}

/** True when the events of several inputs are put in order. */
export function isMerged({ byTime, sources }: ReadPlan): boolean {
  return byTime === true && sources.length > 1;
}

/** The rules and policies to load. */
export interface LibraryPlan {
  /** Whether the rules that come with the program are loaded, before those of the user. */
  readonly bundled: boolean;
  /** The user's rules files, in load order. */
  readonly rules: readonly RulesFile[];
  /** The policies of the configuration. */
  readonly policies: readonly PolicyDefinition[];
  /** Files of further policies. */
  readonly policyFiles: readonly YamlSource[];
}

/** Which policies apply to the selected rules. */
export interface PlacingPlan {
  /** Names of the only policies that apply; empty for those that are enabled. */
  readonly policies: readonly string[];
  /** Rules fire whether or not a policy holds them. */
  readonly allRules: boolean;
  /** What is normal is known or learned: the policy that compares with it is on, unless it was switched off. */
  readonly comparesWithPast?: boolean | undefined;
}

/** The events to evaluate; the others are counted as left out. */
export interface ScopePlan {
  /** The condition of `--where`, as written. */
  readonly where: string | undefined;
  readonly options: ScopeOptions;
}

/** Findings to drop. */
export interface IgnorePlan {
  readonly entries: readonly IgnoreEntry[];
  /** Milliseconds since the epoch: entries that expired by then are not heeded. */
  readonly now: number;
  /** Each entry that fits a finding counts it, not the first of them only. */
  readonly countsEach?: boolean | undefined;
}

/** The resources whose events are kept. */
export interface ResourcePlan {
  /** File of resource rules; it goes before `rules`. */
  readonly file: YamlSource | undefined;
  /** Resource rules of the configuration. */
  readonly rules: readonly ResourceRule[] | undefined;
  readonly excludedNamespaces: readonly string[];
  readonly mode: ResourceMode;
}

/** Everything that decides the findings of an event, and the counts beside them. */
export interface EvaluationPlan {
  readonly library: LibraryPlan;
  readonly selection: RuleSelection;
  readonly placing: PlacingPlan;
  readonly scope: ScopePlan;
  /** Undefined without entries. */
  readonly ignore: IgnorePlan | undefined;
  /** Undefined when no filter on resources is asked for. */
  readonly resources: ResourcePlan | undefined;
  readonly fields: FieldSettings;
  readonly matching: RuleMatching;
  readonly timeField: TimeField;
  /** Findings carry their whole event. */
  readonly raw: boolean;
  /** Findings carry the values that exceptions may be made of (`src/tune`). */
  readonly tuned?: boolean | undefined;
  /** Findings carry the facts by which they are joined into incidents. */
  readonly facts?: boolean | undefined;
  /** Findings of parts hold all that a hit tells of them: they are kept, and their events are not. */
  readonly wholeParts?: boolean | undefined;
  /** What controllers make of other objects is handed over too, under the name {@link CONSEQUENCE}. */
  readonly consequences?: boolean | undefined;
  /** Counts the rules that events without bodies leave undecided. */
  readonly countBlind: boolean;
  /** Counts what the policies that are off would add. */
  readonly countOff: boolean;
}

/** Which engine a scan asks for: the fast one gives way where only the other reads what the plan asks for. */
export interface EngineChoice {
  readonly engine: 'fast' | 'reference';
}

/** Everything that decides what a scan reads and finds. */
export interface ScanPlan extends ReadPlan, EvaluationPlan, EngineChoice {
  /** How many threads may work on it, this one included. */
  readonly threads: number;
}

/**
 * Name of the events outside `since` and `until` in the summary. It names every option that sets these: parts and
 * threads count by it, whichever was given.
 */
const OUTSIDE_WINDOW = 'outside --since, --last and --until';
/** Name of those that no window holds, since nobody knows their time. */
const UNKNOWN_TIME = 'of unknown time, which --since, --last and --until leave out';

/** The name under which an event outside the window is counted. */
export function windowReason(time: bigint): string {
  return time === NO_TIME ? UNKNOWN_TIME : OUTSIDE_WINDOW;
}

/** Name of the events in the summary that were left out because they were read before. */
export const READ_BEFORE = 'read before (--dedupe)';

/** Name of the events outside the {@link ScopePlan} in the summary. */
export const OUTSIDE_SCOPE = 'left out by --where and the other scope options';
