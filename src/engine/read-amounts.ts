/** How much was read. Each line is of one of four kinds, and these add up to `lines`. */
export interface ReadAmounts {
  readonly lines: number;
  readonly blankLines: number;
  /** Lines on which a record with at least one event starts. */
  readonly eventLines: number;
  /** Further lines of a record, whatever became of it. */
  readonly continuationLines: number;
  /** Lines on which a record without any event starts; each has a problem. */
  readonly problemLines: number;
  /** Bytes of the inputs after decompression. */
  readonly bytes: number;
}

export const NOTHING_READ: ReadAmounts = {
  lines: 0,
  blankLines: 0,
  eventLines: 0,
  continuationLines: 0,
  problemLines: 0,
  bytes: 0,
};

/** The sum of two amounts; what the second leaves out is 0. */
export function addAmounts(a: ReadAmounts, b: Partial<ReadAmounts>): ReadAmounts {
  return {
    lines: a.lines + (b.lines ?? 0),
    blankLines: a.blankLines + (b.blankLines ?? 0),
    eventLines: a.eventLines + (b.eventLines ?? 0),
    continuationLines: a.continuationLines + (b.continuationLines ?? 0),
    problemLines: a.problemLines + (b.problemLines ?? 0),
    bytes: a.bytes + (b.bytes ?? 0),
  };
}
