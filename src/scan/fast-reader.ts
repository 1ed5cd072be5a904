import type { BlindSpots } from '../engine/blind.ts';
import type { EngineOptions } from '../engine/engine.ts';
import type { Finding } from '../engine/finding.ts';
import { SummaryBuilder } from '../engine/summary.ts';
import type { DecoderMemory } from '../events/decoded.ts';
import { createDecoder, type DecodedEvent, type RecordDecoder } from '../events/decode/decoder.ts';
import { REMEMBERED_EVENTS } from '../events/dedupe.ts';
import { ParsedEvent } from '../events/parsed-event.ts';
import { isFault, type Problem } from '../events/problems.ts';
import { oddLines, type OddLines } from '../fast/odd-lines.ts';
import { FastScanner } from '../fast/fast-scanner.ts';
import { payloadCodec } from '../io/payload-codec.ts';
import type { ByteTarget } from '../io/read-input.ts';
import { LONGEST_LOOK, OUTSIDE_WINDOW } from './read-plan.ts';
import type { ScanPlan } from './run-scan.ts';

/** What of a scan's plan the evaluation of lines depends on. */
export type LinePlan = Pick<
  ScanPlan,
  | 'rules'
  | 'counters'
  | 'since'
  | 'until'
  | 'maxEventSize'
  | 'cluster'
  | 'scopeReason'
  | 'resourceFilter'
> & {
  /** `list`: who puts parts together counts the duplicates, from {@link FastReader.takeNoted}. */
  readonly duplicates?: ScanPlan['duplicates'] | 'list';
};

/** What was read, apart from findings. */
export interface ReaderPart {
  /** Lacks the events that `evaluated` was told of. */
  readonly summary: SummaryBuilder;
  readonly lines: number;
  /** Events recognised. */
  readonly events: number;
  readonly unread: number;
  readonly faults: number;
  readonly duplicates: number;
  /** Start of the first line that was no plain event. */
  readonly firstLine: string | undefined;
}

/** Evaluates the bytes of inputs, or of parts of them, with the fast engine. */
export class FastReader implements ByteTarget<void> {
  readonly #plan: LinePlan;
  readonly #evaluated: (time: bigint, findings: readonly Finding[]) => void;
  readonly #scanner: FastScanner;
  #file = '';
  #decoder: RecordDecoder | undefined;
  #odd: OddLines | undefined;
  #summary = new SummaryBuilder();
  #unread = 0;
  #faults = 0;
  #decoded = 0;
  #firstLine: string | undefined;

  /** @param evaluated takes the findings of each event that reached evaluation, often none */
  constructor(
    plan: LinePlan,
    options: EngineOptions,
    blind: BlindSpots,
    evaluated: (time: bigint, findings: readonly Finding[]) => void,
  ) {
    this.#plan = plan;
    this.#evaluated = evaluated;
    this.#scanner = new FastScanner({
      ...options,
      counters: plan.counters?.length === 0 ? undefined : plan.counters,
      resourceFilter: plan.resourceFilter,
      blind: plan.rules === undefined ? undefined : blind,
      maxLine: plan.maxEventSize,
      since: plan.since,
      until: plan.until,
      remembered: remembered(plan),
      sink: {
        event: (event, findings) => evaluated(event.time, findings),
        odd: (text, line) => {
          if (this.#firstLine === undefined && text.trim() !== '') {
            this.#firstLine = text.slice(0, LONGEST_LOOK);
          }
          this.#odd!.line(text, line);
        },
        longLine: (line) => this.problem(this.#file, { reason: 'line-too-long', line }),
        holdsNext: () => this.#odd!.holdsNext(),
        origin: (line, { cluster = plan.cluster, node, stream }) => ({
          file: this.#file,
          line,
          cluster,
          node,
          stream,
        }),
      },
    });
  }

  /** Starts on an input; or in the middle of it, with what a reader of its start remembers. */
  begin(file: string, memory?: DecoderMemory): void {
    this.#file = file;
    this.#decoder = createDecoder({
      maxEventSize: this.#plan.maxEventSize,
      codec: payloadCodec,
      memory,
    });
    this.#odd = oddLines(this.#decoder, {
      event: (event) => this.#decodedEvent(event),
      problem: (problem) => this.problem(file, problem),
    });
    this.#scanner.begin();
  }

  space(): ReturnType<FastScanner['space']> {
    return this.#scanner.space();
  }

  filled(bytes: number): void {
    this.#summary.read({ bytes });
    this.#scanner.filled(bytes);
  }

  end(): void {
    this.#scanner.end();
  }

  pause(): void {
    this.#scanner.flush();
  }

  /** Ends the work on an input; its bytes may have ended early. */
  finish(): void {
    this.#scanner.flush();
    this.#odd!.end();
    this.#summary.read({ blankLines: this.#decoder!.counts.blank });
  }

  /** True when the next line means something else here than to a reader that starts with it. */
  get holdsNext(): boolean {
    return this.#odd!.holdsNext();
  }

  get memory(): DecoderMemory {
    return this.#decoder!.memory;
  }

  /** Events recognised since the last {@link take}. */
  get events(): number {
    return this.#scanner.events + this.#decoded;
  }

  /** Hashes of the events since the last call, when the plan lists them; two words each. */
  takeNoted(): Uint32Array {
    return this.#scanner.takeNoted();
  }

  /** Counts an event on which nothing fired. */
  quiet(time: bigint): void {
    this.#summary.event(time, []);
  }

  problem(file: string, problem: Problem): void {
    this.#summary.problem(file, problem);
    if (!isFault(problem.reason)) return;
    if (problem.line === 0) this.#unread++;
    else this.#faults++;
  }

  /** What was read since the last call. */
  take(): ReaderPart {
    this.#scanner.flush();
    this.#scanner.settle();
    const { counts } = this.#scanner;
    const { lines, blankLines, duplicates, firstRejected, lastRejected } = counts;
    const summary = this.#summary;
    summary.quietEvents(counts.rejected, firstRejected, lastRejected);
    for (const [step, count] of counts.leftOut.entries()) this.#leftOut(step, count);
    summary.filter(this.#plan.scopeReason, counts.outOfScope);
    summary.filter(OUTSIDE_WINDOW, counts.outsideWindow);
    summary.read({ lines, blankLines });
    const { events } = this;
    const part = { summary, lines, events, unread: this.#unread, faults: this.#faults };
    const firstLine = this.#firstLine;
    this.#scanner.forget();
    this.#summary = new SummaryBuilder();
    this.#unread = 0;
    this.#faults = 0;
    this.#decoded = 0;
    this.#firstLine = undefined;
    return { ...part, duplicates, firstLine };
  }

  /** Counts events that a step of the resource filter left out. */
  #leftOut(step: number, count: number): void {
    this.#summary.filter(this.#plan.resourceFilter!.steps[step]!.reason, count);
  }

  #decodedEvent({ text, value, time, line, context }: DecodedEvent): void {
    this.#decoded++;
    this.#scanner.note(value);
    const { cluster = this.#plan.cluster, node, stream } = context;
    const origin = { file: this.#file, line, cluster, node, stream };
    const place = { ...this.#scanner.nextEvent(time), time, origin };
    const judged = this.#scanner.judge(new ParsedEvent(text, value, place));
    if (typeof judged === 'number') this.#leftOut(judged, 1);
    else if (judged === 'out-of-scope') this.#summary.filter(this.#plan.scopeReason);
    else if (judged === 'outside-window') this.#summary.filter(OUTSIDE_WINDOW);
    else this.#evaluated(time, judged);
  }
}

function remembered({ duplicates }: LinePlan): number {
  if (duplicates === 'list') return Infinity;
  return duplicates === 'count' ? REMEMBERED_EVENTS : 0;
}
