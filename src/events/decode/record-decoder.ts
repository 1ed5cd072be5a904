import type { DecoderMemory, DecodeSink, LineCounts } from '../decoded.ts';
/**
 * Turns the lines of one input into audit events and named problems.
 *
 * Holds what spans lines: multi-line JSON, split records and the wrapping seen last. Every line
 * ends in exactly one of the {@link LineCounts}.
 */
export interface RecordDecoder {
  /** Takes the next line, without its line feed. */
  line(text: string, lineNumber: number, sink: DecodeSink): void;
  /** Reports what is unfinished at the end of the input. */
  end(sink: DecodeSink): void;
  /** True in the middle of a multi-line value or a split record. */
  readonly pending: boolean;
  /** For a decoder of the lines that follow. */
  readonly memory: DecoderMemory;
  readonly counts: Readonly<LineCounts>;
}
