// Room scan/merge: several inputs in the order of the times of their events, through either engine.
// Door: read-merged.ts for the reference engine, merged-bytes.ts for the fast one, input-parts.ts for what is told.
// Neighbours: uses io/merge.ts; ../read-events.ts and ../fast-scan.ts start it.
// Inside: timed-lines.ts reads one input of the fast engine: lines with their times, and events of the decoder.

import type { DecodedEvent } from '../../events/decoded.ts';
import type { Problem } from '../../events/problems.ts';
import type { DecodeInputOptions } from '../../io/decode-input.ts';
import type { ReadOptions } from '../../io/read-input.ts';
import { eventsByTime } from '../../io/sorted-events.ts';
import type { Source } from '../../io/sources.ts';
import type { ReadHooks } from '../hooks.ts';
import { lateNote } from './input-parts.ts';
import { lineAmounts } from '../line-amounts.ts';
import type { ReadPlan } from '../plan.ts';

/** Where what is read goes; `order` is the place of the input among all, `file` its name or that of a file inside. */
interface MergedOutput {
  /** How an input is read; `next` takes the names of the files inside it. */
  options(order: number, nameOf: () => string, next: (name: string) => void): ReadOptions;
  event(event: DecodedEvent, file: string): void;
  problem(order: number, file: string, problem: Problem): void;
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
  const orders = new Map(plan.sources.map((source, order) => [source, order]));
  const events = eventsByTime(
    plan.sources,
    (source) => optionsOf(source, orders.get(source)!, plan, output),
    () => late++,
  );
  for await (const batch of events) {
    for (const { source, event } of batch) output.event(event, source.name);
    await output.settle();
    if (signal.aborted) break;
  }
  const note = lateNote(late);
  if (note !== undefined) output.note(note);
}

function optionsOf(
  source: Source,
  order: number,
  { maxEventSize, inputFormat: format }: ReadPlan,
  output: MergedOutput,
): DecodeInputOptions {
  let { name } = source;
  const options = output.options(
    order,
    () => name,
    (entry) => (name = entry),
  );
  return {
    ...options,
    maxEventSize,
    format,
    // Lines that are too long are in the counts below.
    onProblem: (problem) => output.problem(order, name, problem),
    onLine: (text) => output.line(text),
    onCounts: (counts) => {
      const { blank, carriers, continuations, problems } = counts;
      const lines = blank + carriers + continuations + problems;
      output.amounts({ ...lineAmounts(counts), lines });
    },
  };
}
