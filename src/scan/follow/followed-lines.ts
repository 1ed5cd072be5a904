import type { DecodedEvent, DecodeSink, RecordDecoder } from '../../events/decoded.ts';
import { lineText } from '../../events/text/line-bytes.ts';
import type { FollowStep } from '../../io/follow/follow-steps.ts';
import type { LineTarget } from '../../io/follow/follow.ts';
import type { Generation, Kept } from '../../io/follow/generation.ts';
import { eachLine, LineBuffer, type LineBlock } from '../../io/lines.ts';
import { lineAmounts } from '../line-amounts.ts';
import type { FollowedSink } from './read-followed.ts';

/** Where the reference engine's reading of followed files leads. */
export interface FollowedOutput extends Pick<
  FollowedSink<never>,
  'input' | 'problem' | 'amounts' | 'note' | 'bytes' | 'settle'
> {
  decoder(): RecordDecoder;
  /** @param replayed true when a run that was killed may have handed it over already */
  event(event: DecodedEvent, file: string, replayed: boolean): void;
  /** Takes each line before it is decoded. */
  line(text: string): void;
}

type Block = LineBlock | undefined;

/** Decodes every line of followed files. */
export function followedLines(output: FollowedOutput, maxLine: number): FollowedSink<Block> {
  const readings = new Map<Generation, Reading>();
  // Lines of one generation are whole when those of another come: one buffer is enough.
  let current = '';
  const lines = new LineBuffer({
    maxLine,
    onLongLine: (line) => {
      output.amounts({ lines: 1, problemLines: 1 });
      output.problem(current, { reason: 'line-too-long', line });
    },
  });
  const target: LineTarget<Block> = {
    begin(linesBefore, { name }) {
      current = name;
      lines.begin(linesBefore);
    },
    space: () => lines.space(),
    filled: (bytes) => lines.filled(bytes),
    end: () => lines.end(),
  };
  return {
    ...output,
    target,
    take(step) {
      const { generation } = step;
      let reading = readings.get(generation);
      if (reading === undefined) {
        reading = new Reading(generation, output, maxLine);
        readings.set(generation, reading);
      }
      if (step.ended) readings.delete(generation);
      return reading.take(step);
    },
    leave() {
      for (const reading of readings.values()) reading.leave();
    },
  };
}

/** Decodes the lines of one generation, and knows behind which of them a restart may go on. */
class Reading {
  readonly #generation: Generation;
  readonly #sink: FollowedOutput;
  readonly #maxLine: number;
  readonly #decoder: RecordDecoder;
  readonly #decoded: DecodeSink;
  /** Events that an earlier run has handed over. */
  #skip: number;
  /** Events since the last place where a restart may go on. */
  #events = 0;
  #isReplayed = false;

  constructor(generation: Generation, sink: FollowedOutput, maxLine: number) {
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
          const text = lineText(block.buffer, start, end);
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
