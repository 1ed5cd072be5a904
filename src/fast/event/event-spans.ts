import { parseShallowJson } from '../../json/parse.ts';
import type { JsonValue } from '../../json/value.ts';
import { cutAtNul } from '../../util/text.ts';
import { MEMBER, MEMORY, RECORD, SPAN } from '../wasm/layout.gen.ts';
import type { Scanner } from '../wasm/wasm-scanner.ts';
import { CONTEXT_BITS, REPEATED_SLOTS } from './slot-lookup.ts';
import { SpanMemory } from './span-memory.ts';
import { SpanNode, type SpanReader } from './span-node.ts';
import { utf8Text } from './utf8.ts';

const QUOTE = 0x22;
const OPENING_BRACE = 0x7b;
const OPENING_BRACKET = 0x5b;

/** Room for this many members at the start; it grows on demand. */
const MEMBERS = 1024;
/** 32-bit numbers of a listed member, and the place of each: the layout is that of MEMBER. */
const NUMBERS = MEMBER.size >> 2;
const [KEY_START, KEY_END, START, END] = [
  MEMBER.keyStart >> 2,
  MEMBER.keyEnd >> 2,
  MEMBER.start >> 2,
  MEMBER.end >> 2,
] as const;

/** Values of an event, read from the spans that the scanner found. One object serves for all events in turn. */
export class EventSpans implements SpanReader {
  readonly #scanner: Scanner;
  readonly #memory = new SpanMemory();
  #record = 0;
  #seenLow = 0;
  #seenHigh = 0;
  /** Nodes by slot, reused from event to event. */
  readonly #slots: SpanNode[] = [];
  /** Bits of the slots whose node was renewed for this event. */
  #freshLow = 0;
  #freshHigh = 0;
  #line: SpanNode | undefined;
  /** Members of objects, as the scanner lists them. */
  #listed = new Uint32Array(NUMBERS * MEMBERS);
  #listedEnd = 0;

  constructor(scanner: Scanner) {
    this.#scanner = scanner;
  }

  /** Starts on another event. `record`: address of its RECORD. */
  move(record: number): void {
    const scanner = this.#scanner;
    this.#record = record;
    this.#seenLow = scanner.word(record + RECORD.seenLow);
    this.#seenHigh = scanner.word(record + RECORD.seenHigh);
    this.#freshLow = 0;
    this.#freshHigh = 0;
    this.#line = undefined;
    this.#listedEnd = 0;
  }

  /** True if the event may name its node or cluster. */
  get hasContext(): boolean {
    return ((this.#seenLow & CONTEXT_BITS.low) | (this.#seenHigh & CONTEXT_BITS.high)) !== 0;
  }

  /** The value of a slot; undefined when the event lacks it. */
  slot(slot: number): SpanNode | undefined {
    const isLow = slot < 32;
    const bit = 1 << (slot & 31);
    if (((isLow ? this.#seenLow : this.#seenHigh) & bit) === 0) return undefined;
    const node = this.#slots[slot];
    if (node !== undefined && ((isLow ? this.#freshLow : this.#freshHigh) & bit) !== 0) return node;
    if (isLow) this.#freshLow |= bit;
    else this.#freshHigh |= bit;
    const span = this.#record + RECORD.slots + slot * SPAN.size;
    const start = this.#scanner.word(span + SPAN.start);
    return this.#renewed(slot, start, this.#scanner.word(span + SPAN.end));
  }

  #renewed(slot: number, start: number, end: number): SpanNode {
    const old = this.#slots[slot];
    if (old === undefined) {
      const node = new SpanNode(this, start, end, REPEATED_SLOTS[slot] ?? false);
      this.#slots[slot] = node;
      return node;
    }
    old.move(start, end);
    return old;
  }

  /** The event itself. */
  whole(): SpanNode {
    const scanner = this.#scanner;
    this.#line ??= this.#node(
      scanner.word(this.#record + RECORD.start),
      scanner.word(this.#record + RECORD.end),
    );
    return this.#line;
  }

  #node(start: number, end: number): SpanNode {
    return new SpanNode(this, start, end, false);
  }

  byteAt(address: number): number {
    return this.#scanner.bytes[address]!;
  }

  /** A member's span; null when absent, undefined when only parsing can tell. */
  member(node: SpanNode, key: string): SpanNode | null | undefined {
    const known = node.asked?.get(key);
    if (known !== undefined) return known;
    if (node.members === undefined) this.#listMembers(node);
    if (node.members === null) return undefined;
    const at = this.#memberAt(node, key);
    const listed = this.#listed;
    const member = at === -1 ? null : this.#node(listed[at + START]!, listed[at + END]!);
    node.asked ??= new Map();
    node.asked.set(key, member);
    return member;
  }

  /** Lists the members of an object, unless it must be parsed to tell them. */
  #listMembers(node: SpanNode): void {
    const scanner = this.#scanner;
    const isObject = scanner.bytes[node.start] === OPENING_BRACE;
    const count = isObject ? scanner.members(node.start, node.end) : -1;
    node.members = count === -1 ? null : this.#listedEnd;
    if (count === -1) return;
    node.memberCount = count;
    const end = this.#listedEnd + NUMBERS * count;
    if (end > this.#listed.length) {
      const larger = new Uint32Array(2 * end);
      larger.set(this.#listed);
      this.#listed = larger;
    }
    let at: number = MEMORY.members;
    for (let i = this.#listedEnd; i < end; i++, at += 4) this.#listed[i] = scanner.word(at);
    this.#listedEnd = end;
  }

  /** Index in the list of the member with a key; -1 if there is none. The last of duplicates wins. */
  #memberAt(node: SpanNode, key: string): number {
    const listed = this.#listed;
    const first = node.members!;
    for (let at = first + NUMBERS * (node.memberCount - 1); at >= first; at -= NUMBERS) {
      if (this.#isText(listed[at + KEY_START]!, listed[at + KEY_END]!, key)) return at;
    }
    return -1;
  }

  /** Whether the bytes are a text in UTF-8. */
  #isText(start: number, end: number, text: string): boolean {
    const { bytes } = this.#scanner;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) return utf8Text(bytes, start, end) === text;
      if (bytes[start + i] !== code || start + i >= end) return false;
    }
    return end - start === text.length;
  }

  /** The elements of an array; undefined when only parsing can tell. */
  elements(node: SpanNode): readonly SpanNode[] | undefined {
    const scanner = this.#scanner;
    const count = scanner.elements(node.start, node.end);
    if (count === -1) return undefined;
    const nodes: SpanNode[] = [];
    for (let i = 0; i < count; i++) {
      const span = MEMORY.members + i * SPAN.size;
      nodes.push(this.#node(scanner.word(span + SPAN.start), scanner.word(span + SPAN.end)));
    }
    return nodes;
  }

  /** The bytes as text; the scanner took blanks between tokens away. */
  source(node: SpanNode): string {
    return utf8Text(this.#scanner.bytes, node.start, node.end);
  }

  /** The value as `AuditEvent.text` has it. */
  text(node: SpanNode): string {
    node.cutText ??= this.#text(node);
    return node.cutText;
  }

  #text(node: SpanNode): string {
    const cell = this.#cell(node);
    const known = cell === -1 ? undefined : this.#memory.texts[cell];
    if (known !== undefined) return known;
    // A value that is no string is wanted as the log spells it.
    const text =
      this.#scanner.bytes[node.start] === QUOTE
        ? cutAtNul(this.parse(node) as string)
        : this.source(node);
    // Parsing looked up this node only, so the cell still belongs to it.
    if (cell !== -1) this.#memory.texts[cell] = text;
    return text;
  }

  parse(node: SpanNode): JsonValue {
    if (node.parsed === undefined) {
      const cell = this.#cell(node);
      node.parsed = cell === -1 ? undefined : this.#memory.values[cell];
      if (node.parsed === undefined) {
        node.parsed = this.#decode(node);
        if (cell !== -1) this.#memory.values[cell] = node.parsed;
      }
    }
    return node.parsed;
  }

  /** Cell of the memory for the bytes of a node; -1 if they are not remembered. */
  #cell(node: SpanNode): number {
    return node.repeated ? this.#memory.find(this.#scanner.bytes, node.start, node.end) : -1;
  }

  #decode(node: SpanNode): JsonValue {
    const { bytes } = this.#scanner;
    const { start, end } = node;
    if (bytes[start] === QUOTE) {
      const text = utf8Text(bytes, start + 1, end - 1);
      // Without a backslash the text is the value; control characters are kept.
      return text.includes('\\') ? parseShallowJson(`"${text}"`) : text;
    }
    // A list of one text: most source addresses are.
    const isList = end - start >= 4 && bytes[start] === OPENING_BRACKET;
    if (isList && bytes[start + 1] === QUOTE && bytes[end - 2] === QUOTE) {
      const text = utf8Text(bytes, start + 2, end - 2);
      if (!text.includes('"') && !text.includes('\\')) return [text];
    }
    // The scanner accepts far fewer levels than the parser allows, so the nesting needs no check.
    return parseShallowJson(this.source(node));
  }
}
