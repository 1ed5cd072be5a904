import type { FieldUse } from '../../condition/operand.ts';
import type { AuditEvent } from '../../events/event.ts';
import { eventOfText } from '../../events/parsed-event.ts';
import type { Placed } from '../../policies/placement.ts';
import type { Rule } from '../../rules/rule.ts';
import { namesOf, NO_SUBJECT, subjectOf, type SharedReads } from '../event-subject.ts';
import { actorFacts, CONSEQUENCE, isJoined, linkFacts } from '../facts/link-facts.ts';
import {
  allOutputs,
  allRead,
  NOTHING,
  PLAIN,
  rate,
  readersFor,
  timeFieldUse,
  type Readers,
  type Writable,
} from '../finding-readers.ts';
import type { Finding, FindingOptions } from '../finding.ts';
import { requestKey } from '../once-per-request.ts';

/** Bytes of an event that is kept to be read later, at most: thousands may wait. */
const MAX_KEPT = 2048;

/**
 * Makes findings of parts of correlations. They fire often and nobody sees them, so they hold what a correlation groups
 * by and counts. What its output is made of is read of events that may complete it: if they do, where that can wait.
 */
export function createPartFactory(
  options: Pick<FindingOptions, 'raw' | 'facts' | 'partsWait'>,
  timeUse: FieldUse,
): (
  rule: Rule,
  readers: Readers,
  event: AuditEvent,
  placed: Placed | undefined,
  shared: SharedReads,
) => Finding {
  return (rule, readers, event, placed, shared) => {
    const { completes, told } = readers;
    // What controllers made is no part of a correlation, and told at once.
    const waits = completes && options.partsWait === true && told.name !== CONSEQUENCE;
    const kept = waits ? (shared.kept ??= event.keep?.(MAX_KEPT)) : undefined;
    const isRead = completes && kept === undefined;
    const read = isRead ? allRead(readers.message, event) : NOTHING;
    const named = (shared.named ??= namesOf(event));
    const finding: Writable<Finding> = {
      rule: told.name,
      ruleId: told.id,
      priority: told.priority,
      source: told.source,
      tags: told.tags,
      time: event.time,
      message: '',
      timeText: isRead ? (shared.timeText ??= String(timeUse.bound.read(event))) : '',
      outputFields: NOTHING,
      auditId: named.auditId,
      stage: named.stage,
      origin: named.origin,
      subject: isRead ? (shared.subject ??= subjectOf(event)) : NO_SUBJECT,
      request: readers.isOncePerRequest ? requestKey(event) : undefined,
      part: {
        values: allOutputs(readers.evidence ?? NOTHING, event, read),
        read: isRead ? read : undefined,
        outputs: isRead ? allOutputs(readers.output, event, read) : NOTHING,
        event: kept,
      },
    };
    rate(finding, rule, placed);
    if (isRead && rule.also !== undefined) {
      finding.also = rule.also.values.map((value) => value.read(event));
    }
    if (
      isRead &&
      options.facts?.isWanted === true &&
      (told.name === CONSEQUENCE || isJoined(finding))
    ) {
      // Of what controllers made it counts what it was; of parts it is enough to know who it was.
      const { sourceIp } = finding.subject;
      finding.facts =
        told.name === CONSEQUENCE
          ? linkFacts(event, sourceIp)
          : (shared.facts ??= actorFacts(event, sourceIp));
    }
    if (isRead && options.raw === true) finding.raw = event.json;
    return finding;
  };
}

/**
 * Reads what a hit tells of the event that completes it.
 *
 * @returns the finding with all that was not read when it was made; the same one where nothing was left
 */
export function createPartReader(
  options: Pick<FindingOptions, 'timeField' | 'settings' | 'raw' | 'facts'>,
): (finding: Finding, rule: Rule) => Finding {
  const timeUse = timeFieldUse(options);
  const make = createPartFactory({ ...options, partsWait: false }, timeUse);
  const readersOf = new Map<Rule, Readers>();
  return (finding, rule) => {
    const { part, time, origin, policies, severity } = finding;
    if (part?.event === undefined) return finding;
    const event = eventOfText(part.event.json, { ...part.event, time, origin });
    const placed = policies && severity && { policies, severity };
    let readers = readersOf.get(rule);
    if (readers === undefined) {
      readers = readersFor(rule, timeUse, PLAIN);
      readersOf.set(rule, readers);
    }
    return make(rule, readers, event, placed, {});
  };
}
