import { feedInput } from '../io/read-input.ts';
import type { Evaluation } from './evaluation.ts';
import { FastRun } from './fast-run.ts';
import type { ScanHooks, ScanResult } from './hooks.ts';
import type { InputParts } from './merge/input-parts.ts';
import { isMerged, type ReadPlan } from './plan.ts';

/**
 * Scans as the reference engine does, with the same findings and counts, but most lines are decided in
 * WebAssembly without being parsed.
 */
export async function fastScan(
  plan: ReadPlan,
  evaluation: Evaluation,
  hooks: ScanHooks,
): Promise<ScanResult> {
  const { signal } = hooks;
  const run = new FastRun(plan, evaluation, hooks);
  const { follow, checkpoint } = plan;
  let parts: InputParts | undefined;
  if (hooks.bodies !== undefined) {
    const { scanBodies } = await import('./scan-bodies.ts');
    await scanBodies(hooks.bodies, run);
    if (hooks.state !== undefined) hooks.state.repeats = run.reader.repeats();
  } else if (follow === true || checkpoint !== undefined) {
    const { scanFollowed } = await import('./follow/followed-bytes.ts');
    await scanFollowed(plan, hooks, run);
  } else if (isMerged(plan)) {
    const { scanMerged } = await import('./merge/merged-bytes.ts');
    parts = await scanMerged(plan, hooks, run);
  } else {
    await inOrder(plan, hooks, run);
  }
  // Following ends by a signal: that is its regular end.
  if (signal.aborted && follow !== true) run.summary.interrupt();
  return run.end(parts);
}

/** One input after the other. */
async function inOrder({ sources }: ReadPlan, { signal }: ScanHooks, run: FastRun): Promise<void> {
  const { reader, summary } = run;
  for (const source of sources) {
    if (signal.aborted) break;
    summary.input(source.name);
    reader.begin(source.name);
    const feed = feedInput(
      source,
      {
        onProblem: (problem) => reader.problem(reader.file, problem),
        onBytes: (bytes) => run.bytes(bytes),
        signal,
      },
      reader,
    );
    for await (const _ of feed) await run.settle();
    reader.finish(signal.aborted);
  }
}
