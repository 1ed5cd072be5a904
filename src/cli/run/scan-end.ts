import type { ScanSummary } from '../../engine/summary.ts';
import { PROBLEM_REASONS, type ProblemReason } from '../../events/problems.ts';
import type { Incidents } from '../../incidents/incident.ts';
import { codeText } from '../../io/error-text.ts';
import { escapeTerminal } from '../../outputs/encode/escape.ts';
import type { Digest } from '../../outputs/card/digest.ts';
import { incidentLines } from '../../outputs/incidents/incident-lines.ts';
import { renderSummary } from '../../outputs/render-summary.ts';
import { bytes, number, plural } from '../../outputs/summary-text.ts';
import type { ScanResult } from '../../scan/hooks.ts';
import { formatDateTimeSeconds } from '../../util/time.ts';
import type { Invocation } from '../flags/command.ts';
import type { InvocationOf } from '../flags/command-options.ts';
import { exitCode, exitCodeOfSignal } from '../terminal/exit.ts';
import type { Gate } from './gate.ts';
import {
  failureOf,
  isForeign,
  nothingRead,
  type EmptyOption,
  type GateOption,
  type ReadEnd,
} from './not-done.ts';
import { nextCommands } from './next-commands.ts';
import { nearCommand } from '../flags/near-command.ts';
import { plainText, warner } from '../terminal/listing.ts';
import { useColor } from '../terminal/terminal.ts';
import { quoteWords } from '../../util/quote-words.ts';
import type { WrittenReport } from './report-set.ts';

/** What the end of a scan is told by. */
export interface ScanEnd {
  /** What was read and found, with the remarks of the command line. */
  readonly summary: ScanSummary;
  readonly unread: ScanResult['unread'];
  readonly faults: ScanResult['faults'];
  readonly looksLike: ScanResult['looksLike'];
  readonly goesOn?: ReadEnd['goesOn'];
  readonly gate: Gate;
  /** True when nobody reads the output any more. */
  readonly closed: boolean;
  /** Why files could not be written. */
  readonly unwritten?: readonly string[] | undefined;
}

/** Whether all of the input was read, and was what it was said to be. */
export function isComplete(end: Pick<ReadEnd, 'summary' | 'unread' | 'goesOn'>): boolean {
  return !end.summary.interrupted && end.unread === 0 && !isForeign(end);
}

/** Programs that print what a URL leads to. */
const FETCHING: readonly (readonly [scheme: string, command: string])[] = [
  ['s3:', 'aws s3 cp URL -'],
  ['gs:', 'gcloud storage cat URL'],
  ['http:', 'curl -fsSL URL'],
  ['https:', 'curl -fsSL URL'],
];

/** How to read what a URL leads to: the program itself opens no connections. */
function urlHint(path: string): string | undefined {
  const scheme = /^([a-z][a-z0-9+.-]{1,20}:)\/\//i.exec(path)?.[1]?.toLowerCase();
  if (scheme === undefined) return undefined;
  const command = FETCHING.find(([each]) => each === scheme)?.[1];
  if (command === undefined) return 'URLs are not read: download it first';
  // A URL is text of the user: in quotes, so that a shell takes it as one word.
  return `URLs are not read: ${command.replace('URL', () => quoteWords([path]))} | k8s-audit scan -`;
}

/** What is wrong with an input as a whole, as a line for standard error. @param more by default what the code of the error says */
export function inputError(
  file: string,
  reason: ProblemReason,
  code: string | undefined,
  more = code === undefined ? undefined : codeText(code),
): string {
  const text = `${file}: ${PROBLEM_REASONS[reason].text}${more === undefined ? '' : ` (${more})`}`;
  return `k8s-audit: ${escapeTerminal(text)}\n`;
}

/** Problems that concern whole inputs, and why there are no events. */
export function reportInputs(
  end: ReadEnd,
  { settings, terminal, commands }: Invocation<'quiet' | EmptyOption, GateOption>,
): void {
  const { stderr } = terminal;
  for (const { kind, reason, count, examples } of end.summary.problems) {
    if (kind !== 'io') continue;
    for (const { file, detail } of examples) {
      const near = reason === 'missing' ? nearCommand(file, commands) : undefined;
      stderr.write(inputError(file, reason, detail, urlHint(file) ?? near));
    }
    const others = count - examples.length;
    if (others > 0) {
      const text = `${others} more: ${PROBLEM_REASONS[reason].text}`;
      stderr.write(`k8s-audit: ${text}\n`);
    }
  }
  const nothing = nothingRead(end, settings);
  const isSaid = !settings.quiet || failureOf(end, settings) !== undefined;
  if (nothing !== undefined && isSaid) stderr.write(`k8s-audit: ${nothing}\n`);
}

const ABSENT: ReadonlySet<ProblemReason> = new Set(['missing', 'no-logs', 'unreadable']);

/** Inputs of which there is nothing: a command that names them again would end with an error. */
function absentInputs({ problems }: ScanSummary): Set<string> {
  const absent = problems.filter(({ reason }) => ABSENT.has(reason));
  return new Set(absent.flatMap(({ examples }) => examples.map(({ file }) => file)));
}

/** Without any input a summary would say nothing that the errors did not. */
export function isTold({ inputCount, interrupted }: ScanSummary): boolean {
  return inputCount > 0 || interrupted;
}

/** Problems that concern whole inputs, then the summary. */
export async function reportEnd(
  end: ScanEnd,
  digest: Digest,
  incidents: Incidents,
  invocation: InvocationOf<'scan'>,
): Promise<void> {
  const { settings, terminal } = invocation;
  const { stderr } = terminal;
  const { summary } = end;
  reportInputs(end, invocation);
  if (settings.summary && !settings.quiet && isTold(summary)) {
    stderr.write(
      await renderSummary(summary, digest, {
        color: useColor(settings.color ?? 'auto', stderr, terminal.env),
        width: stderr.isTTY ? stderr.columns : 100,
        formatTime: (time) =>
          `${formatDateTimeSeconds(time, settings.timezone)} ${settings.timezone}`,
        // A report of incidents names them itself.
        incidents: settings.groupBy === 'incident' ? [] : incidentLines(incidents),
        next: nextCommands(
          digest,
          invocation,
          incidents.list.length + incidents.dropped > 0,
          absentInputs(summary),
        ),
      }),
    );
  }
}

/**
 * Tells what was written and how much. A file is named on a terminal and where there are
 * several: who runs one command twice, with another name for its one file, can compare what it says.
 */
export function reportWritten(
  reports: readonly WrittenReport[],
  invocation: Invocation<'quiet'>,
): void {
  const warn = warner(invocation);
  const named = reports.length > 1 || invocation.terminal.stderr.isTTY;
  for (const { file, format, findings, bytes: size } of reports) {
    const amount = `${format}, ${number(findings)} ${plural(findings, 'finding')}, ${bytes(size)}`;
    warn(named ? `written: ${file} (${amount})` : `written: ${amount}`);
  }
}

/** Why the run fails, behind all else: who looks for it reads the last line. What decides the exit code comes last. */
export function reportReasons(
  end: ScanEnd,
  { settings, terminal }: Invocation<EmptyOption, GateOption>,
): void {
  const reasons = [
    settings.strict && end.faults > 0 ? strictReason(end.faults) : undefined,
    end.gate.reason(),
  ].filter((reason) => reason !== undefined);
  const failure = failureOf(end, settings);
  // It was told with the inputs; behind other reasons it is what decides.
  if (failure !== undefined && reasons.length > 0) reasons.push(failure);
  // Who stopped reading gets no summary either.
  if (reasons.length > 0 && !end.closed)
    terminal.stderr.write(`k8s-audit: ${reasons.join('; ')}\n`);
  for (const text of end.unwritten ?? []) terminal.stderr.write(`k8s-audit: ${plainText(text)}\n`);
}

function strictReason(faults: number): string {
  return faults === 1
    ? 'strict: 1 record was not understood'
    : `strict: ${faults} records were not understood`;
}

/** The exit code of a scan: incomplete outranks not understood, which outranks the gate. */
export function exitCodeOfScan(
  end: ScanEnd,
  { settings, terminal }: Invocation<EmptyOption, GateOption | 'follow'>,
): number {
  const { faults, gate, closed, unwritten = [] } = end;
  // Following ends by a signal: that is no interruption.
  if (terminal.interrupted.aborted && settings.follow !== true) {
    return exitCodeOfSignal(terminal.interrupted.reason);
  }
  if (unwritten.length > 0) return exitCode('failed');
  // A reader that went away is no failure; what was seen until then decides.
  if (closed) return exitCode(gate.tripped ? 'gate' : 'ok');
  if (failureOf(end, settings) !== undefined) return exitCode('failed');
  if (settings.strict && faults > 0) return exitCode('strict');
  return exitCode(gate.tripped ? 'gate' : 'ok');
}
