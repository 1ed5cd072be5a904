import type { Buffer } from 'node:buffer';
import type { ReadAmounts } from '../../engine/read-amounts.ts';
import type { DecodedEvent } from '../../events/decoded.ts';
import { lineText } from '../../events/text/line-bytes.ts';
import type { Problem } from '../../events/problems.ts';
import type { LineTimes, TimedLines } from '../../fast/line-times.ts';
import { readInput, type ReadOptions } from '../../io/read-input.ts';
import type { Source } from '../../io/sources.ts';
import { openInput, type OpenInput } from '../open-input.ts';
import type { ReadPlan } from '../plan.ts';

const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;

/** A plain event of an input, as its line; `start` to `end` of the block, which is valid until the next batch. */
export interface TimedLine {
  readonly time: bigint;
  readonly file: string;
  readonly line: number;
  /** Place of the input among all. */
  readonly order: number;
  readonly block: Buffer;
  readonly start: number;
  readonly end: number;
}

/** An event that the decoder found. */
interface TimedEvent {
  readonly time: bigint;
  readonly file: string;
  readonly event: DecodedEvent;
}

export type Timed = TimedLine | TimedEvent;

/** Where what is read of an input goes, beside its events. */
interface TimedOutput {
  open(file: string, onEvent: (event: DecodedEvent) => void): OpenInput;
  close(input: OpenInput, stopped: boolean): void;
  /** Takes each line for the decoder. */
  line(text: string): void;
  problem(file: string, problem: Problem): void;
  /** Takes the name of a file inside the input; without it archives are not read. */
  readonly entry?: ((name: string) => void) | undefined;
  amounts(amounts: Partial<ReadAmounts>): void;
  bytes(count: number): void;
}

/** The events of one input in batches, about one per block: plain ones as lines, the others decoded. */
export async function* timedLines(
  { source, order }: { readonly source: Source; readonly order: number },
  { maxEventSize }: Pick<ReadPlan, 'maxEventSize'>,
  times: LineTimes,
  signal: AbortSignal,
  output: TimedOutput,
): AsyncGenerator<readonly Timed[]> {
  let batch: Timed[] = [];
  const open = (file: string): OpenInput =>
    output.open(file, (event) => batch.push({ time: event.time, file, event }));
  let input = open(source.name);
  const longLine = (line: number): void => {
    output.amounts({ lines: 1, problemLines: 1 });
    output.problem(input.file, { reason: 'line-too-long', line });
  };
  const options: ReadOptions = {
    maxEventSize,
    waits: true,
    signal,
    onBytes: (count) => output.bytes(count),
    onProblem: (problem) => {
      if (problem.reason === 'line-too-long') longLine(problem.line);
      else output.problem(input.file, problem);
    },
  };
  const { entry } = output;
  const onEntry = (name: string): void => {
    output.close(input, false);
    input = open(name);
    entry?.(name);
  };
  let ended = false;
  try {
    const blocks = readInput(source, entry === undefined ? options : { ...options, onEntry });
    for await (const block of blocks) {
      const bytes = block.buffer.subarray(block.start, block.end);
      const lines: TimedLines = {
        event: (time, start, end, line) =>
          batch.push({ time, file: input.file, line, order, block: bytes, start, end }),
        odd: (start, end, line) => {
          const stop = textEnd(bytes, start, end);
          if (stop - start > maxEventSize) {
            longLine(line);
            return;
          }
          const text = lineText(bytes, start, stop);
          output.line(text);
          output.amounts({ lines: 1 });
          input.odd.line(text, line);
        },
        blank: (count) => output.amounts({ lines: count, blankLines: count }),
        holdsNext: () => input.holdsNext(),
      };
      block.lines = times.scan(bytes, block.firstLine, lines);
      if (batch.length > 0) {
        yield batch;
        batch = [];
      }
    }
    ended = true;
    output.close(input, signal.aborted);
    if (batch.length > 0) yield batch;
  } finally {
    // Whoever needs no more events still wants to know what was read.
    if (!ended) output.close(input, true);
  }
}

/** End of the text of a line, without its line end. */
function textEnd(bytes: Buffer, start: number, end: number): number {
  const feed = end > start && bytes[end - 1] === LINE_FEED ? end - 1 : end;
  return feed > start && bytes[feed - 1] === CARRIAGE_RETURN ? feed - 1 : feed;
}

/** Time of the first event of an input; what can be read only once is taken to be the earliest. */
export async function firstTime(
  source: Source,
  plan: Pick<ReadPlan, 'maxEventSize' | 'inputFormat'>,
  times: LineTimes,
  signal: AbortSignal,
): Promise<bigint> {
  if (source.size === undefined) return 0n;
  const nothing = (): void => undefined;
  const peek = timedLines({ source, order: 0 }, plan, times, signal, {
    open: (file, event) => openInput(plan, file, { event, problem: nothing }),
    close: (input, stopped) => input.odd.end(stopped),
    line: nothing,
    problem: nothing,
    amounts: nothing,
    bytes: nothing,
  });
  for await (const [first] of peek) return first!.time;
  return 0n;
}
