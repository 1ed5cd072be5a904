// Room scan/threads: large inputs cut into jobs for several threads; results are put back in input order.
// Door: threads.ts for the thread that writes, range-worker.ts for the others, contract.ts for their messages.
// Neighbours: uses ../fast-reader.ts; ../run-scan.ts starts it, cli/run/worker.ts is the thread's program.
// Inside: jobs.ts cuts, open-judge.ts judges what is open in all jobs, range-totals.ts adds up; a result never depends on which thread made it.

import type { DecoderMemory } from '../../events/decoded.ts';
import { failureOf } from '../../util/errors.ts';
import { partOf, type Evaluation } from '../evaluation.ts';
import type { ScanHooks, ScanResult } from '../hooks.ts';
import type { ReadPlan } from '../plan.ts';
import type { FromWorker, ScannedAmounts, ScanThreads } from './contract.ts';
import { isForThreads, isSameMemory, Jobs, startOf, type Running, type Slot } from './jobs.ts';
import { isForParts } from './numbering.ts';
import { News } from './news.ts';
import { OpenJudge } from './open-judge.ts';
import { RangeTotals } from './range-totals.ts';
import { ownThread } from './range-worker.ts';

/** Jobs that each thread may be ahead. */
const JOBS_AHEAD = 4;
/** Jobs that wait in a thread of its own, so that it need not wait for this one. */
const QUEUED = 2;
/** Wrong guesses of what a reader remembers after which ranges wait for the one before. */
const MAX_GUESSES = 8;

/**
 * Scans large inputs with several threads: the same findings, order and counts as with one.
 *
 * @returns undefined when the inputs are too small for threads, or the result could depend on them
 */
export async function threadedScan(
  plan: ReadPlan,
  evaluation: Evaluation,
  threads: ScanThreads,
  hooks: ScanHooks,
): Promise<ScanResult | undefined> {
  const isWorth = hooks.recorder !== undefined || isForThreads(plan.sources, threads.threshold);
  if (!isWorth || !isForParts(evaluation)) return undefined;
  const scan = new ThreadedScan(plan, evaluation, threads, hooks);
  try {
    return await scan.run();
  } finally {
    await scan.stop();
  }
}

class ThreadedScan {
  readonly #plan: ReadPlan;
  readonly #threads: ScanThreads;
  readonly #hooks: ScanHooks;
  readonly #jobs: Jobs;
  readonly #judge: OpenJudge;
  readonly #totals: RangeTotals;
  /** The other threads. */
  readonly #slots: Slot[] = [];
  /** This thread's. */
  readonly #own: Slot;
  /** In input order, without gaps. */
  #running: Running[] = [];
  /** Inputs that were started on, and what the reader remembers of the last one. */
  #inputs = 0;
  #memory: DecoderMemory | undefined;
  #wrongGuesses = 0;
  /** True while so much is open that further threads only add the work of handing it over. */
  #isDense = false;
  #error: Error | undefined;
  readonly #news = new News();

  constructor(plan: ReadPlan, evaluation: Evaluation, threads: ScanThreads, hooks: ScanHooks) {
    this.#plan = plan;
    this.#totals = new RangeTotals(plan, evaluation, hooks);
    this.#judge = new OpenJudge(evaluation, (time, findings) => this.#totals.fired(time, findings));
    this.#threads = threads;
    this.#hooks = hooks;
    this.#jobs = new Jobs(plan.sources, threads.rangeSize);
    const receive = (message: FromWorker): void => this.#receive(this.#own, message);
    const thread = ownThread(plan, partOf(evaluation), receive);
    this.#own = { thread, isReady: true, busy: 0 };
  }

  async run(): Promise<ScanResult> {
    const hooks = this.#hooks;
    const { signal } = hooks;
    const start = hooks.now();
    const wake = (): void => this.#news.tell();
    signal.addEventListener('abort', wake);
    try {
      if (!signal.aborted && this.#plan.sources.length > 0) this.#begin(0);
      while (!signal.aborted && (!this.#jobs.isEmpty || this.#running.length > 0)) {
        this.#news.look();
        this.#checkDensity();
        // Input dense with open events is faster on one thread: others start when the first results are not.
        if (this.#slots.length === 0 && this.#totals.hasBegun && !this.#isDense)
          this.#startOthers();
        for (const slot of this.#slots) {
          if (slot.isReady && !this.#isDense) this.#dispatch(slot, QUEUED);
        }
        if (!(await this.#deliver()) && !(await this.#news.hasCome())) {
          this.#dispatch(this.#own, 1);
          await this.#news.comes();
        }
        if (this.#error !== undefined) throw this.#error;
      }
    } finally {
      signal.removeEventListener('abort', wake);
    }
    if (signal.aborted) this.#totals.summary.interrupt();
    return this.#totals.result(hooks.now() - start);
  }

  async stop(): Promise<void> {
    await Promise.all([this.#own, ...this.#slots].map(({ thread }) => thread.stop()));
    this.#jobs.closeBefore(Infinity);
  }

  #startOthers(): void {
    const failed = (error: unknown): void => {
      const cause = error instanceof Error ? error : new Error(String(error));
      this.#error ??= new Error(`a thread failed: ${cause.message}`, { cause });
      this.#news.tell();
    };
    for (let i = 0; i < this.#threads.count; i++) {
      const thread = this.#threads.start((message) => this.#receive(slot, message), failed);
      const slot: Slot = { thread, isReady: false, busy: 0 };
      this.#slots.push(slot);
    }
  }

  #checkDensity(): void {
    const { isDense } = this.#totals;
    if (isDense !== this.#isDense) this.#threads.rest?.(isDense);
    this.#isDense = isDense;
  }

  /** Gives a thread as many jobs as it may have. */
  #dispatch(worker: Slot, most: number): void {
    const ahead = this.#wrongGuesses >= MAX_GUESSES ? 1 : (this.#threads.count + 1) * JOBS_AHEAD;
    while (worker.busy < most && this.#running.length < ahead && !this.#jobs.isEmpty) {
      const placed = this.#jobs.next((source) =>
        source === this.#inputs - 1 ? this.#memory : undefined,
      );
      this.#running.push({ ...placed, worker, parts: [], end: undefined });
      worker.busy++;
      worker.thread.post(placed.job);
    }
  }

  #receive(slot: Slot, message: FromWorker): void {
    if (message.kind === 'failed') {
      this.#error ??= failureOf(message, 'a thread failed');
    } else if (message.kind === 'ready') {
      slot.isReady = true;
    } else {
      const running = this.#running.find(({ job }) => job.id === message.id);
      if (message.kind === 'end') {
        slot.busy--;
        if (running !== undefined) running.end = message;
      } else if (running === undefined) {
        slot.thread.post({ kind: 'taken', size: message.size });
      } else {
        running.parts.push(message);
      }
    }
    this.#news.tell();
  }

  /** Delivers the next results in input order; false while they are not there yet. */
  async #deliver(): Promise<boolean> {
    const [first] = this.#running;
    if (first === undefined) return false;
    this.#begin(first.source);
    const part = first.parts.shift();
    if (part !== undefined) {
      const { open, size, amounts } = part;
      this.#judge.judge(open, this.#totals.linesBefore);
      this.#totals.judged(size);
      if (amounts !== undefined) this.#add(amounts);
      this.#totals.progress();
      await this.#hooks.settle();
      first.worker.thread.post({ kind: 'taken', size: part.size });
      return true;
    }
    const { end, job, source } = first;
    if (end === undefined) return false;
    this.#running.shift();
    this.#add(end.amounts);
    this.#totals.jobEnded();
    if (job.kind === 'range') {
      if (end.reached > job.end) this.#dropUpTo(end.reached, source);
      this.#checkGuess(end.memory, source);
    }
    this.#totals.progress();
    await this.#hooks.settle();
    return true;
  }

  #add(amounts: ScannedAmounts): void {
    this.#totals.add(this.#judge.complete(amounts));
  }

  /** Starts on the inputs up to one. */
  #begin(source: number): void {
    if (source < this.#inputs) return;
    for (; this.#inputs <= source; this.#inputs++) {
      this.#totals.input(this.#plan.sources[this.#inputs]!.name);
    }
    this.#memory = undefined;
    this.#jobs.closeBefore(source);
  }

  /** Drops results of ranges that started inside a multi-line value: they were read from the wrong place. */
  #dropUpTo(reached: number, source: number): void {
    this.#wrongGuesses++;
    const next = this.#running.findIndex(
      (other) => other.source !== source || (other.job.kind === 'range' && other.job.end > reached),
    );
    const found = this.#running[next];
    if (found !== undefined && (found.source !== source || startOf(found.job) === reached)) {
      this.#drop(next);
      return;
    }
    this.#drop();
    this.#jobs.goTo(source, reached);
  }

  /** Ranges are read again when they started with another memory than the range before ended with. */
  #checkGuess(memory: DecoderMemory, source: number): void {
    this.#memory = memory;
    const next = this.#running[0];
    if (next?.source !== source || next.job.kind !== 'range') return;
    if (isSameMemory(next.job.memory, memory)) return;
    this.#wrongGuesses++;
    const { start } = next.job;
    this.#drop();
    this.#jobs.goTo(source, start);
  }

  /** Gives up the first of the running jobs. */
  #drop(count = this.#running.length): void {
    for (const { job, worker, parts, end } of this.#running.splice(0, count)) {
      for (const { size } of parts) worker.thread.post({ kind: 'taken', size });
      if (end === undefined) worker.thread.post({ kind: 'drop', id: job.id });
    }
  }
}
