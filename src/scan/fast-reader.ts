import type { BlindSpots } from '../engine/blind.ts';
import type { Finding } from '../engine/finding.ts';
import { SummaryBuilder } from '../engine/summary.ts';
import type { DecoderMemory } from '../events/decoded.ts';
import { FirstLook } from '../events/decode/describe.ts';
import { createDecoder } from '../events/decode/decoder.ts';
import type { DecodedEvent, RecordDecoder } from '../events/decoded.ts';
import type { AuditEvent } from '../events/event.ts';
import { REMEMBERED_EVENTS } from '../events/dedupe.ts';
import { ParsedEvent } from '../events/parsed-event.ts';
import type { Problem } from '../events/problems.ts';
import { FastScanner, oddLines, type OddLines } from '../fast/fast-scanner.ts';
import { payloadCodec } from '../io/payload-codec.ts';
import type { ByteTarget } from '../io/read-input.ts';
import { engineOptions, type Evaluation } from './evaluation.ts';
import { FaultCounts, originOf } from './input-events.ts';
import { lineAmounts, NO_LINES } from './line-amounts.ts';
import { OUTSIDE_SCOPE, windowReason, type ReadPlan } from './plan.ts';

/** The members of a plan that the reading of lines uses. */
export type LinePlan = Pick<
  ReadPlan,
  'since' | 'until' | 'maxEventSize' | 'cluster' | 'duplicates'
>;

/** Where a reader hands over what it finds. */
export interface ReaderOutput {
  /** Takes the findings of each event that reached evaluation, often none. */
  evaluated(time: bigint, findings: readonly Finding[]): void;
  /** Takes each event that a rule chose ({@link Evaluation.handsOver}); it is valid during the call only. */
  wanted?(event: AuditEvent): void;
  /** Takes the name of a file inside an input; by default it is in the summary of the part. */
  input?(name: string): void;
  /** Counts the rules that cannot be decided. */
  readonly blind: BlindSpots;
  /**
   * True for a part of an input: events that a plan counts as duplicates are only listed
   * ({@link FastReader.takeNoted}), for whoever puts the parts together.
   */
  readonly listsEvents?: boolean;
}

/** Amounts and problems of the input read since the last part. */
export interface ReaderPart {
  /** Lacks the events that {@link ReaderOutput.evaluated} was told of. */
  readonly summary: SummaryBuilder;
  readonly lines: number;
  /** Events recognised. */
  readonly events: number;
  readonly unread: number;
  readonly faults: number;
  readonly duplicates: number;
  /** The first lines that were no plain events; see {@link FirstLook}. */
  readonly firstLines: string | undefined;
}

/** Evaluates the bytes of inputs, or of parts of them, with the fast engine. */
export class FastReader implements ByteTarget<void> {
  readonly #plan: LinePlan;
  readonly #output: ReaderOutput;
  readonly #resourceFilter: Evaluation['resourceFilter'];
  readonly #scanner: FastScanner;
  #file = '';
  #decoder: RecordDecoder | undefined;
  #odd: OddLines | undefined;
  #summary = new SummaryBuilder();
  /** Lines of the decoder that are in the amounts. */
  #counted = NO_LINES;
  #failed = new FaultCounts();
  #decoded = 0;
  #look = new FirstLook();

  constructor(plan: LinePlan, evaluation: Evaluation, output: ReaderOutput) {
    const { counters, resourceFilter, blind, handsOver } = evaluation;
    this.#plan = plan;
    this.#resourceFilter = resourceFilter;
    this.#output = output;
    this.#scanner = new FastScanner({
      ...engineOptions(evaluation),
      counters: counters?.length === 0 ? undefined : counters,
      resourceFilter,
      handsOver,
      blind: blind === undefined ? undefined : output.blind,
      maxLine: plan.maxEventSize,
      since: plan.since,
      until: plan.until,
      remembered: remembered(plan, output),
      shapes: () => this.#odd!,
      sink: {
        event: (event, findings) => output.evaluated(event.time, findings),
        wanted: (event) => output.wanted!(event),
        odd: (text, line) => {
          this.#look.note(text);
          this.#odd!.line(text, line);
        },
        longLine: (line) => {
          this.#summary.read({ problemLines: 1 });
          this.problem(this.#file, { reason: 'line-too-long', line });
        },
        holdsNext: () => this.#odd!.holdsNext(),
        origin: (line, context) => originOf(this.#file, line, context, plan.cluster),
      },
    });
  }

  /** Starts an input; in the middle of one when `memory` has the state of the reader before. */
  begin(file: string, memory?: DecoderMemory): void {
    this.#file = file;
    this.#counted = NO_LINES;
    this.#look.next();
    const options = { maxEventSize: this.#plan.maxEventSize, codec: payloadCodec };
    this.#decoder = createDecoder({ ...options, memory });
    const sink = {
      event: (event: DecodedEvent) => this.#decodedEvent(event),
      problem: (problem: Problem) => this.problem(file, problem),
    };
    this.#odd = oddLines(this.#decoder, sink, options);
    this.#scanner.begin();
  }

  /** Goes on with a file inside the input. */
  entry(name: string): void {
    this.finish();
    if (this.#output.input === undefined) this.#summary.input(name);
    else this.#output.input(name);
    this.begin(name);
  }

  /** Name of the input, or of the file inside it. */
  get file(): string {
    return this.#file;
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

  /** Ends the work on an input; `stopped`: before its end, which is no fault of its last record. */
  finish(stopped = false): void {
    this.#scanner.flush();
    this.#odd!.end(stopped);
    this.#countOddLines();
  }

  /**
   * True while the decoder is inside a multi-line value: a reader that started with the next line would misread
   * it.
   */
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

  /** Hashes of the events since the last call, when the reader lists them; two words each. */
  takeNoted(): Uint32Array {
    return this.#scanner.takeNoted();
  }

  /** Counts an event on which nothing fired. */
  quiet(time: bigint): void {
    this.#summary.event(time, []);
  }

  problem(file: string, problem: Problem): void {
    this.#failed.note(file, problem, this.#summary);
  }

  /** Takes the amounts and problems since the last call. */
  take(): ReaderPart {
    this.#scanner.flush();
    this.#scanner.settle();
    const { counts } = this.#scanner;
    const { lines, blankLines, duplicates, firstRejected, lastRejected } = counts;
    const summary = this.#summary;
    summary.quietEvents(counts.rejected, firstRejected, lastRejected);
    for (const [step, count] of counts.leftOut.entries()) this.#leftOut(step, count);
    summary.filter(OUTSIDE_SCOPE, counts.outOfScope);
    // The scanner leaves events of unknown time to the decoder.
    summary.filter(windowReason(1n), counts.outsideWindow);
    this.#countOddLines();
    // Each event that was decided here has a line of its own.
    summary.read({ lines, blankLines, eventLines: counts.events });
    const { events } = this;
    const { unread, faults } = this.#failed;
    const part = { summary, lines, events, unread, faults };
    const firstLines = this.#look.text;
    this.#scanner.forget();
    this.#summary = new SummaryBuilder();
    this.#failed = new FaultCounts();
    this.#decoded = 0;
    this.#look = new FirstLook();
    return { ...part, duplicates, firstLines };
  }

  #countOddLines(): void {
    const counts = { ...(this.#decoder?.counts ?? NO_LINES) };
    this.#summary.read(lineAmounts(counts, this.#counted));
    this.#counted = counts;
  }

  /** Counts events that a step of the resource filter left out. */
  #leftOut(step: number, count: number): void {
    this.#summary.filter(this.#resourceFilter!.steps[step]!.reason, count);
  }

  #decodedEvent({ text, value, time, line, context }: DecodedEvent): void {
    this.#decoded++;
    this.#scanner.note(value);
    const origin = originOf(this.#file, line, context, this.#plan.cluster);
    const place = { ...this.#scanner.nextEvent(time), time, origin };
    const event = new ParsedEvent(text, value, place);
    const judged = this.#scanner.judge(event);
    if (typeof judged === 'number') this.#leftOut(judged, 1);
    else if (judged === 'out-of-scope') this.#summary.filter(OUTSIDE_SCOPE);
    else if (judged === 'outside-window') this.#summary.filter(windowReason(time));
    else if (judged === 'wanted') this.#output.wanted!(event);
    else this.#output.evaluated(time, judged);
  }
}

/** How many events the scanner keeps to find duplicates. */
function remembered({ duplicates }: LinePlan, { listsEvents }: ReaderOutput): number {
  if (duplicates !== 'count') return 0;
  return listsEvents === true ? Infinity : REMEMBERED_EVENTS;
}
