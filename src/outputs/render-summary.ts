import type { ProblemCount, ScanSummary } from '../engine/summary.ts';
import { severityRank, type Severity } from '../policies/severity.ts';
import type { Digest, RuleDigest } from './card/digest.ts';
import { fitName, shortUser } from './card/short-name.ts';
import { escapeTerminal } from './encode/escape.ts';
import type { IncidentLine } from './incidents/incident-lines.ts';
import { commandLines, type NextCommand } from './next-command.ts';
import { loadPaint } from './table/paint.ts';
import type { Paint } from './table/paint.ts';
import { redact } from '../redact/redact.ts';
import { shortPriority } from './subject.ts';
import { formatRfc3339Nano } from '../util/time.ts';
import { bytes, number, percent, placeText, plural, problemGroups } from './summary-text.ts';
import { displayWidth, truncate, wrap } from './table/width.ts';

/** Rules of high severity are all named, as far as anyone could read them; of the others the first. */
const MAX_HIGH_RULES = 100;
const TOP_RULES = 5;
const TOP_USERS = 5;
/** Columns of a user's name. */
const MAX_USER = 40;
const TOP_PROBLEMS = 10;
const LABEL = 10;
/** Longest untrusted text shown. */
const MAX_TEXT = 2000;

export interface SummaryStyle {
  readonly color: boolean;
  readonly width: number;
  /** Shows a time (nanoseconds since the epoch) in the user's zone; UTC when absent. */
  readonly formatTime?: (time: bigint) => string;
  /** What to say of incidents, first of all. */
  readonly incidents?: readonly IncidentLine[];
  /** Commands to go on with, each with what it is for. */
  readonly next?: readonly NextCommand[];
}

/**
 * The closing summary for people, for stderr: lines of at most `width` columns, ending in a line
 * end. Untrusted parts (file names, details) are redacted and escaped.
 *
 * @param digest the findings that the summary counts
 */
export async function renderSummary(
  summary: ScanSummary,
  digest: Digest,
  style: SummaryStyle,
): Promise<string> {
  const paint = await loadPaint(style.color);
  const width = Math.max(40, style.width);
  const lines: string[] = [];
  const add = (label: string, text: string, color?: (line: string) => string): void => {
    for (const [i, line] of wrap(text, width - LABEL, 20).entries()) {
      const head = (i === 0 ? label : '').padEnd(LABEL);
      lines.push(`${paint.heading(head)}${color ? color(line) : line}`);
    }
  };

  if (summary.interrupted) add('', 'interrupted, partial', paint.warning);
  for (const [i, { severity, text }] of (style.incidents ?? []).entries()) {
    const color = severity && ((line: string) => paint.severity(severity, line));
    add(i === 0 ? 'Incidents' : '', safe(text), color);
  }
  add('Events', eventsText(summary));
  if (summary.firstEventTime !== undefined && summary.lastEventTime !== undefined) {
    const show = style.formatTime ?? ((time) => `${formatRfc3339Nano(time).slice(0, 19)}Z`);
    add('Time', `${show(summary.firstEventTime)} to ${show(summary.lastEventTime)}`);
  }
  add('Findings', findingsText(summary));
  if (summary.byPriority.length > 0) {
    const parts = summary.byPriority.map(
      ({ priority, count }) => `${number(count)} ${shortPriority(priority).toLowerCase()}`,
    );
    add('Priority', parts.join(', '));
  }
  lines.push(...ruleLines(digest.rules(), width, paint));
  const users = usersText(digest);
  if (users !== '') add('Users', users);
  if (summary.filtered.length > 0) {
    const reasons = summary.filtered.map(({ reason, count }) => `${number(count)} ${reason}`);
    add('Filtered', safe(reasons.join(', ')));
  }
  for (const { label, problems } of problemGroups(summary.problems)) {
    for (const [i, problem] of problems.slice(0, TOP_PROBLEMS).entries()) {
      add(i === 0 ? label : '', problemText(problem), problemColor(problem, paint));
    }
    const more = problems.length - TOP_PROBLEMS;
    if (more > 0) add('', `and ${more} more ${plural(more, 'reason')}`);
  }
  for (const [i, note] of summary.notes.entries()) add(i === 0 ? 'Note' : '', safe(note));
  // Said again at the end: on a small screen the first lines are gone.
  if (summary.interrupted) {
    add('Took', `${speedText(summary)}; interrupted, the rest was not read`, paint.warning);
  } else add('Took', speedText(summary));
  for (const [i, command] of (style.next ?? []).entries()) {
    lines.push(...commandLines(i === 0 ? 'Next' : '', command, LABEL, width, paint));
  }
  return `${lines.join('\n')}\n`;
}

function safe(text: string): string {
  return escapeTerminal(redact(text).slice(0, MAX_TEXT));
}

function eventsText(summary: ScanSummary): string {
  const inputs = `${number(summary.inputCount)} ${plural(summary.inputCount, 'input')}`;
  const lines = `${number(summary.lines)} ${plural(summary.lines, 'line')}`;
  const blank = summary.blankLines > 0 ? `, ${number(summary.blankLines)} blank` : '';
  return `${number(summary.events)} read from ${inputs} (${lines}${blank}, ${bytes(summary.bytes)})`;
}

function findingsText(summary: ScanSummary): string {
  const { findings, events, eventsWithFindings, correlated = 0 } = summary;
  if (findings === 0) return 'none';
  const share = events > 0 ? ` (${percent(eventsWithFindings / events)})` : '';
  const places: string[] = [];
  if (findings > correlated) {
    places.push(` on ${number(eventsWithFindings)} ${plural(eventsWithFindings, 'event')}${share}`);
  }
  if (correlated > 0) {
    const some = findings > correlated ? `, ${number(correlated)} of them` : '';
    places.push(`${some} from correlations`);
  }
  const severities = (summary.bySeverity ?? []).map(
    ({ severity, count }) => `${number(count)} ${severity}`,
  );
  const rest = severities.length === 0 ? '' : `: ${severities.join(', ')}`;
  return `${number(findings)}${places.join('')}${rest}`;
}

/** Rules with their counts, by severity: every one of high severity, the most frequent of the others. */
function ruleLines(rules: readonly RuleDigest[], width: number, paint: Paint): string[] {
  const high = rules.filter(({ severity }) => severity === 'high').slice(0, MAX_HIGH_RULES);
  const others = rules
    .filter(({ severity }) => severity !== 'high')
    .toSorted((a, b) => severityRank(a.severity) - severityRank(b.severity) || b.count - a.count)
    .slice(0, TOP_RULES);
  const shown = [...high, ...others];
  const digits = Math.max(0, ...shown.map(({ count }) => number(count).length));
  const room = width - LABEL - digits - 2;
  const names = Math.max(0, ...shown.map(({ rule }) => displayWidth(safe(rule))));
  let before: Severity | undefined;
  const lines = shown.map((digest) => {
    const { rule, severity, count } = digest;
    const label = severity === before ? '' : severity === 'high' ? 'HIGH' : severity;
    before = severity;
    const head = paint.severity(severity, label) + ' '.repeat(LABEL - label.length);
    const name = truncate(safe(rule), room);
    const user = whoText(digest, room - names - 2);
    const gap = ' '.repeat(user === '' ? 0 : names - displayWidth(name) + 2);
    return `${head}${number(count).padStart(digits)}  ${name}${gap}${paint.dim(user)}`;
  });
  const rest = rules.length - shown.length;
  if (rest > 0) {
    lines.push(
      `${' '.repeat(LABEL)}${paint.dim(`and ${number(rest)} more ${plural(rest, 'rule')}`)}`,
    );
  }
  return lines;
}

/** Who set a rule off, in at most `width` columns; nothing where that is too few for a name. */
function whoText(digest: RuleDigest, width: number): string {
  const { user, userCount, otherUsers, hasMoreUsers } = digest;
  if (user === '') return '';
  const name = safe(shortUser(user));
  const others = atLeast(otherUsers, hasMoreUsers);
  // The longest that fits; half a name is worth less than the count beside it.
  const endings =
    otherUsers > 0 ? [` (${number(userCount)}) and ${others} more`, ` +${others}`] : [''];
  const whole = endings.find((ending) => displayWidth(name) + ending.length <= width);
  if (whole !== undefined) return name + whole;
  const ending = endings.at(-1)!;
  return width < 12 + ending.length ? '' : fitName(name, width - ending.length) + ending;
}

function usersText(digest: Digest): string {
  const all = digest.users();
  // Where some have findings of high severity, the others are less interesting.
  const users = all[0]?.high === 0 ? all : all.filter(({ high }) => high > 0);
  const parts = users.slice(0, TOP_USERS).map(({ user, count, high }) => {
    const name = user === '' ? 'nobody named' : fitName(safe(shortUser(redact(user))), MAX_USER);
    return `${name} ${number(count)}${high > 0 ? ` (${number(high)} high)` : ''}`;
  });
  const rest = users.length - parts.length;
  if (rest > 0) parts.push(`and ${atLeast(rest, digest.hasMoreUsers)} more`);
  return parts.join(', ');
}

/** A count, with a plus where there are more than were told apart. */
function atLeast(count: number, hasMore: boolean): string {
  return `${number(count)}${hasMore ? '+' : ''}`;
}

function problemText({ text, count, examples }: ProblemCount): string {
  const [first] = examples;
  if (first === undefined) return `${number(count)} ${text}`;
  const detail = first.detail === undefined ? '' : `, ${first.detail}`;
  const at = count > 1 ? 'first at' : 'at';
  return `${number(count)} ${text} (${safe(`${at} ${placeText(first)}${detail}`)})`;
}

function problemColor({ kind }: ProblemCount, paint: Paint): (text: string) => string {
  return kind === 'skipped' || kind === 'hint' ? paint.dim : paint.warning;
}

function speedText({ elapsedMs, bytes: read }: ScanSummary): string {
  const seconds = elapsedMs / 1000;
  const rate = seconds > 0 ? `, ${(read / 1e6 / seconds).toFixed(1)} MB/s` : '';
  return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s${rate}`;
}
