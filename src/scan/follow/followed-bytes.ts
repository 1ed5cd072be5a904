import { Buffer } from 'node:buffer';
import type { FollowStep } from '../../io/follow/follow-steps.ts';
import type { LineTarget } from '../../io/follow/follow.ts';
import type { Generation, Kept } from '../../io/follow/generation.ts';
import type { FastReader } from '../fast-reader.ts';
import type { FastRun } from '../fast-run.ts';
import type { ReadHooks } from '../hooks.ts';
import type { OpenInput } from '../open-input.ts';
import type { ReadPlan } from '../plan.ts';
import { readFollowed, replayNote, type FollowedSink } from './read-followed.ts';

const LINE_FEED = 0x0a;

/** Evaluates files and what is added to them with the fast engine. */
export async function scanFollowed(
  plan: ReadPlan,
  hooks: Pick<ReadHooks, 'signal' | 'checkpoint' | 'unread'>,
  run: FastRun,
): Promise<void> {
  const { summary } = run;
  const bytes = new FollowedBytes(run.reader);
  const sink: FollowedSink<void> = {
    target: bytes,
    take(step) {
      summary.read({ bytes: step.end - step.start });
      return bytes.take(step);
    },
    leave: () => bytes.leave(),
    input: (name) => summary.input(name),
    problem: (file, problem) => run.reader.problem(file, problem),
    amounts: (amounts) => summary.read(amounts),
    note: (text) => summary.note(text),
    bytes: (count) => run.bytes(count),
    settle: () => run.settle(),
  };
  await readFollowed(plan, hooks, sink);
  if (bytes.replays > 0) summary.note(replayNote(bytes.replays));
}

/**
 * Holds the lines of a step in the scanner's memory until it is known where they lie and whether a run that was
 * killed may have handed them over; then evaluates them.
 */
class FollowedBytes implements LineTarget<void> {
  /** Events that a run that was killed may have handed over. */
  replays = 0;
  readonly #reader: FastReader;
  readonly #readings = new Map<Generation, Reading>();
  #space: Buffer = Buffer.alloc(0);
  /** Bytes of the space with the end of the lines of this step. */
  #waiting = 0;
  /** True when the line of this step has no line feed. */
  #isLast = false;

  constructor(reader: FastReader) {
    this.#reader = reader;
  }

  begin(linesBefore: number, generation: Generation): void {
    this.#waiting = 0;
    this.#isLast = false;
    this.#reader.select(this.#readingOf(generation).input, linesBefore);
  }

  space(): Buffer {
    this.#space = this.#reader.space();
    return this.#space;
  }

  /** A part of a line is only kept; the end of lines ends the step too. */
  filled(bytes: number): void {
    if (this.#space.subarray(0, bytes).includes(LINE_FEED)) this.#waiting = bytes;
    else this.#reader.feed(bytes);
  }

  end(): void {
    this.#isLast = true;
  }

  /** Evaluates the lines of a step, and writes nothing down of those that follow. */
  take(step: FollowStep<void>): Kept | undefined {
    const { generation } = step;
    const reading = this.#readingOf(generation);
    if (step.ended) {
      this.#reader.close(reading.input);
      this.#readings.delete(generation);
      return undefined;
    }
    reading.next();
    if (this.#isLast) this.#lastLine(reading, step);
    else this.#lines(reading, step);
    this.#isLast = false;
    this.#waiting = 0;
    return reading.keptAfter(step);
  }

  leave(): void {
    for (const { input } of this.#readings.values()) this.#reader.leave(input);
  }

  #readingOf(generation: Generation): Reading {
    let reading = this.#readings.get(generation);
    if (reading === undefined) {
      reading = new Reading(generation, this.#reader);
      this.#readings.set(generation, reading);
    }
    return reading;
  }

  #lastLine(reading: Reading, { end, replayed }: FollowStep<void>): void {
    // The scanner puts a line feed behind it.
    reading.scanned = end + 1;
    this.#evaluate(replayed > 0, () => this.#reader.end());
  }

  /** Lines that start among the replayed bytes are marked; the others come behind them. */
  #lines(reading: Reading, { start, end, replayed }: FollowStep<void>): void {
    const bytes = this.#space.subarray(0, this.#waiting);
    const behind = bytes.lastIndexOf(LINE_FEED) + 1;
    // Position of the first of the bytes.
    const origin = end - behind;
    let cut = 0;
    if (replayed > 0) {
      const last = Math.max(0, start + replayed - 1 - origin);
      cut = last >= behind ? bytes.length : bytes.indexOf(LINE_FEED, last) + 1;
    }
    if (cut === 0) {
      reading.scanned = end;
      this.#evaluate(false, () => this.#reader.feed(bytes.length));
      return;
    }
    // The scanner writes behind what it is fed.
    const rest = Buffer.from(bytes.subarray(cut));
    reading.scanned = cut < behind ? origin + cut : end;
    this.#evaluate(true, () => this.#reader.feed(cut));
    for (let at = 0; at < rest.length;) {
      const space = this.#reader.space();
      const part = rest.subarray(at, at + space.length);
      space.set(part);
      reading.scanned = origin + cut + at + part.lastIndexOf(LINE_FEED) + 1;
      this.#evaluate(false, () => this.#reader.feed(part.length));
      at += part.length;
    }
  }

  #evaluate(isReplayed: boolean, feed: () => void): void {
    const { events } = this.#reader;
    this.#reader.isReplayed = isReplayed;
    feed();
    this.#reader.pause();
    if (isReplayed) this.replays += this.#reader.events - events;
  }
}

/** One generation, and behind which of its lines a restart may go on. */
class Reading {
  readonly input: OpenInput;
  /** Position behind the lines that are scanned together. */
  scanned = 0;
  readonly #generation: Generation;
  /** The last line of the step before which no record was unfinished. */
  #kept: Kept | undefined;
  /** Events that an earlier run has handed over. */
  #skip: number;
  /** Events of the decoder since the last place where a restart may go on. */
  #events = 0;

  constructor(generation: Generation, reader: FastReader) {
    this.#generation = generation;
    this.#skip = generation.kept.events;
    const { name } = generation;
    this.input = reader.open(name, {
      // Those events are of the decoder, and it tells them again.
      holdsNext: () => this.#skip > 0,
      onLine: (line, left) => {
        if (this.input.decoder.pending) return;
        this.#kept = { position: this.scanned - left, line, events: 0, unended: false };
        this.#events = 0;
      },
      onEvent: (event) => {
        this.#events++;
        if (this.#skip > 0) this.#skip--;
        else reader.decoded(event, name);
      },
    });
  }

  /** Another step starts. */
  next(): void {
    this.#kept = undefined;
  }

  /** Where a restart goes on when what came out of a step is written. */
  keptAfter({ end, lines, unended }: FollowStep<void>): Kept {
    if (this.input.decoder.pending) {
      return { ...(this.#kept ?? this.#generation.kept), events: this.#events };
    }
    this.#events = 0;
    const line = this.#generation.line + lines;
    return { position: end, line, events: 0, unended };
  }
}
