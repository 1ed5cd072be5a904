import { Buffer } from 'node:buffer';
import { setImmediate } from 'node:timers/promises';
import { lostBytes } from '../regular-file.ts';
import { bytesAt, factsAt, factsOfOpen } from './disk.ts';
import type { FollowOptions, FollowStep } from './follow-steps.ts';
import type { Generation } from './generation.ts';
import { hasMoved, mayHaveCopies } from './has-moved.ts';
import {
  cutLine,
  endStep,
  fateOf,
  leftNote,
  passLine,
  restNotes,
  stageOf,
  takeLine,
  unfinishedLine,
} from './last-line.ts';
import { isDue, mayGoOn, readToEnd, type PackedEnd } from './packed/packed-end.ts';
import type { FilePool } from './pool.ts';
import { isUnchanged, readLines, type LineTarget, type Taken } from './read-lines.ts';
import { finish, openGenerations, reconcile, type Track, type TrackHooks } from './track.ts';
import { isClosed } from './wait.ts';
import { errorCode } from '../../util/errors.ts';

/** Bytes of a file at a time, so that each gets its turn. */
const TURN_BYTES = 8 * 1024 * 1024;
/** Bytes of a file that are still read after the signal. */
const LAST_BYTES = 16 * 1024 * 1024;
/** Times that a file may change while it is looked at, before others get their turn. */
const MAX_CHANGES = 20;

/** Times in a look that the directory is looked at again before a new file is started. */
const MAX_RECHECKS = 3;

/** Why a look at a track ends: all is read; there is more; or a checkpoint has to be written before. */
export type LookEnd = 'quiet' | 'more' | 'wait';

/** Reads what is new in the files of tracks. */
export class TrackReader<T> {
  readonly #options: FollowOptions;
  readonly #target: LineTarget<T>;
  readonly #pool: FilePool;
  /** Generations that have come to their end, to be told of. */
  #ended: Generation[] = [];
  /** How compressed files ended that may be written still. */
  readonly #packedEnds = new WeakMap<Generation, PackedEnd>();
  readonly #hooks: TrackHooks;

  constructor(options: FollowOptions, target: LineTarget<T>, pool: FilePool) {
    this.#options = options;
    this.#target = target;
    this.#pool = pool;
    this.#hooks = {
      now: options.now,
      cut: (generation, bytes) => options.onProblem(generation.name, cutLine(generation, bytes)),
      lost: (generation, bytes) => {
        const problem = lostBytes(generation, bytes);
        options.onProblem(generation.name, problem);
        // Of problems the summary has only a few examples.
        options.onNote(`${generation.name}: lost ${problem.detail}`);
      },
      ended: (generation) => this.#ended.push(generation),
    };
  }

  /** Finds out what the files of a track are; false when that has to be done again. */
  async find(track: Track): Promise<boolean> {
    return reconcile(track, this.#pool, this.#options.rotateWait, this.#hooks);
  }

  /**
   * Looks at a track and reads what is new.
   *
   * @param last true for the last look
   */
  async *look(track: Track, last: boolean): AsyncGenerator<FollowStep<T>, LookEnd> {
    const { once } = this.#options;
    let end: LookEnd = 'quiet';
    let left = once ? Infinity : last ? LAST_BYTES : TURN_BYTES;
    let moved = last || hasMoved(track);
    for (let changes = 0; changes < MAX_CHANGES && !track.failed; changes++) {
      if (moved && !(await this.find(track))) break;
      yield* this.#endings();
      moved = false;
      end = 'quiet';
      for (const generation of openGenerations(track)) {
        // A few times a look only: names may change all the time.
        moved = changes < MAX_RECHECKS && mayHaveCopies(track, generation);
        if (moved) break;
        const read = generation.packed
          ? yield* this.#packed(track, generation, last)
          : yield* this.#read(track, generation, left);
        left -= read.bytes;
        if (read.end === 'changed') moved = true;
        else if (read.end !== 'quiet') end = read.end;
        if (read.end !== 'quiet') break;
        if (!generation.packed) yield* this.#retire(track, generation, last);
      }
      if (!moved) break;
    }
    if (end === 'more' && last && !once) {
      for (const note of restNotes(openGenerations(track))) this.#options.onNote(note);
      end = 'quiet';
    }
    yield* this.#endings();
    return moved ? 'more' : end;
  }

  async *#read(
    track: Track,
    generation: Generation,
    left: number,
  ): AsyncGenerator<FollowStep<T>, { bytes: number; end: 'quiet' | 'changed' | LookEnd }> {
    const { now, signal, onBytes } = this.#options;
    let bytes = 0;
    try {
      if (isUnchanged(generation, this.#pool)) return { bytes, end: 'quiet' };
      for (;;) {
        const fd = this.#pool.get(generation);
        if (fd === undefined) return { bytes, end: 'changed' };
        const { seen } = generation;
        const lines = readLines(fd, generation, this.#target, track.allowed);
        let step = lines.next();
        while (step.done !== true) {
          onBytes(step.value.end - step.value.start);
          bytes += step.value.end - step.value.start;
          yield this.#step(track, generation, step.value);
          step = lines.next();
        }
        if (generation.seen > seen) generation.quietSince = now();
        const end = step.value;
        if (end !== 'more') return { bytes, end };
        // Signals are heard between turns of the event loop only.
        await setImmediate();
        if (bytes >= left || (signal.aborted && left > LAST_BYTES)) return { bytes, end };
        if (isClosed(signal)) return { bytes, end };
      }
    } catch (error) {
      const code = errorCode(error);
      this.#pool.close(generation);
      // A file of a network file system that was replaced there.
      if (code === 'ESTALE') return { bytes, end: 'changed' };
      this.#options.onProblem(generation.name, { reason: 'unreadable', line: 0, detail: code });
      track.failed = true;
      return { bytes, end: 'quiet' };
    }
  }

  /** Reads a compressed file; what is wrong at its end is told once that is the end. */
  async *#packed(
    track: Track,
    generation: Generation,
    last: boolean,
  ): AsyncGenerator<FollowStep<T>, { bytes: number; end: 'quiet' | 'changed' }> {
    const { now, onProblem } = this.#options;
    const facts = factsAt(generation.path);
    if (facts === undefined || facts.id !== generation.id) return { bytes: 0, end: 'changed' };
    let end = this.#packedEnds.get(generation);
    if (end === undefined || isDue(end, facts, now(), last)) {
      const lines = readToEnd(generation, this.#target, this.#options, facts);
      let step = await lines.next();
      while (step.done !== true) {
        yield this.#step(track, generation, step.value);
        step = await lines.next();
      }
      end = step.value;
      if (end === undefined) return { bytes: 0, end: 'quiet' };
      this.#packedEnds.set(generation, end);
      generation.quietSince = now();
    }
    const stage = stageOf(generation, last, this.#options);
    if (stage === 'open' && mayGoOn(end)) return { bytes: 0, end: 'quiet' };
    for (const problem of end.problems) onProblem(generation.name, problem);
    yield* this.#lastLine(track, generation, end.rest, stage !== 'left');
    this.#packedEnds.delete(generation);
    finish(generation, this.#pool, this.#hooks);
    return { bytes: 0, end: 'quiet' };
  }

  /** Is done with a rotated file that nobody writes to any more, and with all of them in the end. */
  async *#retire(
    track: Track,
    generation: Generation,
    last: boolean,
  ): AsyncGenerator<FollowStep<T>> {
    const { once, checkpoint, signal } = this.#options;
    if (generation.state === 'done' || track.failed || isClosed(signal)) return;
    if (once && signal.aborted) return;
    const stage = stageOf(generation, last, this.#options);
    if (stage === 'open') return;
    const fd = this.#pool.get(generation);
    if (fd === undefined) return;
    const size = Math.min(generation.seen, factsOfOpen(fd).size);
    const rest = Math.min(size - generation.position, this.#options.maxEventSize + 2);
    const bytes = bytesAt(fd, generation.position, rest);
    yield* this.#lastLine(track, generation, bytes, stage === 'ended');
    if (stage === 'ended' || checkpoint === undefined) {
      finish(generation, this.#pool, this.#hooks);
    }
  }

  async *#lastLine(
    track: Track,
    generation: Generation,
    bytes: Buffer,
    hasEnded: boolean,
  ): AsyncGenerator<FollowStep<T>> {
    const fate = fateOf(bytes, this.#options.maxEventSize, hasEnded);
    if (fate === 'cut') {
      this.#hooks.cut(generation, bytes.length);
      // Of a compressed file that is written still, the line is read when it is whole.
      if (!generation.packed) generation.position += bytes.length;
    } else if (fate === 'unfinished') {
      // With a checkpoint it is the next run's line, and none of this one.
      if (this.#options.checkpoint !== undefined) this.#options.onNote(leftNote(generation, bytes));
      else this.#options.onProblem(generation.name, unfinishedLine(generation, bytes));
    } else if (fate === 'line') {
      const taken = takeLine(generation, bytes, this.#target);
      this.#options.onBytes(bytes.length);
      yield this.#step(track, generation, taken);
      passLine(generation, bytes);
    }
  }

  #step(track: Track, generation: Generation, taken: Taken<T>): FollowStep<T> {
    const bytes = taken.end - taken.start;
    const replayed = Math.min(track.replay, bytes);
    track.replay -= replayed;
    track.allowed -= bytes;
    track.read += bytes;
    return { ...taken, generation, replayed, ended: false };
  }

  *#endings(): Generator<FollowStep<T>> {
    const ended = this.#ended;
    this.#ended = [];
    for (const generation of ended) yield endStep(generation);
  }
}
