import {
  isAtLeast,
  priorityRank,
  PRIORITIES,
  SEVERITIES,
  type Priority,
  type Severity,
} from '../rules/priority.ts';

export { SEVERITIES, type Severity };

/**
 * Reads a severity: a name in any case, or a number from 0 to 7 as the policy API of the product this one
 * follows has it (0-3 high, 4-5 medium, 6 low, 7 info).
 */
export function parseSeverity(text: string): Severity | undefined {
  const lower = text.toLowerCase();
  const named = SEVERITIES.find((severity) => severity === lower);
  if (named !== undefined || !/^[0-7]$/.test(text)) return named;
  const number = Number(text);
  if (number <= 3) return 'high';
  return number <= 5 ? 'medium' : number === 6 ? 'low' : 'info';
}

/** 0 for high up to 3 for info. */
export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

function isSeverityAtLeast(severity: Severity, floor: Severity): boolean {
  return severityRank(severity) <= severityRank(floor);
}

/** The severity that a priority comes to, where neither a policy nor the rule gives one. */
export function severityOf(priority: Priority): Severity {
  if (isAtLeast(priority, 'Error')) return 'high';
  if (priority === 'Warning') return 'medium';
  return priority === 'Notice' ? 'low' : 'info';
}

/** The severity of a rule that no policy rates: what it declares, else what its priority comes to. */
export function ownSeverity({ priority, severity }: Rated): Severity {
  return severity ?? severityOf(priority);
}

/** A level that a finding can be measured with: its rule's priority, or its policies' severity. */
export type Level = Priority | Severity;

/** Reads a priority or a severity. `info` is the severity; the priority has its long name. */
export function parseLevel(text: string): Level | undefined {
  const lower = text.toLowerCase();
  const severity = SEVERITIES.find((name) => name === lower);
  return severity ?? PRIORITIES.find((priority) => priority.toLowerCase() === lower);
}

/** Whether a level is a severity, not a priority. */
export function isSeverity(level: Level): level is Severity {
  return SEVERITIES.some((severity) => severity === level);
}

/** The priority of a rule or finding, and the severity where one is set: a level is compared with these. */
export interface Rated {
  readonly priority: Priority;
  readonly severity?: Severity | undefined;
}

/** True when a finding is as severe as a level, or more so. */
export function reaches(finding: Rated, level: Level): boolean {
  if (!isSeverity(level)) return priorityRank(finding.priority) <= priorityRank(level);
  return isSeverityAtLeast(ownSeverity(finding), level);
}

/** Which findings a report shows: those below the limits, and those of another severity, are left out. */
export interface ShownLevels {
  readonly minPriority: Priority | undefined;
  readonly minSeverity: Severity | undefined;
  /** All when empty. */
  readonly severity: readonly Severity[];
}

/** True when a finding is to be shown. */
export function isShown(
  finding: Rated,
  { minPriority, minSeverity, severity }: ShownLevels,
): boolean {
  return (
    (minPriority === undefined || reaches(finding, minPriority)) &&
    (minSeverity === undefined || reaches(finding, minSeverity)) &&
    (severity.length === 0 || severity.includes(ownSeverity(finding)))
  );
}
