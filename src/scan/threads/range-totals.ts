import { BlindSpots } from '../../engine/blind.ts';
import type { Finding } from '../../engine/finding.ts';
import { SummaryBuilder } from '../../engine/summary.ts';
import { describeInput } from '../../events/decode/describe.ts';
import type { Evaluation } from '../evaluation.ts';
import type { ScanHooks, ScanResult } from '../hooks.ts';
import type { ReadPlan } from '../plan.ts';
import type { Amounts } from '../recorded.ts';
import { RepeatedEvents } from './repeated-events.ts';

/** Bytes of open events for each byte of input from which on one thread is faster; and for the first jobs. */
const DENSE = 0.5;
const DENSE_GRACE = 8 * 1024 * 1024;

/** Puts the results of jobs together; they must come in input order. */
export class RangeTotals {
  readonly summary = new SummaryBuilder();
  readonly #evaluation: Evaluation;
  readonly #hooks: ScanHooks;
  readonly #blind = new BlindSpots();
  /** Lines of the input in the jobs before. */
  #linesBefore = 0;
  /** Lines of the job so far. */
  #lines = 0;
  /** Bytes read from the inputs, and of the events that were open. */
  #bytes = 0;
  #size = 0;
  #events = 0;
  #unread = 0;
  #faults = 0;
  #firstLines: string | undefined;
  readonly #repeated = new RepeatedEvents();

  /** @param evaluation counts what all jobs counted */
  constructor(
    { sourceProblems }: Pick<ReadPlan, 'sourceProblems'>,
    evaluation: Evaluation,
    hooks: ScanHooks,
  ) {
    this.#evaluation = evaluation;
    this.#hooks = hooks;
    for (const { path, reason, detail } of sourceProblems) {
      this.summary.problem(path, { reason, line: 0, detail });
      this.#unread++;
    }
  }

  /** True when so much is open that further threads only add the work of handing it over. */
  get isDense(): boolean {
    return this.#size > DENSE * this.#bytes + DENSE_GRACE;
  }

  /** True once something was read. */
  get hasBegun(): boolean {
    return this.#bytes > 0;
  }

  /** Starts on an input. */
  input(name: string): void {
    this.summary.input(name);
    this.#hooks.recorder?.input(name);
    this.#linesBefore = 0;
  }

  /** Lines of the input before the job that is next. */
  get linesBefore(): number {
    return this.#linesBefore;
  }

  /** Hands over the findings of an event, of the job that is next. */
  fired(time: bigint, findings: readonly Finding[]): void {
    this.#hooks.recorder?.event(time, findings);
    const counted = findings.filter((finding) => this.#hooks.finding(finding));
    this.summary.event(time, counted);
  }

  /** Counts bytes of events that were judged. */
  judged(size: number): void {
    this.#size += size;
  }

  /** Adds amounts of a job up to which all findings were handed over. */
  add(amounts: Amounts): void {
    const problems = amounts.summary.problems.map((problem) => ({
      ...problem,
      examples: problem.examples.map((place) => ({
        ...place,
        line: place.line === 0 ? 0 : place.line + this.#linesBefore,
      })),
    }));
    const summary = { ...amounts.summary, problems };
    this.#hooks.recorder?.amounts({ ...amounts, summary });
    this.summary.merge(summary);
    this.#blind.merge(amounts.blind.rules, amounts.blind.events);
    for (const [index, counts] of amounts.counters.entries()) {
      this.#evaluation.counters![index]!.add(counts);
    }
    this.#evaluation.suppressor?.add(amounts.ignored);
    this.#lines += amounts.lines;
    this.#bytes += amounts.read;
    for (const noted of amounts.noted) this.#repeated.note(noted);
    this.#events += amounts.events;
    this.#unread += amounts.unread;
    this.#faults += amounts.faults;
    this.#firstLines ??= amounts.firstLines;
  }

  /** Ends a job after its amounts have been added: the next job's lines count from there. */
  jobEnded(): void {
    this.#linesBefore += this.#lines;
    this.#lines = 0;
  }

  progress(): void {
    this.#hooks.progress(this.#bytes, this.#events);
  }

  /** @param elapsedMs wall-clock milliseconds */
  result(elapsedMs: number): ScanResult {
    const firstLines = this.#events === 0 ? this.#firstLines : undefined;
    return {
      summary: this.summary.build(elapsedMs),
      blind: this.#blind,
      unread: this.#unread,
      faults: this.#faults,
      duplicates: this.#repeated.count,
      looksLike: firstLines === undefined ? undefined : describeInput(firstLines),
    };
  }
}
