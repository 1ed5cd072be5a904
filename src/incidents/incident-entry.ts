// Room incidents: findings joined into stories: who did what, one after the other, and why they belong together.
// Door: incident-collector.ts takes findings and builds incidents, incident.ts is what one is, as data; links.ts has the table
// of links, for documents and screens.
// Neighbours: takes findings of engine as data; outputs draws incidents, cli says where the commands in them lead.
// Inside: incident-entry.ts is what is kept of a finding, user-kind.ts tells kinds of users, keys.ts says by what findings may be
// joined, join.ts joins them, story.ts tells what was joined, made.ts what controllers made of it.

import type { Finding, OutputValue } from '../engine/finding.ts';
import type { LinkFacts } from '../engine/facts/link-facts.ts';
import { severityOf, severityRank } from '../policies/severity.ts';
import { PRIORITIES, priorityRank } from '../rules/priority.ts';

/** A finding that may be part of an incident, without what no story tells. */
export interface Entry {
  readonly finding: Finding;
  readonly facts: LinkFacts;
}

/** Values that are longer are left out, not cut: a cut value might no longer be known for a secret. */
const LONGEST_VALUE = 16 * 1024;
/** Places that are read of a correlation's finding. */
const MAX_PLACES = 100;

const NO_FACTS: LinkFacts = { isOutside: false };

/** What is kept of a finding. */
export function entryOf(finding: Finding): Entry {
  const { raw: _raw, others: _others, facts = NO_FACTS, evidence = [], message, ...rest } = finding;
  const values = evidence.filter(isShort);
  return {
    finding: {
      ...rest,
      message: message.length > LONGEST_VALUE ? finding.rule : message,
      timeText: '',
      evidence: values,
      outputFields: finding.outputFields.filter(
        (field) => (values.length === 0 || field[0].startsWith('corr.')) && isShort(field),
      ),
    },
    facts,
  };
}

function isShort([, value]: readonly [string, OutputValue]): boolean {
  if (typeof value === 'string') return value.length <= LONGEST_VALUE;
  return (
    !Array.isArray(value) || value.reduce((sum, { length }) => sum + length, 0) <= LONGEST_VALUE
  );
}

/** The places `file:line` of the events that a correlation counted; none for other findings. */
export function correlatedPlaces({ outputFields }: Finding): readonly string[] {
  const places = outputFields.find(([name]) => name === 'corr.events')?.[1];
  return Array.isArray(places) ? (places as readonly string[]).slice(0, MAX_PLACES) : [];
}

/** Where a finding stands, as a correlation names it. */
export function placeOf({ origin: { file, line } }: Finding): string {
  return `${file}:${line}`;
}

/** Names the event of a finding: equal for its copies in other files, and for its stages. */
export function eventOf(finding: Finding): string {
  const { auditId, origin } = finding;
  return auditId === undefined
    ? `at ${placeOf(finding)}`
    : `id ${JSON.stringify([origin.cluster ?? '', auditId])}`;
}

/** 0 for the worst: by severity, then by priority. */
export function rankOf({ severity, priority }: Finding): number {
  return (
    severityRank(severity ?? severityOf(priority)) * PRIORITIES.length + priorityRank(priority)
  );
}

/** Order of time; findings of one time stand in an order that does not depend on how they were read. */
export function compareTime({ finding: a }: Entry, { finding: b }: Entry): number {
  if (a.time !== b.time) return a.time < b.time ? -1 : 1;
  return (
    compareText(a.origin.file, b.origin.file) ||
    a.origin.line - b.origin.line ||
    rankOf(a) - rankOf(b) ||
    compareText(a.rule, b.rule) ||
    compareText(a.auditId ?? '', b.auditId ?? '') ||
    compareText(a.message, b.message)
  );
}

/** The worst first, then in order of time: which entries stay when there are too many. */
export function compareWorst(a: Entry, b: Entry): number {
  return rankOf(a.finding) - rankOf(b.finding) || compareTime(a, b);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
