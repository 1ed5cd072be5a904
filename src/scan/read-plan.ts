import type { ParsedEvent } from '../events/parsed-event.ts';
import type { Source, SourceProblem } from '../io/sources.ts';

/** What is read, and which events are handed over. */
export interface ReadPlan {
  readonly sources: readonly Source[];
  /** Paths that lead to no input; they end in the summary. */
  readonly sourceProblems: readonly SourceProblem[];
  /** Nanoseconds since the epoch; events before `since`, or at or after `until`, are left out. */
  readonly since: bigint | undefined;
  readonly until: bigint | undefined;
  readonly maxEventSize: number;
  /** Name for events whose wrapper names no cluster. */
  readonly cluster: string | undefined;
  /** The only input format to try; all by default. */
  readonly inputFormat?: string | undefined;
  /** What happens to an event that was read before: it is counted, and dropped if so wished. */
  readonly duplicates?: 'keep' | 'count' | 'drop' | undefined;
  /** Takes the events of all inputs in the order of their times. */
  readonly byTime?: boolean | undefined;
  /** Goes on reading files as they grow, until the signal comes. */
  readonly follow?: boolean | undefined;
}

/** Where events go, and what reading asks of its surroundings. */
export interface ReadHooks {
  /** Takes an event inside `since` and `until`; it must count it in the summary. */
  event(event: ParsedEvent): void;
  /** Awaited after each block of input: the place for back-pressure. */
  settle(): Promise<void>;
  /** Told of the bytes read so far from the inputs, compressed ones as they lie there. */
  progress(bytes: number, events: number): void;
  /** Ends the reading early, after the current block. */
  readonly signal: AbortSignal;
}

export interface ReadResult {
  /** Inputs that could not be read at all, or not to their end. */
  readonly unread: number;
  /** Records that should have been events but were not. */
  readonly faults: number;
  /** Events that were read before; dropped or not. */
  readonly duplicates: number;
  /** What the input looks like, when no event was recognised in it. */
  readonly looksLike: string | undefined;
}

/** What the summary calls events outside `since` and `until`. */
export const OUTSIDE_WINDOW = 'outside --since and --until';

/** Characters of the first line that are kept to tell what an input looks like. */
export const LONGEST_LOOK = 65_536;
