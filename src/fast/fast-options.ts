/*
 * Who feeds bytes to whom:
 *
 * 1. `io` reads a file into the room that `FastReader` (scan/fast-reader.ts) passes on from `FastScanner.space`.
 * 2. `FastScanner.filled` looks for the last line feed. `TextBlock` keeps the unfinished line behind it.
 * 3. `Scanner.scan` (wasm/wasm-scanner.ts) walks the complete lines in WebAssembly. It asks `classify` and `step`
 *    once for each new value and state: the answers come from `Verdicts`, and the scanner remembers them.
 * 4. Lines that no rule can match are counted there. Open ones become records; `flush` moves one `LazyEvent` from
 *    record to record, the judge evaluates what is open, and `FastSink.event` takes the findings.
 * 5. Of lines that are no plain event, and fit no shape of a wrapped one (`shapes`), those with several events among
 *    their values go to `FastSink.wrapped`, with stand-ins in the places of events (`PayloadList`). What is found when
 *    they are unwrapped comes back to `WrappedLine.take`, for 3 and 4.
 * 6. Other lines go to `FastSink.odd`, and through `oddLines` to the decoder. Events that it finds come back to
 *    `FastScanner.takes`, or to `judge`; `Lessons` learns shapes.
 */
import type { BlindSpots } from '../engine/blind.ts';
import type { EngineOptions } from '../engine/engine.ts';
import type { Finding } from '../engine/finding.ts';
import type { RuleCounter } from '../engine/rule-counter.ts';
import type { WrapperContext } from '../events/decoded.ts';
import type { AuditEvent, EventOrigin } from '../events/event.ts';
import type { LineShape } from '../events/shapes/line-shape.ts';
import type { RepeatMemory } from './wasm/repeat-memory.ts';
import type { RepeatKey } from './wasm/wasm-scanner.ts';

import type { WrappedLine } from './payload-list.ts';
import type { ResourceFilter } from '../policies/resource/resource-filter.ts';

/**
 * The result for one event. `wanted`: a rule matched, and the event is handed over instead of findings. `open`: it is
 * to be judged elsewhere ({@link FastSink.open}). A number is the step of the resource filter that left the event out.
 */
export type Judgement =
  | readonly Finding[]
  | 'wanted'
  | 'open'
  | 'out-of-scope'
  | 'outside-window'
  | number;

/** An event that a scanner left open, as it lies in its memory. */
export interface OpenRecord {
  /** Its RECORD (wasm/layout.mjs). */
  readonly record: Uint8Array;
  /** In UTF-8, without a line feed. */
  readonly text: Uint8Array;
  /** Tells what is open about it. */
  readonly print: string;
}

/** What is known of lines that go to the decoder. */
export interface ShapeSource {
  /** The state of the decoder, which a shape is bound to. Asked for before lines are scanned, while none is held. */
  state(): string;
  /**
   * True when the line that was odd last was one event, or the last part of one, and left the decoder in the state in
   * which it was.
   */
  readonly hasExample: boolean;
  /** Shapes of that line, and of those with the other parts, where others can be read alike; costs decoding them. */
  shapes(): readonly LineShape[];
}

/** Receives, in input order, the events and lines that the scanner does not decide by itself. */
export interface FastSink {
  /** An event that reached evaluation; it is valid during the call only. */
  event(event: AuditEvent, findings: readonly Finding[]): void;
  /**
   * Takes each event that the scanner leaves open, instead of having it judged; it is valid during the call only.
   */
  readonly open?: ((event: AuditEvent, open: OpenRecord) => void) | undefined;
  /** With {@link FastScannerOptions.handsOver}: an event that matches a rule; it is valid during the call only. */
  wanted?(event: AuditEvent): void;
  /**
   * A line for the decoder, without its line end.
   *
   * @param left bytes from its start to the end of the complete lines that were fed
   */
  odd(text: string, line: number, left: number): void;
  /**
   * A line with events in it, which the scanner can decide on. False when the decoder must see the whole line: then
   * it goes to `odd`. Without this all such lines do.
   */
  wrapped?(line: WrappedLine): boolean;
  /** A line longer than `maxLine`; its text is dropped. */
  longLine(line: number): void;
  /** True when the decoder must see the next line whatever it is. */
  holdsNext(): boolean;
  /** Origin of an event. The context holds the node and cluster that the event itself names. */
  origin(line: number, context: WrapperContext): EventOrigin;
}

export interface FastScannerOptions extends EngineOptions {
  /** Count findings of rules that are off. These rules never stop others from firing. */
  readonly counters?: readonly RuleCounter[] | undefined;
  /** Rules choose events for {@link FastSink.wanted}; no findings are made of them. */
  readonly handsOver?: boolean | undefined;
  /** Leaves events out before the scope is tested. The scanner reports to it which rules covered events. */
  readonly resourceFilter?: ResourceFilter | undefined;
  /** Counts rules that could not be decided because an event lacks bodies. */
  readonly blind?: BlindSpots | undefined;
  /** Longest line in bytes. */
  readonly maxLine: number;
  /** Events from this time on, nanoseconds since the epoch. */
  readonly since?: bigint | undefined;
  /** Events before this time. */
  readonly until?: bigint | undefined;
  readonly sink: FastSink;
  /** Without it, every wrapped line is odd. */
  readonly shapes?: (() => ShapeSource) | undefined;
  /** Bytes to read at a time. */
  readonly blockSize?: number | undefined;
  /** How many events to remember to count duplicates: 0 by default; Infinity lists hashes for `takeNoted`. */
  readonly remembered?: number | undefined;
  /** Leaves out events that are remembered. */
  readonly repeatKey?: RepeatKey | undefined;
  /** What another scanner remembered, with its key. */
  readonly repeats?: RepeatMemory | undefined;
}
