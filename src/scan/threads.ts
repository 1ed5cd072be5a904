import type { DecoderMemory } from '../events/decoded.ts';
import { openPlainFile, type PlainFile } from '../io/plain-file.ts';
import { RangeTotals } from './range-totals.ts';
import type { FromWorker, RangeEnd, RangeJob, RangePart } from './ranges.ts';
import type { ScanHooks, ScanPlan, ScanResult } from './scan.ts';
import type { ScanThreads, WorkerThread } from './scan-threads.ts';

/** Smaller files are done before further threads have started, loaded the rules and warmed up. */
const THRESHOLD = 192 * 1024 * 1024;
/** Large enough that starting on a range costs nothing, small enough for findings to wait in memory. */
const RANGE_SIZE = 4 * 1024 * 1024;
/** Ranges that each thread may be ahead. */
const RANGES_AHEAD = 4;
/** Wrong guesses of what a reader remembers after which ranges wait for the one before. */
const MAX_GUESSES = 8;

/**
 * Scans one large plain file with several threads: the same findings, order and counts as with one.
 *
 * @returns undefined when the input is not one for threads
 */
export async function threadedScan(
  plan: ScanPlan,
  threads: ScanThreads,
  hooks: ScanHooks,
): Promise<ScanResult | undefined> {
  const [source] = plan.sources;
  const { threshold = THRESHOLD } = threads;
  // Which resource rules are of use is noted once, not for each range.
  if (plan.resourceFilter !== undefined) return undefined;
  if (plan.sources.length !== 1 || (plan.duplicates ?? 'keep') !== 'keep') return undefined;
  if (source?.path === undefined || (source.size ?? 0) < threshold) return undefined;
  const file = openPlainFile(source.path, threshold);
  if (file === undefined) return undefined;
  const scan = new ThreadedScan(plan, threads, hooks, file);
  try {
    return await scan.run();
  } finally {
    await scan.stop();
    file.close();
  }
}

interface Running {
  readonly job: RangeJob;
  readonly worker: Slot;
  readonly parts: RangePart[];
  end: RangeEnd | undefined;
}

interface Slot {
  readonly thread: WorkerThread;
  /** Jobs that it has not ended, dropped ones too. */
  busy: number;
}

class ThreadedScan {
  readonly #threads: ScanThreads;
  readonly #hooks: ScanHooks;
  readonly #file: PlainFile;
  readonly #name: string;
  readonly #totals: RangeTotals;
  readonly #slots: Slot[] = [];
  /** In input order, without gaps. */
  #running: Running[] = [];
  #nextId = 0;
  /** Where the range behind all running ones starts. */
  #next = 0;
  /** What the reader of the last delivered range remembers. */
  #memory: DecoderMemory | undefined;
  #wrongGuesses = 0;
  #error: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(plan: ScanPlan, threads: ScanThreads, hooks: ScanHooks, file: PlainFile) {
    this.#totals = new RangeTotals(plan, threads, hooks);
    this.#threads = threads;
    this.#hooks = hooks;
    this.#file = file;
    this.#name = plan.sources[0]!.name;
  }

  async run(): Promise<ScanResult> {
    const hooks = this.#hooks;
    const { signal } = hooks;
    const start = hooks.now();
    const { summary } = this.#totals;
    const wake = (): void => this.#signal();
    signal.addEventListener('abort', wake);
    if (!signal.aborted) summary.input(this.#name);
    try {
      while (!signal.aborted && (this.#next < Infinity || this.#running.length > 0)) {
        this.#dispatch();
        if (!(await this.#deliver())) await this.#message();
        if (this.#error !== undefined) throw this.#error;
      }
    } finally {
      signal.removeEventListener('abort', wake);
    }
    if (signal.aborted) summary.interrupt();
    return this.#totals.result(hooks.now() - start);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#slots.map(({ thread }) => thread.stop()));
  }

  /** Resolves when something has happened since the last look. */
  #message(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#hooks.signal.aborted || this.#error !== undefined) resolve();
      else this.#wake = resolve;
    });
  }

  #signal(): void {
    this.#wake?.();
    this.#wake = undefined;
  }

  /** Gives every idle thread a range. */
  #dispatch(): void {
    const { count, rangeSize = RANGE_SIZE } = this.#threads;
    const ahead = this.#wrongGuesses >= MAX_GUESSES ? 1 : count * RANGES_AHEAD;
    while (this.#next < Infinity && this.#running.length < ahead) {
      const worker = this.#idle(count);
      if (worker === undefined) return;
      const start = this.#next;
      // The last range ends with the file, which may still grow.
      const end = start + rangeSize >= this.#file.size ? Infinity : start + rangeSize;
      this.#next = end;
      const job = this.#job(start, end);
      this.#running.push({ job, worker, parts: [], end: undefined });
      worker.busy++;
      worker.thread.post(job);
    }
  }

  #job(start: number, end: number): RangeJob {
    const id = this.#nextId++;
    return {
      kind: 'job',
      id,
      file: this.#name,
      fd: this.#file.fd,
      start,
      end,
      memory: this.#memory,
    };
  }

  #idle(count: number): Slot | undefined {
    const idle = this.#slots.find(({ busy }) => busy === 0);
    if (idle !== undefined || this.#slots.length === count) return idle;
    const failed = (error: unknown): void => {
      const cause = error instanceof Error ? error : new Error(String(error));
      this.#error ??= new Error(`a thread failed: ${cause.message}`, { cause });
      this.#signal();
    };
    const thread = this.#threads.start((message) => this.#receive(slot, message), failed);
    const slot: Slot = { thread, busy: 0 };
    this.#slots.push(slot);
    return slot;
  }

  #receive(slot: Slot, message: FromWorker): void {
    if (message.kind === 'failed') {
      this.#error ??= new Error(`a thread failed: ${message.text}`);
    } else {
      const running = this.#running.find(({ job }) => job.id === message.id);
      if (message.kind === 'end') {
        slot.busy--;
        if (running !== undefined) running.end = message;
      } else if (running === undefined) {
        slot.thread.post({ kind: 'taken' });
      } else {
        running.parts.push(message);
      }
    }
    this.#signal();
  }

  /** Delivers what is next in the input; false when that is not known yet. */
  async #deliver(): Promise<boolean> {
    const [first] = this.#running;
    if (first === undefined) return false;
    const part = first.parts.shift();
    if (part !== undefined) {
      this.#totals.findings(part);
      await this.#hooks.settle();
      first.worker.thread.post({ kind: 'taken' });
      return true;
    }
    const { end, job } = first;
    if (end === undefined) return false;
    this.#running.shift();
    this.#totals.ended(end);
    if (end.reached > job.end) this.#dropUpTo(end.reached);
    this.#checkGuess(end.memory);
    this.#totals.progress();
    await this.#hooks.settle();
    return true;
  }

  /** A value went on behind its range: what was read of it there is worth nothing. */
  #dropUpTo(reached: number): void {
    this.#wrongGuesses++;
    const next = this.#running.findIndex(({ job }) => job.end > reached);
    if (next !== -1 && this.#running[next]!.job.start === reached) {
      this.#drop(next);
      return;
    }
    this.#drop();
    this.#next = reached;
  }

  /** Ranges are read again when they started with another memory than the range before ended with. */
  #checkGuess(memory: DecoderMemory): void {
    this.#memory = memory;
    const next = this.#running[0];
    if (next === undefined || isSame(next.job.memory, memory)) return;
    this.#wrongGuesses++;
    const { start } = next.job;
    this.#drop();
    this.#next = start;
  }

  /** Gives up the first of the running ranges. */
  #drop(count = this.#running.length): void {
    for (const { job, worker, parts, end } of this.#running.splice(0, count)) {
      for (const _ of parts) worker.thread.post({ kind: 'taken' });
      if (end === undefined) worker.thread.post({ kind: 'drop', id: job.id });
    }
  }
}

function isSame(a: DecoderMemory | undefined, b: DecoderMemory): boolean {
  return a === undefined ? isBlank(b) : JSON.stringify(a) === JSON.stringify(b);
}

function isBlank({ afterBreak, prefix, envelopes }: DecoderMemory): boolean {
  return !afterBreak && prefix === -1 && envelopes.every((index) => index === -1);
}
