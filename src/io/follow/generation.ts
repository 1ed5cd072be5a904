import { NO_BYTES, type Print } from './byte-print.ts';

/**
 * One content of a followed name, from its first byte to its last. A rotation ends it and starts the
 * next; no line is put together from two of them.
 */
export interface Generation {
  /** Device and inode of the file it lies in: `dev:ino`. A copy it is read on from has another. */
  id: string;
  /** Where that file was seen last. */
  path: string;
  /** What findings call it. */
  readonly name: string;
  /** `live`: at the followed name. `old`: rotated, may still grow. `done`: read, known by its start. */
  state: 'live' | 'old' | 'done';
  /** Compressed or UTF-16: read in one go, positions are in the expanded text. */
  packed: boolean;
  /** Bytes of lines that were handed over: the start of the next line. */
  position: number;
  /** Number of that line, from 1. */
  line: number;
  /** True when the bytes before the position were handed over as a line, without a line feed. */
  unended: boolean;
  /** Bytes that were looked at: from the position on they hold no line feed. */
  seen: number;
  /** The first bytes that were looked at. */
  head: Print;
  /** The bytes before the position. */
  tail: Print;
  /** Milliseconds of the clock when it grew last, or was rotated. */
  quietSince: number;
  /** Size of the file when it was looked at last, and its time of change. */
  size: number;
  modified: bigint;
  /** Where a restart goes on; behind what is written out. */
  kept: Kept;
}

/** A place to go on from. */
export interface Kept {
  readonly position: number;
  readonly line: number;
  /** Events behind the position that were handed over already: their record is not at its end yet. */
  readonly events: number;
  /** True when the line before the position had no line feed. */
  readonly unended: boolean;
}

/** Position of content that is known and never read: of copies. */
export const NEVER = Number.MAX_SAFE_INTEGER;

/** The start of a file. */
export const FROM_START: Kept = { position: 0, line: 1, events: 0, unended: false };

/** A generation of which nothing was read. */
export function newGeneration(
  place: Pick<Generation, 'id' | 'path' | 'name' | 'state'>,
  now: number,
): Generation {
  return {
    ...place,
    packed: false,
    position: 0,
    line: 1,
    unended: false,
    seen: 0,
    head: NO_BYTES,
    tail: NO_BYTES,
    quietSince: now,
    size: 0,
    modified: -1n,
    kept: FROM_START,
  };
}
