import type { Buffer } from 'node:buffer';
import type { BlindSpots } from '../engine/blind.ts';
import type { KnownValues, Past } from '../correlate/known-values.ts';
import type { Correlating } from '../engine/parts/correlating.ts';
import type { Finding } from '../engine/finding.ts';
import type { ScanSummary } from '../engine/summary.ts';
import type { Checkpoint } from '../io/follow/checkpoint.ts';
import type { AuditEvent } from '../events/event.ts';
import type { ParsedEvent } from '../events/parsed-event.ts';
import type { ProblemReason } from '../events/problems.ts';
import type { RepeatMemory } from '../fast/fast-scanner.ts';
import type { Rule } from '../rules/rule.ts';
import type { Recorded, Recorder } from './recorded.ts';

/** Where events go, and what reading asks of its surroundings. */
export interface ReadHooks {
  /** Takes an event inside `since` and `until`; it must count it in the summary. */
  event(event: ParsedEvent): void;
  /** Awaited after each block of input: the place for back-pressure. */
  settle(): Promise<void>;
  /** Receives the number of bytes read so far; of compressed inputs, the compressed bytes. */
  progress(bytes: number, events: number): void;
  /** Ends the reading early, after the current block. */
  readonly signal: AbortSignal;
  /** Told at once what cannot be read while following, with the code of the error: the summary may be days away. */
  unread?(file: string, reason: ProblemReason, code: string | undefined): void;
  /** Where reading continues, and where it is noted how far it came. */
  readonly checkpoint?: Checkpoint | undefined;
}

export interface ReadResult {
  /** Inputs that could not be read at all, or not to their end. */
  readonly unread: number;
  /** Records that should have been events but were not. */
  readonly faults: number;
  /** Events that were read before; dropped or not. */
  readonly duplicates: number;
  /** A description of the input, when no event was recognised in it. */
  readonly looksLike: string | undefined;
}

/** Bytes of a log that a receiver took, such as the body of a request. */
export interface ReceivedBody {
  /** Its bytes in order; a part is valid until the next one is asked for. */
  readonly parts: Iterable<Buffer>;
  /** What its findings and problems name as their file; lines count on from one body of a name to the next. */
  readonly file: string;
  /** Name of the cluster, for events whose wrapper names none. */
  readonly cluster: string | undefined;
  /** True when a run that was killed may have reported its findings. */
  readonly replayed: boolean;
}

/** What became of one body. */
export interface BodyAmounts {
  readonly events: number;
  /** Events that were received before. */
  readonly duplicates: number;
  readonly problems: readonly { readonly reason: ProblemReason; readonly count: number }[];
  /** Events that the resource rules or the scope left out, duplicates among them. */
  readonly leftOut: number;
}

/** Bodies to scan instead of the sources of a plan. */
export interface BodyFeed {
  /** Waits for the next one; undefined ends the scan. */
  next(): Promise<ReceivedBody | undefined>;
  /** Told when the findings of the last one are written out. */
  done(amounts: BodyAmounts): void;
  /** Wall clock, in nanoseconds since the epoch. */
  readonly clock: () => bigint;
}

/** What a scan of bodies has learned of events, for the next one, which goes on with other rules. */
export interface ScanState {
  /** Events that were received, so that copies of them are told. */
  repeats: RepeatMemory | undefined;
  /** What waits to be correlated, and the groups of correlations. */
  correlating: Correlating | undefined;
  /** Names of correlations that look for what they looked for before; the others start anew. */
  unchanged: ReadonlySet<string>;
  /** True when another scan goes on with this state: nothing is finished then. */
  goesOn: boolean;
}

/** What a correlation knows of values. */
export interface KnownOfRule {
  readonly rule: Rule;
  readonly known: KnownValues;
}

/** What was normal before a scan, and after it. */
export interface FirstSeen {
  /** What is known to some correlations, by index. */
  open(correlations: readonly Rule[]): Past;
  /** True when it is time to keep what is known meanwhile. */
  readonly isDue: boolean;
  /** Takes what they know by now. */
  keep(values: readonly KnownOfRule[]): void;
}

/** Where a scan hands over what it finds. */
export interface ScanHooks extends Omit<ReadHooks, 'event'> {
  /** What is scanned instead of the sources, with the fast engine. */
  readonly bodies?: BodyFeed | undefined;
  /** What the scan before this one has learned; it is left there for the next one. */
  readonly state?: ScanState | undefined;
  /** Takes a finding; true when the summary is to count it. */
  finding(finding: Finding): boolean;
  /** Takes each event that a rule chose ({@link Evaluation.handsOver}); it is valid during the call only. */
  wanted?(event: AuditEvent): void;
  /** What was normal before; by default the beginning of the log is. */
  readonly firstSeen?: FirstSeen | undefined;
  /** Takes what is handed over, for a partial result; the plan is one for the fast engine. */
  readonly recorder?: Recorder | undefined;
  /** What is handed over instead of what the sources hold. */
  readonly recorded?: Recorded | undefined;
  /** Told once when a scan keeps so much that what it throws away should be collected early. */
  keepsMuch?(): void;
  /** Milliseconds of a clock that nobody sets. */
  now(): number;
}

export interface ScanResult extends ReadResult {
  readonly summary: ScanSummary;
  /** Rules that could not be decided on some events. */
  readonly blind: BlindSpots;
}
