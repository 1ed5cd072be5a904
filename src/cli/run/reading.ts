// Room cli/run: drives a scan for a command: plan, threads, reports, gate, exit code.
// Door: none; reading.ts for commands that read events, the rest for scan.
// Neighbours: uses library and scan; commands call it.
// Inside: gate.ts fails builds, reports.ts writes outputs side by side, scan-end.ts tells how it went.

import type { ConditionNode } from '../../condition/ast.ts';
import { evaluate } from '../../condition/condition.ts';
import type { ScanSummary } from '../../engine/summary.ts';
import type { ScopeValue } from '../../engine/scope-conditions.ts';
import type { AuditEvent } from '../../events/event.ts';
import type { FieldSettings } from '../../fields/field.ts';
import type { Output } from '../../io/output.ts';
import { expandSources } from '../../io/sources.ts';
import { escapeJsonForTerminal, escapeTerminal } from '../../outputs/encode/escape.ts';
import { defaultFormat, type RecordFormat } from '../../outputs/index.ts';
import type { RecordStyle } from '../../outputs/table/record-list.ts';
import { redact } from '../../redact/redact.ts';
import { number, placeText, plural } from '../../outputs/summary-text.ts';
import { wrap } from '../../outputs/table/width.ts';
import type { RuleSet } from '../../rules/rule.ts';
import { askEvents, type Ask } from '../../scan/ask-events.ts';
import { inTimeOrder } from '../../scan/log-end.ts';
import type { ReadResult, ScanResult } from '../../scan/hooks.ts';
import type { ScopePlan } from '../../scan/plan.ts';
import { formatDateTimeSeconds } from '../../util/time.ts';
import type { ReadingInvocation } from '../flags/command-options.ts';
import type { Invocation } from '../flags/command.ts';
import { OPTIONS } from '../flags/options.ts';
import { Gate } from './gate.ts';
import { inputPaths } from './input-paths.ts';
import { timeWindow } from '../scope/last-window.ts';
import { runHooks } from './run-hooks.ts';
import { isSmallInput } from './small-input.ts';
import { isLeftOut, leftOut, lookAgain, lookNotes } from '../scope/scope-end.ts';
import type { ScopeLook } from '../scope/second-look.ts';
import { fieldSettingsOf, readPlan } from './settings-plan.ts';
import { loadForCommand } from '../library/rules-input.ts';
import { brokenNotes } from './not-done.ts';
import { exitCodeOfScan, isTold, reportInputs } from './scan-end.ts';
import { compiledNode, scopeOf, scopePlan } from '../scope/event-scope.ts';
import { isAscii } from '../terminal/ascii-terminal.ts';
import { useColor, type Terminal } from '../terminal/terminal.ts';
import { warner } from '../terminal/listing.ts';

const NO_RULES: RuleSet = { rules: [], macros: [], lists: [] };

/** What reading the inputs of a command came to. */
export interface ReadingEnd extends ReadResult {
  readonly summary: ScanSummary;
  /** How the scope options were taken, and which of them left nothing. Untrusted texts in it are redacted. */
  readonly scopeNotes: readonly string[];
}

/** Which events of its scope a command looks at, and what it does with them. */
export interface Wanted {
  /** The events that make a difference; all when left out. Others are counted only. */
  readonly condition?: ConditionNode | undefined;
  /** True as long as other events make a difference too: nothing that was asked for has come. */
  readonly everything?: (() => boolean) | undefined;
  /** Takes inputs in the order of their times, side by side where these overlap; else as they are named. */
  readonly inTime?: true | undefined;
  /** Takes them. An event is valid during the call only: `keptEvent` copies it. */
  readonly event: (event: AuditEvent) => void;
}

/**
 * Reads the inputs a command names and hands over the events in its scope that it wants.
 *
 * @param ruleSet for the macros in `--where`; the bundled rules are loaded when it is needed and not given
 * @throws KnownError when there is no input, or `--where` is no condition
 */
export async function readForCommand(
  invocation: ReadingInvocation,
  command: string,
  paths: readonly string[],
  output: Output,
  wanted: Wanted,
  ruleSet?: RuleSet,
): Promise<ReadingEnd> {
  const { terminal } = invocation;
  const inputs = inputPaths(paths, terminal, command);
  const { settings } = invocation;
  const fieldSettings = fieldSettingsOf(invocation);
  const rules = ruleSet ?? (await rulesOfWhere(invocation, fieldSettings));
  const scope = scopePlan(settings);
  const sources = expandSources(inputs);
  const named = readPlan(invocation, sources);
  const counted = wanted.inTime === true ? inTimeOrder(named) : named;
  const window = await timeWindow(invocation, counted);
  const engine = isSmallInput(sources.sources) ? 'reference' : 'fast';
  const plan = { ...counted, since: window.since, engine } as const;
  const run = runHooks(invocation, sources.sources);
  const ask = await askOf(wanted, fieldSettings);
  const read = async (within: ScopePlan): Promise<ScanResult> => {
    const condition = await scopeOf(within, rules, fieldSettings);
    return askEvents(plan, { ...ask, scope: condition }, run.hooks(output));
  };
  try {
    const end = await read(scope);
    const rest = window.notes(end.summary);
    if (!isLeftOut(end.summary)) return { ...end, scopeNotes: rest };
    // No event was handed over: names that nothing has may be taken for what contains them.
    const look = await lookAgain(invocation, plan, rules, fieldSettings);
    const contained = look === undefined ? [] : await containedIn(look);
    if (look === undefined || contained.length === 0) {
      return { ...end, scopeNotes: [...rest, ...(await lookNotes(invocation, plan, look))] };
    }
    const again = await read({ ...scope, options: { ...scope.options, contained } });
    const { containedNotes } = await import('../scope/scope-text.ts');
    const notes = isLeftOut(again.summary)
      ? await lookNotes(invocation, plan, look)
      : containedNotes(look, contained);
    return { ...again, scopeNotes: [...rest, ...notes] };
  } finally {
    run.end();
  }
}

async function askOf(wanted: Wanted, fieldSettings: FieldSettings): Promise<Ask> {
  const { condition: node, everything } = wanted;
  const condition = node && (await compiledNode(node, fieldSettings));
  if (condition === undefined || everything === undefined) {
    return { wanted: condition, event: wanted.event };
  }
  return {
    event(event) {
      if (everything() || evaluate(condition, event)) wanted.event(event);
    },
  };
}

async function containedIn(look: ScopeLook): Promise<ScopeValue[]> {
  const { containedNames } = await import('../scope/scope-text.ts');
  return containedNames(look);
}

/** The macros that `--where` may use. */
async function rulesOfWhere(
  invocation: ReadingInvocation,
  fieldSettings: FieldSettings,
): Promise<RuleSet> {
  const { settings } = invocation;
  if (settings.where === undefined) return NO_RULES;
  return loadForCommand(settings, fieldSettings, warner(invocation));
}

/**
 * Tells on standard error what was read, with remarks of the command.
 *
 * @param notes untrusted parts must be redacted; they are escaped here
 * @returns the exit code
 */
export function endReading(
  end: ReadingEnd,
  invocation: ReadingInvocation,
  output: Output,
  notes: readonly string[],
): number {
  const { settings, terminal } = invocation;
  const { summary } = end;
  const { stderr } = terminal;
  if (!output.closed) {
    reportInputs(end, invocation);
    if (settings.summary && !settings.quiet && isTold(summary)) {
      const width = stderr.isTTY ? Math.max(40, stderr.columns) : 100;
      for (const text of [
        ...readingNotes(summary, settings.timezone),
        ...brokenNotes(summary),
        ...end.scopeNotes,
        ...notes,
      ]) {
        for (const line of wrap(escapeTerminal(text), width, 20)) stderr.write(`${line}\n`);
      }
    }
  }
  const gate = new Gate({ failOn: undefined, maxFindings: undefined });
  return exitCodeOfScan({ ...end, gate, closed: output.closed }, invocation);
}

function readingNotes(summary: ScanSummary, zone: string): string[] {
  const { events, inputCount, firstEventTime: first, lastEventTime: last } = summary;
  const { byScope, copies } = leftOut(summary);
  const left = byScope === 0 ? '' : `, ${number(byScope)} left out by the scope`;
  const rest = copies === 0 ? left : `${left}, ${number(copies)} read before (--dedupe)`;
  const notes = [
    `read ${number(events)} ${plural(events, 'event')} from ${number(inputCount)} ` +
      `${plural(inputCount, 'input')}${rest}${coverText(first, last, zone)}`,
  ];
  if (summary.interrupted) notes.push('interrupted, partial');
  return [...notes, ...problemNotes(summary)];
}

/** What of the input became no event, in one line at most: a scan lists each reason. Untrusted texts are redacted. */
export function problemNotes({ problems }: Pick<ScanSummary, 'problems'>): string[] {
  const unread = problems.filter(({ kind }) => kind !== 'evidence' && kind !== 'hint');
  const [most] = unread;
  if (most === undefined) return [];
  const [place] = most.examples;
  const at = place === undefined ? '' : `, first at ${placeText(place)}`;
  if (unread.length === 1) return [redact(`not read: ${number(most.count)} ${most.text}${at}`)];
  const total = unread.reduce((sum, { count }) => sum + count, 0);
  const text =
    `not read: ${number(total)} records for ${unread.length} reasons, most often: ${most.text} ` +
    `(${number(most.count)}${at}); k8s-audit scan lists all`;
  return [redact(text)];
}

/** The time that the events of a scope cover. */
function coverText(first: bigint | undefined, last: bigint | undefined, zone: string): string {
  if (first === undefined || last === undefined) return '';
  const [from, to] = [formatDateTimeSeconds(first, zone), formatDateTimeSeconds(last, zone)];
  return `, ${from} to ${from.slice(0, 10) === to.slice(0, 10) ? to.slice(11) : to} ${zone}`;
}

/** The format of a list of records that an invocation asks for. */
export function recordFormat({ settings, terminal }: Invocation<'recordFormat'>): RecordFormat {
  return settings.recordFormat ?? defaultFormat(terminal.stdout.isTTY);
}

/** How records are shown on standard output. */
export function recordStyle({
  settings,
  terminal,
}: Invocation<'color', 'showSecrets' | 'timezone'>): RecordStyle {
  const { stdout, env } = terminal;
  const { showSecrets = false, timezone = OPTIONS.timezone.default } = settings;
  return {
    color: useColor(settings.color ?? 'auto', stdout, env),
    width: stdout.isTTY ? stdout.columns : 120,
    terminal: stdout.isTTY,
    ascii: isAscii(env),
    showSecrets,
    formatTime: (time) => formatDateTimeSeconds(time, timezone),
    timezone,
  };
}

/** JSON on a page of its own: on a terminal, what would steer that is escaped. */
export function jsonPage(json: string, { stdout }: Pick<Terminal, 'stdout'>): string {
  return `${stdout.isTTY ? escapeJsonForTerminal(json) : json}\n`;
}
