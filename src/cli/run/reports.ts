import {
  appendOutput,
  fileOutput,
  isSameFile,
  streamOutput,
  type Output,
  type TextStream,
} from '../../io/output.ts';
import type { Source } from '../../io/sources.ts';
import type { Finding } from '../../engine/finding.ts';
import type { ScanSummary } from '../../engine/summary.ts';
import { Feed } from '../../outputs/feed.ts';
import { createWriter, FORMATS, RECORD_FORMATS, type FormatName } from '../../outputs/index.ts';
import type { OutputContext, OutputWriter, RuleInfo, Sink } from '../../outputs/writer.ts';
import { KnownError } from '../../util/errors.ts';
import { formatDateTimeSeconds } from '../../util/time.ts';
import type { InvocationOf } from '../flags/command-options.ts';
import { chooseTargets, type OutputTarget } from '../flags/output-target.ts';
import { useColor } from '../terminal/terminal.ts';
import { packageVersion } from '../version.ts';

/** GitHub refuses a job summary above 1 MiB. */
const STEP_SUMMARY_BYTES = 1024 * 1024;
const STEP_SUMMARY_CUT = '\n\n*The report is cut here: a job summary holds 1 MiB.*\n';

/** All reports of a run, written side by side. */
export interface Reports {
  start(): void;
  finding(finding: Finding): void;
  /** Writes what was held back to be folded or put in order. @returns remarks for the summary */
  drain(): string[];
  end(summary: ScanSummary): void;
  /** Awaited between blocks of input: back-pressure. */
  settle(): Promise<void>;
  close(): Promise<void>;
  /** True once nobody reads any of the reports. */
  readonly closed: boolean;
}

interface Report {
  readonly output: Output;
  readonly writer: Feed;
  /** Whether findings keep their event here. */
  readonly events: boolean;
}

/** The reports an invocation asks for. @throws KnownError when options contradict each other */
export function reportTargets({
  settings,
  terminal,
}: InvocationOf<'scan'>): readonly OutputTarget[] {
  return chooseTargets(settings.output, settings.format, terminal.stdout.isTTY);
}

/**
 * Opens every report: files are created or emptied.
 *
 * @throws KnownError when a file cannot be written, or is one of the inputs
 */
export async function openReports(
  targets: readonly OutputTarget[],
  inputs: readonly Source[],
  invocation: InvocationOf<'scan'>,
  rules: readonly RuleInfo[],
  stdout: TextStream = invocation.terminal.stdout,
): Promise<Reports> {
  for (const { file } of targets) refuseInput(file, inputs);
  const reports: Report[] = [];
  for (const { file, format } of targets) {
    const toStdout = file === '-';
    const output = toStdout ? streamOutput(stdout) : fileOutput(file);
    const context = outputContext(invocation, rules, toStdout);
    const writer = await findingsWriter(format, output, context, invocation);
    const events = invocation.settings.raw || FORMATS[format].showsEvents === true;
    reports.push({ output, writer: feedOf(writer, format, invocation), events });
  }
  const stepSummary = invocation.terminal.env['GITHUB_STEP_SUMMARY'] ?? '';
  const added = targets.map(({ format }) => FORMATS[format].stepSummary).find((name) => name);
  if (stepSummary !== '' && added !== undefined) {
    const output = appendOutput(stepSummary, STEP_SUMMARY_BYTES, STEP_SUMMARY_CUT);
    const context = outputContext(invocation, rules, false);
    const writer = await createWriter(added, output, context);
    reports.push({ output, writer: feedOf(writer, added, invocation), events: false });
  }
  return together(reports, invocation.settings.follow);
}

/** The writer of a format, or of groups of findings. @throws KnownError for formats without groups */
async function findingsWriter(
  format: FormatName,
  output: Sink,
  context: OutputContext,
  { settings }: InvocationOf<'scan'>,
): Promise<OutputWriter> {
  const { groupBy, sort, limit } = settings;
  if (groupBy === undefined) return createWriter(format, output, context);
  const found = RECORD_FORMATS.find((name) => name === format);
  if (found === undefined) {
    const known = RECORD_FORMATS.join(', ');
    throw new KnownError('usage', `--group-by has no ${format} format: use ${known}`);
  }
  const { createGroupWriter } = await import('../../activity/count/finding-groups.ts');
  return createGroupWriter(found, output, context, { group: groupBy, sort, limit });
}

/** Tables fold repeated findings; formats for programs have every one. */
function feedOf(
  writer: OutputWriter,
  format: FormatName,
  { settings }: InvocationOf<'scan'>,
): Feed {
  const { groupBy, sort, limit, fold } = settings;
  if (groupBy !== undefined)
    return new Feed(writer, { fold: false, sort: undefined, limit: undefined });
  return new Feed(writer, {
    fold: sort === 'count' || (fold && FORMATS[format].folds === true),
    sort,
    limit,
  });
}

/** Whether a report shows the events of findings without being asked for it. */
export function showEvents(targets: readonly OutputTarget[]): boolean {
  return targets.some(({ format }) => FORMATS[format].showsEvents === true);
}

/** Evidence is never overwritten by a report on it. */
export function refuseInput(file: string, inputs: readonly Source[]): void {
  if (file === '-') return;
  for (const { path } of inputs) {
    if (path !== undefined && isSameFile(path, file)) {
      throw new KnownError('usage', `${file} is an input: it would be overwritten`);
    }
  }
}

function outputContext(
  { settings, terminal }: InvocationOf<'scan'>,
  rules: readonly RuleInfo[],
  toStdout: boolean,
): OutputContext {
  const { stdout, env } = terminal;
  const color = settings.color ?? 'auto';
  const isTerminal = toStdout && stdout.isTTY;
  return {
    color: toStdout ? useColor(color, stdout, env) : color === 'always',
    width: isTerminal ? stdout.columns : 120,
    terminal: isTerminal,
    version: packageVersion(),
    showSecrets: settings.showSecrets,
    rules,
    failOn: settings.failOn,
    formatTime: (time) => formatDateTimeSeconds(time, settings.timezone),
    timezone: settings.timezone,
    csvRaw: settings.csvRaw,
  };
}

/** @param isLive whether what is held back for layout is written whenever input pauses */
function together(reports: readonly Report[], isLive: boolean): Reports {
  return {
    start: () => {
      for (const { writer } of reports) writer.start?.();
    },
    finding: (finding) => {
      const plain = finding.raw === undefined ? finding : { ...finding, raw: undefined };
      for (const { output, writer, events } of reports) {
        if (!output.closed) writer.finding(events ? finding : plain);
      }
    },
    drain: () => {
      const notes = new Set<string>();
      let hidden = 0;
      for (const { writer } of reports) {
        for (const note of writer.drain()) notes.add(note);
        hidden = Math.max(hidden, writer.hidden);
      }
      if (hidden > 0) {
        const noun = hidden === 1 ? 'finding' : 'findings';
        notes.add(`${hidden} more ${noun} not shown (--limit)`);
      }
      return [...notes];
    },
    end: (summary) => {
      for (const { output, writer } of reports) if (!output.closed) writer.end(summary);
    },
    settle: async () => {
      for (const { output, writer } of reports) {
        if (isLive) writer.flush();
        await output.settle();
      }
    },
    close: async () => {
      for (const { output } of reports) await output.close();
    },
    get closed() {
      return reports.every(({ output }) => output.closed);
    },
  };
}
