import { setImmediate } from 'node:timers/promises';
import { BlindSpots } from '../../engine/blind.ts';
import type { Problem } from '../../events/problems.ts';
import { feedInput, type ByteTarget } from '../../io/read-input.ts';
import { feedRange } from '../../io/read-range.ts';
import { errorCode, toldFailure } from '../../util/errors.ts';
import type { Evaluation } from '../evaluation.ts';
import { FastReader } from '../fast-reader.ts';
import type { LinePlan } from '../reader-output.ts';
import type { FromWorker, Job, ScannedAmounts, ToWorker, WorkerThread } from './contract.ts';
import { OpenEventList } from './open-events.ts';

/** Bytes of open events in one message. */
const PART_SIZE = 256 * 1024;
/** Bytes of messages that may wait to be judged; then the worker waits too. */
const SIZE_AHEAD = 8 * 1024 * 1024;
/** Bytes of input after which a job reports its amounts, so that its counts stay small however long it is. */
const AMOUNTS_EVERY = 64 * 1024 * 1024;
/** Bytes of events that are scanned at a time when they are listed. */
const LISTED_BYTES = 1024 * 1024;
/** Assumed bytes of amounts in a message. */
const AMOUNTS_SIZE = 64 * 1024;

/** Scans what jobs ask for, in their order; whoever asks judges the events that rules leave open. */
export class RangeWorker {
  readonly #evaluation: Evaluation;
  readonly #listsEvents: boolean;
  readonly #post: (message: FromWorker) => void;
  readonly #reader: FastReader;
  readonly #dropped = new Set<number>();
  #stopped = false;
  readonly #open = new OpenEventList();
  #ahead = 0;
  #wake: (() => void) | undefined;
  #last: Promise<void> = Promise.resolve();
  /** Bytes of the input, and their expanded size, since the amounts were told. */
  #read = 0;
  #filled = 0;
  #noted: Uint32Array[] = [];
  /** @param evaluation belongs to this worker alone, which resets its counters */
  constructor(plan: LinePlan, evaluation: Evaluation, post: (message: FromWorker) => void) {
    this.#evaluation = evaluation;
    this.#listsEvents = plan.duplicates === 'count';
    this.#post = post;
    this.#reader = new FastReader(plan, evaluation, {
      blind: new BlindSpots(),
      listsEvents: true,
      open: (text, time, origin) => this.#open.add(text, time, origin),
    });
  }

  /** Takes a message of the main thread. */
  receive(message: ToWorker): void {
    switch (message.kind) {
      case 'taken': {
        this.#ahead -= message.size;
        break;
      }
      case 'drop': {
        this.#dropped.add(message.id);
        break;
      }
      default: {
        this.#last = this.#last
          .then(() => this.#run(message))
          .catch((error: unknown) => this.#post({ kind: 'failed', ...toldFailure(error) }));
        return;
      }
    }
    this.#goOn();
  }

  /** Gives up all jobs; resolves when nothing is worked on any more. */
  stop(): Promise<void> {
    this.#stopped = true;
    this.#goOn();
    return this.#last;
  }

  #goOn(): void {
    this.#wake?.();
    this.#wake = undefined;
  }

  #isDropped(id: number): boolean {
    return this.#stopped || this.#dropped.has(id);
  }

  async #run(job: Job): Promise<void> {
    // However small jobs are, messages are heard between them.
    await setImmediate();
    const { id } = job;
    const reader = this.#reader;
    const file = job.kind === 'range' ? job.file : job.source.name;
    reader.begin(file, job.kind === 'range' ? job.memory : undefined);
    const reached = this.#isDropped(id) ? Infinity : await this.#feed(job);
    const { memory } = reader;
    reader.finish();
    // The last line may lack its end, and an event may have come to light with it.
    if (this.#listsEvents) this.#noted.push(reader.takeNoted());
    await this.#flush(job);
    // A dropped job leaves no trace in the amounts of the next one.
    const amounts = this.#amounts();
    this.#open.clear();
    this.#dropped.delete(id);
    if (!this.#stopped) this.#post({ kind: 'end', id, reached, memory, amounts });
  }

  /** @returns where it ended, as in JobEnd */
  async #feed(job: Job): Promise<number> {
    const onProblem = (problem: Problem): void => this.#reader.problem(this.#reader.file, problem);
    const onBytes = (bytes: number): void => {
      this.#read += bytes;
    };
    const feed =
      job.kind === 'range'
        ? feedRange(job.fd, job, this.#target(onBytes), {
            holdsNext: () => this.#reader.holdsNext,
            onProblem,
          })
        : feedInput(job.source, { onProblem, onBytes }, this.#target());
    try {
      for (;;) {
        const step = await feed.next();
        if (step.done === true) return step.value ?? Infinity;
        if (this.#open.size >= PART_SIZE || this.#filled >= AMOUNTS_EVERY) {
          await this.#flush(job);
        }
        if (this.#isDropped(job.id)) break;
      }
    } catch (error) {
      onProblem({ reason: 'unreadable', line: 0, detail: errorCode(error) });
      return Infinity;
    }
    await feed.return(Infinity);
    return Infinity;
  }

  /** The reader, with its bytes counted. */
  #target(onBytes?: (bytes: number) => void): ByteTarget<void> {
    const reader = this.#reader;
    const lists = this.#listsEvents;
    return {
      // There is room for the hashes of so many events only.
      space: () => (lists ? reader.space().subarray(0, LISTED_BYTES) : reader.space()),
      filled: (bytes) => {
        this.#filled += bytes;
        onBytes?.(bytes);
        reader.filled(bytes);
        if (lists) this.#noted.push(reader.takeNoted());
      },
      pause: () => reader.pause(),
      end: () => reader.end(),
      entry: (name) => reader.entry(name),
    };
  }

  /** Hands over what is open, once there is room for it. */
  async #flush({ id }: Job): Promise<void> {
    const amounts = this.#filled >= AMOUNTS_EVERY ? this.#amounts() : undefined;
    const size = this.#open.size + (amounts === undefined ? 0 : sizeOfAmounts(amounts));
    if (size === 0) return;
    // A message larger than the whole allowance is sent when no other message waits.
    while (this.#ahead > 0 && this.#ahead + size > SIZE_AHEAD && !this.#isDropped(id)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#isDropped(id)) return;
    this.#ahead += size;
    this.#post({ kind: 'part', id, open: this.#open.take(), amounts, size });
  }

  /** Takes the amounts since the last call. */
  #amounts(): ScannedAmounts {
    const { summary, duplicates: _, ...amounts } = this.#reader.take();
    const { counters = [] } = this.#evaluation;
    const read = this.#read;
    this.#read = 0;
    this.#filled = 0;
    const noted = this.#noted;
    this.#noted = [];
    return {
      ...amounts,
      summary: summary.build(0),
      read,
      noted,
      counters: counters.map((counter) => counter.take()),
    };
  }
}

/** Works on jobs in the thread that it is called in, between turns of the event loop. */
export function ownThread(
  plan: LinePlan,
  evaluation: Evaluation,
  receive: (message: FromWorker) => void,
): WorkerThread {
  const worker = new RangeWorker(plan, evaluation, receive);
  return {
    post: (message) => worker.receive(message),
    stop: () => worker.stop(),
  };
}

function sizeOfAmounts({ noted }: ScannedAmounts): number {
  return noted.reduce((size, { byteLength }) => size + byteLength, AMOUNTS_SIZE);
}
