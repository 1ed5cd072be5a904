import { createDecoder } from '../events/decode/decoder.ts';
import type { DecodedEvent, DecodeSink, LineCounts, RecordDecoder } from '../events/decoded.ts';
import { lineText } from '../events/text/line-bytes.ts';
import { DEFAULT_MAX_EVENT_SIZE } from '../events/limits.ts';
import { eachLine } from './lines.ts';
import { payloadCodec } from './payload-codec.ts';
import { readInput } from './read-input.ts';
import type { ReadOptions } from './read-input.ts';
import type { Source } from './sources.ts';

export interface DecodeInputOptions extends ReadOptions {
  readonly format?: string | undefined;
  /** Takes each line before it is decoded. */
  readonly onLine?: ((text: string) => void) | undefined;
  /** Takes the line counts at the end of the input, and of each file in it. */
  readonly onCounts?: ((counts: Readonly<LineCounts>) => void) | undefined;
}

/**
 * Reads and decodes one input; yields its events in batches, about one per block.
 *
 * Problems go to `onProblem` in input order relative to the batches.
 */
export async function* decodeInput(
  source: Source,
  options: DecodeInputOptions,
): AsyncGenerator<readonly DecodedEvent[]> {
  const maxEventSize = options.maxEventSize ?? DEFAULT_MAX_EVENT_SIZE;
  const newDecoder = (): RecordDecoder =>
    createDecoder({ maxEventSize, format: options.format, codec: payloadCodec });
  let decoder = newDecoder();
  let entry: string | undefined;
  let batch: DecodedEvent[] = [];
  let longLines = 0;
  const sink: DecodeSink = {
    event: (event) => batch.push(entry === undefined ? event : { ...event, file: entry }),
    problem: options.onProblem,
  };
  const reading: ReadOptions = {
    ...options,
    onProblem: (problem) => {
      if (problem.reason === 'line-too-long') longLines++;
      options.onProblem(problem);
    },
  };
  const { onEntry } = options;
  const onNext = (name: string): void => {
    decoder.end(sink);
    options.onCounts?.(decoder.counts);
    decoder = newDecoder();
    entry = name;
    onEntry?.(name);
  };
  let ended = false;
  try {
    for await (const block of readInput(
      source,
      onEntry === undefined ? reading : { ...reading, onEntry: onNext },
    )) {
      eachLine(
        block,
        maxEventSize,
        (start, end, line) => {
          const text = lineText(block.buffer, start, end);
          options.onLine?.(text);
          decoder.line(text, line, sink);
        },
        (line) => reading.onProblem({ reason: 'line-too-long', line }),
      );
      if (batch.length > 0) {
        yield batch;
        batch = [];
      }
    }
    ended = true;
    decoder.end(sink, options.signal?.aborted === true);
    if (batch.length > 0) yield batch;
  } finally {
    // Whoever needs no more events still wants to know what was read.
    if (!ended) decoder.end(sink, true);
    options.onCounts?.({ ...decoder.counts, problems: decoder.counts.problems + longLines });
  }
}
