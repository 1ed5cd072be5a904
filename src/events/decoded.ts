import type { JsonObject } from '../json/value.ts';
import type { Problem, ProblemReason } from './problems.ts';
import type { JsonNode } from './json-node.ts';

/** Where an event was logged, as far as its wrapping says so. */
export interface WrapperContext {
  readonly cluster?: string | undefined;
  /** Control-plane node or host. */
  readonly node?: string | undefined;
  /** Log stream, pod or container. */
  readonly stream?: string | undefined;
}

/** One audit event as it was found in the input. */
export interface DecodedEvent {
  /** The event's own JSON text, without its wrapping. Built events are written by JSON.stringify. */
  readonly text: string;
  readonly value: JsonObject;
  /** Line of the input, from 1, on which the event's record starts. */
  readonly line: number;
  readonly context: WrapperContext;
  /** Nanoseconds since the epoch; 0 when the event has no readable timestamp. */
  readonly time: bigint;
  /** Name of the file inside the input that it comes from, when the input is an archive. */
  readonly file?: string;
  /** True when a timestamp is missing or unreadable; a problem of kind `evidence` says so too. */
  readonly badTime?: boolean;
}

/** Receives what a decoder finds, in input order. */
export interface DecodeSink {
  event(event: DecodedEvent): void;
  problem(problem: Problem): void;
}

/** The decoded text of a payload, or the reason why it cannot be decoded. */
type Payload =
  | { readonly text: string }
  | { readonly text?: undefined; readonly reason: ProblemReason };

/** Decodes payloads that are base64, plain or gzip inside; kept outside the pure core. */
export interface PayloadCodec {
  /** @param limit most bytes the text may have */
  decode(base64: string, limit: number): Payload;
}

/** The first row of a table of CSV, as plain data. */
export interface TableHeader {
  readonly names: readonly string[];
  readonly separator: string;
}

/** The state that a decoder carries from line to line while it is not pending, as plain data. */
export interface DecoderMemory {
  /** True once a multi-line value broke. */
  readonly afterBreak: boolean;
  /** Index of the prefix that is tried first; -1 for none. */
  readonly prefix: number;
  /** Index of the wrapper that is tried first at each depth; -1 for none. */
  readonly envelopes: readonly number[];
  /** Header of the table that was read last. */
  readonly table?: TableHeader | undefined;
}

/**
 * Is told how one line is unwrapped, from the outside in, and of each event in it. So the line's shape can be told
 * (shapes/learn-shape.ts); decoding does not depend on it.
 */
export interface Trail {
  /** The prefixes that were taken from the current text, by name. */
  prefixes(names: readonly string[]): void;
  /**
   * A value is unwrapped.
   *
   * @returns the same, made to note what is asked of it
   */
  json(node: JsonNode): JsonNode;
  /** The content of a JSON string is unwrapped, as it was before colours were taken out. */
  string(text: string): void;
  /** A part of a text that its logger cut is put aside, or is the last one; `key` tells its stream. */
  piece(piece: { readonly key: string; readonly text: string; readonly last: boolean }): void;
  event(event: JsonObject, outer: WrapperContext): void;
  /** Something happened that another line of the same shape may not bring about. */
  refuse(): void;
}

export interface DecoderOptions {
  /** Bytes one line, multi-line value or rejoined record may have. */
  readonly maxEventSize?: number | undefined;
  /** Name of the only input format to try, from {@link inputFormats}; all by default. */
  readonly format?: string | undefined;
  /** Without one, base64 payloads are reported. */
  readonly codec?: PayloadCodec | undefined;
  /** State of the decoder of the earlier lines; see {@link DecoderMemory}. */
  readonly memory?: DecoderMemory | undefined;
  /** Is told how each line is unwrapped. */
  readonly trail?: Trail | undefined;
}

/** How the lines of an input ended; the four add up to the lines that were decoded. */
export interface LineCounts {
  blank: number;
  /** Lines on which a record with at least one event starts. */
  carriers: number;
  /** Further lines of a record, whether it became an event or a problem. */
  continuations: number;
  /** Lines on which a record without any event starts; each has at least one problem. */
  problems: number;
}

/**
 * Turns the lines of one input into audit events and named problems.
 *
 * Holds what spans lines: multi-line JSON, split records and the wrapping seen last. Every line
 * ends in exactly one of the {@link LineCounts}.
 */
export interface RecordDecoder {
  /** Takes the next line, without its line feed. */
  line(text: string, lineNumber: number, sink: DecodeSink): void;
  /**
   * Reports records that are incomplete at the end of the input. Where reading was stopped before that, their
   * rest was not read: they are no problems.
   */
  end(sink: DecodeSink, stopped?: boolean): void;
  /** True in the middle of a multi-line value or a split record. */
  readonly pending: boolean;
  /** State to give to a decoder of the lines that follow. The same object as before while nothing changed. */
  readonly memory: DecoderMemory;
  readonly counts: Readonly<LineCounts>;
}
