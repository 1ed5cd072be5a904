// Room fast: the fast engine, with the findings of the reference engine. `wasm` finds values in
// bytes, `verdicts` derives from the rules what they decide, `body-search` which texts bodies must hold, `event` reads
// an event from its bytes, `shapes` finds events in wrapped lines.
// Door: this file. Types of what goes in and out are in `fast-options.ts`, which also tells who feeds bytes to whom.
// Neighbours: `engine` makes findings and is the truth; `scan` feeds bytes and takes findings.

import type { Buffer } from 'node:buffer';
import type { DecodedEvent } from '../events/decoded.ts';
import { lineText } from '../events/text/line-bytes.ts';
import type { AuditEvent } from '../events/event.ts';
import type { JsonObject } from '../json/value.ts';
import { CountSums, type FastCounts } from './fast-counts.ts';
import type { FastScannerOptions, FastSink, Judgement, OpenRecord } from './fast-options.ts';
import { Lessons } from './shapes/lessons.ts';
import { createJudge, type Judge } from './verdicts/event-judge.ts';
import { LazyEvent } from './event/lazy-event.ts';
import { ANSWER, MAX, MEMORY, RECORD, STATUS } from './wasm/layout.gen.ts';
import { readRepeats, type RepeatMemory } from './wasm/repeat-memory.ts';
import type { Scanner } from './wasm/wasm-scanner.ts';
import type { Verdicts } from './verdicts/verdicts.ts';
import { reportTallies, verdictScanner } from './verdict-scanner.ts';
import { OpenRecords } from './open-records.ts';
import { PayloadList } from './payload-list.ts';
import { TextBlock } from './text-block.ts';

export { oddLines, type FoundLines, type OddLines } from './odd-lines.ts';
export type { WrappedLine } from './payload-list.ts';
export type { OpenRecord } from './fast-options.ts';
export { RECORD_SIZE } from './open-records.ts';
export type { RepeatMemory };
const LINE_FEED = 0x0a;
const [CARRIAGE_RETURN, QUOTE] = [0x0d, 0x22];
/** Bytes of lines with parts of an event that may wait for the last one. */
const LONGEST_WAIT = 1024 * 1024;

/** Evaluates the lines of inputs; WebAssembly decides most of them. */
export class FastScanner {
  readonly #sink: FastSink;
  readonly #options: FastScannerOptions;
  readonly #verdicts: Verdicts;
  readonly #judge: Judge;
  readonly #scanner: Scanner;
  /** Used for every event in turn; valid until the next `move`. */
  readonly #event: LazyEvent;
  readonly #block: TextBlock;
  readonly #payloads: PayloadList;
  readonly #open: OpenRecords;
  /** Lines of this input before the scanner's last call: records count their lines from here. */
  #line = 0;
  #skipping = false;
  readonly #counts: CountSums;
  readonly #lessons: Lessons | undefined;
  /** Events so far, including those that the decoder found. */
  #number = 0;
  #firstTime: bigint | undefined;
  /** Judges an event that another scanner with the same rules left open. False as for {@link takes}. */
  readonly takesOpen = (open: OpenRecord): boolean => this.#open.take(open);
  readonly takeNoted = (): Uint32Array => this.#scanner.takeNoted();
  readonly repeats = (): RepeatMemory => readRepeats(this.#scanner);

  constructor(options: FastScannerOptions) {
    this.#options = options;
    this.#sink = options.sink;
    const { scanner, verdicts, bodies } = verdictScanner(options);
    this.#verdicts = verdicts;
    this.#scanner = scanner;
    this.#event = new LazyEvent(scanner, (line, context) => options.sink.origin(line, context));
    this.#judge = createJudge(options, this.#verdicts, bodies);
    const { maxLine } = options;
    // One byte over the limit may be a carriage return, and one more shows that the line goes on.
    this.#block = new TextBlock(this.#scanner, maxLine + 2, options.blockSize);
    if (options.shapes !== undefined) this.#lessons = new Lessons(options.shapes, this.#scanner);
    this.#payloads = new PayloadList(this.#scanner, () => this.#take());
    this.#open = new OpenRecords(scanner, verdicts, () => this.#take());
    this.#counts = new CountSums(this.#scanner, options.resourceFilter?.steps.length ?? 0);
  }

  /** Starts on another input. `linesBefore`: how many of its lines come before the bytes that are fed here. */
  begin(linesBefore = 0): void {
    this.#line = linesBefore;
    this.#block.clear();
    this.#skipping = false;
    this.#lessons?.changed();
  }

  /** Where to put the next bytes of the input; never empty. Valid until the next call. */
  space(): Buffer {
    if (this.#block.isFull) this.#take();
    return this.#block.space();
  }

  /**
   * Scans the complete lines, after the caller wrote `count` bytes into {@link space}. Open events may wait in the
   * scanner until {@link flush}.
   */
  filled(count: number): void {
    const block = this.#block;
    const from = block.used;
    block.used += count;
    const { bytes } = this.#scanner;
    if (this.#skipping) {
      const feed = bytes.subarray(0, block.used).indexOf(LINE_FEED, from);
      if (feed === -1) return block.clear();
      this.#skipping = false;
      block.skipTo(feed + 1);
    }
    if (block.findLines(from)) this.#scan(block.lines - block.start <= LONGEST_WAIT);
    // One byte over the limit may be a carriage return.
    if (block.used - block.lines > this.#options.maxLine + 1) {
      this.flush();
      this.#sink.longLine(this.#nextLine());
      this.#skipping = true;
      block.clear();
    }
  }

  /** Scans the last line of the input, which may lack a line feed, and judges all open events. */
  end(): void {
    const block = this.#block;
    if (block.used > block.lines && !this.#skipping) block.endLine();
    this.flush();
  }

  /** Remembers an event that the decoder found, each once and in order; true when it is to be left out. */
  note(event: JsonObject): boolean {
    const { remembered = 0, repeatKey } = this.#options;
    return remembered > 0 && this.#scanner.note(event) && repeatKey !== undefined;
  }

  /** Number and first time of the scan for an event that the decoder found. Call it once for each, in order. */
  nextEvent(time: bigint): { readonly num: number; readonly firstTime: bigint } {
    this.#firstTime ??= time;
    return { num: ++this.#number, firstTime: this.#firstTime };
  }

  /** Decides on an event that the decoder found. False when it must be judged parsed, and nothing happened. */
  takes({ text, line, context }: DecodedEvent): boolean {
    return this.#payloads.takeText(text, line - this.#line, context);
  }

  /** Judges an event that the decoder found, without adding it to the totals. */
  judge(event: AuditEvent): Judgement {
    const { since, until } = this.#options;
    if (since !== undefined && event.time < since) return 'outside-window';
    if (until !== undefined && event.time >= until) return 'outside-window';
    return this.#sink.open === undefined ? this.#judge(event, this.#verdicts.all) : 'open';
  }

  get events(): number {
    return this.#counts.events;
  }

  get counts(): FastCounts {
    return this.#counts.counts;
  }

  /** Reports the findings that the scanner only counted to the counters of their rules. */
  settle(): void {
    reportTallies(this.#verdicts, this.#scanner);
  }

  /** Sets all totals to 0. */
  forget(): void {
    this.#counts.forget();
  }

  /** Scans the complete lines. @param mayWait whether parts of an event may wait for the last one */
  #scan(mayWait: boolean): void {
    const [scanner, block] = [this.#scanner, this.#block];
    const limit = block.lines;
    let stop = block.heavyLine(limit);
    scanner.setWord(STATUS.mayWait, Number(mayWait && stop === limit));
    // Quotes behind the text stop the scanner's search for the end of a string.
    scanner.bytes.fill(QUOTE, block.used, block.used + MAX.overread);
    let at = block.start;
    for (;;) {
      while (at < limit && (at === stop || this.#sink.holdsNext())) {
        const end = scanner.bytes.indexOf(LINE_FEED, at);
        this.#odd(at, end, limit, true);
        if (at === stop) stop = block.heavyLine(limit, end + 1);
        at = end + 1;
      }
      if (at >= limit) break;
      scanner.setWord(STATUS.cursor, at);
      this.#lessons?.enter();
      const answer = scanner.scan(stop);
      at = scanner.word(STATUS.cursor);
      if (answer === ANSWER.waits) break;
      if (answer !== ANSWER.done) this.#take();
      if (answer === ANSWER.odd) {
        this.#odd(scanner.word(STATUS.oddStart), scanner.word(STATUS.oddEnd), limit, false);
      }
    }
    block.start = at;
  }

  /** Judges all that was read so far: nothing waits any more. */
  flush(): void {
    if (this.#block.lines > this.#block.start) this.#scan(false);
    this.#take();
  }

  /** Judges the events that the scanner left open, and adds its counters to the totals. */
  #take(): void {
    const scanner = this.#scanner;
    const events = scanner.word(STATUS.events);
    if (events > 0) this.#firstTime ??= scanner.long(STATUS.firstTime);
    const count = scanner.word(STATUS.recordCount);
    for (let i = 0; i < count; i++) this.#survivor(MEMORY.records + i * RECORD.size);
    this.#line += scanner.word(STATUS.lines);
    this.#number += events;
    this.#counts.addCall();
  }

  #survivor(record: number): void {
    const scanner = this.#scanner;
    const event = this.#event;
    const num = this.#number + scanner.word(record + RECORD.number);
    // The decoder's events may have started on earlier lines.
    const line = this.#line + (scanner.word(record + RECORD.line) | 0);
    const context = scanner.word(record + RECORD.context);
    const outer = this.#payloads.context(context) ?? this.#lessons?.context(context);
    event.move(record, num, line, this.#firstTime!, outer);
    if (this.#sink.open !== undefined) return this.#sink.open(event, this.#open.read(record));
    const judged = this.#judge(event, this.#verdicts.residue(scanner.word(record + RECORD.state)));
    if (typeof judged === 'number') this.#counts.leftOut[judged]!++;
    else if (judged === 'out-of-scope') this.#counts.sums.outOfScope++;
    else if (judged === 'wanted') this.#sink.wanted!(event);
    else this.#sink.event(event, judged);
  }

  /** @param isHeld true when the decoder must see the line whatever it is */
  #odd(start: number, end: number, limit: number, isHeld: boolean): void {
    const [line, { bytes }] = [this.#nextLine(), this.#scanner];
    const stop = end > start && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
    if (stop - start > this.#options.maxLine) return this.#sink.longLine(line);
    const wrapped = isHeld ? undefined : this.#payloads.find(start, stop, line);
    if (wrapped !== undefined && this.#sink.wrapped?.(wrapped) === true) {
      this.#lessons?.changed();
      return;
    }
    this.#sink.odd(lineText(bytes, start, stop), line, limit - start);
    this.#lessons?.learn();
  }

  #nextLine(): number {
    this.#counts.sums.lines++;
    return ++this.#line;
  }
}
