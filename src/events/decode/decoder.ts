// Room events/decode: the lines of one input become events and problems; every line is accounted for.
// Door: decoder.ts; parse-text.ts does it for a text in memory, describe.ts says what a foreign line looks like.
// Neighbours: uses text and wrappers; io, scan and the library call it.
// Inside: records.ts reads one record, line-tally.ts counts what lines came to, opening-line.ts holds one back.

import type { JsonObject } from '../../json/value.ts';
import { Assembler, type BufferedLine } from '../text/assembler.ts';
import type {
  DecodedEvent,
  DecoderMemory,
  DecoderOptions,
  DecodeSink,
  LineCounts,
  RecordDecoder,
} from '../decoded.ts';
import { JsonNode } from '../json-node.ts';
import { DEFAULT_MAX_EVENT_SIZE, MAX_RETRIES } from '../limits.ts';
import { CsvTable, inRecords, tableUse } from './csv-table.ts';
import { unchanged } from './decoder-memory.ts';
import { innerLines } from './inner-lines.ts';
import { OpeningLine } from './opening-line.ts';
import { LineTally } from './line-tally.ts';
import {
  contentStart,
  isForeignText,
  isOnlyPunctuation,
  withoutColour,
} from '../text/line-text.ts';
import type { Problem, ProblemReason } from '../problems.ts';
import { Records } from './records.ts';
import { tryAlone } from './try-alone.ts';
import { isBracketText } from '../text/text-record.ts';

/** A decoder for one input; inputs do not share one, since records do not span files. */
export function createDecoder(options: DecoderOptions = {}): RecordDecoder {
  return new LineDecoder(options);
}

class LineDecoder implements RecordDecoder {
  readonly #tally = new LineTally();
  readonly #maxSize: number;
  readonly #records: Records;
  readonly #assembler: Assembler;
  readonly #table: CsvTable;
  readonly #opening: OpeningLine;
  /** Lines to decode, the next one last; more than one only after a multi-line value broke. */
  readonly #queue: BufferedLine[] = [];
  #sink: DecodeSink | undefined;
  /** True while lines of an already reported record are tried again: their problems are not reported twice. */
  #quiet = false;
  /** True after a multi-line value broke: its closing brackets are still to come. */
  #afterBreak: boolean;
  #memory: DecoderMemory | undefined;

  constructor(options: DecoderOptions, isInner = false) {
    this.#maxSize = options.maxEventSize ?? DEFAULT_MAX_EVENT_SIZE;
    const output = {
      event: (event: DecodedEvent) => this.#sink!.event(event),
      problem: (problem: Problem) => {
        if (!this.#quiet) this.#sink!.problem(problem);
      },
    };
    this.#afterBreak = options.memory?.afterBreak ?? false;
    const wrapping = {
      maxSize: this.#maxSize,
      format: inRecords(options.format),
      codec: options.codec,
      trail: options.trail,
      dropped: () => this.#tally.dropped(),
      lines: isInner ? undefined : innerLines((inner) => new LineDecoder(inner, true), options),
    };
    this.#records = new Records(output, wrapping, options.memory);
    this.#assembler = new Assembler({
      maxSize: this.#maxSize,
      value: (text, lines, bad) => this.#assembled(text, lines, bad),
      element: (text, lines, bad, head) => this.#assembled(text, lines, bad, head),
      structural: (line) => this.#tally.count(line, 'continuations'),
      nextElement: (line, broken) => this.#records.nextElement(line, broken),
      nextRecord: (line, torn) => this.#records.nextRecord(line, torn),
    });
    const again = (lines: readonly BufferedLine[]): void =>
      void this.#queue.push(...lines.toReversed());
    this.#opening = new OpeningLine({ again, opens: (line, at) => this.#assemble(line, at) });
    this.#table = new CsvTable({
      maxSize: this.#maxSize,
      use: tableUse(options.format),
      memory: options.memory?.table,
      row: (row, lines) => this.#row(row, lines),
      header: (line) => this.#tally.count(line, 'continuations'),
      other: (line) => this.#fail(line, 'text'),
      broken: (lines, reason) => this.#giveUp(lines, reason),
      again,
      standsAlone: (line) => this.#records.standsAlone(line),
    });
  }

  get counts(): Readonly<LineCounts> {
    return this.#tally.counts;
  }

  get pending(): boolean {
    const { split } = this.#records.unwrapper;
    return this.#assembler.pending || this.#table.pending || this.#opening.pending || split.pending;
  }

  get memory(): DecoderMemory {
    const { prefix, envelopes } = this.#records.memory;
    const now = { afterBreak: this.#afterBreak, prefix, envelopes, table: this.#table.memory };
    return (this.#memory = unchanged(this.#memory, now));
  }

  line(text: string, lineNumber: number, sink: DecodeSink): void {
    this.#sink = sink;
    this.#queue.push({ text: withoutColour(text), line: lineNumber, tries: 0, quiet: false });
    this.#drain();
  }

  end(sink: DecodeSink, stopped = false): void {
    this.#sink = sink;
    if (stopped) {
      const open = [this.#assembler.abandon(), this.#table.take(), this.#opening.take()];
      return this.#tally.rest(open.flat());
    }
    this.#opening.next(undefined);
    this.#drain();
    while (this.#assembler.pending || this.#table.pending) {
      if (this.#table.pending) this.#table.end();
      else this.#giveUp(this.#assembler.abandon(), 'cut-json');
      this.#drain();
    }
    this.#records.end();
  }

  #drain(): void {
    for (let line = this.#queue.pop(); line !== undefined; line = this.#queue.pop()) {
      this.#quiet = line.quiet;
      this.#decode(line);
      this.#quiet = false;
    }
  }

  #decode(line: BufferedLine): void {
    if (this.#opening.next(line)) return;
    const start = contentStart(line.text);
    if (start === line.text.length && !this.#table.isOpen) {
      this.#tally.count(line, 'blank');
      return;
    }
    const char = line.text[start];
    if (this.#assembler.pending && !isForeignText(line.text, start)) {
      if (char !== '{' || this.#assembler.inArray || !this.#records.standsAlone(line)) {
        this.#assemble(line, start);
      } else {
        this.#queue.push(line);
        this.#giveUp(this.#assembler.abandon(), 'cut-json');
      }
    } else if (this.#table.feed(line, start)) {
      return;
    } else if (char === '{' || char === '[') {
      this.#json(line, start);
    } else if (this.#afterBreak && isOnlyPunctuation(line.text)) {
      this.#tally.count(line, 'continuations');
    } else {
      this.#text(line, line.text);
    }
  }

  #text(line: BufferedLine, text: string): void {
    if (!this.#assembler.pending && this.#opening.hold(line)) return;
    const outcome = this.#records.text(text, line.line);
    this.#tally.outcome(line, outcome);
    // A writer may have put a record on the line of one that was never finished.
    if (outcome === 'problem') this.#assemble(line, this.#records.nextRecord(line, 0));
  }

  #json(line: BufferedLine, start: number): void {
    const text = line.text.slice(start);
    const read = this.#records.read(text);
    if (read instanceof JsonNode) {
      this.#tally.outcome(line, this.#records.record(read, line.line));
      return;
    }
    // `[ 2476.297320] host …`, `[pod/…] …` and `[main] …` are no arrays.
    const isPrefix = text.startsWith('[') && this.#records.unwrapper.prefixes.startOf(text);
    if (isPrefix || isBracketText(text)) return this.#text(line, text);
    const kind = read?.kind ?? 'truncated';
    const cut = kind === 'truncated' ? this.#records.cut(text, line.line) : undefined;
    if (cut !== undefined) this.#tally.outcome(line, cut);
    else if (kind === 'depth') this.#fail(line, 'too-deep');
    else if (line.alone !== undefined || line.tries > MAX_RETRIES) {
      this.#fail(line, line.alone ?? 'cut-json');
    } else this.#assemble(line, start);
  }

  /** Puts the values of a line together from an index on; -1 for nowhere. */
  #assemble(line: BufferedLine, start: number): void {
    let at = start;
    while (at !== -1) at = this.#feed(line, at);
  }

  /** @returns where on the line reading goes on; -1 for nowhere */
  #feed(line: BufferedLine, start: number): number {
    const fed = this.#assembler.feed(line, start);
    if (fed === 'done') this.#tally.count(line, 'continuations');
    if (fed === 'open' || fed === 'done') return -1;
    if (fed.again) {
      // A line that cannot start a record is part of what broke: it is not news that it is broken.
      if (line.text[start] !== '{' && line.text[start] !== '[') line.quiet = true;
      this.#queue.push(line);
    }
    if (!fed.again && fed.lines.length === 0) this.#fail(line, fed.reason);
    this.#giveUp(fed.lines, fed.reason);
    if (fed.behind !== undefined) return this.#records.behindValue(line, fed.behind);
    return fed.resume ?? -1;
  }

  /** Reports a broken multi-line value once and queues its lines to be tried alone. */
  #giveUp(lines: readonly BufferedLine[], reason: ProblemReason): void {
    this.#afterBreak = true;
    tryAlone(lines, reason, this.#queue, (line) => this.#fail(line, reason));
  }

  #assembled(text: string, lines: readonly BufferedLine[], bad: boolean, head?: string): void {
    const first = lines[0]!;
    const quiet = this.#quiet;
    // A line of broken values counts as one problem; each broken element of a list counts as its own.
    this.#quiet = first.quiet || (head === undefined && first.counted === 'problems');
    const outcome = bad
      ? this.#records.malformed(first.line)
      : this.#records.document(text, first.line, head, first.before);
    this.#tally.outcome(first, outcome);
    this.#quiet = quiet;
    for (const line of lines) {
      if (line === lines.at(-1)) break;
      this.#tally.count(line, 'continuations');
      // A line of a malformed value may be a record by itself.
      const own = outcome === 'malformed' ? this.#records.wholeLine(line) : undefined;
      if (own !== undefined) this.#tally.outcome(line, own);
    }
  }

  #row(row: JsonObject, lines: readonly BufferedLine[]): void {
    this.#tally.rest(lines);
    this.#tally.outcome(lines[0]!, this.#records.row(row, lines[0]!.line));
  }

  #fail(line: BufferedLine, reason: ProblemReason): void {
    if (this.#tally.fails(line)) this.#sink!.problem({ reason, line: line.line });
  }
}
