// Room scan/partial: the results of a scan as a file that others are added to, so that the whole is as of one scan.
// Door: partial.ts (what is kept), partial-writer.ts writes a file, partial-set.ts reads several, replay.ts adds up.
// Neighbours: ../threads adds up what its threads hand over; the same results are recorded there, and replayed into it.
// Inside: record-codec.ts makes lines of results and checks what it reads, since a file may come from anywhere.

import type { LeftOut } from '../recorded.ts';

/** Number of the format; another one is refused. */
export const PARTIAL_FORMAT = 1;

/** What a partial result was made with; equal texts for equal results. */
export type PlanDigest = Readonly<Record<string, string>>;

/** The start of a partial result. */
export interface PartialHead {
  /** Of k8s-audit. */
  readonly version: string;
  readonly digest: PlanDigest;
  /** Whether findings carry their event. */
  readonly raw: boolean;
}

/** What the whole cannot tell because parts left it out. */
export function leftOutNotes({ candidates, hashes }: LeftOut): string[] {
  const notes: string[] = [];
  if (candidates > 0) {
    notes.push(
      `partial results: ${candidates} events that may be part of a correlation or an incident did not fit: ` +
        'what needs them is missing; scan smaller parts',
    );
  }
  if (hashes > 0) {
    notes.push(`partial results: copies of ${hashes} events are not looked for in other parts`);
  }
  return notes;
}
