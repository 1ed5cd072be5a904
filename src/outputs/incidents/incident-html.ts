import type { ScanSummary } from '../../engine/summary.ts';
import { escapeHtml } from '../encode/escape.ts';
import { htmlHead } from '../formats/html-page.ts';
import { number, plural } from '../summary-text.ts';
import type { OutputContext } from '../writer.ts';
import type { IncidentCard, StepCard } from './incident-card.ts';
import { timeSpan } from './incident-text.ts';

const STYLE =
  '.incident{border:1px solid var(--line);border-left:.35rem solid var(--info);border-radius:.3rem;padding:.2rem 1rem 1rem;margin:1rem 0}' +
  '.incident.high{border-left-color:var(--high)}.incident.medium{border-left-color:var(--medium)}' +
  '.incident dl{padding-left:0;max-width:70rem}.incident dd{font-family:inherit}' +
  '.steps{padding-left:2.2rem}.steps li{padding:.3rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}' +
  '.steps p{margin:.1rem 0}.steps .d,.steps ul{color:var(--dim);font-size:.9rem;margin:.1rem 0}' +
  'code{font-family:ui-monospace,monospace;overflow-wrap:anywhere;white-space:pre-wrap}';
const MAX_TEXT = 1000;
/** Steps of one incident that a page shows; JSON has all. */
const MAX_STEPS = 500;

function safe(text: string): string {
  return escapeHtml(text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text);
}

/** A page of its own with all incidents; it needs no script. */
export function incidentsPage(
  cards: readonly IncidentCard[],
  notes: readonly string[],
  summary: ScanSummary,
  context: Pick<OutputContext, 'version' | 'formatTime' | 'timezone'>,
): string {
  const { findings, events, interrupted, failure } = summary;
  return [
    htmlHead(context.version, { title: 'Kubernetes audit incidents', style: STYLE }),
    '<main><header><h1>Kubernetes audit incidents</h1>\n',
    interrupted ? '<p class="partial">Interrupted: this report is partial.</p>\n' : '',
    failure === undefined ? '' : `<p class="partial">Not done: ${safe(failure)}</p>\n`,
    `<p><strong>${number(cards.length)} ${plural(cards.length, 'incident')}</strong> of ${number(findings)} `,
    `${plural(findings, 'finding')} in ${number(events)} ${plural(events, 'event')}</p></header>\n`,
    ...cards.map((card) => section(card, context)),
    notes.length === 0
      ? ''
      : `<footer>${notes.map((note) => `<p>${safe(note)}</p>`).join('')}</footer>\n`,
    '</main>\n</body></html>\n',
  ].join('');
}

function section(
  card: IncidentCard,
  { formatTime, timezone }: Pick<OutputContext, 'formatTime' | 'timezone'>,
): string {
  const steps = card.steps.slice(0, MAX_STEPS);
  const more = card.steps.length - steps.length;
  const facts: [string, string][] = [
    ['Incident', `${card.id}, ${card.amount}`],
    ['Time', `${timeSpan(card, formatTime)} ${timezone}`],
    ['Tactics', card.tactics.map(({ name }) => name).join(' → ')],
    ...card.actors.map(({ text }): [string, string] => ['Actor', text]),
    ['Objects', card.objects.join(', ')],
    ...card.unseen.map((text): [string, string] => ['Not seen', text]),
  ];
  return [
    `<section class="incident ${card.severity}" id="i-${card.id}">`,
    `<h2><b class="p s-${card.severity}">${card.severity}</b> ${safe(card.title)}</h2>\n<dl>`,
    ...facts
      .filter(([, text]) => text !== '')
      .map(([name, text]) => `<dt>${name}<dd>${safe(text)}`),
    '</dl>\n<ol class="steps">\n',
    ...steps.map((step) => stepItem(step, formatTime)),
    '</ol>\n',
    more > 0 ? `<p>${number(more)} more ${plural(more, 'step')}</p>\n` : '',
    card.next.length === 0 ? '' : '<h3>Next</h3>\n<ul>',
    ...card.next.map(
      ({ words, purpose }) => `<li>${safe(purpose)}: <code>${escapeHtml(words.join(' '))}</code>\n`,
    ),
    card.next.length === 0 ? '' : '</ul>\n',
    '</section>\n',
  ].join('');
}

function stepItem(step: StepCard, formatTime: (time: bigint) => string): string {
  const { card, because } = step;
  const who = [card.user, card.verb, card.object, card.failure].filter((part) => part !== '');
  const others = card.others.length === 0 ? '' : ` <i>${safe(card.others.join(', '))}</i>`;
  const repeated = step.count > 1 ? ` ×${number(step.count)}` : '';
  const made = step.consequences.map(
    ({ text, file, line }) => `<li>${safe(`${text} (${file}:${line})`)}`,
  );
  if (step.moreConsequences > 0) made.push(`<li>and ${number(step.moreConsequences)} more`);
  const id = card.id === '' ? '' : ` #${card.id}`;
  const from = card.source === '' ? '' : ` from ${card.source}`;
  return [
    `<li value="${step.number}"><p><time>${card.time === 0n ? '' : safe(formatTime(card.time))}</time> `,
    `<b class="p s-${card.severity}">${card.severity}</b> <span class="r">${safe(card.rule)}</span>${repeated}${others}</p>`,
    `<p>${safe(who.join(' '))}</p>`,
    card.evidence === '' ? '' : `<p><code>${safe(card.evidence)}</code></p>`,
    `<p class="d">${safe(`${step.file}:${step.line}${id}${from}`)}</p>`,
    because === undefined ? '' : `<p class="d">with ${because.step}: ${safe(because.text)}</p>`,
    made.length === 0 ? '' : `<ul>${made.join('')}</ul>`,
    '\n',
  ].join('');
}
