import type { SummaryBuilder } from '../engine/summary.ts';
import type { WrapperContext } from '../events/decoded.ts';
import type { EventOrigin } from '../events/event.ts';
import { isFault, type Problem } from '../events/problems.ts';

/**
 * Where an event was read.
 *
 * @param cluster name for events whose wrapping names no cluster
 */
export function originOf(
  file: string,
  line: number,
  context: WrapperContext,
  cluster: string | undefined,
): EventOrigin {
  const { cluster: named = cluster, node, stream } = context;
  return { file, line, cluster: named, node, stream };
}

/** Counts what of the input failed: inputs that were not read to their end, and records not understood. */
export class FaultCounts {
  unread = 0;
  faults = 0;

  /** Notes a problem of an input in the summary, and counts it when it is a fault. */
  note(file: string, problem: Problem, summary: SummaryBuilder): void {
    summary.problem(file, problem);
    if (!isFault(problem.reason)) return;
    if (problem.line === 0) this.unread++;
    else this.faults++;
  }
}
