// Room cli/run: drives a scan for a command: plan, threads, reports, gate, exit code.
// Door: none; reading.ts for commands that read events, the rest for scan.
// Neighbours: uses library and scan; commands call it.
// Inside: gate.ts fails builds, reports.ts writes outputs side by side, scan-end.ts tells how it went.

import { evaluate, type Condition } from '../../condition/condition.ts';
import { SummaryBuilder, type ScanSummary } from '../../engine/summary.ts';
import type { AuditEvent } from '../../events/event.ts';
import type { Output } from '../../io/output.ts';
import { expandSources } from '../../io/sources.ts';
import { escapeJsonForTerminal, escapeTerminal } from '../../outputs/encode/escape.ts';
import { defaultFormat, type RecordFormat } from '../../outputs/index.ts';
import type { RecordStyle } from '../../outputs/table/record-list.ts';
import { redact } from '../../redact/redact.ts';
import { number, plural } from '../../outputs/summary-text.ts';
import { wrap } from '../../outputs/table/width.ts';
import type { RuleSet } from '../../rules/rule.ts';
import { readEvents } from '../../scan/read-events.ts';
import type { ReadResult } from '../../scan/hooks.ts';
import { OUTSIDE_SCOPE } from '../../scan/plan.ts';
import { formatDateTimeSeconds } from '../../util/time.ts';
import type { ReadingInvocation } from '../flags/command-options.ts';
import type { Invocation } from '../flags/command.ts';
import { OPTIONS } from '../flags/options.ts';
import { Gate } from './gate.ts';
import { inputPaths } from './input-paths.ts';
import { runHooks } from './run-hooks.ts';
import { fieldSettingsOf, readPlan, scopePlan } from './settings-plan.ts';
import { loadForCommand } from '../library/rules-input.ts';
import { exitCodeOfScan, reportInputs } from './scan-end.ts';
import { scopeOf } from './event-scope.ts';
import { useColor, type Terminal } from '../terminal/terminal.ts';
import { warner } from '../terminal/listing.ts';

const NO_RULES: RuleSet = { rules: [], macros: [], lists: [] };

/** What reading the inputs of a command came to. */
export interface ReadingEnd extends ReadResult {
  readonly summary: ScanSummary;
}

/**
 * Reads the inputs a command names and hands over the events in its scope.
 *
 * @param ruleSet for the macros in `--where`; the bundled rules are loaded when it is needed and not given
 * @throws KnownError when there is no input, or `--where` is no condition
 */
export async function readForCommand(
  invocation: ReadingInvocation,
  command: string,
  paths: readonly string[],
  output: Output,
  onEvent: (event: AuditEvent) => void,
  ruleSet?: RuleSet,
): Promise<ReadingEnd> {
  const { terminal } = invocation;
  const inputs = inputPaths(paths, terminal, command);
  const scope = await readingScope(invocation, ruleSet);
  const sources = expandSources(inputs);
  const plan = readPlan(invocation, sources);
  const run = runHooks(invocation, sources.sources);
  const summary = new SummaryBuilder();
  const start = terminal.now();
  const result = await readEvents(
    plan,
    {
      ...run.hooks(output),
      event(event) {
        if (scope !== undefined && !evaluate(scope, event)) {
          summary.filter(OUTSIDE_SCOPE);
          return;
        }
        summary.event(event.time, []);
        onEvent(event);
      },
    },
    summary,
  ).finally(() => run.end());
  return { ...result, summary: summary.build(terminal.now() - start) };
}

async function readingScope(
  invocation: ReadingInvocation,
  given: RuleSet | undefined,
): Promise<Condition | undefined> {
  const { settings } = invocation;
  const fieldSettings = fieldSettingsOf(invocation);
  const ruleSet =
    given ??
    (settings.where === undefined
      ? NO_RULES
      : await loadForCommand(settings, fieldSettings, warner(invocation)));
  return scopeOf(scopePlan(settings), ruleSet, fieldSettings);
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
    if (settings.summary && !settings.quiet) {
      const width = stderr.isTTY ? Math.max(40, stderr.columns) : 100;
      for (const text of [...readingNotes(summary), ...notes]) {
        for (const line of wrap(escapeTerminal(text), width, 20)) stderr.write(`${line}\n`);
      }
    }
  }
  const gate = new Gate({ failOn: undefined, maxFindings: undefined });
  return exitCodeOfScan({ ...end, gate, closed: output.closed }, invocation);
}

function readingNotes(summary: ScanSummary): string[] {
  const { events, inputCount } = summary;
  const left = summary.filtered.reduce((sum, { count }) => sum + count, 0);
  const rest = left === 0 ? '' : `, ${number(left)} left out by the scope`;
  const notes = [
    `read ${number(events)} ${plural(events, 'event')} from ${number(inputCount)} ` +
      `${plural(inputCount, 'input')}${rest}`,
  ];
  if (summary.interrupted) notes.push('interrupted, partial');
  for (const { text, count, examples } of summary.problems) {
    const [first] = examples;
    const at = first === undefined ? '' : ` (first at ${first.file}:${first.line})`;
    notes.push(redact(`not read: ${number(count)} ${text}${at}`));
  }
  return notes;
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
    showSecrets,
    formatTime: (time) => formatDateTimeSeconds(time, timezone),
    timezone,
  };
}

/** JSON on a page of its own: on a terminal, what would steer that is escaped. */
export function jsonPage(json: string, { stdout }: Pick<Terminal, 'stdout'>): string {
  return `${stdout.isTTY ? escapeJsonForTerminal(json) : json}\n`;
}
