import type { AuditEvent } from '../events/event.ts';
import type { Placed } from '../policies/placement.ts';
import type { Rule } from '../rules/rule.ts';
import { namesOf, subjectOf, type SharedReads } from './event-subject.ts';
import { isJoined, linkFacts } from './facts/link-facts.ts';
import {
  allRead,
  PLAIN,
  rate,
  readersFor,
  timeFieldUse,
  valuesOf,
  type ReaderOf,
  type Readers,
  type Writable,
} from './finding-readers.ts';
import type { Finding, FindingOptions } from './finding.ts';
import { requestKey } from './once-per-request.ts';
import { createPartFactory } from './parts/part-finding.ts';
import { podOwner } from './pod-owner.ts';

/** Makes the finding of a rule that matched. */
export type FindingFactory = (
  rule: Rule,
  event: AuditEvent,
  placed?: Placed,
  shared?: SharedReads,
) => Finding;

/** Makes findings: fills in a rule's output with the fields of an event. */
export function createFindingFactory(
  options: Pick<FindingOptions, 'timeField' | 'settings' | 'raw' | 'facts' | 'partsWait'>,
  readerOf: ReaderOf = PLAIN,
): FindingFactory {
  const timeUse = timeFieldUse(options);
  const readersOf = new Map<Rule, Readers>();
  const partFinding = createPartFactory(options, timeUse);
  return (rule, event, placed, shared = {}) => {
    let readers = readersOf.get(rule);
    if (readers === undefined) {
      readers = readersFor(rule, timeUse, readerOf);
      readersOf.set(rule, readers);
    }
    if (readers.isPart) return partFinding(rule, readers, event, placed, shared);
    const { told } = readers;
    const read = allRead(readers.message, event);
    const named = (shared.named ??= namesOf(event));
    const finding: Writable<Finding> = {
      rule: told.name,
      ruleId: told.id,
      priority: told.priority,
      source: told.source,
      tags: told.tags,
      time: event.time,
      message: rule.message.print(read),
      timeText: (shared.timeText ??= String(timeUse.bound.read(event))),
      outputFields: valuesOf(readers.output, event, read),
      auditId: named.auditId,
      stage: named.stage,
      origin: named.origin,
      subject: (shared.subject ??= subjectOf(event)),
    };
    rate(finding, rule, placed);
    if (readers.evidence !== undefined) {
      finding.evidence = valuesOf(readers.evidence, event, read);
    }
    if (rule.also !== undefined) finding.also = rule.also.values.map((value) => value.read(event));
    if (readers.isOncePerRequest) finding.request = requestKey(event);
    if (readers.isOncePerOwner) finding.owner = podOwner(event);
    if (options.facts?.isWanted === true && isJoined(finding)) {
      finding.facts = linkFacts(event, finding.subject.sourceIp);
    }
    if (options.raw === true) finding.raw = event.json;
    return finding;
  };
}
