// Room fast/wasm: the scanner, which finds values in lines and walks the states of verdicts. `assembly` is
// its source, `layout.mjs` the contract with it, `build.mjs` writes what is generated from both, `key-tables` and
// `pattern-tables` write what it looks for.
// Door: this file, and `layout.gen.ts` for the numbers that both sides share.
// Neighbours: everything else in `fast`; it knows bytes and numbers, and no rules.

import { Buffer } from 'node:buffer';
import type { JsonObject } from '../../json/value.ts';
import { instantiateScanner, type ScannerExports, type ScannerHooks } from './instantiate.ts';
import { keyOf, noteEvent } from './event-keys.ts';
import { writeKeyTables } from './key-tables.ts';
import { FOUND, MAX, MEMORY, PATTERN_TABLE, SEEN, STATUS, type Slot } from './layout.gen.ts';
import { FULLEST_HALF, NotedEvents } from './noted-events.ts';
import { buildSearch, writeTable, type PatternSearch } from './pattern-tables.ts';
import type { ScannerSettings } from './scanner-settings.ts';

export type { RepeatKey } from './event-keys.ts';
const PAGE = 65_536;
/** Behind every date the scanner reads. */
const NEVER = 2n ** 63n - 1n;
const FOUND_BYTES = FOUND.bits / 8;

/**
 * The WebAssembly scanner with its memory: addresses are byte offsets in {@link bytes}. Where everything is, and
 * the names of all numbers, is in layout.mjs.
 */
export class Scanner {
  readonly #exports: ScannerExports;
  readonly #texts = new Map<string, readonly [address: number, length: number]>();
  #textsUsed = 0;
  readonly #noted = new NotedEvents(this);
  #tables = 0;
  /** All memory; replaced when it grows. */
  bytes: Buffer;
  #words: Uint32Array;
  #longs: BigInt64Array;

  /** @param slots what spans are wanted of; their indexes are 0, 1, 2 and so on */
  constructor(slots: readonly Slot[], hooks: ScannerHooks) {
    this.#exports = instantiateScanner(hooks);
    const { buffer } = this.#exports.memory;
    this.bytes = Buffer.from(buffer);
    this.#words = new Uint32Array(buffer);
    this.#longs = new BigInt64Array(buffer);
    writeKeyTables(slots, buffer);
  }

  configure(settings: ScannerSettings): void {
    this.setWord(STATUS.fieldCount, settings.fields.length);
    for (const [i, { slot, texts, byNetwork = false }] of settings.fields.entries()) {
      this.bytes[MEMORY.fieldSlots + i] = slot.index;
      this.bytes[MEMORY.fieldNetworks + i] = Number(byNetwork);
      const table =
        texts && this.addPatterns(buildSearch(new Map(texts.map((text, at) => [at + 1, text]))));
      this.#words[(MEMORY.fieldTables >> 2) + i] = table ?? 0;
    }
    this.setWord(STATUS.startState, settings.startState);
    this.setWord(STATUS.maxLine, settings.maxLine);
    this.#setLong(STATUS.since, clamp(settings.since ?? -NEVER));
    this.#setLong(STATUS.until, clamp(settings.until ?? NEVER));
    this.forget();
    this.#setLong(STATUS.firstTime, 0n);
    const { remembered, repeatKey } = settings;
    this.setWord(STATUS.leavesRepeatedOut, Number(repeatKey !== undefined));
    for (const [i, word] of (repeatKey ?? [0n, 0n]).entries()) {
      this.#setLong(STATUS.hashKey + 8 * i, BigInt.asIntN(64, word));
    }
    this.setWord(
      STATUS.seenLimit,
      // A full table would be searched for ever.
      remembered === Infinity ? SEEN.listed : Math.min(Math.ceil(remembered / 2), FULLEST_HALF),
    );
  }

  /** Resets the counts of duplicates and dropped events, and the bounds of times. */
  forget(): void {
    this.#setLong(STATUS.minTime, NEVER);
    this.#setLong(STATUS.maxTime, 0n);
    this.setWord(STATUS.duplicates, 0);
    for (let step = 0; step < MAX.drops; step++) this.setWord(STATUS.dropped + 4 * step, 0);
  }

  /**
   * Remembers an event that the decoder found, so that a copy of it counts as a duplicate.
   *
   * @returns true when it was there before
   */
  note(event: JsonObject): boolean {
    this.#noted.makeRoom();
    return noteEvent(this.#exports, this.bytes, keyOf(event));
  }

  /** Hashes of the events since the last call, two 32-bit words each, if `remembered` is Infinity. */
  takeNoted(): Uint32Array {
    return this.#noted.take();
  }

  /** How many events a step of the resource filter left out. */
  dropped(step: number): number {
    return step < MAX.drops ? this.word(STATUS.dropped + 4 * step) : 0;
  }

  /** How many events ended in a state with `NEXT.tally` since the last call. */
  takeTally(state: number): number {
    const at = MEMORY.tallies + 4 * state;
    const count = this.word(at);
    this.setWord(at, 0);
    return count;
  }

  /** Sets which header field, or which of NEXT, follows on a state; `table` is for `NEXT.body`. */
  follow(state: number, next: number, table = 0): void {
    this.bytes[MEMORY.nextField + state] = next;
    this.setWord(MEMORY.bodyTables + 4 * state, table);
  }

  /** The 32-bit number at an address. */
  word(address: number): number {
    return this.#words[address >> 2]!;
  }

  /** A copy of 32-bit numbers. */
  words(address: number, count: number): Uint32Array {
    return this.#words.slice(address >> 2, (address >> 2) + count);
  }

  setWord(address: number, value: number): void {
    this.#words[address >> 2] = value;
  }

  /** The 64-bit number at an address. */
  long(address: number): bigint {
    return this.#longs[address >> 3]!;
  }

  #setLong(address: number, value: bigint): void {
    this.#longs[address >> 3] = value;
  }

  /** Scans the lines from `STATUS.cursor` to `limit`, which must be behind a line feed; one of ANSWER. */
  scan(limit: number): number {
    return this.#exports.scan(limit);
  }

  /** Lists events in the values of a line from STATUS.cursor on, LISTEDs in `MEMORY.listed`; their number. */
  findPayloads(end: number, isStart: boolean): number {
    return this.#exports.findPayloads(end, Number(isStart));
  }

  /** Decides on listed events; the index of the first that there was no room for, `count` without any. */
  takePayloads(from: number, count: number): number {
    const next = this.#exports.takePayloads(from, count);
    this.#noted.makeRoom();
    return next;
  }

  /** Decides on the event whose text is in `MEMORY.payload`. False when only the decoder can tell what it is. */
  takeText(length: number, line: number, context: number): boolean {
    const isTaken = this.#exports.takeText(length, line, context) !== 0;
    this.#noted.makeRoom();
    return isTaken;
  }

  /**
   * Lists the members of a valid object from `MEMORY.members` on, a MEMBER each. Returns their number; -1 when
   * only a parser can tell.
   */
  members(start: number, end: number): number {
    return this.#exports.members(start, end);
  }

  /** The same for the elements of a valid array, a SPAN each. */
  elements(start: number, end: number): number {
    return this.#exports.elements(start, end);
  }

  /**
   * Whether bytes hold a text.
   *
   * @param token at least two ASCII characters; in lower case when ASCII letters match in either
   */
  search(start: number, end: number, token: string, ignoreCase: boolean): boolean {
    const place = this.#keep(token);
    if (place === undefined) return true;
    return this.#exports.search(start, end, place[0], place[1], Number(ignoreCase)) !== 0;
  }

  /**
   * Keeps a table of patterns for {@link find}.
   *
   * @returns its address; undefined when there is no room for it or its texts
   */
  addPatterns(search: PatternSearch): number | undefined {
    const places = search.order.map(({ bytes }) => this.#keep(bytes.toString('latin1')));
    if (this.#tables === MAX.patternTables || places.includes(undefined)) return;
    const table = MEMORY.patternTables + this.#tables++ * PATTERN_TABLE.size;
    writeTable(search, places as [number, number][], table, this.bytes, this.#words);
    return table;
  }

  /**
   * Searches spans of bytes for the patterns of a table. {@link isFound} tells which were found.
   *
   * @param area one of FOUND: where the result is kept
   * @returns whether any was found
   */
  find(table: number, area: number, spans: readonly { start: number; end: number }[]): boolean {
    const bits = MEMORY.found + area * FOUND_BYTES;
    this.#words.fill(0, bits >> 2, (bits + FOUND_BYTES) >> 2);
    const wasm = this.#exports;
    let any = 0;
    for (const { start, end } of spans) any |= wasm.findPatterns(table, bits, start, end);
    return any !== 0;
  }

  /** Whether the last {@link find} for an area found a pattern. */
  isFound(area: number, pattern: number): boolean {
    const at = MEMORY.found + area * FOUND_BYTES + (pattern >> 3);
    return ((this.bytes[at]! >> (pattern & 7)) & 1) === 1;
  }

  /** Makes room for text up to an address; views of the memory are new afterwards. */
  ensure(end: number): void {
    const missing = end + MAX.overread - this.bytes.length;
    if (missing <= 0) return;
    const { memory } = this.#exports;
    memory.grow(Math.ceil(missing / PAGE));
    this.bytes = Buffer.from(memory.buffer);
    this.#words = new Uint32Array(memory.buffer);
    this.#longs = new BigInt64Array(memory.buffer);
  }

  /** Puts a text into the scanner's memory. Texts come from rules, so there are few. */
  #keep(text: string): readonly [address: number, length: number] | undefined {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    const bytes = Buffer.from(text, 'utf8');
    if (this.#textsUsed + bytes.length > MAX.texts) return undefined;
    const place = [MEMORY.texts + this.#textsUsed, bytes.length] as const;
    bytes.copy(this.bytes, place[0]);
    this.#textsUsed += bytes.length;
    this.#texts.set(text, place);
    return place;
  }
}

function clamp(time: bigint): bigint {
  if (time > NEVER) return NEVER;
  return time < -NEVER ? -NEVER : time;
}
