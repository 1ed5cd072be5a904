import type { DecodedEvent } from '../../events/decoded.ts';
import { LineTimes } from '../../fast/line-times.ts';
import { mergeByTime } from '../../io/merge.ts';
import type { FastReader } from '../fast-reader.ts';
import type { FastRun } from '../fast-run.ts';
import { InputParts, lateNote } from './input-parts.ts';
import { openInput, type OpenInput } from '../open-input.ts';
import type { ReadHooks } from '../hooks.ts';
import type { ReadPlan } from '../plan.ts';
import { firstTime, timedLines, type Timed, type TimedLine } from './timed-lines.ts';

const LINE_FEED = 0x0a;

/**
 * Evaluates all inputs at once with the fast engine, the earliest event first.
 *
 * @returns what the summary tells of each
 */
export async function scanMerged(
  plan: ReadPlan,
  { signal }: Pick<ReadHooks, 'signal'>,
  run: FastRun,
): Promise<InputParts> {
  const { summary, reader } = run;
  const { sources, maxEventSize } = plan;
  const parts = new InputParts();
  for (const { name } of sources) summary.input(name);
  const times = new LineTimes(maxEventSize);
  const inputs = [];
  for (const [order, source] of sources.entries()) {
    const start = await firstTime(source, plan, times, signal);
    const part = parts.of(order);
    const output = {
      open: (file: string, onEvent: (event: DecodedEvent) => void) =>
        reader.open(file, { onEvent, onProblem: (problem) => reader.problem(file, problem, part) }),
      close: (input: OpenInput, stopped: boolean) => reader.close(input, stopped),
      line: (text: string) => reader.looked(text),
      problem: (file: string, problem: Parameters<FastReader['problem']>[1]) =>
        reader.problem(file, problem, part),
      entry: (name: string) => part.input(name),
      amounts: (amounts: Parameters<typeof part.read>[0]) => part.read(amounts),
      bytes: (count: number) => {
        part.read({ bytes: count });
        run.bytes(count);
      },
    };
    inputs.push({ start, open: () => timedLines({ source, order }, plan, times, signal, output) });
  }
  let late = 0;
  const lines = new MergedLines(plan, reader, parts);
  const merged = mergeByTime<Timed>(
    inputs,
    ({ time }) => time,
    () => late++,
  );
  for await (const batch of merged) {
    lines.take(batch);
    await run.settle();
    if (signal.aborted) break;
  }
  const note = lateNote(late);
  if (note !== undefined) summary.note(note);
  return parts;
}

/** Puts lines of several inputs one after the other in the scanner's memory, and knows where each comes from. */
class MergedLines {
  readonly #reader: FastReader;
  readonly #input: OpenInput;
  /** The lines since the scanner started to count. */
  #lines: TimedLine[] = [];

  constructor(plan: ReadPlan, reader: FastReader, parts: InputParts) {
    this.#reader = reader;
    const none = { event: () => undefined, problem: () => undefined };
    this.#input = {
      ...openInput(plan, '', none),
      placeOf: (line) => this.#lines[line - 1]!,
      holdsNext: () => false,
      odd: {
        // An event that the scanner cannot tell from others by its bytes.
        line: (text, at) => {
          const { file, line, order } = this.#lines[at - 1]!;
          const alone = reader.open(file, {
            onProblem: (problem) => reader.problem(file, problem, parts.of(order)),
          });
          alone.odd.line(text, line);
          reader.close(alone);
        },
        holdsNext: () => false,
        end: () => undefined,
        // Wrapped lines are decoded before they are merged.
        state: () => '',
        hasExample: false,
        shapes: () => [],
      },
    };
  }

  /** Evaluates events in their order; the blocks with their lines are not looked at any more. */
  take(batch: readonly Timed[]): void {
    const reader = this.#reader;
    this.#begin();
    let space = reader.space();
    let used = 0;
    const feed = (): void => {
      reader.feed(used);
      space = reader.space();
      used = 0;
    };
    for (const item of batch) {
      if ('event' in item) {
        feed();
        this.#begin();
        space = reader.space();
        reader.decoded(item.event, item.file);
        continue;
      }
      this.#lines.push(item);
      const { block, end } = item;
      for (let at = item.start; at < end;) {
        if (used === space.length) feed();
        const count = block.copy(space, used, at, end);
        used += count;
        at += count;
      }
      if (block[end - 1] !== LINE_FEED) {
        if (used === space.length) feed();
        space[used++] = LINE_FEED;
      }
    }
    feed();
    reader.pause();
  }

  /** Judges what is open, and counts lines anew. */
  #begin(): void {
    this.#reader.select(this.#input);
    this.#lines = [];
  }
}
