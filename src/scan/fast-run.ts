import { BlindSpots } from '../engine/blind.ts';
import { SummaryBuilder, type ScanSummary } from '../engine/summary.ts';
import { describeInput } from '../events/decode/describe.ts';
import type { Evaluation } from './evaluation.ts';
import { FastReader } from './fast-reader.ts';
import type { ScanHooks, ScanResult } from './hooks.ts';
import type { ReadPlan } from './plan.ts';
import type { ReaderPart } from './reader-output.ts';

/** A scan of the fast engine in this thread, in whatever order its lines come. */
export class FastRun {
  readonly summary = new SummaryBuilder();
  readonly reader: FastReader;
  readonly #blind = new BlindSpots();
  readonly #hooks: ScanHooks;
  readonly #start: number;
  #bytes = 0;
  /** What {@link part} has taken. */
  readonly #taken = { events: 0, unread: 0, faults: 0, duplicates: 0 };

  constructor(plan: ReadPlan, evaluation: Evaluation, hooks: ScanHooks) {
    const { summary } = this;
    this.#hooks = hooks;
    this.#start = hooks.now();
    this.reader = new FastReader(plan, evaluation, {
      blind: this.#blind,
      repeats: hooks.state?.repeats,
      input: (name) => summary.input(name),
      evaluated(time, findings) {
        const counted =
          findings.length === 0 ? findings : findings.filter((finding) => hooks.finding(finding));
        summary.event(time, counted);
      },
      wanted(event) {
        summary.event(event.time, []);
        hooks.wanted!(event);
      },
    });
    for (const { path, reason, detail } of plan.sourceProblems) {
      this.reader.problem(path, { reason, line: 0, detail });
    }
  }

  /** Counts bytes that were read; of compressed inputs, the compressed bytes. */
  bytes(count: number): void {
    this.#bytes += count;
  }

  /** Resolves when what was found is written out, as far as it has to be. */
  settle(): Promise<void> {
    this.#hooks.progress(this.#bytes, this.reader.events);
    return this.#hooks.settle();
  }

  /** Takes the amounts and problems since the last call into the summary. @returns them, as of this part */
  part(): ReaderPart {
    const part = this.reader.take();
    const taken = this.#taken;
    taken.events += part.events;
    taken.unread += part.unread;
    taken.faults += part.faults;
    taken.duplicates += part.duplicates;
    this.summary.merge(part.summary.build(0));
    return part;
  }

  /** What the scan came to, with what is told of each input behind it. */
  end(parts: Iterable<ScanSummary> = []): ScanResult {
    const { firstLines } = this.part();
    const { events, unread, faults, duplicates } = this.#taken;
    for (const part of parts) this.summary.merge(part);
    return {
      summary: this.summary.build(this.#hooks.now() - this.#start),
      blind: this.#blind,
      unread,
      faults,
      duplicates,
      looksLike: events === 0 && firstLines !== undefined ? describeInput(firstLines) : undefined,
    };
  }
}
