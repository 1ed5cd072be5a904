import { BlindSpots } from '../engine/blind.ts';
import { SummaryBuilder } from '../engine/summary.ts';
import { describeInput } from '../events/decode/describe.ts';
import { feedInput } from '../io/read-input.ts';
import type { Evaluation } from './evaluation.ts';
import { FastReader } from './fast-reader.ts';
import type { ScanHooks, ScanResult } from './hooks.ts';
import type { ReadPlan } from './plan.ts';

/**
 * Scans as the reference engine does, with the same findings and counts, but most lines are decided in
 * WebAssembly without being parsed.
 */
export async function fastScan(
  plan: ReadPlan,
  evaluation: Evaluation,
  hooks: ScanHooks,
): Promise<ScanResult> {
  const start = hooks.now();
  const summary = new SummaryBuilder();
  const blind = new BlindSpots();
  const reader = new FastReader(plan, evaluation, {
    blind,
    input: (name) => summary.input(name),
    evaluated(time, findings) {
      const counted =
        findings.length === 0 ? findings : findings.filter((finding) => hooks.finding(finding));
      summary.event(time, counted);
    },
    wanted(event) {
      summary.event(event.time, []);
      hooks.wanted!(event);
    },
  });
  let read = 0;
  for (const { path, reason, detail } of plan.sourceProblems) {
    reader.problem(path, { reason, line: 0, detail });
  }
  for (const source of plan.sources) {
    if (hooks.signal.aborted) break;
    summary.input(source.name);
    reader.begin(source.name);
    const feed = feedInput(
      source,
      {
        onProblem: (problem) => reader.problem(reader.file, problem),
        onBytes: (bytes) => {
          read += bytes;
        },
        signal: hooks.signal,
      },
      reader,
    );
    for await (const _ of feed) {
      hooks.progress(read, reader.events);
      await hooks.settle();
    }
    reader.finish(hooks.signal.aborted);
  }
  if (hooks.signal.aborted) summary.interrupt();
  const { summary: rest, events, unread, faults, duplicates, firstLines } = reader.take();
  summary.merge(rest.build(0));
  return {
    summary: summary.build(hooks.now() - start),
    blind,
    unread,
    faults,
    duplicates,
    looksLike: events === 0 && firstLines !== undefined ? describeInput(firstLines) : undefined,
  };
}
