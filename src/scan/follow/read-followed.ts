// Room scan/follow: files that grow, through either engine; what a step came to is known before the next is read.
// Door: read-followed.ts (the loop and its sink), followed-lines.ts for the reference engine, followed-bytes.ts for the
// fast one.
// Neighbours: uses io/follow, which reads; ../read-events.ts and ../fast-scan.ts start it.
// Inside: both sinks say behind which line a restart goes on, and which events an earlier run may have handed over.

import { performance } from 'node:perf_hooks';
import type { ReadAmounts } from '../../engine/read-amounts.ts';
import type { Problem } from '../../events/problems.ts';
import type { FollowStep } from '../../io/follow/follow-steps.ts';
import { followFiles, type LineTarget } from '../../io/follow/follow.ts';
import { followedFiles } from '../../io/follow/followed-files.ts';
import type { Kept } from '../../io/follow/generation.ts';
import { expandSources } from '../../io/sources.ts';
import type { ReadHooks } from '../hooks.ts';
import type { ReadPlan } from '../plan.ts';

/** What becomes of what is read from followed files. */
export interface FollowedSink<T> {
  /** Takes lines; what it does with them waits for {@link take}. */
  readonly target: LineTarget<T>;
  /**
   * Evaluates the lines that the target took last, or ends their generation.
   *
   * @returns where a restart goes on when what came out of the step is written
   */
  take(step: FollowStep<T>): Kept | undefined;
  /** Counts what is not counted yet of generations that are not at their end. */
  leave(): void;
  /** Told of each input; of one that is not there yet, once it is. */
  input(name: string): void;
  problem(file: string, problem: Problem): void;
  amounts(amounts: Partial<ReadAmounts>): void;
  note(text: string): void;
  /** Takes bytes as they are read. */
  bytes(count: number): void;
  /** Told after each step; what it led to is written out when it resolves. */
  settle(): Promise<void>;
}

/** Milliseconds after which nobody writes to a rotated file any more. */
const ROTATE_WAIT = 5000;

/** Reads files and what is added to them; see {@link followFiles}. */
export async function readFollowed<T>(
  plan: ReadPlan,
  hooks: Pick<ReadHooks, 'signal' | 'checkpoint' | 'unread'>,
  sink: FollowedSink<T>,
): Promise<void> {
  const { signal, checkpoint } = hooks;
  const { maxEventSize, follow, rotateWait = ROTATE_WAIT, sources, sourceProblems } = plan;
  const tell: NonNullable<ReadHooks['unread']> = (...problem) => {
    if (follow === true) hooks.unread?.(...problem);
  };
  for (const { path, reason, detail } of sourceProblems) tell(path, reason, detail);
  const awaited = new Set<string>();
  for (const { name, isAwaited } of sources) {
    if (isAwaited !== true) {
      sink.input(name);
      continue;
    }
    awaited.add(name);
    tell(name, 'missing', 'it is read once it is there');
  }
  const steps = followFiles(
    followedFiles(sources),
    {
      signal,
      once: follow !== true,
      rotateWait,
      maxEventSize,
      checkpoint,
      onProblem: (file, problem) => {
        // The line was not handed over.
        if (problem.reason === 'cut-line' || problem.reason === 'unfinished-line') {
          sink.amounts({ lines: 1, problemLines: 1 });
        }
        if (problem.reason === 'unreadable') tell(file, problem.reason, problem.detail);
        sink.problem(file, problem);
      },
      onNote: (text) => sink.note(text),
      onBytes: (count) => sink.bytes(count),
      now: () => performance.now(),
      date: () => Date.now(),
    },
    sink.target,
  );
  for await (const step of steps) {
    const { name } = step.generation;
    if (awaited.delete(name)) sink.input(name);
    const kept = sink.take(step);
    await sink.settle();
    if (signal.aborted && signal.reason === 'closed') break;
    if (kept !== undefined) step.generation.kept = kept;
  }
  for (const name of awaited) {
    const [problem] = expandSources([name]).problems;
    if (problem === undefined) sink.input(name);
    else sink.problem(name, { reason: problem.reason, line: 0, detail: problem.detail });
  }
  sink.leave();
}

/** What a user is told of events that a run that was killed may have handed over. */
export function replayNote(events: number): string {
  return (
    `${events} ${events === 1 ? 'event' : 'events'} may have been reported before: the run that wrote the ` +
    'checkpoint was killed; their findings say so (replayed)'
  );
}
