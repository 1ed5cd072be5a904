import type { ScanSummary } from '../../engine/summary.ts';
import { escapeMarkdown } from '../encode/escape.ts';
import { number, plural } from '../summary-text.ts';
import type { OutputContext } from '../writer.ts';
import type { IncidentCard, StepCard } from './incident-card.ts';
import { timeSpan } from './incident-text.ts';

const MAX_TEXT = 400;
/** Steps of one incident in a document that people read; JSON has all. */
const MAX_STEPS = 200;

/** Markdown text on one line. */
function safe(text: string): string {
  return escapeMarkdown(text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text);
}

/** The beginning of a document with incidents. */
export function markdownHead(
  { interrupted, failure, events, findings }: ScanSummary,
  incidents: number,
): string {
  return (
    '# Kubernetes audit incidents\n\n' +
    (interrupted ? '**Interrupted: this report is partial.**\n\n' : '') +
    (failure === undefined ? '' : `**Not done: ${safe(failure)}**\n\n`) +
    `**${number(incidents)} ${plural(incidents, 'incident')}** of ${number(findings)} ` +
    `${plural(findings, 'finding')} in ${number(events)} ${plural(events, 'event')}.\n`
  );
}

/** An incident as a section. */
export function incidentMarkdown(
  card: IncidentCard,
  { formatTime, timezone }: Pick<OutputContext, 'formatTime' | 'timezone'>,
): string {
  const facts: [string, string][] = [
    ['Incident', `${card.id}, ${card.amount}`],
    ['Time', `${timeSpan(card, formatTime)} ${timezone}`],
    ['Tactics', card.tactics.map(({ name }) => name).join(' → ')],
    [
      'Actors',
      listed(
        card.actors.map(({ text }) => text),
        card.more.actors,
      ),
    ],
    ['Objects', listed(card.objects, card.more.objects)],
  ];
  const steps = card.steps.slice(0, MAX_STEPS);
  const more = card.steps.length - steps.length;
  return [
    `\n## ${safe(`${card.severity}: ${card.title}`)}\n\n`,
    ...facts
      .filter(([, text]) => text !== '')
      .map(([label, text]) => `- **${label}**: ${text === '' ? '' : safe(text)}\n`),
    '\n| # | Time | Severity | What | Who | Evidence | Where | Why |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n',
    ...steps.map((step) => stepRow(step, formatTime)),
    more > 0 ? `\n${number(more)} more ${plural(more, 'step')}.\n` : '',
    card.unseen.length === 0 ? '' : '\n### Not seen\n\n',
    ...card.unseen.map((text) => `- ${safe(text)}\n`),
    card.next.length === 0 ? '' : '\n### Next\n\n',
    // In a block of code nothing is markup, but its own end.
    ...card.next.map(({ words, purpose }) => `- ${safe(purpose)}: ${code(words.join(' '))}\n`),
  ].join('');
}

function stepRow(step: StepCard, formatTime: (time: bigint) => string): string {
  const { card, because } = step;
  const others = card.others.length > 0 ? ` +${card.others.length}` : '';
  const repeated = step.count > 1 ? ` ×${number(step.count)}` : '';
  const made = step.consequences.map(({ text }) => `→ ${text}`);
  if (step.moreConsequences > 0) made.push(`→ and ${number(step.moreConsequences)} more`);
  const id = card.id === '' ? '' : ` #${card.id}`;
  const cells = [
    String(step.number),
    card.time === 0n ? '' : formatTime(card.time),
    card.severity,
    safe(`${card.rule}${others}${repeated}`),
    safe([card.user, card.verb, card.object, card.failure].filter((part) => part !== '').join(' ')),
    [card.evidence, ...made]
      .filter((text) => text !== '')
      .map(safe)
      .join('<br>'),
    safe(`${step.file}:${step.line}${id}`),
    because === undefined ? '' : safe(`${because.step}: ${because.text}`),
  ];
  return `| ${cells.join(' | ')} |\n`;
}

function listed(texts: readonly string[], more: number): string {
  return texts.join('; ') + (more > 0 ? ` and ${number(more)} more` : '');
}

/** A command as code, whatever backticks are in it. */
function code(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const gap = line.includes('`') ? ' ' : '';
  return `${fence}${gap}${line}${gap}${fence}`;
}
