import type { BlindSpots } from '../engine/blind.ts';
import type { EngineOptions } from '../engine/engine.ts';
import type { Finding } from '../engine/finding.ts';
import type { RuleCounter } from '../engine/rule-counter.ts';
import type { WrapperContext } from '../events/decoded.ts';
import type { AuditEvent, EventOrigin } from '../events/event.ts';
import type { ResourceFilter } from '../policies/resource/resource-filter.ts';

/** What became of an event; a number is the step of the resource filter that left it out. */
export type Judgement = readonly Finding[] | 'out-of-scope' | 'outside-window' | number;

/** Receives, in input order, what the scanner does not decide alone. */
export interface FastSink {
  /** An event that reached evaluation; it is valid during the call only. */
  event(event: AuditEvent, findings: readonly Finding[]): void;
  /** A line for the decoder, without its line end. */
  odd(text: string, line: number): void;
  /** A line over the longest length; it is not kept. */
  longLine(line: number): void;
  /** True when the decoder must see the next line whatever it is. */
  holdsNext(): boolean;
  /** Origin of an event on a line; the context is what the event itself says. */
  origin(line: number, context: WrapperContext): EventOrigin;
}

export interface FastScannerOptions extends EngineOptions {
  /** Count findings of rules that are off. They do not keep other rules from firing. */
  readonly counters?: readonly RuleCounter[] | undefined;
  /** Leaves events out before the scope does. It is told what it covered and missed. */
  readonly resourceFilter?: ResourceFilter | undefined;
  /** Counts the rules that lack evidence on an event. */
  readonly blind?: BlindSpots | undefined;
  /** Longest line in bytes. */
  readonly maxLine: number;
  /** Events from this time on, nanoseconds since the epoch. */
  readonly since?: bigint | undefined;
  /** Events before this time. */
  readonly until?: bigint | undefined;
  readonly sink: FastSink;
  /** Bytes to read at a time. */
  readonly blockSize?: number | undefined;
  /** Events to remember, in order to count those that come again; none by default, Infinity lists them. */
  readonly remembered?: number | undefined;
}
