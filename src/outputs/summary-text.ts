import type { ProblemCount, ScanSummary } from '../engine/summary.ts';
import { escapeTerminal } from './encode/escape.ts';
import { loadPaint } from './table/paint.ts';
import type { Paint } from './table/paint.ts';
import { redact } from '../redact/redact.ts';
import { shortPriority } from './subject.ts';
import { formatRfc3339Nano } from '../util/time.ts';
import { truncate, wrap } from './table/width.ts';

const TOP_RULES = 5;
const TOP_PROBLEMS = 10;
const LABEL = 10;
/** Longest untrusted text shown. */
const MAX_TEXT = 2000;

export interface SummaryStyle {
  readonly color: boolean;
  readonly width: number;
  /** Shows a time (nanoseconds since the epoch) in the user's zone; UTC when absent. */
  readonly formatTime?: (time: bigint) => string;
}

/**
 * The closing summary for people, for stderr: lines of at most `width` columns, ending in a line
 * end. Untrusted parts (file names, details) are redacted and escaped.
 */
export async function renderSummary(summary: ScanSummary, style: SummaryStyle): Promise<string> {
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
  add('Events', eventsText(summary));
  if (summary.firstEventTime !== undefined && summary.lastEventTime !== undefined) {
    const show = style.formatTime ?? ((time) => `${formatRfc3339Nano(time).slice(0, 19)}Z`);
    add('Time', `${show(summary.firstEventTime)} to ${show(summary.lastEventTime)}`);
  }
  add('Findings', findingsText(summary));
  const severities = summary.bySeverity ?? [];
  if (severities.length > 0) {
    add(
      'Severity',
      severities.map(({ severity, count }) => `${number(count)} ${severity}`).join(', '),
    );
  }
  lines.push(...ruleLines(summary, width, paint));
  if (summary.filtered.length > 0) {
    const reasons = summary.filtered.map(({ reason, count }) => `${number(count)} ${reason}`);
    add('Filtered', safe(reasons.join(', ')));
  }
  const addProblems = (label: string, ...kinds: readonly ProblemCount['kind'][]): void => {
    const problems = summary.problems.filter(({ kind }) => kinds.includes(kind));
    for (const [i, problem] of problems.slice(0, TOP_PROBLEMS).entries()) {
      add(i === 0 ? label : '', problemText(problem), problemColor(problem, paint));
    }
    const more = problems.length - TOP_PROBLEMS;
    if (more > 0) add('', `and ${more} more reasons`);
  };
  addProblems('Not read', 'skipped', 'malformed', 'limit', 'io');
  // Events with a fault are read and evaluated all the same.
  addProblems('Faulty', 'evidence');
  addProblems('Read', 'hint');
  for (const [i, note] of summary.notes.entries()) add(i === 0 ? 'Note' : '', safe(note));
  add('Took', speedText(summary));
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
  if (summary.findings === 0) return 'none';
  const parts = summary.byPriority.map(
    ({ priority, count }) => `${number(count)} ${shortPriority(priority).toLowerCase()}`,
  );
  const share =
    summary.events > 0 ? ` (${percent(summary.eventsWithFindings / summary.events)})` : '';
  const on = `on ${number(summary.eventsWithFindings)} ${plural(summary.eventsWithFindings, 'event')}`;
  return `${number(summary.findings)} ${on}${share}: ${parts.join(', ')}`;
}

function ruleLines({ byRule }: ScanSummary, width: number, paint: Paint): string[] {
  const top = byRule.slice(0, TOP_RULES);
  const digits = Math.max(0, ...top.map(({ count }) => number(count).length));
  const lines = top.map(({ rule, priority, count }) => {
    const label = paint.priority(priority, shortPriority(priority).padEnd(9));
    const name = truncate(escapeTerminal(rule), width - LABEL - digits - 13);
    return `${' '.repeat(LABEL)}${number(count).padStart(digits)}  ${label}  ${name}`;
  });
  const rest = byRule.length - top.length;
  if (rest > 0) lines.push(`${' '.repeat(LABEL)}${paint.dim(`and ${rest} more rules`)}`);
  return lines;
}

function problemText({ text, count, examples }: ProblemCount): string {
  const [first] = examples;
  if (first === undefined) return `${number(count)} ${text}`;
  const place = first.line > 0 ? `${first.file}:${first.line}` : first.file;
  const detail = first.detail === undefined ? '' : `, ${first.detail}`;
  const at = count > 1 ? 'first at' : 'at';
  return `${number(count)} ${text} (${safe(`${at} ${place}${detail}`)})`;
}

function problemColor({ kind }: ProblemCount, paint: Paint): (text: string) => string {
  return kind === 'skipped' || kind === 'hint' ? paint.dim : paint.warning;
}

function speedText({ elapsedMs, bytes: read }: ScanSummary): string {
  const seconds = elapsedMs / 1000;
  const rate = seconds > 0 ? `, ${(read / 1e6 / seconds).toFixed(1)} MB/s` : '';
  return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s${rate}`;
}

/** Thousands separated by commas, the same in every locale. */
export function number(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

export function plural(count: number, noun: string): string {
  return count === 1 ? noun : `${noun}s`;
}

function percent(share: number): string {
  const value = share * 100;
  return value > 0 && value < 0.1 ? '< 0.1 %' : `${value.toFixed(1)} %`;
}

/** Bytes in decimal units. */
export function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = count / 1000;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value.toFixed(1)} ${units[unit]}`;
}
