import type { Finding, OutputValue } from '../../engine/finding.ts';
import type { ScanSummary } from '../../engine/summary.ts';
import { indentJson } from '../../json/indent.ts';
import { priorityRank } from '../../rules/priority.ts';
import type { Priority } from '../../rules/priority.ts';
import { escapeHtml } from '../encode/escape.ts';
import { htmlHead, SCRIPT } from './html-page.ts';
import { htmlTimeline } from './html-timeline.ts';
import { MostSevere } from '../keep.ts';
import { redactField, redactor } from '../../redact/redact.ts';
import { shownMessage } from '../encode/shown-message.ts';
import { location, subjectObject, subjectUser } from '../subject.ts';
import { number, plural } from '../summary-text.ts';
import { Tally } from '../tally.ts';
import { formatRfc3339Nano } from '../../util/time.ts';
import { Timeline } from '../timeline.ts';
import type { OutputContext, OutputWriter, Sink } from '../writer.ts';

/** Findings shown one by one; all are counted. */
const MAX_FINDINGS = 10_000;
const MAX_TOP = 50;
const MAX_CELL = 300;
const MAX_VALUE = 2000;
/** Characters shown of one event; `show` prints it whole. */
const MAX_EVENT = 4000;
/** Longer events are left out: they would be redacted whole to show a part. */
const MAX_REDACTED = 256 * 1024;
/** Characters of all events together, so that the page stays usable. */
const MAX_EVENTS = 16_000_000;

/** One self-contained page without network access; readable without JavaScript. */
export function createHtmlWriter(sink: Sink, context: OutputContext): OutputWriter {
  const kept = new MostSevere<string>(MAX_FINDINGS);
  const timeline = new Timeline();
  const users = new Tally();
  const namespaces = new Tally();
  const redact = redactor(context.showSecrets);
  const field = context.showSecrets ? (_: string, value: string) => value : redactField;
  const cut = (shown: string, length: number): string =>
    escapeHtml(shown.length > length ? `${shown.slice(0, length)}…` : shown);
  const cell = (text: string | undefined): string => cut(redact(text ?? ''), MAX_CELL);

  let space = MAX_EVENTS;

  /** The event as indented JSON. Redacted before it is cut: what makes a value secret may come later. */
  const event = (raw: string | undefined): string | undefined => {
    if (raw === undefined || space <= 0) return undefined;
    if (raw.length > MAX_REDACTED) return `left out: ${number(raw.length)} characters`;
    const shown = indentJson(redact(raw), MAX_REDACTED).slice(0, MAX_EVENT);
    space -= shown.length;
    return shown;
  };

  const card = (finding: Finding): string => {
    const { priority, subject, origin } = finding;
    const rank = priorityRank(priority);
    const details: (readonly [string, string | undefined])[] = [
      ['Message', shownMessage(finding, redact)],
      ['Time', formatRfc3339Nano(finding.time)],
      ['Source IP', subject.sourceIp],
      ['User agent', subject.userAgent],
      ['Response code', subject.code],
      ['Tags', finding.tags.join(', ')],
      ['Location', location(origin)],
      ['Cluster', origin.cluster],
      ['Node', origin.node],
      ['Audit ID', finding.auditId],
      ['Stage', finding.stage],
      ['Policies', finding.policies?.join(', ')],
      ['Severity', finding.severity],
      ...finding.outputFields
        .filter(([name]) => !name.startsWith('evt.time'))
        .map(([name, value]) => [name, field(name, valueText(value), subject)] as const),
      ['Event', event(finding.raw)],
    ];
    const list = details
      .filter(([, value]) => value !== undefined && value !== '')
      .map(
        ([name, value]) =>
          `<dt>${cell(name)}<dd>${cut(name === 'Event' ? value! : redact(value!), name === 'Event' ? MAX_EVENT : MAX_VALUE)}`,
      );
    return (
      `<details class="f" data-p="${rank}" data-n="${cell(subject.namespace)}"><summary>` +
      `<time>${escapeHtml(context.formatTime(finding.time))}</time><b class="p p${rank}">${priority}</b>` +
      `<span class="r">${cell(finding.rule)}</span><span class="u">${breakable(cell(subjectUser(subject)))}</span>` +
      `<span class="v">${cell(subject.verb)}</span><span class="o">${breakable(cell(subjectObject(subject)))}</span>` +
      `</summary><dl>${list.join('')}</dl></details>\n`
    );
  };

  const finding = (one: Finding): void => {
    kept.add(one.priority, card(one));
    timeline.add(one.time, one.priority);
    // Counted as shown, so that choosing a row finds the cells with the same text.
    users.add(cell(subjectUser(one.subject)), one.priority);
    namespaces.add(cell(one.subject.namespace), one.priority);
  };

  const end = (summary: ScanSummary): void => {
    sink.write(htmlHead(context.version));
    sink.write(overview(summary, context, cell));
    sink.write(htmlTimeline(timeline.result(), context));
    const rules = summary.byRule
      .slice(0, MAX_TOP)
      .map(({ rule, count, priority }) => topRow('r', cell(rule), count, priority));
    const moreRules = summary.byRule.length - rules.length;
    sink.write(
      '<section class="tops">\n' +
        topTable('Rules', rules, moreRules > 0 ? `${number(moreRules)} more` : '') +
        top('Users', 'u', users) +
        top('Namespaces', 'n', namespaces) +
        '</section>\n',
    );
    sink.write(`<section id="findings"><h2>Findings</h2>\n${controls(summary)}`);
    if (kept.dropped > 0) {
      sink.write(
        `<p>${number(kept.dropped)} more ${plural(kept.dropped, 'finding')}, none more severe than those shown, are only counted.</p>\n`,
      );
    }
    sink.write('<div class="list">\n');
    for (const text of kept.inOrder()) sink.write(text);
    sink.write(`</div></section>\n${remarks(summary, cell)}</main>\n`);
    sink.write(`<script>${SCRIPT}</script>\n</body></html>\n`);
  };

  return { finding, end };
}

function valueText(value: OutputValue): string {
  if (value === null) return '<NA>';
  return typeof value === 'object' ? value.join(', ') : String(value);
}

/** A table of the most frequent values of a tally, which are escaped. */
function top(title: string, by: string, tally: Tally): string {
  const rows = tally.top(MAX_TOP).map(({ value, count, worst }) => topRow(by, value, count, worst));
  const more = tally.size - rows.length;
  const rest =
    more > 0 || tally.others > 0
      ? `${number(more)} more${tally.others > 0 ? `; ${number(tally.others)} findings beyond the first 10,000 values` : ''}`
      : '';
  return topTable(title, rows, rest);
}

/** A row of a table by rule, user or namespace; `text` is escaped. */
function topRow(by: string, text: string, count: number, worst: Priority): string {
  const shown = text === '' ? '<i>none</i>' : breakable(text);
  return (
    `<tr><td>${number(count)}<td><b class="p p${priorityRank(worst)}">${worst}</b>` +
    `<td><button type="button" data-by="${by}" data-value="${text}">${shown}</button>\n`
  );
}

function topTable(title: string, rows: readonly string[], rest: string): string {
  if (rows.length === 0) return '';
  const more = rest === '' ? '' : `<p class="more">${rest}</p>`;
  return `<div><h2>${title}</h2><table><thead><tr><th>Findings<th>Worst<th>${title.slice(0, -1)}</thead><tbody>\n${rows.join('')}</tbody></table>${more}</div>\n`;
}

function overview(
  summary: ScanSummary,
  { formatTime, timezone }: OutputContext,
  cell: (text: string) => string,
): string {
  const { firstEventTime: first, lastEventTime: last } = summary;
  const inputs = summary.inputs.slice(0, 5).map(cell).join(', ');
  const more = summary.inputCount > 5 ? ` and ${number(summary.inputCount - 5)} more` : '';
  const time =
    first === undefined || last === undefined
      ? ''
      : `<br>${escapeHtml(formatTime(first))} to ${escapeHtml(formatTime(last))} ${cell(timezone)}`;
  const chips = summary.byPriority.map(
    ({ priority, count }) =>
      `<li class="p${priorityRank(priority)}"><strong>${number(count)}</strong> ${priority}</li>`,
  );
  return (
    '<main><header><h1>Kubernetes audit findings</h1>\n' +
    (summary.interrupted ? '<p class="partial">Interrupted: this report is partial.</p>\n' : '') +
    (summary.failure === undefined
      ? ''
      : `<p class="partial">Not done: ${cell(summary.failure)}</p>\n`) +
    `<p><strong>${number(summary.findings)} ${plural(summary.findings, 'finding')}</strong> in ${number(summary.events)} ${plural(summary.events, 'event')} from ${inputs}${more}${time}</p>\n` +
    `<ul class="chips">${chips.join('')}</ul></header>\n`
  );
}

function controls(summary: ScanSummary): string {
  const boxes = summary.byPriority.map(
    ({ priority }) =>
      `<label><input type="checkbox" name="p" value="${priorityRank(priority)}" checked> ${priority}</label>`,
  );
  return (
    '<form class="controls" hidden><input type="search" id="q" placeholder="Search" aria-label="Search findings">' +
    `${boxes.join('')}<button type="button" id="by" hidden></button><button type="reset">Show all</button>` +
    '<output id="shown" aria-live="polite"></output></form>\n'
  );
}

function remarks(summary: ScanSummary, cell: (text: string) => string): string {
  const problems = summary.problems.map(({ text, count, examples }) => {
    const at = examples.map((place) => cell(place.line > 0 ? location(place) : place.file));
    return `<li>${number(count)}: ${cell(text)} (${at.join(', ')})`;
  });
  const notes = summary.notes.map((note) => `<li>${cell(note)}`);
  return section('Input that was not read', problems) + section('Notes', notes);
}

function section(title: string, items: readonly string[]): string {
  if (items.length === 0) return '';
  return `<section><h2>${title}</h2><ul>${items.join('\n')}</ul></section>\n`;
}

/** Escaped text that may wrap behind the separators of Kubernetes names. */
function breakable(text: string): string {
  return text.replace(/[:/@](?=\w)/g, '$&<wbr>');
}
