import type { Finding, OutputValue } from '../../engine/finding.ts';
import { indentJson } from '../../json/indent.ts';
import { redactField, redactor } from '../../redact/redact.ts';
import { priorityRank } from '../../rules/priority.ts';
import { quoteWords } from '../../util/quote-words.ts';
import { formatRfc3339Nano } from '../../util/time.ts';
import { aboutRule } from '../about-rule.ts';
import { cardOf } from '../card/card.ts';
import { ignoreEntry } from '../card/ignore-entry.ts';
import { escapeHtml } from '../encode/escape.ts';
import { shownMessage } from '../encode/shown-message.ts';
import { location, subjectUser } from '../subject.ts';
import { number } from '../summary-text.ts';
import type { OutputContext, RuleInfo } from '../writer.ts';

const MAX_CELL = 300;
const MAX_VALUE = 2000;
/** Characters shown of one event; `show` prints it whole. */
const MAX_EVENT = 4000;
/** Longer events are left out: they would be redacted whole to show a part. */
const MAX_REDACTED = 256 * 1024;
/** Characters of all events together, so that the page stays usable. */
const MAX_EVENTS = 16_000_000;

/** Makes the entries of a page. */
export interface HtmlEntries {
  /** The card of an event, which opens to everything about its findings. */
  readonly entry: (finding: Finding) => string;
  /** Log text in a cell. */
  readonly cell: (text: string | undefined) => string;
  /** The user as entries show it. */
  readonly user: (finding: Finding) => string;
}

/** Makes the entries of one page; they share its room for events. */
export function htmlEntries(context: OutputContext): HtmlEntries {
  const redact = redactor(context.showSecrets);
  const rules = new Map(context.rules.map((rule) => [rule.name, rule]));
  const field = context.showSecrets ? (_: string, value: string) => value : redactField;
  const cut = (text: string, length: number): string =>
    escapeHtml(text.length > length ? `${text.slice(0, length)}…` : text);
  const shown = (text: string): string => cut(text, MAX_CELL);
  const cell = (text: string | undefined): string => cut(redact(text ?? ''), MAX_CELL);

  let space = MAX_EVENTS;

  /** The event as indented JSON. Redacted before it is cut: what makes a value secret may come later. */
  const event = (raw: string | undefined): string | undefined => {
    if (raw === undefined || space <= 0) return undefined;
    if (raw.length > MAX_REDACTED) return `left out: ${number(raw.length)} characters`;
    const text = indentJson(redact(raw), MAX_REDACTED).slice(0, MAX_EVENT);
    space -= text.length;
    return text;
  };

  const about = (rule: RuleInfo | undefined): string => {
    if (rule === undefined || space <= 0) return '';
    const text = aboutRule(rule).join('\n');
    space -= text.length;
    return text;
  };

  const details = (finding: Finding): string => {
    const { subject, origin } = finding;
    const rule = rules.get(finding.rule);
    const rows: (readonly [string, string | undefined])[] = [
      ['Message', shownMessage(finding, redact)],
      ['About the rule', about(rule)],
      ['Priority', finding.priority],
      ['Severity', finding.severity],
      ['Policies', finding.policies?.join(', ')],
      ['Time', formatRfc3339Nano(finding.time)],
      ['User', subjectUser(subject)],
      ['Source IP', subject.sourceIp],
      ['User agent', subject.userAgent],
      ['Response code', subject.code],
      ['Tags', finding.tags.join(', ')],
      ['Location', location(origin)],
      ['Cluster', origin.cluster],
      ['Node', origin.node],
      ['Audit ID', finding.auditId],
      ['Stage', finding.stage],
      ...finding.outputFields
        .filter(([name]) => !name.startsWith('evt.time'))
        .map(([name, value]) => [name, field(name, valueText(value), subject)] as const),
      ...(finding.others ?? []).map((other) => [other.rule, shownMessage(other, redact)] as const),
      ['One request in full', showCommand(finding)],
      ['To accept it', ignoreEntry(finding, redact).join('\n')],
      ['Event', event(finding.raw)],
    ];
    return rows
      .filter(([, value]) => value !== undefined && value !== '')
      .map(
        ([name, value]) =>
          `<dt>${cell(name)}<dd>${cut(name === 'Event' ? value! : redact(value!), name === 'Event' ? MAX_EVENT : MAX_VALUE)}`,
      )
      .join('');
  };

  const entry = (finding: Finding): string => {
    const card = cardOf(finding, redact);
    const { severity } = card;
    const more = card.others.length > 0 ? ` <i>+${card.others.length}</i>` : '';
    const said = [card.failure, card.evidence].filter((text) => text !== '').join('; ');
    const time = card.time === 0n ? '' : escapeHtml(context.formatTime(card.time));
    return (
      `<details class="f" data-s="${severity}" data-p="${priorityRank(card.priority)}"><summary>` +
      `<b class="p s-${severity}">${severity}</b><time>${time}</time>` +
      `<span class="r">${shown(card.rule)}${more}</span><span class="u">${breakable(shown(card.user))}</span>` +
      `<span class="v">${shown(card.verb)}</span><span class="o">${breakable(shown(card.object))}</span>` +
      `<code>${shown(card.id)}</code><span class="e">${breakable(shown(said))}</span><span class="a">${shown(card.source)}</span>` +
      `</summary><dl>${details(finding)}</dl></details>\n`
    );
  };

  return { entry, cell, user: (finding) => shown(cardOf(finding, redact).user) };
}

/** The command that prints the request of a finding. */
function showCommand({ auditId, origin }: Finding): string | undefined {
  if (auditId === undefined || !/^[\w-]+$/.test(auditId)) return undefined;
  return `k8s-audit show ${auditId} ${quoteWords([origin.file])}`;
}

function valueText(value: OutputValue): string {
  if (value === null) return '<NA>';
  return typeof value === 'object' ? value.join(', ') : String(value);
}

/** Escaped text that may wrap behind the separators of Kubernetes names. */
export function breakable(text: string): string {
  return text.replace(/[:/@](?=\w)/g, '$&<wbr>');
}
