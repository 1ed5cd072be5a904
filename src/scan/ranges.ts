import { BlindSpots, type BlindRule } from '../engine/blind.ts';
import type { EngineOptions } from '../engine/engine.ts';
import type { Finding } from '../engine/finding.ts';
import type { ScanSummary } from '../engine/summary.ts';
import type { DecoderMemory } from '../events/decoded.ts';
import { feedRange, type ByteRange } from '../io/read-range.ts';
import { errorCode } from '../io/sources.ts';
import { FastReader, type LinePlan } from './fast-reader.ts';

/** Lines of a file that one thread works on. */
export interface RangeJob extends ByteRange {
  readonly kind: 'job';
  readonly id: number;
  /** The input as the user knows it. */
  readonly file: string;
  /** A file descriptor of the process. */
  readonly fd: number;
  /** What the reader of the range before is taken to remember. */
  readonly memory: DecoderMemory | undefined;
}

export type ToWorker =
  | RangeJob
  /** A {@link RangePart} was delivered. */
  | { readonly kind: 'taken' }
  /** Nobody wants the rest of a job. */
  | { readonly kind: 'drop'; readonly id: number };

/** An event on which rules fired. */
export type Fired = readonly [time: bigint, findings: readonly Finding[]];

/** Findings of a range, with lines counted from its start. */
export interface RangePart {
  readonly kind: 'part';
  readonly id: number;
  readonly events: readonly Fired[];
}

/** The end of a range; lines in it are counted from the start of the range. */
export interface RangeEnd {
  readonly kind: 'end';
  readonly id: number;
  /** Where the next range starts when that is behind the job's end; Infinity at the end of the file. */
  readonly reached: number;
  readonly memory: DecoderMemory;
  /** Lacks the events in the parts. */
  readonly summary: ScanSummary;
  readonly lines: number;
  readonly events: number;
  readonly unread: number;
  readonly faults: number;
  readonly firstLine: string | undefined;
  readonly blind: { readonly rules: readonly BlindRule[]; readonly events: number };
  /** For each counter of the plan. */
  readonly counters: readonly (readonly (readonly [rule: string, count: number])[])[];
  /** For each entry of the ignore list. */
  readonly ignored: readonly number[];
}

export type FromWorker =
  | RangePart
  | RangeEnd
  /** The worker cannot go on. */
  | { readonly kind: 'failed'; readonly text: string };

/** What a worker evaluates with. */
export interface RangeWork {
  readonly plan: LinePlan;
  readonly options: EngineOptions;
  /** How many findings each ignore entry dropped so far. */
  ignored(): readonly number[];
}

/** Events with findings in one message. */
const EVENTS_PER_PART = 256;
/** Messages that may wait to be delivered; then the worker waits too. */
const PARTS_AHEAD = 3;

/** Works on ranges in the order in which they are asked for. */
export class RangeWorker {
  readonly #work: RangeWork;
  readonly #post: (message: FromWorker) => void;
  readonly #blind = new BlindSpots(Infinity);
  readonly #reader: FastReader;
  readonly #dropped = new Set<number>();
  #fired: Fired[] = [];
  #ahead = 0;
  #wake: (() => void) | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(work: RangeWork, post: (message: FromWorker) => void) {
    this.#work = work;
    this.#post = post;
    this.#reader = new FastReader(work.plan, work.options, this.#blind, (time, findings) => {
      if (findings.length > 0) this.#fired.push([time, findings]);
      else this.#reader.quiet(time);
    });
  }

  /** Takes a message of the main thread. */
  receive(message: ToWorker): void {
    if (message.kind === 'job') {
      this.#last = this.#last
        .then(() => this.#run(message))
        .catch((error: unknown) => {
          const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
          this.#post({ kind: 'failed', text });
        });
      return;
    }
    if (message.kind === 'taken') this.#ahead--;
    else this.#dropped.add(message.id);
    this.#wake?.();
    this.#wake = undefined;
  }

  async #run(job: RangeJob): Promise<void> {
    const reader = this.#reader;
    const ignored = this.#work.ignored();
    reader.begin(job.file, job.memory);
    let reached: number = Infinity;
    try {
      const feed = feedRange(job.fd, job, reader, () => reader.holdsNext);
      for (;;) {
        const step = await feed.next();
        if (step.done === true) {
          reached = step.value;
          break;
        }
        if (this.#fired.length >= EVENTS_PER_PART) await this.#flush(job.id);
        if (this.#dropped.has(job.id)) break;
      }
    } catch (error) {
      reader.problem(job.file, { reason: 'unreadable', line: 0, detail: errorCode(error) });
    }
    const { memory } = reader;
    reader.finish();
    await this.#flush(job.id);
    const { summary, duplicates: _, ...amounts } = reader.take();
    const end: RangeEnd = {
      kind: 'end',
      id: job.id,
      reached,
      memory,
      summary: summary.build(0),
      ...amounts,
      blind: this.#blind.take(),
      counters: (this.#work.plan.counters ?? []).map((counter) => counter.take()),
      ignored: this.#work.ignored().map((count, index) => count - ignored[index]!),
    };
    this.#dropped.delete(job.id);
    this.#post(end);
  }

  async #flush(id: number): Promise<void> {
    const fired = this.#fired;
    this.#fired = [];
    for (let at = 0; at < fired.length; at += EVENTS_PER_PART) {
      while (this.#ahead >= PARTS_AHEAD && !this.#dropped.has(id)) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
      if (this.#dropped.has(id)) return;
      this.#ahead++;
      this.#post({ kind: 'part', id, events: fired.slice(at, at + EVENTS_PER_PART) });
    }
  }
}
