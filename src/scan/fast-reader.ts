import { SummaryBuilder } from '../engine/summary.ts';
import type { DecodedEvent, DecoderMemory, WrapperContext } from '../events/decoded.ts';
import type { EventOrigin } from '../events/event.ts';
import { FirstLook } from '../events/decode/describe.ts';
import { ParsedEvent } from '../events/parsed-event.ts';
import type { Problem } from '../events/problems.ts';
import { FastScanner, type RepeatMemory, type WrappedLine } from '../fast/fast-scanner.ts';
import type { ByteTarget } from '../io/read-input.ts';
import { engineOptions, type Evaluation } from './evaluation.ts';
import { FaultCounts, originOf } from './input-events.ts';
import { openInput, takeLines, type InputOptions, type OpenInput } from './open-input.ts';
import { OUTSIDE_SCOPE, READ_BEFORE, windowReason } from './plan.ts';
import type { LinePlan, ReaderOutput, ReaderPart } from './reader-output.ts';
import { addCounts, newRepeatKey, remembered } from './scanner-counts.ts';
import { takeWrapped } from './wrapped-lines.ts';

/** Evaluates the bytes of inputs, or of parts of them, with the fast engine. */
export class FastReader implements ByteTarget<void> {
  /** True while events come that a run that was killed may have handed over. */
  isReplayed = false;
  readonly #plan: LinePlan;
  readonly #output: ReaderOutput;
  readonly #resourceFilter: Evaluation['resourceFilter'];
  readonly #scanner: FastScanner;
  readonly repeats = (): RepeatMemory => this.#scanner.repeats();
  #input: OpenInput | undefined;
  #summary = new SummaryBuilder();
  #failed = new FaultCounts();
  #decoded = 0;
  /** Events that the scanner decided on and whose lines the decoder counts. */
  #shared = 0;
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
      shapes: () => this.#input!.odd,
      repeatKey: plan.duplicates === 'drop' ? newRepeatKey() : undefined,
      repeats: output.repeats,
      sink: {
        event: (event, findings) => output.evaluated!(event.time, findings),
        open: output.open && (({ time, origin }, open) => output.open!(open, time, origin)),
        wanted: (event) => output.wanted!(event),
        odd: (text, line, left) => {
          const { odd, onLine } = this.#input!;
          this.#look.note(text);
          onLine?.(line, left);
          odd.line(text, line);
        },
        wrapped: (line) => this.#wrapped(line),
        longLine: (line) => {
          this.#summary.read({ problemLines: 1 });
          this.problem(this.file, { reason: 'line-too-long', line });
        },
        holdsNext: () => this.#input!.holdsNext(),
        origin: (line, context) => {
          const place = this.#input!.placeOf?.(line);
          return this.#originOf(place?.file ?? this.file, place?.line ?? line, context);
        },
      },
    });
  }

  /** Starts an input; in the middle of one when `memory` has the state of the reader before. */
  begin(file: string, memory?: DecoderMemory): void {
    this.#look.next();
    this.select(this.open(file, { memory }));
  }

  /** Opens an input beside others: its lines come after {@link select}. */
  open(file: string, options: InputOptions): OpenInput {
    const sink = {
      event: (event: DecodedEvent) => this.decoded(event, file),
      problem: (problem: Problem) => this.problem(file, problem),
    };
    return openInput(this.#plan, file, sink, options);
  }

  /** The next bytes are lines of this input, which has so many lines before them. */
  select(input: OpenInput, linesBefore = 0): void {
    this.#scanner.flush();
    this.#input = input;
    this.#scanner.begin(linesBefore);
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
    return this.#input!.file;
  }

  space(): ReturnType<FastScanner['space']> {
    return this.#scanner.space();
  }

  filled(bytes: number): void {
    this.#summary.read({ bytes });
    this.feed(bytes);
  }

  /** Takes bytes that were written into the space, without counting them. */
  feed(bytes: number): void {
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
    this.close(this.#input!, stopped);
  }

  /** Ends an input, whatever is selected; see {@link finish}. */
  close(input: OpenInput, stopped = false): void {
    input.odd.end(stopped);
    this.leave(input);
  }

  /** Counts the lines of an input that is left before its end. */
  leave(input: OpenInput): void {
    this.#summary.read(takeLines(input));
  }

  /**
   * True while the decoder is inside a multi-line value: a reader that started with the next line would misread
   * it.
   */
  get holdsNext(): boolean {
    this.#scanner.flush();
    return this.#input!.odd.holdsNext();
  }

  get memory(): DecoderMemory {
    this.#scanner.flush();
    return this.#input!.decoder.memory;
  }

  /** Events recognised since the last {@link take}. */
  get events(): number {
    return this.#scanner.events + this.#decoded;
  }

  /** Hashes of the events since the last call, when the reader lists them; two words each. */
  takeNoted(): Uint32Array {
    return this.#scanner.takeNoted();
  }

  /** @param summary where it is told, when not in the next part */
  problem(file: string, problem: Problem, summary = this.#summary): void {
    this.#failed.note(file, problem, summary);
  }

  /** Takes a line for the decoder that was read past the scanner. */
  looked(text: string): void {
    this.#look.note(text);
  }

  /** Takes the amounts and problems since the last call. */
  take(): ReaderPart {
    this.#scanner.flush();
    this.#scanner.settle();
    const { counts } = this.#scanner;
    const { lines, duplicates } = counts;
    const summary = this.#summary;
    addCounts(summary, counts, this.#shared);
    for (const [step, count] of counts.leftOut.entries()) this.#leftOut(step, count);
    if (this.#input !== undefined) this.leave(this.#input);
    const { unread, faults } = this.#failed;
    const amounts = { lines, events: this.events, unread, faults, duplicates };
    const part = { ...amounts, summary, firstLines: this.#look.text };
    this.#scanner.forget();
    this.#summary = new SummaryBuilder();
    this.#failed = new FaultCounts();
    this.#decoded = 0;
    this.#shared = 0;
    this.#look = new FirstLook();
    return part;
  }

  /** Counts events that a step of the resource filter left out. */
  #leftOut(step: number, count: number): void {
    this.#summary.filter(this.#resourceFilter!.steps[step]!.reason, count);
  }

  #originOf(file: string, line: number, context: WrapperContext): EventOrigin {
    const origin = originOf(file, line, context, this.#input?.cluster ?? this.#plan.cluster);
    return this.isReplayed ? { ...origin, replayed: true } : origin;
  }

  /** True for a line with events that the scanner decided on. */
  #wrapped(line: WrappedLine): boolean {
    const decided = takeWrapped(line, this.#input!, (memory) => {
      this.leave(this.#input!);
      return (this.#input = this.open(this.file, { memory }));
    });
    this.#shared += decided ?? 0;
    if (decided !== undefined) this.#summary.read({ eventLines: 1 });
    return decided !== undefined;
  }

  /** Judges an event of the decoder. */
  decoded(found: DecodedEvent, file: string): void {
    if (this.#input?.found !== undefined && this.file === file && this.#scanner.takes(found)) {
      this.#shared++;
      return;
    }
    const { text, value, time, line, context } = found;
    this.#decoded++;
    if (this.#scanner.note(value)) return this.#summary.filter(READ_BEFORE);
    const origin = this.#originOf(file, line, context);
    const place = { ...this.#scanner.nextEvent(time), time, origin };
    const event = new ParsedEvent(text, value, place);
    const judged = this.#scanner.judge(event);
    if (typeof judged === 'number') this.#leftOut(judged, 1);
    else if (judged === 'out-of-scope') this.#summary.filter(OUTSIDE_SCOPE);
    else if (judged === 'outside-window') this.#summary.filter(windowReason(time));
    else if (judged === 'wanted') this.#output.wanted!(event);
    else if (judged === 'open') this.#output.open!(text, time, origin);
    else this.#output.evaluated!(time, judged);
  }
}
