import { Buffer } from 'node:buffer';
import { writeKeyTables } from './key-tables.ts';
import {
  buildSearch,
  FOUND_BITS,
  writeTable,
  type PatternSearch,
} from '../body-search/teddy-tables.ts';
import { MAX_DROPPED } from '../verdicts/scanner-states.ts';
import { SCANNER_WASM } from './scanner-module.gen.ts';
import type { Slot } from './slots.ts';
import type { Exports, Place, ScannerHooks, ScannerSettings } from './scanner-types.ts';
import { compileWasm, globalsOf, instantiateWasm } from './instantiate.ts';

/** Answers of {@link Scanner.scan}: all done; a line is for the decoder. */
export const SCAN_DONE = 0;
export const SCAN_ODD = 1;

/** Bytes that the scanner may read behind the text. */
export const PADDING = 128;
const PAGE = 65_536;
/** Room for keys and tokens (KEY_ARENA in layout.ts). */
const TEXTS_SIZE = 32_768;
/** Characters of a key that make events equal. */
const LONGEST_NOTED = 512;
/** Events are listed instead of being looked up (duplicates.ts). */
const LIST_EVENTS = 0xffffffff;
/** Behind every date the scanner reads. */
const NEVER = 2n ** 63n - 1n;
const FOUND_BYTES = FOUND_BITS / 8;
let compiled: object | undefined;

/** The WebAssembly scanner with its memory: addresses are byte offsets in {@link bytes}. */
export class Scanner {
  readonly #exports: Exports;
  /** Reading a global of the module takes as long as a search. */
  readonly #places: Readonly<Record<Place, number>>;
  readonly #texts = new Map<string, readonly [address: number, length: number]>();
  #textsUsed = 0;
  #tables = 0;
  /** All memory; replaced when it grows. */
  bytes: Buffer;
  #words: Uint32Array;
  #longs: BigInt64Array;

  /** @param slots what spans are wanted of; their indexes are 0, 1, 2 and so on */
  constructor(slots: readonly Slot[], hooks: ScannerHooks) {
    compiled ??= compileWasm(Buffer.from(SCANNER_WASM, 'base64'));
    this.#exports = instantiateWasm(compiled, {
      classify: (field: number, start: number, length: number) =>
        hooks.classify(field, start, length),
      step: (state: number, level: number, cls: number) => hooks.step(state, level, cls),
    }) as Exports;
    this.#places = globalsOf(this.#exports) as Record<Place, number>;
    const { memory } = this.#exports;
    memory.grow(Math.max(0, Math.ceil((this.place('BLOCK') - memory.buffer.byteLength) / PAGE)));
    this.bytes = Buffer.from(memory.buffer);
    this.#words = new Uint32Array(memory.buffer);
    this.#longs = new BigInt64Array(memory.buffer);
    writeKeyTables(slots, memory.buffer, this.#places);
  }

  place(name: Place): number {
    return this.#places[name];
  }

  configure(settings: ScannerSettings): void {
    this.set('FIELD_COUNT', settings.fields.length);
    for (const [i, { slot, texts, byNetwork = false }] of settings.fields.entries()) {
      this.bytes[this.place('FIELD_SLOTS') + i] = slot.index;
      this.bytes[this.place('FIELD_NETWORKS') + i] = Number(byNetwork);
      const table =
        texts && this.watch(buildSearch(new Map(texts.map((text, at) => [at + 1, text]))));
      this.#words[(this.place('FIELD_TABLES') >> 2) + i] = table ?? 0;
    }
    this.set('START_STATE', settings.startState);
    this.set('MAX_LINE', settings.maxLine);
    this.setLong('SINCE', clamp(settings.since ?? -NEVER));
    this.setLong('UNTIL', clamp(settings.until ?? NEVER));
    this.forget();
    this.setLong('FIRST_TIME', 0n);
    const { remembered } = settings;
    this.set('SEEN_LIMIT', remembered === Infinity ? LIST_EVENTS : Math.ceil(remembered / 2));
  }

  /** Counts duplicates and dropped events and bounds times from nothing on. */
  forget(): void {
    this.setLong('MIN_TIME', NEVER);
    this.setLong('MAX_TIME', 0n);
    this.set('DUPLICATES', 0);
    const dropped = this.place('DROPPED');
    this.bytes.fill(0, dropped, dropped + 4 * MAX_DROPPED);
  }

  /** Notes an event that was decoded elsewhere, so that another like it is counted as a duplicate. */
  note(auditId: string, stage: string, time: string): void {
    // Where `members` puts its answers: nobody reads them now.
    let at = this.place('MEMBERS');
    const spans = [auditId, stage, time].flatMap((text) => {
      const start = at;
      at += this.bytes.write(`"${text.slice(0, LONGEST_NOTED)}"`, at);
      return [start, at];
    });
    const [a, b, c, d, e, f] = spans as [number, number, number, number, number, number];
    this.#exports.noteLater(a, b, c, d, e, f);
    this.#exports.notePending();
  }

  /** Hashes of the events noted since the last call, two words each, when they are listed. */
  takeNoted(): Uint32Array {
    const start = this.place('SEEN_TABLES') >> 2;
    const noted = this.#words.slice(start, start + 2 * this.get('SEEN_FILL'));
    this.set('SEEN_FILL', 0);
    return noted;
  }

  get(name: Place): number {
    return this.#words[this.place(name) >> 2]!;
  }

  set(name: Place, value: number): void {
    this.#words[this.place(name) >> 2] = value;
  }

  /** Events left out by a step of the filter. */
  dropped(step: number): number {
    return step < MAX_DROPPED ? this.word(this.place('DROPPED') + 4 * step) : 0;
  }

  /** Events that ended in a state of tallies since the last call. */
  takeTally(state: number): number {
    const at = (this.place('TALLIES') >> 2) + state;
    const count = this.#words[at]!;
    this.#words[at] = 0;
    return count;
  }

  /** Says what follows on a state; with BODY, the table that it needs. */
  follow(state: number, next: number, table = 0): void {
    this.bytes[this.place('NEXT_FIELD') + state] = next;
    this.#words[(this.place('BODY_TABLES') >> 2) + state] = table;
  }

  getLong(name: Place): bigint {
    return this.#longs[this.place(name) >> 3]!;
  }

  setLong(name: Place, value: bigint): void {
    this.#longs[this.place(name) >> 3] = value;
  }

  /** The 32-bit number at an address. */
  word(address: number): number {
    return this.#words[address >> 2]!;
  }

  long(address: number): bigint {
    return this.#longs[address >> 3]!;
  }

  /** Scans the lines from CURSOR to `limit`, which must be behind a line feed. */
  scan(limit: number): number {
    return this.#exports.scan(limit);
  }

  /**
   * Lists the members of a valid object: four addresses each from MEMBERS on, of the key's text and of the
   * value. Returns their number; -1 when only a parser can tell.
   */
  members(start: number, end: number): number {
    return this.#exports.members(start, end);
  }

  /** The same for the elements of a valid array: two addresses each. */
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
   * Keeps a table of patterns for {@link found}.
   *
   * @returns its address; undefined when there is no room for it or its texts
   */
  watch(search: PatternSearch): number | undefined {
    const places = search.order.map(({ bytes }) => this.#keep(bytes.toString('latin1')));
    if (this.#tables === this.place('MAX_PATTERN_TABLES') || places.includes(undefined)) return;
    const table = this.place('PATTERN_TABLES') + this.#tables++ * this.place('PATTERN_TABLE_SIZE');
    writeTable(search, places as [number, number][], table, this.bytes, this.#words);
    return table;
  }

  /**
   * Notes in an area, 0 to 3, which of the patterns of a table some stretches of bytes hold, for
   * {@link isFound}; returns whether they hold any.
   */
  find(table: number, area: number, spans: readonly { start: number; end: number }[]): boolean {
    const bits = this.place('PATTERNS_FOUND') + area * FOUND_BYTES;
    this.#words.fill(0, bits >> 2, (bits + FOUND_BYTES) >> 2);
    const wasm = this.#exports;
    let any = 0;
    for (const { start, end } of spans) any |= wasm.findPatterns(table, bits, start, end);
    return any !== 0;
  }

  /** Whether a pattern was found when that area was noted last. */
  isFound(area: number, pattern: number): boolean {
    const at = this.place('PATTERNS_FOUND') + area * FOUND_BYTES + (pattern >> 3);
    return ((this.bytes[at]! >> (pattern & 7)) & 1) === 1;
  }

  /** Makes room for text up to an address; views of the memory are new afterwards. */
  ensure(end: number): void {
    const missing = end + PADDING - this.bytes.length;
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
    if (this.#textsUsed + bytes.length > TEXTS_SIZE) return undefined;
    const place = [this.place('KEY_ARENA') + this.#textsUsed, bytes.length] as const;
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
