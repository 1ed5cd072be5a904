import type { Engine } from '../engine/engine.ts';
import type { Finding } from '../engine/finding.ts';
import { SummaryBuilder, type ScanSummary } from '../engine/summary.ts';
import {
  createDecoder,
  type DecodedEvent,
  type DecodeSink,
  type RecordDecoder,
} from '../events/decoder.ts';
import type { EventOrigin } from '../events/event.ts';
import { ParsedEvent } from '../events/parsed-event.ts';
import { isFault, type Problem } from '../events/problems.ts';
import { eachLine, type LineBlock } from '../io/lines.ts';
import { payloadCodec } from '../io/payload-codec.ts';
import { readInput } from '../io/read-input.ts';
import type { Source, SourceProblem } from '../io/sources.ts';

/** What a scan reads and which events it looks at. */
export interface ScanPlan {
  readonly sources: readonly Source[];
  /** Paths that lead to no input; they end in the summary. */
  readonly sourceProblems: readonly SourceProblem[];
  readonly engine: Engine;
  /** Nanoseconds since the epoch; events before `since`, or at or after `until`, are left out. */
  readonly since: bigint | undefined;
  readonly until: bigint | undefined;
  /** What the filter of `engine.inScope` is called in the summary. */
  readonly scopeReason: string;
  readonly maxEventSize: number;
  /** Name for events whose wrapper names no cluster. */
  readonly cluster: string | undefined;
}

/** Where a scan hands over what it finds. */
export interface ScanHooks {
  /** Takes a finding; true when the summary is to count it. */
  finding(finding: Finding): boolean;
  /** Awaited after each block of input: the place for back-pressure. */
  settle(): Promise<void>;
  /** Told of the bytes read so far from the inputs, compressed ones as they lie there. */
  progress(bytes: number, events: number): void;
  /** Ends the scan early, after the current block. */
  readonly signal: AbortSignal;
  /** Wall clock in milliseconds. */
  now(): number;
}

export interface ScanResult {
  readonly summary: ScanSummary;
  /** Inputs that could not be read at all, or not to their end. */
  readonly unread: number;
  /** Records that should have been events but were not. */
  readonly faults: number;
}

/**
 * Reads inputs in order, evaluates every event, and hands over findings in input order. Problems of the
 * input are counted, never thrown.
 */
export async function scan(plan: ScanPlan, hooks: ScanHooks): Promise<ScanResult> {
  return new Scan(plan, hooks).run();
}

class Scan {
  readonly #plan: ScanPlan;
  readonly #hooks: ScanHooks;
  readonly #summary = new SummaryBuilder();
  #events = 0;
  #bytes = 0;
  #unread = 0;
  #faults = 0;
  #firstTime: bigint | undefined;

  constructor(plan: ScanPlan, hooks: ScanHooks) {
    this.#plan = plan;
    this.#hooks = hooks;
  }

  async run(): Promise<ScanResult> {
    const start = this.#hooks.now();
    for (const { path, reason, detail } of this.#plan.sourceProblems) {
      this.#problem(path, { reason, line: 0, detail });
    }
    for (const source of this.#plan.sources) {
      if (this.#hooks.signal.aborted) break;
      this.#summary.input(source.name);
      await this.#source(source);
    }
    if (this.#hooks.signal.aborted) this.#summary.interrupt();
    const summary = this.#summary.build(this.#hooks.now() - start);
    return { summary, unread: this.#unread, faults: this.#faults };
  }

  async #source(source: Source): Promise<void> {
    const { maxEventSize } = this.#plan;
    const onProblem = (problem: Problem): void => this.#problem(source.name, problem);
    const decoder = createDecoder({ maxEventSize, codec: payloadCodec });
    const sink: DecodeSink = {
      event: (event) => this.#event(event, source.name),
      problem: onProblem,
    };
    const blocks = readInput(source, {
      maxEventSize,
      onProblem,
      onBytes: (bytes) => {
        this.#bytes += bytes;
      },
      signal: this.#hooks.signal,
    });
    for await (const block of blocks) {
      this.#block(block, decoder, sink, onProblem);
      this.#hooks.progress(this.#bytes, this.#events);
      await this.#hooks.settle();
    }
    decoder.end(sink);
    this.#summary.read({ blankLines: decoder.counts.blank });
  }

  #block(
    block: LineBlock,
    decoder: RecordDecoder,
    sink: DecodeSink,
    onProblem: (problem: Problem) => void,
  ): void {
    eachLine(
      block,
      this.#plan.maxEventSize,
      (start, end, line) => decoder.line(block.buffer.toString('utf8', start, end), line, sink),
      (line) => onProblem({ reason: 'line-too-long', line }),
    );
    this.#summary.read({ lines: block.lines, bytes: block.end - block.start });
  }

  #event(decoded: DecodedEvent, file: string): void {
    const { engine, since, until, scopeReason } = this.#plan;
    const num = ++this.#events;
    this.#firstTime ??= decoded.time;
    const { time } = decoded;
    if ((since !== undefined && time < since) || (until !== undefined && time >= until)) {
      this.#summary.filter('outside --since and --until');
      return;
    }
    const event = new ParsedEvent(decoded.text, decoded.value, {
      time,
      num,
      firstTime: this.#firstTime,
      origin: originOf(file, decoded, this.#plan.cluster),
    });
    if (!engine.inScope(event)) {
      this.#summary.filter(scopeReason);
      return;
    }
    const counted = engine.evaluate(event).filter((finding) => this.#hooks.finding(finding));
    this.#summary.event(time, counted);
  }

  #problem(file: string, problem: Problem): void {
    this.#summary.problem(file, problem);
    if (!isFault(problem.reason)) return;
    if (problem.line === 0) this.#unread++;
    else this.#faults++;
  }
}

/** Where an event of an input was read. */
function originOf(file: string, decoded: DecodedEvent, fallback: string | undefined): EventOrigin {
  const { cluster = fallback, node, stream } = decoded.context;
  return { file, line: decoded.line, cluster, node, stream };
}
