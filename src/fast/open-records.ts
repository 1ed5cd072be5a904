import type { OpenRecord } from './fast-options.ts';
import type { Verdicts } from './verdicts/verdicts.ts';
import { MAX, MEMORY, RECORD, SPAN, STATUS } from './wasm/layout.gen.ts';
import type { Scanner } from './wasm/wasm-scanner.ts';

const QUOTE = 0x22;
const SLOTS = (RECORD.size - RECORD.slots) / SPAN.size;

/** Bytes of the record of an {@link OpenRecord}. */
export const RECORD_SIZE: number = RECORD.size;

/** Open events that go from the scanner of one thread to that of another, which has the same rules. */
export class OpenRecords {
  readonly #scanner: Scanner;
  readonly #verdicts: Pick<Verdicts, 'print'>;
  /** By print, a state of this scanner in which the same is open. */
  readonly #states = new Map<string, number>();

  readonly #flush: () => void;

  /** @param flush judges the events of the scanner's records */
  constructor(scanner: Scanner, verdicts: Pick<Verdicts, 'print'>, flush: () => void) {
    this.#scanner = scanner;
    this.#verdicts = verdicts;
    this.#flush = flush;
  }

  /** An event of this scanner; valid as long as its text is in memory. @param record its address */
  read(record: number): OpenRecord {
    const { bytes } = this.#scanner;
    const word = (at: number): number => this.#scanner.word(record + at);
    return {
      record: bytes.subarray(record, record + RECORD.size),
      text: bytes.subarray(word(RECORD.start), word(RECORD.end)),
      print: this.#printOf(record),
    };
  }

  /**
   * Judges an event of another scanner, with no other one in the records. It is scanned again only where no state is
   * known in which the same is open.
   *
   * @returns false when it must be judged parsed: then nothing happened
   */
  take(open: OpenRecord): boolean {
    const isPlaced = this.#place(open);
    if (isPlaced) this.#flush();
    return isPlaced;
  }

  #place(open: OpenRecord): boolean {
    const scanner = this.#scanner;
    const { length } = open.text;
    if (length > MAX.payload) return false;
    const { bytes } = scanner;
    const end = MEMORY.payload + length;
    bytes.set(open.text, MEMORY.payload);
    // Quotes behind the text stop the scanner's search for the end of a string.
    bytes.fill(QUOTE, end, end + MAX.overread);
    const state = this.#states.get(open.print);
    if (state !== undefined && placeRecord(scanner, open, state)) return true;
    if (!scanner.takeText(length, 0, 0)) return false;
    // None where more could be decided here.
    if (scanner.word(STATUS.recordCount) > 0) {
      this.#states.set(this.#printOf(MEMORY.records), scanner.word(MEMORY.records + RECORD.state));
    }
    return true;
  }

  #printOf(record: number): string {
    return this.#verdicts.print(this.#scanner.word(record + RECORD.state));
  }
}

/** @returns false when a value of the event lies outside its text */
function placeRecord(scanner: Scanner, { record, text }: OpenRecord, state: number): boolean {
  const at = MEMORY.records;
  scanner.bytes.set(record, at);
  const from = scanner.word(at + RECORD.start);
  const moved = MEMORY.payload - from;
  const low = scanner.word(at + RECORD.seenLow);
  const high = scanner.word(at + RECORD.seenHigh);
  for (let slot = 0; slot < SLOTS; slot++) {
    if ((((slot < 32 ? low : high) >>> (slot & 31)) & 1) === 0) continue;
    const span = at + RECORD.slots + slot * SPAN.size;
    const start = scanner.word(span + SPAN.start);
    const end = scanner.word(span + SPAN.end);
    if (start < from || end > from + text.length) return false;
    scanner.setWord(span + SPAN.start, start + moved);
    scanner.setWord(span + SPAN.end, end + moved);
  }
  scanner.setWord(at + RECORD.start, MEMORY.payload);
  scanner.setWord(at + RECORD.end, MEMORY.payload + text.length);
  scanner.setWord(at + RECORD.state, state);
  // It counts as an event on no line, in no wrapping.
  scanner.setWord(at + RECORD.line, 0);
  scanner.setWord(at + RECORD.number, 1);
  scanner.setWord(at + RECORD.context, 0);
  scanner.setWord(STATUS.recordCount, 1);
  scanner.setWord(STATUS.events, 1);
  return true;
}
