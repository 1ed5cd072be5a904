import type { CaseIncident, CaseStep } from '../case-sections.ts';
import type { IncidentCard, StepCard } from './incident-card.ts';
import { location } from '../subject.ts';
import type { OutputContext } from '../writer.ts';
import { caseTexts, type CaseTexts } from '../case/case-texts.ts';

/** Incidents in a page, the worst; steps of one. */
export const MAX_INCIDENTS = 500;
const MAX_STEPS = 200;

/** What a case file tells of an incident. */
export function caseIncident(
  card: IncidentCard,
  context: Pick<OutputContext, 'showSecrets' | 'formatTime'>,
): CaseIncident {
  const texts = caseTexts(context);
  const { name, long, time } = texts;
  return {
    id: name(card.id),
    title: long(card.title),
    severity: card.severity,
    priority: card.priority,
    first: time(card.first),
    last: time(card.last),
    amount: card.amount,
    tactics: card.tactics.map((tactic) => ({ name: name(tactic.name), first: time(tactic.first) })),
    actors: card.actors.map((actor) => ({
      name: name(actor.name),
      kind: actor.kind,
      text: long(actor.text),
    })),
    moreActors: card.more.actors,
    objects: card.objects.map(name),
    moreObjects: card.more.objects,
    steps: card.steps.slice(0, MAX_STEPS).map((step) => caseStep(step, texts)),
    unseen: [
      ...card.unseen.map(long),
      ...(card.steps.length > MAX_STEPS
        ? [`${card.steps.length - MAX_STEPS} later steps are not in this page`]
        : []),
    ],
    next: card.next.map(({ words, purpose }) => ({ command: long(words.join(' ')), purpose })),
  };
}

function caseStep(step: StepCard, { redact, name, long, time }: CaseTexts): CaseStep {
  const { card, finding, because } = step;
  return {
    number: step.number,
    time: time(card.time),
    last: time(step.last),
    count: step.count,
    severity: card.severity,
    rule: name(card.rule),
    others: card.others.map(name),
    user: name(finding.subject.user),
    verb: name(card.verb),
    object: name(card.object),
    alsoOn: step.alsoOn.map(name),
    failure: name(card.failure),
    evidence: long(redact(card.evidence)),
    source: name(card.source),
    id: name(finding.auditId),
    place: name(location({ file: step.file, line: step.line })),
    because: because === undefined ? '' : long(`${because.text} (step ${because.step})`),
    consequences: step.consequences.map((each) =>
      [time(each.time), long(each.text)].filter((part) => part !== '').join(' '),
    ),
    moreConsequences: step.moreConsequences,
  };
}
