import type { BufferedLine } from '../text/assembler.ts';
import type { Outcome } from '../wrappers/record-output.ts';
import type { LineCounts } from '../decoded.ts';

const WEIGHT: Readonly<Record<keyof LineCounts, number>> = {
  blank: 0,
  continuations: 1,
  problems: 2,
  carriers: 3,
};

/** Counts every line once; a line that is several things counts as the most telling one. */
export class LineTally {
  readonly counts: LineCounts = { blank: 0, carriers: 0, continuations: 0, problems: 0 };

  count(line: BufferedLine, as: keyof LineCounts): void {
    if (line.counted !== undefined) {
      if (WEIGHT[as] <= WEIGHT[line.counted]) return;
      this.counts[line.counted]--;
    }
    line.counted = as;
    this.counts[as]++;
  }

  /** Counts lines that say nothing of their own. */
  rest(lines: readonly BufferedLine[]): void {
    for (const line of lines) this.count(line, 'continuations');
  }

  /** Counts the line on which a record starts. */
  outcome(line: BufferedLine, outcome: Outcome | 'malformed'): void {
    const isQuiet = outcome === 'held' || line.quiet;
    this.count(line, outcome === 'events' ? 'carriers' : isQuiet ? 'continuations' : 'problems');
  }

  /** Counts a line that could not be read. @returns whether it is to be told: others of its record were, or it was */
  fails(line: BufferedLine): boolean {
    const isNews = !line.quiet && line.counted !== 'problems';
    this.count(line, line.quiet ? 'continuations' : 'problems');
    return isNews;
  }

  /** A part of a record that was put aside turns out to be a problem. */
  dropped(): void {
    this.counts.continuations--;
    this.counts.problems++;
  }
}
