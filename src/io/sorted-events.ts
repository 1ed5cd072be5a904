import type { DecodedEvent } from '../events/decoded.ts';
import { decodeInput } from './decode-input.ts';
import type { DecodeInputOptions } from './decode-input.ts';
import { mergeByTime } from './merge.ts';
import type { MergeInput } from './merge.ts';
import type { Source } from './sources.ts';

/** An event and the input it was read from. */
export interface SourcedEvent {
  readonly source: Source;
  readonly event: DecodedEvent;
}

/**
 * The events of several inputs in the order of their times (`--sort time`), in batches.
 *
 * Each input is taken to be in order, as one API server writes it; events that are not come as they
 * are and go to `onDisorder`. Files are opened when their time has come, so a long rotated set
 * needs the memory of the files that overlap.
 */
export async function* eventsByTime(
  sources: readonly Source[],
  optionsOf: (source: Source) => DecodeInputOptions,
  onDisorder: (late: SourcedEvent) => void,
): AsyncGenerator<readonly SourcedEvent[]> {
  const inputs: MergeInput<SourcedEvent>[] = [];
  for (const source of sources) {
    const start = await firstTime(source, optionsOf(source));
    inputs.push({ start, open: () => sourcedEvents(source, optionsOf(source)) });
  }
  yield* mergeByTime(inputs, ({ event }) => event.time, onDisorder);
}

async function* sourcedEvents(
  source: Source,
  options: DecodeInputOptions,
): AsyncGenerator<readonly SourcedEvent[]> {
  for await (const batch of decodeInput(source, { ...options, waits: true })) {
    yield batch.map((event) => ({
      source: event.file === undefined ? source : { ...source, name: event.file },
      event,
    }));
  }
}

/** Time of the first event; what can be read only once is taken to be the earliest. */
async function firstTime(source: Source, options: DecodeInputOptions): Promise<bigint> {
  if (source.size === undefined) return 0n;
  const peek: DecodeInputOptions = {
    maxEventSize: options.maxEventSize,
    format: options.format,
    signal: options.signal,
    onProblem: () => {},
  };
  for await (const batch of decodeInput(source, peek)) return batch[0]!.time;
  return 0n;
}
