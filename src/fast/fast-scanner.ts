import type { Buffer } from 'node:buffer';
import type { AuditEvent } from '../events/event.ts';
import { stringMember, type JsonObject } from '../json/value.ts';
import type { FastCounts, FastScannerOptions, FastSink, Judgement } from './fast-options.ts';
import { COUNTERS, NOTHING } from './counters.ts';
import { createJudge, type Judge } from './verdicts/event-judge.ts';
import { LazyEvent } from './event/lazy-event.ts';
import { PADDING, SCAN_DONE, SCAN_ODD, Scanner } from './wasm/wasm-scanner.ts';
import { SLOTS } from './wasm/slots.ts';
import { createVerdicts, type Verdicts } from './verdicts/verdicts.ts';
import { TextBlock } from './text-block.ts';
import { utf8Text } from './event/utf8.ts';
import { Watch } from './body-search/body-clauses.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const QUOTE = 0x22;

/** Evaluates the lines of inputs, with the verdict on most of them made in WebAssembly. */
export class FastScanner {
  readonly #sink: FastSink;
  readonly #options: FastScannerOptions;
  readonly #verdicts: Verdicts;
  readonly #judge: Judge;
  readonly #scanner: Scanner;
  /** The one that is judged. */
  readonly #event: LazyEvent;
  readonly #block: TextBlock;
  /** Lines of this input that were counted: all before the records that wait in the scanner. */
  #line = 0;
  #skipping = false;
  readonly #counts = { ...NOTHING };
  /** Events that each step of the filter left out in the end. */
  readonly #leftOut: number[];
  /** Events so far, those of the decoder too. */
  #number = 0;
  #firstTime: bigint | undefined;
  readonly takeNoted = (): Uint32Array => this.#scanner.takeNoted();

  constructor(options: FastScannerOptions) {
    this.#options = options;
    this.#sink = options.sink;
    const watch = new Watch((search) => this.#scanner.watch(search));
    this.#verdicts = createVerdicts(options, watch);
    this.#leftOut = (options.resourceFilter?.steps ?? []).map(() => 0);
    const { startState, header } = this.#verdicts;
    const { fields } = header;
    this.#scanner = new Scanner([...SLOTS, ...header.extraSlots], {
      classify: (field, start, length) =>
        fields[field]!.classify(utf8Text(this.#scanner.bytes, start, start + length)),
      step: (state, level, cls) => {
        const next = this.#verdicts.step(state, level, cls);
        this.#follow(next);
        return next;
      },
    });
    this.#event = new LazyEvent(this.#scanner, (line, context) =>
      options.sink.origin(line, context),
    );
    this.#judge = createJudge(options, this.#verdicts, watch);
    const { maxLine, since, until, remembered = 0 } = options;
    this.#scanner.configure({ fields, startState, maxLine, since, until, remembered });
    this.#follow(startState);
    // One byte over the limit may be a carriage return, and one more shows that the line goes on.
    this.#block = new TextBlock(this.#scanner, maxLine + 2, options.blockSize);
    this.#reset();
  }

  /** Starts on another input. `linesBefore`: lines of it that others scan. */
  begin(linesBefore = 0): void {
    this.#line = linesBefore;
    this.#block.clear();
    this.#skipping = false;
  }

  /** Where to put the next bytes of the input; never empty. Valid until the next call. */
  space(): Buffer {
    if (this.#block.isFull) this.flush();
    return this.#block.space();
  }

  /**
   * Takes note of bytes that were put into the space, and works on the lines that are complete. Events that are
   * open may wait, together with later ones: {@link flush} does what is left.
   */
  filled(count: number): void {
    const block = this.#block;
    const from = block.used;
    block.used += count;
    const { bytes } = this.#scanner;
    if (this.#skipping) {
      const feed = bytes.subarray(0, block.used).indexOf(LINE_FEED, from);
      if (feed === -1) {
        block.clear();
        return;
      }
      this.#skipping = false;
      block.start = feed + 1;
    }
    const last = bytes.subarray(block.start, block.used).lastIndexOf(LINE_FEED);
    if (last !== -1) this.#scan(block.start + last + 1);
    // One byte over the limit may be a carriage return.
    if (block.used - block.start > this.#options.maxLine + 1) {
      this.flush();
      this.#sink.longLine(this.#nextLine());
      this.#skipping = true;
      block.clear();
    }
  }

  /** Works on the last line of the input, when it has no line feed. */
  end(): void {
    const block = this.#block;
    if (block.used > block.start && !this.#skipping) {
      this.#scanner.ensure(block.used + 1);
      this.#scanner.bytes[block.used++] = LINE_FEED;
      this.#scan(block.used);
    }
    this.flush();
  }

  #follow(state: number): void {
    const next = this.#verdicts.nextField(state);
    this.#scanner.follow(state, next, this.#verdicts.bodyTables.get(state));
  }

  /** Notes an event of the decoder for the count of duplicates; call once for each, in order. */
  note(event: JsonObject): void {
    if ((this.#options.remembered ?? 0) === 0) return;
    const text = (key: string): string => stringMember(event, key) ?? '';
    this.#scanner.note(text('auditID'), text('stage'), text('stageTimestamp'));
  }

  /** Number and first time for an event of the decoder; call once for each, in order. */
  nextEvent(time: bigint): { readonly num: number; readonly firstTime: bigint } {
    this.#firstTime ??= time;
    return { num: ++this.#number, firstTime: this.#firstTime };
  }

  /** Judges an event of the decoder as the reference engine does. It is not counted. */
  judge(event: AuditEvent): Judgement {
    const { since, until } = this.#options;
    if (since !== undefined && event.time < since) return 'outside-window';
    if (until !== undefined && event.time >= until) return 'outside-window';
    return this.#judge(event, this.#verdicts.all);
  }

  /** As `counts.events`, for those who ask often. */
  get events(): number {
    return this.#counts.events;
  }

  get counts(): FastCounts {
    const scanner = this.#scanner;
    const any = this.#counts.rejected > 0;
    return {
      ...this.#counts,
      leftOut: this.#leftOut.map((count, step) => count + scanner.dropped(step)),
      firstRejected: any ? scanner.getLong('MIN_TIME') : undefined,
      lastRejected: any ? scanner.getLong('MAX_TIME') : undefined,
      duplicates: scanner.get('DUPLICATES'),
    };
  }

  /** Tells counters of the findings that were only counted so far. */
  settle(): void {
    for (const [state, rules] of this.#verdicts.tallies) {
      const events = this.#scanner.takeTally(state);
      if (events > 0) for (const { rule, counter } of rules) counter!.add([[rule.name, events]]);
    }
  }

  /** Counts from nothing on. */
  forget(): void {
    Object.assign(this.#counts, NOTHING);
    this.#leftOut.fill(0);
    this.#scanner.forget();
  }

  #scan(limit: number): void {
    const scanner = this.#scanner;
    const block = this.#block;
    // What follows must hold a quote, so that the scanner's search for one ends.
    scanner.bytes.fill(QUOTE, block.used, block.used + PADDING);
    let at = block.start;
    for (;;) {
      while (at < limit && this.#sink.holdsNext()) {
        const end = scanner.bytes.indexOf(LINE_FEED, at);
        this.#odd(at, end);
        at = end + 1;
      }
      if (at >= limit) break;
      scanner.set('CURSOR', at);
      const answer = scanner.scan(limit);
      at = scanner.get('CURSOR');
      if (answer !== SCAN_DONE) this.flush();
      if (answer === SCAN_ODD) this.#odd(scanner.get('ODD_START'), scanner.get('ODD_END'));
    }
    block.start = limit;
  }

  /** Judges the events that the scanner left open, and adds its counters up. */
  flush(): void {
    const scanner = this.#scanner;
    const events = scanner.get('EVENTS');
    if (events > 0) this.#firstTime ??= scanner.getLong('FIRST_TIME');
    const count = scanner.get('RECORD_COUNT');
    const records = scanner.place('RECORDS');
    const size = scanner.place('RECORD_SIZE');
    for (let i = 0; i < count; i++) this.#survivor(records + i * size);
    for (const [counter, name] of COUNTERS) this.#counts[name] += scanner.get(counter);
    this.#line += scanner.get('LINES');
    this.#number += events;
    this.#reset();
  }

  /** Has the scanner count from nothing on. */
  #reset(): void {
    for (const [counter] of COUNTERS) this.#scanner.set(counter, 0);
    this.#scanner.set('RECORD_COUNT', 0);
  }

  #survivor(record: number): void {
    const scanner = this.#scanner;
    const event = this.#event;
    const num = this.#number + scanner.word(record + 24);
    const line = this.#line + scanner.word(record + 4);
    event.move(record, num, line, this.#firstTime!);
    const judged = this.#judge(event, this.#verdicts.residue(scanner.word(record)));
    if (typeof judged === 'number') this.#leftOut[judged]!++;
    else if (judged === 'out-of-scope') this.#counts.outOfScope++;
    else this.#sink.event(event, judged);
  }

  #odd(start: number, end: number): void {
    const line = this.#nextLine();
    const { bytes } = this.#scanner;
    const stop = end > start && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
    if (stop - start > this.#options.maxLine) this.#sink.longLine(line);
    else this.#sink.odd(bytes.toString('utf8', start, stop), line);
  }

  #nextLine(): number {
    this.#counts.lines++;
    return ++this.#line;
  }
}
