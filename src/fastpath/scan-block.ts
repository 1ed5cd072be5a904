import type { Buffer } from 'node:buffer';
import type { AuditEvent } from '../events/event.ts';
import { stringMember, type JsonObject } from '../json/value.ts';
import type { FastCounts, FastScannerOptions, FastSink, Judgement } from './fast-options.ts';
import { COUNTERS, NOTHING } from './counters.ts';
import { createJudge, type Judge } from './judge.ts';
import { LazyEvent } from './lazy-event.ts';
import { PADDING, SCAN_ODD, Scanner } from './scanner.ts';
import { SLOTS } from './slots.ts';
import { createVerdicts, type Verdicts } from './states.ts';
import { utf8Text } from './utf8.ts';
import { Watch } from './watch.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const QUOTE = 0x22;
const FIRST_BLOCK = 512 * 1024;

/** Evaluates the lines of inputs, with the verdict on most of them made in WebAssembly. */
export class FastScanner {
  readonly #sink: FastSink;
  readonly #options: FastScannerOptions;
  readonly #verdicts: Verdicts;
  readonly #judge: Judge;
  readonly #scanner: Scanner;
  /** The one that is judged. */
  readonly #event: LazyEvent;
  readonly #block: number;
  #blockSize: number;
  /** The unfinished line: from #start to #used. */
  #start = 0;
  #used = 0;
  /** Lines before the one at #start in this input. */
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
    this.#verdicts = createVerdicts(options);
    this.#leftOut = (options.resourceFilter?.steps ?? []).map(() => 0);
    const { startState, header } = this.#verdicts;
    const { fields } = header;
    this.#scanner = new Scanner([...SLOTS, ...header.extraSlots], {
      classify: (field, start, length) =>
        fields[field]!.classify(utf8Text(this.#scanner.bytes, start, start + length)),
      step: (state, level, cls) => {
        const next = this.#verdicts.step(state, level, cls);
        this.#setNextField(next);
        return next;
      },
    });
    this.#event = new LazyEvent(this.#scanner, (line, context) =>
      options.sink.origin(line, context),
    );
    const watch = new Watch((search) => this.#scanner.watch(search));
    this.#judge = createJudge(options, this.#verdicts, watch);
    const { maxLine, since, until, remembered = 0 } = options;
    this.#scanner.configure({ fields, startState, maxLine, since, until, remembered });
    this.#setNextField(startState);
    this.#block = this.#scanner.place('BLOCK');
    this.#blockSize = options.blockSize ?? FIRST_BLOCK;
    this.begin();
    this.#scanner.ensure(this.#block + this.#blockSize);
  }

  /** Starts on another input. `linesBefore`: lines of it that others scan. */
  begin(linesBefore = 0): void {
    this.#line = linesBefore;
    this.#start = this.#block;
    this.#used = this.#block;
    this.#skipping = false;
  }

  /** Where to put the next bytes of the input; never empty. Valid until the next call. */
  space(): Buffer {
    const scanner = this.#scanner;
    if (this.#start > this.#block) {
      scanner.bytes.copyWithin(this.#block, this.#start, this.#used);
      this.#used -= this.#start - this.#block;
      this.#start = this.#block;
    }
    if (this.#used === this.#block + this.#blockSize) {
      // Doubling keeps the copying linear in the length of the line.
      this.#blockSize = Math.max(
        Math.min(this.#blockSize * 2, this.#options.maxLine + 2),
        this.#blockSize + 1,
      );
      scanner.ensure(this.#block + this.#blockSize);
    }
    return scanner.bytes.subarray(this.#used, this.#block + this.#blockSize);
  }

  /** Takes note of bytes that were put into the space, and works on the lines that are complete. */
  filled(count: number): void {
    const from = this.#used;
    this.#used += count;
    const { bytes } = this.#scanner;
    if (this.#skipping) {
      const feed = bytes.subarray(0, this.#used).indexOf(LINE_FEED, from);
      if (feed === -1) {
        this.#used = this.#block;
        this.#start = this.#block;
        return;
      }
      this.#skipping = false;
      this.#start = feed + 1;
    }
    const last = bytes.subarray(this.#start, this.#used).lastIndexOf(LINE_FEED);
    if (last !== -1) this.#scan(this.#start + last + 1);
    // One byte over the limit may be a carriage return.
    if (this.#used - this.#start > this.#options.maxLine + 1) {
      this.#sink.longLine(this.#nextLine());
      this.#skipping = true;
      this.#start = this.#block;
      this.#used = this.#block;
    }
  }

  /** Works on the last line of the input, when it has no line feed. */
  end(): void {
    if (this.#used === this.#start || this.#skipping) return;
    this.#scanner.ensure(this.#used + 1);
    this.#scanner.bytes[this.#used++] = LINE_FEED;
    this.#scan(this.#used);
  }

  #setNextField(state: number): void {
    this.#scanner.bytes[this.#scanner.place('NEXT_FIELD') + state] =
      this.#verdicts.nextField(state);
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
    // What follows must hold a quote, so that the scanner's search for one ends.
    scanner.bytes.fill(QUOTE, this.#used, this.#used + PADDING);
    let at = this.#start;
    for (;;) {
      while (at < limit && this.#sink.holdsNext()) {
        const end = scanner.bytes.indexOf(LINE_FEED, at);
        this.#odd(at, end);
        at = end + 1;
      }
      if (at >= limit) break;
      for (const [counter] of COUNTERS) scanner.set(counter, 0);
      scanner.set('RECORD_COUNT', 0);
      scanner.set('CURSOR', at);
      const answer = scanner.scan(limit);
      this.#take();
      at = scanner.get('CURSOR');
      if (answer === SCAN_ODD) this.#odd(scanner.get('ODD_START'), scanner.get('ODD_END'));
    }
    this.#start = limit;
  }

  /** Judges the events that the scanner left open, and adds its counters up. */
  #take(): void {
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
