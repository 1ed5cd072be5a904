import { BlindSpots } from '../engine/blind.ts';
import { SummaryBuilder } from '../engine/summary.ts';
import { describeLine } from '../events/describe.ts';
import type { RangeEnd, RangePart } from './ranges.ts';
import type { ScanHooks, ScanPlan, ScanResult } from './scan.ts';
import type { ScanThreads } from './scan-threads.ts';

/** Puts the results of ranges together; they must come in input order. */
export class RangeTotals {
  readonly summary = new SummaryBuilder();
  readonly #plan: ScanPlan;
  readonly #threads: ScanThreads;
  readonly #hooks: ScanHooks;
  readonly #blind = new BlindSpots();
  /** Lines and bytes of the ranges delivered. */
  #lines = 0;
  #bytes = 0;
  #events = 0;
  #unread = 0;
  #faults = 0;
  #firstLine: string | undefined;

  constructor(plan: ScanPlan, threads: ScanThreads, hooks: ScanHooks) {
    this.#plan = plan;
    this.#threads = threads;
    this.#hooks = hooks;
    for (const { path, reason, detail } of plan.sourceProblems) {
      this.summary.problem(path, { reason, line: 0, detail });
      this.#unread++;
    }
  }

  /** Hands over findings of the range that is next. */
  findings({ events }: RangePart): void {
    for (const [time, findings] of events) {
      const counted = findings.filter((finding) => {
        const { origin } = finding;
        const line = origin.line + this.#lines;
        return this.#hooks.finding({ ...finding, origin: { ...origin, line } });
      });
      this.summary.event(time, counted);
    }
  }

  /** Adds the amounts of a range whose findings were handed over. */
  ended(end: RangeEnd): void {
    const problems = end.summary.problems.map((problem) => ({
      ...problem,
      examples: problem.examples.map((place) => ({
        ...place,
        line: place.line === 0 ? 0 : place.line + this.#lines,
      })),
    }));
    this.summary.merge({ ...end.summary, problems });
    this.#blind.merge(end.blind.rules, end.blind.events);
    for (const [index, counts] of end.counters.entries()) {
      this.#plan.counters![index]!.add(counts);
    }
    this.#threads.ignored(end.ignored);
    this.#lines += end.lines;
    this.#bytes += end.summary.bytes;
    this.#events += end.events;
    this.#unread += end.unread;
    this.#faults += end.faults;
    this.#firstLine ??= end.firstLine;
  }

  progress(): void {
    this.#hooks.progress(this.#bytes, this.#events);
  }

  /** @param elapsedMs wall-clock milliseconds */
  result(elapsedMs: number): ScanResult {
    const firstLine = this.#events === 0 ? this.#firstLine : undefined;
    return {
      summary: this.summary.build(elapsedMs),
      blind: this.#blind,
      unread: this.#unread,
      faults: this.#faults,
      duplicates: 0,
      looksLike: firstLine === undefined ? undefined : describeLine(firstLine),
    };
  }
}
