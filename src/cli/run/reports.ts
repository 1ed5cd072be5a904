import { statSync } from 'node:fs';
import {
  appendOutput,
  fileOutput,
  isSameFile,
  streamOutput,
  type TextStream,
} from '../../io/output.ts';
import type { WholeFileOptions } from '../../io/write/whole-file.ts';
import type { IncidentCollector } from '../../incidents/incident-collector.ts';
import type { Source } from '../../io/sources.ts';
import type { CaseSections } from '../../outputs/case-sections.ts';
import { Feed } from '../../outputs/feed.ts';
import { createWriter } from '../../outputs/create-writer.ts';
import { FORMATS, pageFormats, RECORD_FORMATS, type FormatName } from '../../outputs/index.ts';
import type { OutputContext, OutputWriter, RuleInfo, Sink } from '../../outputs/writer.ts';
import { KnownError } from '../../util/errors.ts';
import { formatDateTimeSeconds } from '../../util/time.ts';
import type { InvocationOf } from '../flags/command-options.ts';
import { chooseTargets, type OutputTarget } from '../flags/output-target.ts';
import { isAscii } from '../terminal/ascii-terminal.ts';
import { plainText } from '../terminal/listing.ts';
import { useColor } from '../terminal/terminal.ts';
import { pageCode } from '../page-code.ts';
import { homepage, rulePlaceText, ruleUri } from '../docs/rule-page.ts';
import { packageVersion } from '../version.ts';
import { incidentCommands } from './next-commands.ts';
import { ReportSet, type Report } from './report-set.ts';

/** GitHub refuses a job summary above 1 MiB. */
const STEP_SUMMARY_BYTES = 1024 * 1024;
const STEP_SUMMARY_CUT = '\n\n*The report is cut here: a job summary holds 1 MiB.*\n';

/** The reports an invocation asks for. @throws KnownError when options contradict each other */
export function reportTargets({
  settings,
  terminal,
}: InvocationOf<'scan'>): readonly OutputTarget[] {
  return chooseTargets(settings.output, settings.format, terminal.stdout.isTTY);
}

/** What reports show that no writer gathers itself. */
interface ShownBeside {
  /** For reports of incidents. */
  readonly incidents?: IncidentCollector | undefined;
  /** For HTML reports. */
  readonly caseFile?: { readonly sections: CaseSections | undefined } | undefined;
  /** True for a run that goes on where another one stopped: what that one found stays in files that grow. */
  readonly goesOn?: boolean | undefined;
}

/**
 * Opens every report. Files have their old content until the reports are closed.
 *
 * @param shown what reports show beside findings; it is told of findings by the caller
 * @throws KnownError when a file cannot be written, or is one of the inputs
 */
export async function openReports(
  targets: readonly OutputTarget[],
  inputs: readonly Source[],
  invocation: InvocationOf<'scan'>,
  rules: readonly RuleInfo[],
  stdout: TextStream = invocation.terminal.stdout,
  shown: ShownBeside = {},
): Promise<ReportSet> {
  const { settings } = invocation;
  for (const { file } of targets) refuseInput(file, inputs);
  const reports: Report[] = [];
  for (const { file, format } of targets) {
    const toStdout = file === '-';
    const options = fileOptions(format, settings, shown.goesOn);
    const isAdded = !toStdout && options.adds === true && (statSync(file, QUIETLY)?.size ?? 0) > 0;
    const output = toStdout ? streamOutput(stdout) : fileOutput(file, options);
    // A copy would keep the width of now.
    const context: OutputContext = Object.assign(outputContext(invocation, rules, toStdout), {
      sections: () => shown.caseFile?.sections,
      isAdded,
    });
    const writer = await findingsWriter(format, output, context, invocation, shown.incidents);
    const events = settings.raw || FORMATS[format].showsEvents === true;
    reports.push({
      file,
      format,
      output,
      writer: feedOf(writer, { file, format }, invocation, inputs),
      events,
    });
  }
  const stepSummary = invocation.terminal.env['GITHUB_STEP_SUMMARY'] ?? '';
  const added = targets.map(({ format }) => FORMATS[format].stepSummary).find((name) => name);
  if (stepSummary !== '' && added !== undefined) {
    const output = appendOutput(stepSummary, STEP_SUMMARY_BYTES, STEP_SUMMARY_CUT);
    const context = outputContext(invocation, rules, false);
    const writer = await createWriter(added, output, context);
    const feed = feedOf(writer, { file: stepSummary, format: added }, invocation, inputs);
    reports.push({ file: stepSummary, format: added, output, writer: feed, events: false });
  }
  // The end of a run that follows may be months away.
  const tell = (text: string): void =>
    void invocation.terminal.stderr.write(`k8s-audit: ${plainText(text)}\n`);
  return new ReportSet(reports, settings.follow, settings.follow ? tell : undefined);
}

/** The writer of a format, or of groups of findings. @throws KnownError for formats without groups */
async function findingsWriter(
  format: FormatName,
  output: Sink,
  context: OutputContext,
  invocation: InvocationOf<'scan'>,
  incidents: IncidentCollector | undefined,
): Promise<OutputWriter> {
  const { groupBy, sort, limit } = invocation.settings;
  if (groupBy === undefined) return createWriter(format, output, context);
  if (groupBy === 'incident') {
    const found = pageFormats('incidents').find((name) => name === format);
    if (found === undefined) throw noGroups('incidents have', format, pageFormats('incidents'));
    const { createIncidentWriter } = await import('../../outputs/incidents/incident-writer.ts');
    return createIncidentWriter(found, output, context, {
      incidents: incidents!,
      limit,
      next: (incident) => incidentCommands(incident, invocation),
    });
  }
  const found = RECORD_FORMATS.find((name) => name === format);
  if (found === undefined) throw noGroups('--group-by has', format, RECORD_FORMATS);
  const { createGroupWriter } = await import('../../activity/count/finding-groups.ts');
  return createGroupWriter(found, output, context, { group: groupBy, sort, limit });
}

function noGroups(what: string, format: FormatName, known: readonly FormatName[]): KnownError {
  return new KnownError('usage', `${what} no ${format} format: use ${known.join(', ')}`);
}

/** Rows of a table on a terminal when no limit is given: a few screens, the worst first. */
const TERMINAL_ROWS = 50;

/**
 * How findings reach a format. People get an entry an event, in order of time; on a terminal, the worst first and no
 * more than fit a few screens. Formats for programs have every finding, as it was read.
 */
function feedOf(
  writer: OutputWriter,
  { file, format }: OutputTarget,
  { settings, terminal }: InvocationOf<'scan'>,
  inputs: readonly Source[],
): Feed {
  const { groupBy, sort, limit, fold, byRule, follow } = settings;
  const { folds, byEvent } = FORMATS[format];
  if (groupBy !== undefined) {
    return new Feed(writer, { fold: false, sort: undefined, limit: undefined });
  }
  const isScreen = folds === true && file === '-' && terminal.stdout.isTTY && !follow;
  const usual = isScreen ? 'severity' : inputs.length > 1 && !follow ? 'time' : undefined;
  return new Feed(writer, {
    byEvent: byEvent === true && !byRule,
    fold: sort === 'count' || (fold && !follow && folds === true),
    // Other reports put what they keep in order themselves.
    sort: sort ?? (folds === true ? usual : undefined),
    limit: limit ?? (isScreen ? TERMINAL_ROWS : undefined),
  });
}

/** Whether a report shows the events of findings without being asked for it. */
export function showEvents(targets: readonly OutputTarget[]): boolean {
  return targets.some(({ format }) => FORMATS[format].showsEvents === true);
}

/** Whole events and credentials are for the owner of a file alone. */
function fileOptions(
  format: FormatName,
  settings: InvocationOf<'scan'>['settings'],
  goesOn = false,
): WholeFileOptions {
  const live = settings.follow && FORMATS[format].grows === true;
  return { private: settings.raw || settings.showSecrets, live, adds: live && goesOn };
}

const QUIETLY = { throwIfNoEntry: false } as const;

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
    // Who watches a log that grows changes the size of the window.
    get width() {
      return isTerminal ? stdout.columns : 120;
    },
    terminal: isTerminal,
    ascii: isAscii(env),
    version: packageVersion(),
    showSecrets: settings.showSecrets,
    rules,
    ruleUri,
    page: pageCode,
    rulePlace: rulePlaceText,
    home: homepage(),
    failOn: settings.failOn,
    formatTime: (time) => formatDateTimeSeconds(time, settings.timezone),
    timezone: settings.timezone,
    csvRaw: settings.csvRaw,
    explain: settings.explain,
  };
}
