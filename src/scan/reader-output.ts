import type { BlindSpots } from '../engine/blind.ts';
import type { Finding } from '../engine/finding.ts';
import type { SummaryBuilder } from '../engine/summary.ts';
import type { AuditEvent, EventOrigin } from '../events/event.ts';
import type { OpenRecord, RepeatMemory } from '../fast/fast-scanner.ts';
import type { ReadPlan } from './plan.ts';

/** The members of a plan that the reading of lines uses. */
export type LinePlan = Pick<
  ReadPlan,
  'since' | 'until' | 'maxEventSize' | 'cluster' | 'inputFormat' | 'duplicates'
>;

/** Where a reader hands over what it finds. */
export interface ReaderOutput {
  /** Takes the findings of each event that reached evaluation, often none. Needed without {@link open}. */
  evaluated?(time: bigint, findings: readonly Finding[]): void;
  /**
   * Takes each event that the scanner leaves open, instead of having it judged.
   *
   * @param open valid during the call only; the text of an event that only the decoder reads
   * @param time nanoseconds since the epoch
   */
  open?(open: OpenRecord | string, time: bigint, origin: EventOrigin): void;
  /** Takes each event that a rule chose ({@link Evaluation.handsOver}); it is valid during the call only. */
  wanted?(event: AuditEvent): void;
  /** Takes the name of a file inside an input; by default it is in the summary of the part. */
  input?(name: string): void;
  /** Counts the rules that cannot be decided. */
  readonly blind: BlindSpots;
  /**
   * True for a part of an input: events that a plan counts as duplicates are only listed
   * ({@link FastReader.takeNoted}), for whoever puts the parts together.
   */
  readonly listsEvents?: boolean;
  /** Events that another reader had before. */
  readonly repeats?: RepeatMemory | undefined;
}

/** Amounts and problems of the input read since the last part. */
export interface ReaderPart {
  /** Lacks the events that {@link ReaderOutput.evaluated} was told of. */
  readonly summary: SummaryBuilder;
  readonly lines: number;
  /** Events recognised. */
  readonly events: number;
  readonly unread: number;
  readonly faults: number;
  readonly duplicates: number;
  /** The first lines that were no plain events. */
  readonly firstLines: string | undefined;
}
