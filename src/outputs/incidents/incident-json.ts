import type { ScanSummary } from '../../engine/summary.ts';
import type { Incidents } from '../../incidents/incident.ts';
import { formatRfc3339Nano } from '../../util/time.ts';
import { encodeJson, summaryToJson, type Encodable } from '../encode/json-encode.ts';
import type { IncidentCard, StepCard } from './incident-card.ts';

/** An incident as one JSON object. */
export function incidentToJson(card: IncidentCard): string {
  return encodeJson({
    id: card.id,
    title: card.title,
    severity: card.severity,
    priority: card.priority,
    first: timeOf(card.first),
    last: timeOf(card.last),
    findings: card.findings,
    rules: card.rules,
    tactics: card.tactics.map(({ name, first }) => ({ name, first: timeOf(first) })),
    actors: card.actors.map(({ name, kind, actedAs, addresses, findings }) => ({
      name,
      kind,
      acted_as: actedAs,
      addresses,
      findings,
    })),
    more_actors: card.more.actors,
    objects: card.objects,
    more_objects: card.more.objects,
    steps: card.steps.map(stepJson),
    unseen: card.unseen,
    next: card.next.map(({ words, purpose }) => ({ command: words.join(' '), purpose })),
  });
}

function stepJson(step: StepCard): Encodable {
  const { card, finding } = step;
  return {
    step: step.number,
    time: timeOf(card.time),
    last: timeOf(step.last),
    count: step.count,
    severity: card.severity,
    rule: card.rule,
    other_rules: card.others,
    user: card.user,
    verb: card.verb,
    object: card.object,
    also_on: step.alsoOn,
    failure: card.failure,
    evidence: card.evidence,
    source_ip: card.source,
    audit_id: finding.auditId ?? null,
    file: step.file,
    line: step.line,
    because:
      step.because === undefined
        ? null
        : { step: step.because.step, link: step.because.link, text: step.because.text },
    consequences: step.consequences.map((each) => ({
      time: timeOf(each.time),
      user: each.user,
      verb: each.verb,
      object: each.object,
      rules: each.rules,
      audit_id: each.auditId ?? null,
      file: each.file,
      line: each.line,
    })),
    more_consequences: step.moreConsequences,
  };
}

function timeOf(time: bigint): string | null {
  return time === 0n ? null : formatRfc3339Nano(time);
}

/** All incidents as one document, incidents one a line. */
export function incidentsDocument(
  cards: readonly IncidentCard[],
  { alone, dropped, droppedConsequences }: Incidents,
  summary: ScanSummary,
): string {
  const counts = encodeJson({
    alone,
    dropped_findings: dropped,
    dropped_consequences: droppedConsequences,
  });
  const list = cards.map((card) => `\n${incidentToJson(card)}`).join(',');
  return `{"incidents":[${list}${list === '' ? '' : '\n'}],\n"left_out":${counts},\n"summary":${summaryToJson(summary)}}\n`;
}
