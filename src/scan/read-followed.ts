import type { ReadAmounts } from '../engine/read-amounts.ts';
import { lineAmounts } from './line-amounts.ts';
import type { DecodedEvent, DecodeSink, RecordDecoder } from '../events/decoded.ts';
import type { Problem } from '../events/problems.ts';
import type { FollowStep } from '../io/follow/follow-steps.ts';
import { followFiles } from '../io/follow/follow.ts';
import { followedFiles } from '../io/follow/followed-files.ts';
import type { Generation, Kept } from '../io/follow/generation.ts';
import { eachLine, LineBuffer, type LineBlock } from '../io/lines.ts';
import type { ReadHooks } from './hooks.ts';
import type { ReadPlan } from './plan.ts';

/** What becomes of what is read from followed files. */
export interface FollowedSink {
  decoder(): RecordDecoder;
  /** @param replayed true when a run that was killed may have handed it over already */
  event(event: DecodedEvent, file: string, replayed: boolean): void;
  problem(file: string, problem: Problem): void;
  /** Takes each line before it is decoded. */
  line(text: string): void;
  amounts(amounts: Partial<ReadAmounts>): void;
  note(text: string): void;
  /** Takes bytes as they are read. */
  bytes(count: number): void;
  /** Told when lines have been decoded; what they led to is written out when it resolves. */
  settle(): Promise<void>;
}

/** Milliseconds after which nobody writes to a rotated file any more. */
const ROTATE_WAIT = 5000;

/** Reads files and what is added to them; see {@link followFiles}. */
export async function readFollowed(
  plan: ReadPlan,
  hooks: Pick<ReadHooks, 'signal' | 'checkpoint'>,
  sink: FollowedSink,
): Promise<void> {
  const { maxEventSize, follow, rotateWait = ROTATE_WAIT, sources } = plan;
  const { checkpoint } = hooks;
  const readings = new Map<Generation, Reading>();
  // Lines of one generation are whole when those of another come: one buffer is enough.
  let current = '';
  const target = new LineBuffer({
    maxLine: maxEventSize,
    onLongLine: (line) => {
      sink.amounts({ lines: 1, problemLines: 1 });
      sink.problem(current, { reason: 'line-too-long', line });
    },
  });
  const steps = followFiles(
    followedFiles(sources),
    {
      signal: hooks.signal,
      once: follow !== true,
      rotateWait,
      maxEventSize,
      checkpoint,
      onProblem: (file, problem) => {
        // The line is in no block.
        if (problem.reason === 'cut-line' || problem.reason === 'unfinished-line') {
          sink.amounts({ lines: 1, problemLines: 1 });
        }
        sink.problem(file, problem);
      },
      onNote: (text) => sink.note(text),
      onBytes: (count) => sink.bytes(count),
      now: () => Date.now(),
    },
    target,
  );
  for await (const step of steps) {
    const { generation } = step;
    current = generation.name;
    let reading = readings.get(generation);
    if (reading === undefined) {
      reading = new Reading(generation, sink, maxEventSize);
      readings.set(generation, reading);
    }
    const kept = reading.take(step);
    if (step.ended) readings.delete(generation);
    await sink.settle();
    if (hooks.signal.aborted && hooks.signal.reason === 'closed') break;
    if (kept !== undefined) generation.kept = kept;
  }
  for (const reading of readings.values()) reading.leave();
}

/** Decodes the lines of one generation, and knows behind which of them a restart may go on. */
class Reading {
  readonly #generation: Generation;
  readonly #sink: FollowedSink;
  readonly #maxLine: number;
  readonly #decoder: RecordDecoder;
  readonly #decoded: DecodeSink;
  /** Events that an earlier run has handed over. */
  #skip: number;
  /** Events since the last place where a restart may go on. */
  #events = 0;
  #isReplayed = false;

  constructor(generation: Generation, sink: FollowedSink, maxLine: number) {
    this.#generation = generation;
    this.#sink = sink;
    this.#maxLine = maxLine;
    this.#decoder = sink.decoder();
    this.#skip = generation.kept.events;
    const { name } = generation;
    this.#decoded = {
      event: (event) => {
        this.#events++;
        if (this.#skip > 0) this.#skip--;
        else sink.event(event, name, this.#isReplayed);
      },
      problem: (problem) => sink.problem(name, problem),
    };
  }

  /** @returns where a restart goes on when what came out of the step is written */
  take(step: FollowStep<LineBlock | undefined>): Kept | undefined {
    if (step.ended) {
      this.#decoder.end(this.#decoded);
      this.leave();
      return undefined;
    }
    const { answer: block } = step;
    this.#sink.amounts({ bytes: step.end - step.start });
    let kept: Kept | undefined;
    if (block !== undefined) {
      eachLine(
        block,
        this.#maxLine,
        (start, end, line) => {
          const position = step.end - (block.end - start);
          if (!this.#decoder.pending) {
            kept = { position, line, events: 0, unended: false };
            this.#events = 0;
          }
          this.#isReplayed = position < step.start + step.replayed;
          const text = block.buffer.toString('utf8', start, end);
          this.#sink.line(text);
          this.#decoder.line(text, line, this.#decoded);
        },
        (line) => {
          this.#sink.amounts({ problemLines: 1 });
          this.#decoded.problem({ reason: 'line-too-long', line });
        },
      );
      this.#sink.amounts({ lines: block.lines });
    }
    if (this.#decoder.pending) {
      const from = kept ?? this.#generation.kept;
      return { ...from, events: this.#events };
    }
    this.#events = 0;
    const line = this.#generation.line + step.lines;
    return { position: step.end, line, events: 0, unended: step.unended };
  }

  /** Counts what is not counted yet; what is not at its end is left. */
  leave(): void {
    this.#sink.amounts(lineAmounts(this.#decoder.counts));
  }
}
