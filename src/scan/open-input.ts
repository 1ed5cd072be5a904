import type {
  DecodedEvent,
  DecoderMemory,
  DecoderOptions,
  DecodeSink,
  LineCounts,
  RecordDecoder,
} from '../events/decoded.ts';
import type { Problem } from '../events/problems.ts';
import { createDecoder } from '../events/decode/decoder.ts';
import { takesPlainEvents } from '../events/wrappers/formats.ts';
import { oddLines, type FoundLines, type OddLines } from '../fast/fast-scanner.ts';
import { payloadCodec } from '../io/payload-codec.ts';
import { lineAmounts, NO_LINES } from './line-amounts.ts';
import type { ReadPlan } from './plan.ts';

/** An input that the fast engine reads, and what its lines so far mean for the next one. */
export interface OpenInput {
  readonly file: string;
  readonly decoder: RecordDecoder;
  readonly odd: OddLines;
  readonly onLine: InputOptions['onLine'];
  /** How its decoder reads. */
  readonly reading: DecoderOptions;
  /** Takes what is found without the decoder; undefined where others than the reader are told of lines and events. */
  readonly found: FoundLines | undefined;
  /** Name for events whose wrapper names no cluster, instead of that of the plan. */
  readonly cluster: string | undefined;
  /** Where a line comes from, when those of several inputs are read as one. */
  placeOf?(line: number): { readonly file: string; readonly line: number };
  /** True when the decoder must see the next line whatever it is. */
  holdsNext(): boolean;
  /** Lines of the decoder that are in the amounts. */
  counted: Readonly<LineCounts>;
}

export interface InputOptions {
  /** State of the reader of the lines before, in the middle of an input. */
  readonly memory?: DecoderMemory | undefined;
  /**
   * Told of each line before the decoder gets it.
   *
   * @param left bytes from the start of the line to the end of the lines that are scanned with it
   */
  readonly onLine?: ((line: number, left: number) => void) | undefined;
  /** Takes the events of the decoder instead of the sink. */
  readonly onEvent?: ((event: DecodedEvent) => void) | undefined;
  /** Takes the problems instead of the sink. */
  readonly onProblem?: ((problem: Problem) => void) | undefined;
  /** Name for events whose wrapper names no cluster, instead of that of the plan. */
  readonly cluster?: string | undefined;
  /** True while the decoder is to get every line. */
  readonly holdsNext?: (() => boolean) | undefined;
}

/** Opens an input, or goes on in the middle of one. */
export function openInput(
  { maxEventSize, inputFormat: format }: Pick<ReadPlan, 'maxEventSize' | 'inputFormat'>,
  file: string,
  sink: DecodeSink,
  options: InputOptions = {},
): OpenInput {
  const { memory, onLine, onEvent, onProblem, cluster, holdsNext } = options;
  const reading = { maxEventSize, format, codec: payloadCodec };
  const decoder = createDecoder({ ...reading, memory });
  const taking: DecodeSink = {
    event: (event) => (onEvent === undefined ? sink.event(event) : onEvent(event)),
    problem: (problem) => (onProblem === undefined ? sink.problem(problem) : onProblem(problem)),
  };
  const odd = oddLines(decoder, taking, reading);
  const isWatched = [onLine, onEvent, onProblem, holdsNext].some((one) => one !== undefined);
  const takesPlain = takesPlainEvents(format);
  return {
    file,
    reading,
    found: isWatched ? undefined : odd,
    decoder,
    odd,
    onLine,
    cluster,
    holdsNext: () => !takesPlain || odd.holdsNext() || holdsNext?.() === true,
    counted: NO_LINES,
  };
}

/** The lines that the decoder of an input has counted since the last call. */
export function takeLines(input: OpenInput): ReturnType<typeof lineAmounts> {
  const counts = { ...input.decoder.counts };
  const amounts = lineAmounts(counts, input.counted);
  input.counted = counts;
  return amounts;
}
