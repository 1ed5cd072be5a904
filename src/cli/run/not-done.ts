import type { ScanSummary } from '../../engine/summary.ts';
import { PROBLEM_REASONS, type ProblemReason } from '../../events/problems.ts';
import { number, plural } from '../../outputs/summary-text.ts';
import type { ReadResult } from '../../scan/hooks.ts';
import { KnownError } from '../../util/errors.ts';
import type { Settings } from '../flags/options.ts';

/** The options that decide whether a run without events counts as done; not every command has the gate's. */
export type EmptyOption = 'strict' | 'allowEmpty';
export type GateOption = 'failOn' | 'maxFindings';
export type EmptySettings = Settings<EmptyOption> & Partial<Settings<GateOption | 'inputFormat'>>;

/** What was read, as far as it tells whether a run is done. */
export type ReadEnd = Pick<ReadResult, 'unread' | 'looksLike'> & {
  readonly summary: ScanSummary;
  /** True when only what was added to the inputs was read, behind a checkpoint. */
  readonly goesOn?: boolean | undefined;
};

/** There was something, but nothing that was looked for. */
export function isForeign({ summary, goesOn }: Pick<ReadEnd, 'summary' | 'goesOn'>): boolean {
  const { events, lines, blankLines } = summary;
  if (events > 0 || lines <= blankLines || holdsEmptyListsOnly(summary)) return false;
  return goesOn !== true || !holdsOtherRecordsOnly(summary);
}

/** There was input, and no event was expected of it: it is empty, or holds lists without elements. */
function isEmpty(end: ReadEnd): boolean {
  return end.summary.events === 0 && !isForeign(end);
}

/**
 * Whether a run that read no event fails. A gate that looked at nothing must not pass: the log of a failed
 * `kubectl logs` is empty too.
 */
function needsEvents({ allowEmpty, strict, failOn, maxFindings }: EmptySettings): boolean {
  return !allowEmpty && (strict || failOn !== undefined || maxFindings !== undefined);
}

/** What to say when there was input but no event in it; undefined when there was none, or events. */
export function nothingRead(end: ReadEnd, settings: EmptySettings): string | undefined {
  const { summary, looksLike } = end;
  if (summary.events > 0 || summary.interrupted || summary.inputCount === 0) return undefined;
  if (isForeign(end)) {
    const { inputFormat } = settings;
    if (inputFormat !== undefined) {
      return `no audit event in the input has the shape --input-format ${inputFormat} (without the option every known shape is recognised)`;
    }
    const look = looksLike === undefined ? '' : `; it looks like ${looksLike}`;
    return `no audit event in the input${look} (k8s-audit inputs lists what is read, k8s-audit setup tells how to get a log)`;
  }
  // Inputs that could not be read are told with their names.
  if (end.unread > 0) return undefined;
  const empty = emptyText(end);
  return needsEvents(settings)
    ? `${empty}, so nothing was checked (--allow-empty lets this pass)`
    : empty;
}

function emptyText({ goesOn, summary }: ReadEnd): string {
  if (goesOn !== true) return 'the input is empty: no events';
  return summary.lines > 0 ? 'no event in what is new' : 'nothing new since the checkpoint';
}

/** Why a run is not done, whatever it found, in one line; undefined when it is. Exit code 2 goes with it. */
export function failureOf(end: ReadEnd, settings: EmptySettings): string | undefined {
  const { summary, unread } = end;
  if (unread > 0) return `${number(unread)} ${plural(unread, 'input')} could not be read`;
  if (isForeign(end)) return nothingRead(end, settings) ?? 'no audit event in the input';
  if (summary.interrupted || !isEmpty(end) || !needsEvents(settings)) return undefined;
  return nothingRead(end, settings) ?? 'there is no input, so nothing was checked';
}

/** Intact records of other logs, or parts of one that goes on: between two looks at a log there may be no more. */
function holdsOtherRecordsOnly({ problems }: ScanSummary): boolean {
  return problems.every(({ reason }) => PROBLEM_REASONS[reason].kind === 'skipped');
}

function holdsEmptyListsOnly({ problems }: ScanSummary): boolean {
  return problems.length > 0 && problems.every(({ reason }) => reason === 'empty-list');
}

/**
 * A remark on records that a tool seems to have broken into lines, beside others that fit into one: `aws … --output yaml`
 * breaks those that are long and have a blank.
 */
export function brokenNotes({ events, problems }: ScanSummary): string[] {
  const countOf = (reason: ProblemReason): number =>
    problems.find((problem) => problem.reason === reason)?.count ?? 0;
  const cut = countOf('cut-json');
  // What was cut without a rest behind it, a logger has cut; that was told.
  if (events === 0 || cut * 2 < events || countOf('text') < cut) return [];
  return [
    `${number(cut)} ${plural(cut, 'record')} ${cut === 1 ? 'ends' : 'end'} in the middle of a value, with text behind: ` +
      'if a tool broke long lines, as YAML and fold do, have it write JSON (aws … --output json)',
  ];
}

/**
 * A gate without a rule would pass whatever the log holds.
 *
 * @param rules how many are enabled and selected
 * @throws KnownError where there is a gate and none
 */
export function checkGateHasRules(rules: number, settings: Settings<GateOption>): void {
  if (rules > 0 || (settings.failOn === undefined && settings.maxFindings === undefined)) return;
  throw new KnownError(
    'usage',
    'no rule is enabled and selected: the gate would pass whatever the log holds',
    'k8s-audit rules list --usage enabled lists those that are on',
  );
}
