import type { Finding } from '../../engine/finding.ts';
import { SEVERITIES, severityRank } from '../../policies/severity.ts';
import { PRIORITIES, priorityRank } from '../../rules/priority.ts';
import { severityOfFinding } from './card.ts';

/** Orders of findings that `--sort` knows. */
export const FINDING_ORDERS = ['time', 'severity', 'priority', 'count'] as const;
export type FindingOrder = (typeof FINDING_ORDERS)[number];

/** A finding on its way to a report, with what is folded into it. */
export interface OrderedFinding {
  readonly finding: Finding;
  readonly count: number;
  /** Time of the first, nanoseconds since the epoch. */
  readonly first: bigint;
}

/** Ranks of {@link rankOf}. */
export const RANKS = SEVERITIES.length * PRIORITIES.length;

/** 0 for the worst: by severity, which `--fail-on` tests, then by priority. */
export function rankOf(finding: Pick<Finding, 'severity' | 'priority'>): number {
  return (
    severityRank(severityOfFinding(finding)) * PRIORITIES.length + priorityRank(finding.priority)
  );
}

/** Most severe first. */
export function compareSeverity(a: Finding, b: Finding): number {
  return rankOf(a) - rankOf(b);
}

/** Compares findings in an order; those that are equal in it stand in order of time. */
export function compareFindings(order: FindingOrder, a: OrderedFinding, b: OrderedFinding): number {
  const byTime = a.first < b.first ? -1 : Number(a.first > b.first);
  switch (order) {
    case 'time':
      return byTime;
    case 'severity':
      return compareSeverity(a.finding, b.finding) || byTime;
    case 'priority':
      return priorityRank(a.finding.priority) - priorityRank(b.finding.priority) || byTime;
    case 'count':
      return b.count - a.count || byTime;
  }
}
