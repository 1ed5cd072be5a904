import type { Evaluation } from '../evaluation.ts';
import type { ScanHooks, ScanResult } from '../hooks.ts';
import { mergeByTime } from '../../io/merge.ts';
import { lateNote } from '../merge/input-parts.ts';
import { isMerged, type ReadPlan } from '../plan.ts';
import { RangeTotals } from '../threads/range-totals.ts';
import { KnownError } from '../../util/errors.ts';
import { leftOutNotes } from './partial.ts';
import type { PlacedStep, Recorded, RecordedInput, RecordedStep } from '../recorded.ts';

/** Steps that are handed over before slow readers of the output are waited for. */
const BATCH = 256;

/**
 * Hands over what was recorded, as a scan of the inputs would.
 *
 * @param evaluation of the plan with which the parts were scanned
 * @throws KnownError with file and line where a part holds what these rules cannot have made
 */
export async function replayScan(
  plan: ReadPlan,
  evaluation: Evaluation,
  recorded: Recorded,
  hooks: ScanHooks,
): Promise<ScanResult> {
  const start = hooks.now();
  const totals = new RangeTotals(plan, evaluation, hooks);
  const { inputs } = recorded;
  const rules = new Set(evaluation.engine.rules.map(({ name }) => name));
  let late = 0;
  const batches = isMerged(plan) ? byTime(inputs, totals, () => late++) : oneByOne(inputs, totals);
  for await (const batch of batches) {
    if (hooks.signal.aborted) {
      totals.summary.interrupt();
      break;
    }
    for (const { step, place } of batch) {
      try {
        take(totals, step, evaluation, rules);
      } catch (error) {
        // Each line is checked when it is read; what it says may still fit no rule, which a forger can contrive.
        if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
        throw new KnownError('input', `${place}: the rules cannot have found this`);
      }
    }
    totals.progress();
    await hooks.settle();
  }
  for (const note of [lateNote(late), ...leftOutNotes(recorded.leftOut)]) {
    if (note !== undefined) totals.summary.note(note);
  }
  return totals.result(hooks.now() - start);
}

/** One input behind the other. */
async function* oneByOne(
  inputs: readonly RecordedInput[],
  totals: RangeTotals,
): AsyncGenerator<readonly PlacedStep[]> {
  for (const input of inputs) {
    totals.input(input.name);
    yield* batchesOf(input);
  }
}

/** All inputs in the order of the times of what was found (`--sort time`). */
function byTime(
  inputs: readonly RecordedInput[],
  totals: RangeTotals,
  onDisorder: () => void,
): AsyncGenerator<readonly PlacedStep[]> {
  for (const { name } of inputs) totals.input(name);
  const merged = inputs.map((input) => {
    // Amounts have no time: they come behind what they are of.
    let time = input.first ?? 0n;
    return {
      start: time,
      async *open(): AsyncGenerator<readonly TimedStep[]> {
        for (const batch of batchesOf(input)) {
          yield batch.map((placed) => {
            if (placed.step.kind === 'event') ({ time } = placed.step);
            return { ...placed, time };
          });
        }
      },
    };
  });
  return mergeByTime<TimedStep>(merged, ({ time }) => time, onDisorder);
}

interface TimedStep extends PlacedStep {
  readonly time: bigint;
}

function* batchesOf(input: RecordedInput): Generator<readonly PlacedStep[]> {
  let batch: PlacedStep[] = [];
  for (const placed of input.steps()) {
    batch.push(placed);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

function take(
  totals: RangeTotals,
  step: RecordedStep,
  evaluation: Evaluation,
  rules: ReadonlySet<string>,
): void {
  if (step.kind === 'event') {
    if (step.findings.some(({ rule }) => !rules.has(rule))) throw new RangeError('rule');
    totals.fired(step.time, step.findings);
  } else {
    const { counters, ignored } = step.amounts;
    if (counters.length > (evaluation.counters?.length ?? 0)) throw new RangeError('counters');
    if (ignored.length > 0 && evaluation.suppressor === undefined) throw new RangeError('ignored');
    totals.add(step.amounts);
  }
}
