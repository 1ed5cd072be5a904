import type { SummaryBuilder } from '../engine/summary.ts';
import { createDecoder } from '../events/decode/decoder.ts';
import type { DecodedEvent, DecodeSink, RecordDecoder } from '../events/decoded.ts';
import { lineText } from '../events/text/line-bytes.ts';
import { DuplicateFilter } from '../events/dedupe.ts';
import { describeInput, FirstLook } from '../events/decode/describe.ts';
import { ParsedEvent } from '../events/parsed-event.ts';
import type { Problem } from '../events/problems.ts';
import { eachLine, type LineBlock } from '../io/lines.ts';
import { payloadCodec } from '../io/payload-codec.ts';
import { readInput, type ReadOptions } from '../io/read-input.ts';
import type { Source } from '../io/sources.ts';
import type { FollowedOutput } from './follow/followed-lines.ts';
import { lineAmounts } from './line-amounts.ts';
import type { ReadHooks, ReadResult } from './hooks.ts';
import { FaultCounts, originOf } from './input-events.ts';
import { InputParts } from './merge/input-parts.ts';
import { isMerged, READ_BEFORE, windowReason, type ReadPlan } from './plan.ts';

/**
 * Reads inputs in order and hands over their events in input order. Amounts and problems of the input are
 * counted in `summary`, never thrown.
 */
export async function readEvents(
  plan: ReadPlan,
  hooks: ReadHooks,
  summary: SummaryBuilder,
): Promise<ReadResult> {
  return new Reader(plan, hooks, summary).run();
}

class Reader {
  readonly #plan: ReadPlan;
  readonly #hooks: ReadHooks;
  readonly #summary: SummaryBuilder;
  readonly #seen: DuplicateFilter | undefined;
  #duplicates = 0;
  /** Events recognised, and those handed over: dropped duplicates are not. */
  #events = 0;
  #delivered = 0;
  #bytes = 0;
  readonly #failed = new FaultCounts();
  #firstTime: bigint | undefined;
  readonly #look = new FirstLook();

  constructor(plan: ReadPlan, hooks: ReadHooks, summary: SummaryBuilder) {
    this.#plan = plan;
    this.#hooks = hooks;
    this.#summary = summary;
    this.#seen = (plan.duplicates ?? 'keep') === 'keep' ? undefined : new DuplicateFilter();
  }

  async run(): Promise<ReadResult> {
    const { sources, sourceProblems, follow, checkpoint } = this.#plan;
    for (const { path, reason, detail } of sourceProblems) {
      this.#problem(path, { reason, line: 0, detail });
    }
    if (follow === true || checkpoint !== undefined) {
      await this.#followed();
    } else if (isMerged(this.#plan)) {
      await this.#merged();
    } else {
      for (const source of sources) {
        if (this.#hooks.signal.aborted) break;
        await this.#source(source);
      }
    }
    // Following ends by a signal: that is its regular end.
    if (this.#hooks.signal.aborted && follow !== true) this.#summary.interrupt();
    const firstLines = this.#events === 0 ? this.#look.text : undefined;
    const looksLike = firstLines === undefined ? undefined : describeInput(firstLines);
    return {
      unread: this.#failed.unread,
      faults: this.#failed.faults,
      duplicates: this.#duplicates,
      looksLike,
    };
  }

  async #source(source: Source): Promise<void> {
    this.#summary.input(source.name);
    this.#look.next();
    let { name } = source;
    const sink: DecodeSink = {
      event: (event) => this.#event(event, name),
      problem: (problem) => this.#problem(name, problem),
    };
    let decoder = this.#decoder();
    const end = (): void => {
      decoder.end(sink, this.#hooks.signal.aborted);
      this.#summary.read(lineAmounts(decoder.counts));
    };
    const options = this.#readOptions(
      () => name,
      (entry) => {
        end();
        decoder = this.#decoder();
        name = entry;
        this.#look.next();
      },
    );
    for await (const block of readInput(source, options)) {
      this.#block(block, decoder, sink);
      this.#hooks.progress(this.#bytes, this.#events);
      await this.#hooks.settle();
    }
    end();
  }

  /** Files and what is added to them, or where a checkpoint stands. */
  async #followed(): Promise<void> {
    const { readFollowed, replayNote } = await import('./follow/read-followed.ts');
    const { followedLines } = await import('./follow/followed-lines.ts');
    let replays = 0;
    const output: FollowedOutput = {
      decoder: () => this.#decoder(),
      event: (event, file, replayed) => {
        if (replayed) replays++;
        this.#event(event, file, replayed);
      },
      input: (name) => this.#summary.input(name),
      problem: (file, problem) => this.#problem(file, problem),
      line: (text) => this.#noteLine(text),
      amounts: (amounts) => this.#summary.read(amounts),
      note: (text) => this.#summary.note(text),
      bytes: (count) => {
        this.#bytes += count;
      },
      settle: async () => {
        this.#hooks.progress(this.#bytes, this.#events);
        await this.#hooks.settle();
      },
    };
    const { maxEventSize } = this.#plan;
    await readFollowed(this.#plan, this.#hooks, followedLines(output, maxEventSize));
    if (replays > 0) this.#summary.note(replayNote(replays));
  }

  #decoder(): RecordDecoder {
    const { maxEventSize, inputFormat: format } = this.#plan;
    return createDecoder({ maxEventSize, format, codec: payloadCodec });
  }

  /**
   * @param nameOf the name of the input, or of the file inside it
   * @param next takes the name of each file inside an input
   * @param summary what is told of the input
   */
  #readOptions(
    nameOf: () => string,
    next: (name: string) => void,
    summary = this.#summary,
  ): ReadOptions {
    return {
      maxEventSize: this.#plan.maxEventSize,
      onProblem: (problem) => {
        // A line that is too long is not part of a block, so it is counted here.
        if (problem.reason === 'line-too-long') summary.read({ lines: 1, problemLines: 1 });
        this.#problem(nameOf(), problem, summary);
      },
      onEntry: (name) => {
        summary.input(name);
        next(name);
      },
      onBytes: (bytes) => {
        this.#bytes += bytes;
      },
      signal: this.#hooks.signal,
    };
  }

  #block(block: LineBlock, decoder: RecordDecoder, sink: DecodeSink): void {
    eachLine(
      block,
      this.#plan.maxEventSize,
      (start, end, line) => {
        const text = lineText(block.buffer, start, end);
        this.#noteLine(text);
        decoder.line(text, line, sink);
      },
      (line) => {
        this.#summary.read({ problemLines: 1 });
        sink.problem({ reason: 'line-too-long', line });
      },
    );
    this.#summary.read({ lines: block.lines, bytes: block.bytes });
  }

  /** Keeps the first line that says something, for the case that no event comes. */
  #noteLine(text: string): void {
    if (this.#events === 0) this.#look.note(text);
  }

  /** All inputs at once, the earliest event first. */
  async #merged(): Promise<void> {
    const { readMerged } = await import('./merge/read-merged.ts');
    for (const { name } of this.#plan.sources) this.#summary.input(name);
    const before = this.#bytes;
    const parts = new InputParts();
    await readMerged(this.#plan, this.#hooks, {
      options: (order, nameOf, next) => this.#readOptions(nameOf, next, parts.of(order)),
      event: (event, file) => this.#event(event, file),
      problem: (order, file, problem) => this.#problem(file, problem, parts.of(order)),
      line: (text) => this.#noteLine(text),
      amounts: (amounts) => this.#summary.read(amounts),
      note: (text) => this.#summary.note(text),
      settle: async () => {
        this.#hooks.progress(this.#bytes, this.#events);
        await this.#hooks.settle();
      },
    });
    this.#summary.read({ bytes: this.#bytes - before });
    for (const part of parts) this.#summary.merge(part);
  }

  #event(decoded: DecodedEvent, file: string, replayed = false): void {
    const { since, until, duplicates, cluster } = this.#plan;
    const { time } = decoded;
    this.#events++;
    if (this.#seen?.seen(decoded.value) === true) {
      this.#duplicates++;
      if (duplicates === 'drop') {
        this.#summary.filter(READ_BEFORE);
        return;
      }
    }
    const num = ++this.#delivered;
    this.#firstTime ??= time;
    if ((since !== undefined && time < since) || (until !== undefined && time >= until)) {
      this.#summary.filter(windowReason(time));
      return;
    }
    const firstTime = this.#firstTime;
    const read = originOf(file, decoded.line, decoded.context, cluster);
    const origin = replayed ? { ...read, replayed } : read;
    this.#hooks.event(
      new ParsedEvent(decoded.text, decoded.value, { time, num, firstTime, origin }),
    );
  }

  #problem(file: string, problem: Problem, summary = this.#summary): void {
    this.#failed.note(file, problem, summary);
  }
}
