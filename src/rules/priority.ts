/** Falco's priorities, most severe first (falco_common.cpp). */
export const PRIORITIES = [
  'Emergency',
  'Alert',
  'Critical',
  'Error',
  'Warning',
  'Notice',
  'Informational',
  'Debug',
] as const;

export type Priority = (typeof PRIORITIES)[number];

/** Reads a priority as Falco does: any case, alias `INFO`, no other abbreviation. */
export function parsePriority(text: string): Priority | undefined {
  const wanted = text.toLowerCase();
  if (wanted === 'info') return 'Informational';
  return PRIORITIES.find((priority) => priority.toLowerCase() === wanted);
}

/** How serious findings are, most severe first: what a policy gives, or a rule says of itself. */
export const SEVERITIES = ['high', 'medium', 'low', 'info'] as const;

export type Severity = (typeof SEVERITIES)[number];

/** 0 for Emergency up to 7 for Debug. */
export function priorityRank(priority: Priority): number {
  return PRIORITIES.indexOf(priority);
}

/** True when `priority` is as severe as `floor`, or more so. */
export function isAtLeast(priority: Priority, floor: Priority): boolean {
  return priorityRank(priority) <= priorityRank(floor);
}
