/** Counters before anything was read. */
export const NOTHING = {
  lines: 0,
  blankLines: 0,
  events: 0,
  rejected: 0,
  outOfScope: 0,
  outsideWindow: 0,
};

/** The scanner's counters of one call, and what they are added to. */
export const COUNTERS = [
  ['LINES', 'lines'],
  ['BLANKS', 'blankLines'],
  ['EVENTS', 'events'],
  ['REJECTED', 'rejected'],
  ['SCOPED_OUT', 'outOfScope'],
  ['OUTSIDE_WINDOW', 'outsideWindow'],
] as const;
