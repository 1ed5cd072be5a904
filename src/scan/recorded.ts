import type { BlindRule } from '../engine/blind.ts';
import type { Finding } from '../engine/finding.ts';
import type { ScanSummary } from '../engine/summary.ts';
import type { SourceProblem } from '../io/sources.ts';

/** The results of a part of a job. Line numbers count from the start of the job. */
export interface Amounts {
  /** Lacks the events that are handed over with their findings. */
  readonly summary: ScanSummary;
  /** Bytes read from the input, compressed ones as they lie there. */
  readonly read: number;
  readonly lines: number;
  readonly events: number;
  readonly unread: number;
  readonly faults: number;
  readonly firstLines: string | undefined;
  /** Hashes of the events, two words each, when the plan counts duplicates. */
  readonly noted: readonly Uint32Array[];
  readonly blind: { readonly rules: readonly BlindRule[]; readonly events: number };
  /** One entry per counter of the evaluation. */
  readonly counters: readonly (readonly (readonly [rule: string, count: number])[])[];
  /** One entry per ignore entry. */
  readonly ignored: readonly number[];
}

/** Takes what a scan hands over, in its order: findings as the rules made them, before any is left out or joined. */
export interface Recorder {
  /** What follows was found in this input. */
  input(name: string): void;
  /** An event on which rules fired. @param time nanoseconds since the epoch */
  event(time: bigint, findings: readonly Finding[]): void;
  /** What was read of the input since the last amounts; lines count from its start. */
  amounts(amounts: Amounts): void;
}

/** What a partial result leaves out to stay within its bounds. */
export interface LeftOut {
  /** Findings of parts of correlations, and of what controllers made, that are not kept. */
  readonly candidates: number;
  /** Events of which copies are not looked for. */
  readonly hashes: number;
}

/** A step of a scan that is replayed. */
export type RecordedStep =
  | { readonly kind: 'event'; readonly time: bigint; readonly findings: readonly Finding[] }
  | { readonly kind: 'amounts'; readonly amounts: Amounts };

/** A step, and the line of the file that it was read from. */
export interface PlacedStep {
  readonly step: RecordedStep;
  readonly place: string;
}

/** What was recorded of an input. */
export interface RecordedInput {
  readonly name: string;
  /** Time of its first event that is known, nanoseconds since the epoch. */
  readonly first: bigint | undefined;
  /** @throws KnownError with file and line where a file was damaged meanwhile */
  steps(): Iterable<PlacedStep>;
}

/** Recorded results of several inputs, in the order in which one scan would read them. */
export interface Recorded {
  readonly problems: readonly SourceProblem[];
  readonly leftOut: LeftOut;
  readonly inputs: readonly RecordedInput[];
}
