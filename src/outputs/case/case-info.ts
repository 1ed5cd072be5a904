import type { ScanSummary } from '../../engine/summary.ts';
import type { Severity } from '../../policies/severity.ts';
import { redactor } from '../../redact/redact.ts';
import { escapePage } from '../encode/escape.ts';
import { placeText, problemGroups } from '../summary-text.ts';
import type { CaseSections } from '../case-sections.ts';
import type { OutputContext, RuleInfo } from '../writer.ts';
import type { CaseInfo, CaseProblem, CaseRule } from './case-data.ts';

/** Inputs named one by one, characters of a text, lines of notes of one kind: rules of users may say anything. */
const MAX_INPUTS = 1000;
const MAX_TEXT = 2000;
const MAX_LINES = 20;

/** What the rows do not tell. */
export interface CaseCounts {
  readonly dropped: number;
  readonly withoutRequest: number;
  /** The worst severity of each rule's findings. */
  readonly severities: ReadonlyMap<string, Severity>;
}

/** What a case file tells of the whole log. */
export function caseInfo(
  summary: ScanSummary,
  context: OutputContext,
  { dropped, withoutRequest, severities }: CaseCounts,
  sections: CaseSections | undefined,
): CaseInfo {
  const { formatTime } = context;
  const redact = redactor(context.showSecrets);
  const cell = (text: string): string => escapePage(redact(text.slice(0, MAX_TEXT)));
  const time = (ns: bigint | undefined): string =>
    ns === undefined ? '' : escapePage(formatTime(ns));
  const counts = new Map(summary.byRule.map(({ rule, count }) => [rule, count]));
  const problem = ({ text, count, examples }: ScanSummary['problems'][number]): CaseProblem => ({
    text: cell(text),
    count,
    places: examples.map((place) =>
      cell(placeText(place) + (place.detail === undefined ? '' : `: ${place.detail}`)),
    ),
  });
  const rule = (info: RuleInfo): CaseRule => ({
    name: cell(info.name),
    priority: info.priority,
    severity: severities.get(info.name),
    count: counts.get(info.name) ?? 0,
    enabled: info.enabled,
    description: cell(info.description.trim()),
    tags: info.tags.slice(0, MAX_LINES).map(cell),
    file: cell(info.file ?? ''),
    checks: (info.notes?.checks ?? []).slice(0, MAX_LINES).map(cell),
    falsePositives: (info.notes?.falsePositives ?? []).slice(0, MAX_LINES).map(cell),
    links: [...new Set([context.ruleUri?.(info), ...(info.notes?.references ?? [])])]
      .filter((link) => link !== undefined)
      .slice(0, MAX_LINES)
      .map(cell),
  });
  return {
    version: cell(context.version),
    timezone: cell(context.timezone),
    warnings: [
      ...(summary.interrupted ? ['Interrupted: this report is partial.'] : []),
      ...(summary.failure === undefined ? [] : [`Not done: ${cell(summary.failure)}`]),
    ],
    findings: summary.findings,
    events: summary.events,
    eventsWithFindings: summary.eventsWithFindings,
    lines: summary.lines,
    blankLines: summary.blankLines,
    bytes: summary.bytes,
    first: time(summary.firstEventTime),
    last: time(summary.lastEventTime),
    inputs: summary.inputs.slice(0, MAX_INPUTS).map(cell),
    inputCount: summary.inputCount,
    problems: problemGroups(summary.problems).map(({ title, problems }) => ({
      title,
      problems: problems.map(problem),
    })),
    filtered: summary.filtered.map(({ reason, count }) => ({
      text: cell(reason),
      count,
      places: [],
    })),
    notes: summary.notes.map(cell),
    rules: context.rules.map(rule),
    incidentNotes: sections?.incidentNotes ?? [],
    blind: sections?.blind ?? [],
    activity: sections?.activity?.counts,
    absent: sections?.absent ?? '',
    dropped,
    withoutRequest,
    showsSecrets: context.showSecrets,
  };
}
