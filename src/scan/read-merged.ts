import type { DecodedEvent } from '../events/decoded.ts';
import type { Problem } from '../events/problems.ts';
import type { DecodeInputOptions } from '../io/decode-input.ts';
import type { ReadOptions } from '../io/read-input.ts';
import { eventsByTime } from '../io/sorted-events.ts';
import type { Source } from '../io/sources.ts';
import type { ReadHooks } from './hooks.ts';
import { lineAmounts } from './line-amounts.ts';
import type { ReadPlan } from './plan.ts';

/** Events between two turns of the event loop. */
const EVENTS_PER_TURN = 4096;

/** Where what is read goes, each with the name of its input or of a file inside it. */
interface MergedOutput {
  /** How an input is read; `next` takes the names of the files inside it. */
  options(nameOf: () => string, next: (name: string) => void): ReadOptions;
  event(event: DecodedEvent, file: string): void;
  problem(file: string, problem: Problem): void;
  line(text: string): void;
  amounts(amounts: ReturnType<typeof lineAmounts> & { readonly lines: number }): void;
  note(text: string): void;
  settle(): Promise<void>;
}

/** Reads all inputs at once, the earliest event first. */
export async function readMerged(
  plan: ReadPlan,
  { signal }: ReadHooks,
  output: MergedOutput,
): Promise<void> {
  let late = 0;
  let read = 0;
  const events = eventsByTime(
    plan.sources,
    (source) => optionsOf(source, plan, output),
    () => late++,
  );
  for await (const { source, event } of events) {
    output.event(event, source.name);
    if (++read % EVENTS_PER_TURN !== 0) continue;
    await output.settle();
    if (signal.aborted) break;
  }
  if (late > 0) {
    output.note(`${late} events were not in the order of their times within their input`);
  }
}

function optionsOf(
  source: Source,
  { maxEventSize, inputFormat: format }: ReadPlan,
  output: MergedOutput,
): DecodeInputOptions {
  let { name } = source;
  const options = output.options(
    () => name,
    (entry) => (name = entry),
  );
  return {
    ...options,
    maxEventSize,
    format,
    // Lines that are too long are in the counts below.
    onProblem: (problem) => output.problem(name, problem),
    onLine: (text) => output.line(text),
    onCounts: (counts) => {
      const { blank, carriers, continuations, problems } = counts;
      const lines = blank + carriers + continuations + problems;
      output.amounts({ ...lineAmounts(counts), lines });
    },
  };
}
