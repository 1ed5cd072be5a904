import { commandLines } from '../next-command.ts';
import { Sections } from '../table/sections.ts';
import type { Paint } from '../table/paint.ts';
import { number, plural } from '../summary-text.ts';
import type { OutputContext } from '../writer.ts';
import { durationWords, type IncidentCard, type StepCard } from './incident-card.ts';

/** Steps that are drawn of one incident; JSON has all. */
const MAX_STEPS = 60;
const MAX_OBJECTS = 8;
const MAX_ACTORS = 10;
const LABEL = 10;
/** Where the text of a step begins, behind its number and time. */
const INDENT = 12;

/**
 * An incident for people, laid out for a width.
 *
 * @param isFull whether each step says why it belongs to the story, not only where another user comes in
 */
export function incidentText(
  card: IncidentCard,
  context: Pick<OutputContext, 'width' | 'formatTime' | 'ascii'>,
  paint: Paint,
  isFull: boolean,
): string {
  // The card is redacted already.
  const out = new Sections({ ...context, paint, showSecrets: true, label: LABEL });
  const { formatTime } = context;
  const severity = card.severity === 'high' ? 'HIGH' : card.severity;
  out.title(`${severity} ${card.title}`);
  out.field('Incident', `${card.id}, ${card.amount}`);
  out.field('Time', timeSpan(card, formatTime));
  out.field('Tactics', card.tactics.map(({ name }) => name).join(' → '));
  const actors = card.actors.slice(0, MAX_ACTORS);
  for (const [at, { text }] of actors.entries()) out.field(at === 0 ? 'Actors' : '', text);
  const moreActors = card.actors.length - actors.length + card.more.actors;
  if (moreActors > 0) out.field('', `and ${number(moreActors)} more`);
  const objects = card.objects.slice(0, MAX_OBJECTS);
  const moreObjects = card.objects.length - objects.length + card.more.objects;
  out.field(
    'Objects',
    objects.join(', ') + (moreObjects > 0 ? ` and ${number(moreObjects)} more` : ''),
  );
  out.blank();
  let day = '';
  let place = '';
  for (const step of card.steps.slice(0, MAX_STEPS)) {
    const time = step.card.time === 0n ? '' : formatTime(step.card.time);
    // The day is in the line above; a story that goes on over midnight says so.
    if (day !== '' && time !== '' && time.slice(0, 10) !== day) out.lines([time.slice(0, 10)], 2);
    if (time !== '') day = time.slice(0, 10);
    // The address is told where it is another one than before.
    const from = `${step.card.user} ${step.card.source}`;
    stepText(out, step, time.slice(11), isFull, isFull || from !== place);
    place = from;
  }
  const moreSteps = card.steps.length - MAX_STEPS;
  if (moreSteps > 0) {
    const steps = plural(moreSteps, 'step');
    out.lines([`and ${number(moreSteps)} more ${steps} (-f json has all)`], 2);
  }
  out.blank();
  for (const [at, text] of card.unseen.entries()) {
    out.field(at === 0 ? 'Not seen' : '', text, (line) => paint.dim(line));
  }
  const lines = card.next.flatMap((command, at) =>
    commandLines(at === 0 ? 'Next' : '', command, LABEL, out.width, paint),
  );
  return `${out.text}${lines.map((line) => `${line}\n`).join('')}`;
}

/** `2026-03-04 02:31:04 to 02:35:55`. */
export function timeSpan(
  { first, last }: Pick<IncidentCard, 'first' | 'last'>,
  formatTime: (time: bigint) => string,
): string {
  if (first === 0n) return 'not known';
  const [from, to] = [formatTime(first), formatTime(last)];
  if (from === to) return from;
  return `${from} to ${from.slice(0, 10) === to.slice(0, 10) ? to.slice(11) : to}`;
}

function stepText(
  out: Sections,
  step: StepCard,
  time: string,
  isFull: boolean,
  hasAddress: boolean,
): void {
  const { card, because } = step;
  const others = card.others.length === 0 || isFull ? '' : `  +${card.others.length}`;
  const repeated = step.count > 1 ? `  ×${number(step.count)}` : '';
  const severity = (card.severity === 'high' ? 'HIGH' : card.severity).padEnd(6);
  const head = `${String(step.number).padStart(2)} ${time.padEnd(8)} `;
  // Our own words and names of rules; the severity is painted after the line is cut.
  out.ownLine(`${head}${severity} ${card.rule}${others}${repeated}`, 0, (line) =>
    line.replace(severity, (text) => out.paint.severity(card.severity, text)),
  );
  if (isFull && card.others.length > 0) out.paragraph(`+ ${card.others.join(', ')}`, INDENT);
  const who = [card.user, card.verb, card.object, card.failure].filter((text) => text !== '');
  out.paragraph(who.join('  '), INDENT);
  if (card.evidence !== '') out.paragraph(card.evidence, INDENT, out.paint.evidence);
  if (step.alsoOn.length > 0) {
    const also = step.count - 1 - step.alsoOn.length;
    out.paragraph(
      `also on ${step.alsoOn.join(', ')}${also > 0 ? ` and ${number(also)} more` : ''}, ` +
        `within ${durationWords(step.last - card.time)}`,
      INDENT,
    );
  }
  const id = card.id === '' ? '' : `  #${card.id}`;
  const from = card.source === '' || !hasAddress ? '' : `  from ${card.source}`;
  out.paragraph(`${step.file}:${step.line}${id}${from}`, INDENT, out.paint.dim);
  if (because !== undefined && (isFull || !because.isPlain)) {
    out.paragraph(`with ${because.step}: ${because.text}`, INDENT, out.paint.dim);
  }
  for (const { text, file, line } of step.consequences) {
    out.paragraph(`→ ${text}${isFull ? `  ${file}:${line}` : ''}`, INDENT, out.paint.dim);
  }
  const { moreConsequences } = step;
  if (moreConsequences > 0) {
    out.paragraph(`→ and ${number(moreConsequences)} more by controllers`, INDENT, out.paint.dim);
  }
}
