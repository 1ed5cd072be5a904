import type { Finding } from '../../engine/finding.ts';
import type { ScanSummary } from '../../engine/summary.ts';
import type { Severity } from '../../policies/severity.ts';
import { priorityRank } from '../../rules/priority.ts';
import { Digest } from '../card/digest.ts';
import { rankOf } from '../card/order.ts';
import { createCaseWriter } from '../case/case-writer.ts';
import { escapeHtml } from '../encode/escape.ts';
import { MostSevere } from '../keep.ts';
import { number, placeText, plural, problemGroups } from '../summary-text.ts';
import { Tally } from '../tally.ts';
import { Timeline } from '../timeline.ts';
import type { OutputContext, OutputWriter, Sink } from '../writer.ts';
import { breakable, htmlEntries } from './html-entry.ts';
import { htmlHead } from './html-page.ts';
import { htmlRules } from './html-rules.ts';
import { htmlTimeline } from './html-timeline.ts';

/** Events shown one by one without JavaScript; all are counted. */
const MAX_ENTRIES = 100;
const MAX_TOP = 50;

/**
 * One self-contained page without network access. Without JavaScript it is a summary with the worst events; with it
 * the page's script takes the place of that, and shows the data that the page holds.
 */
export function createHtmlWriter(sink: Sink, context: OutputContext): OutputWriter {
  const kept = new MostSevere<{ readonly time: bigint; readonly html: string }>(MAX_ENTRIES);
  const digest = new Digest();
  const page = context.page?.();
  const data = page === undefined ? undefined : createCaseWriter(context);
  const timeline = new Timeline();
  const users = new Tally();
  const namespaces = new Tally();
  const { entry, cell, user } = htmlEntries(context);

  const finding = (one: Finding): void => {
    const rank = rankOf(one);
    if (kept.takes(rank)) kept.add(rank, { time: one.time, html: entry(one) });
    else kept.leave();
    data?.add(one);
    for (const each of [one, ...(one.others ?? [])]) {
      timeline.add(each.time, each.priority);
      digest.add(each);
      users.add(user(each), each);
      namespaces.add(cell(each.subject.namespace), each);
    }
  };

  const end = (summary: ScanSummary): void => {
    sink.write(htmlHead(context.version, { page }));
    sink.write(overview(summary, context, cell));
    sink.write(htmlTimeline(timeline.result(), context));
    const all = digest.rules();
    const rules = all
      .slice(0, MAX_TOP)
      .map(({ rule, count, severity }) => topRow(cell(rule), count, severity));
    const moreRules = all.length - rules.length;
    sink.write(
      '<section class="tops">\n' +
        topTable('Rules', rules, moreRules > 0 ? `${number(moreRules)} more` : '') +
        top('Users', users) +
        top('Namespaces', namespaces) +
        '</section>\n',
    );
    sink.write(`<section id="findings"><h2>Findings</h2>\n`);
    if (kept.dropped > 0) {
      sink.write(
        `<p>${number(kept.dropped)} more ${plural(kept.dropped, 'event')} with findings, none more severe than those shown, are only counted${page === undefined ? '' : ' here; with JavaScript this page has them'}.</p>\n`,
      );
    }
    sink.write('<div>\n');
    const byTime = kept
      .inOrder()
      .toSorted((a, b) => (a.time < b.time ? -1 : Number(a.time > b.time)));
    for (const { html } of byTime) sink.write(html);
    sink.write(
      `</div></section>\n${htmlRules(summary, context)}${remarks(summary, cell)}</main>\n`,
    );
    if (page !== undefined && data !== undefined) {
      sink.write('<div id="app"></div>\n');
      for (const { part, text } of data.end(summary, context.sections?.())) {
        sink.write(`<script type="text/plain" data-part="${part}">${text}</script>\n`);
      }
      sink.write(`<script>${page.script}</script>\n`);
    }
    sink.write('</body></html>\n');
  };

  return { finding, end };
}

/** A table of the values of a tally, which are escaped: those with the most high findings first. */
function top(title: string, tally: Tally): string {
  const rows = tally
    .top(MAX_TOP)
    .map(({ value, count, worst, high }) => topRow(value, count, worst, high));
  const more = tally.size - rows.length;
  const rest =
    more > 0 || tally.others > 0
      ? `${number(more)} more${tally.others > 0 ? `; ${number(tally.others)} findings beyond the first 10,000 values` : ''}`
      : '';
  return topTable(title, rows, rest);
}

/** A row of a table by rule, user or namespace; `text` is escaped. @param high how many of the findings are high */
function topRow(text: string, count: number, worst: Severity, high = 0): string {
  const badge = high > 0 && high < count ? `${number(high)} ${worst}` : worst;
  const shown = text === '' ? '<i>none</i>' : breakable(text);
  return `<tr><td>${number(count)}<td><b class="p s-${worst}">${badge}</b><td>${shown}\n`;
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
  const chips = [
    ...(summary.bySeverity ?? []).map(
      ({ severity, count }) =>
        `<li class="s-${severity}"><strong>${number(count)}</strong> ${severity}</li>`,
    ),
    ...summary.byPriority.map(
      ({ priority, count }) =>
        `<li class="p${priorityRank(priority)}"><strong>${number(count)}</strong> ${priority}</li>`,
    ),
  ];
  return (
    '<main id="summary"><header><h1>Kubernetes audit findings</h1>\n' +
    (summary.interrupted ? '<p class="partial">Interrupted: this report is partial.</p>\n' : '') +
    (summary.failure === undefined
      ? ''
      : `<p class="partial">Not done: ${cell(summary.failure)}</p>\n`) +
    `<p><strong>${number(summary.findings)} ${plural(summary.findings, 'finding')}</strong> in ${number(summary.events)} ${plural(summary.events, 'event')} from ${inputs}${more}${time}</p>\n` +
    `<ul class="chips">${chips.join('')}</ul></header>\n`
  );
}

function remarks(summary: ScanSummary, cell: (text: string) => string): string {
  const groups = problemGroups(summary.problems).map(({ title, problems }) => {
    const items = problems.map(({ text, count, examples }) => {
      const at = examples.map((place) => cell(placeText(place)));
      return `<li>${number(count)}: ${cell(text)} (${at.join(', ')})`;
    });
    return section(title, items);
  });
  const notes = summary.notes.map((note) => `<li>${cell(note)}`);
  return groups.join('') + section('Notes', notes);
}

function section(title: string, items: readonly string[]): string {
  if (items.length === 0) return '';
  return `<section><h2>${title}</h2><ul>${items.join('\n')}</ul></section>\n`;
}
