import type { LineCounts } from '../events/decoded.ts';

/** The lines that a decoder has counted, as amounts of a summary. `before`: those that were added already. */
export function lineAmounts(
  counts: Readonly<LineCounts>,
  before: Readonly<LineCounts> = NO_LINES,
): {
  readonly blankLines: number;
  readonly eventLines: number;
  readonly continuationLines: number;
  readonly problemLines: number;
} {
  return {
    blankLines: counts.blank - before.blank,
    eventLines: counts.carriers - before.carriers,
    continuationLines: counts.continuations - before.continuations,
    problemLines: counts.problems - before.problems,
  };
}

export const NO_LINES: Readonly<LineCounts> = {
  blank: 0,
  carriers: 0,
  continuations: 0,
  problems: 0,
};
