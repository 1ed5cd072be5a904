import { minify } from '../json/locate.ts';
import { parseShallowJson } from '../json/parse.ts';
import type { JsonValue } from '../json/value.ts';
import { cutAtNul } from '../util/text.ts';
import type { Scanner } from './scanner.ts';
import { CONTEXT_BITS, REPEATED_SLOTS } from './slot-lookup.ts';
import { SpanMemory } from './span-memory.ts';
import { utf8Text } from './utf8.ts';

const QUOTE = 0x22;
const OPENING_BRACE = 0x7b;
const OPENING_BRACKET = 0x5b;

/** A value whose span is known: its bytes, and what was found out about it. */
export interface SpanNode {
  start: number;
  end: number;
  value: JsonValue | undefined;
  /** As `text` answers for it; set once asked. */
  text: string | undefined;
  /** Whether the same is likely to have occurred before. */
  repeated: boolean;
  /** By key, once listed; null when they cannot be. */
  members: Map<string, SpanNode> | null | undefined;
}

/** The spans that the scanner found in an event, and what they hold. One serves for all events in turn. */
export class EventSpans {
  readonly #scanner: Scanner;
  readonly #memory = new SpanMemory();
  readonly #slotsAt: number;
  #record = 0;
  #seenLow = 0;
  #seenHigh = 0;
  /** By slot. Those of earlier events are used again. */
  readonly #slots: SpanNode[] = [];
  /** Slots that belong to this event. */
  #freshLow = 0;
  #freshHigh = 0;
  #line: SpanNode | undefined;
  /** True when there are blanks between tokens. */
  spaced = false;

  constructor(scanner: Scanner) {
    this.#scanner = scanner;
    this.#slotsAt = scanner.place('RECORD_SLOTS');
  }

  /** Goes on to the event of the scanner's record at an address. */
  move(record: number): void {
    const scanner = this.#scanner;
    this.#record = record;
    this.#seenLow = scanner.word(record + 16);
    this.#seenHigh = scanner.word(record + 20);
    this.spaced = scanner.word(record + 28) !== 0;
    this.#freshLow = 0;
    this.#freshHigh = 0;
    this.#line = undefined;
  }

  /** Whether the event may say where it was logged. */
  get hasContext(): boolean {
    return (this.#seenLow & CONTEXT_BITS) !== 0;
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
    const at = this.#record + this.#slotsAt + slot * 8;
    return this.#renewed(slot, this.#scanner.word(at), this.#scanner.word(at + 4));
  }

  #renewed(slot: number, start: number, end: number): SpanNode {
    const old = this.#slots[slot];
    if (old === undefined) {
      const node = span(start, end, REPEATED_SLOTS[slot]);
      this.#slots[slot] = node;
      return node;
    }
    old.start = start;
    old.end = end;
    old.value = undefined;
    old.text = undefined;
    old.members = undefined;
    return old;
  }

  /** The event itself. */
  whole(): SpanNode {
    const scanner = this.#scanner;
    this.#line ??= span(scanner.word(this.#record + 8), scanner.word(this.#record + 12));
    return this.#line;
  }

  /** A member's span; null when absent, undefined when only parsing can tell. */
  member(node: SpanNode, key: string): SpanNode | null | undefined {
    if (node.members === undefined) node.members = this.#index(node);
    return node.members === null ? undefined : (node.members.get(key) ?? null);
  }

  /** The members of an object; null when there is no telling without parsing. */
  #index(node: SpanNode): Map<string, SpanNode> | null {
    const scanner = this.#scanner;
    if (scanner.bytes[node.start] !== OPENING_BRACE) return null;
    const count = scanner.members(node.start, node.end);
    if (count === -1) return null;
    const members = new Map<string, SpanNode>();
    const list = scanner.place('MEMBERS');
    for (let at = list; at < list + count * 16; at += 16) {
      // The last of duplicates wins.
      const key = utf8Text(scanner.bytes, scanner.word(at), scanner.word(at + 4));
      members.set(key, span(scanner.word(at + 8), scanner.word(at + 12)));
    }
    return members;
  }

  /** The bytes as text. */
  source(node: SpanNode): string {
    return utf8Text(this.#scanner.bytes, node.start, node.end);
  }

  /** JSON of the line without blanks between tokens; most lines have none. */
  compact(text: string): string {
    return this.spaced ? minify(text) : text;
  }

  /** The value as `AuditEvent.text` has it. */
  text(node: SpanNode): string {
    node.text ??= this.#text(node);
    return node.text;
  }

  #text(node: SpanNode): string {
    const cell = this.spaced ? -1 : this.#cell(node);
    const known = cell === -1 ? undefined : this.#memory.texts[cell];
    if (known !== undefined) return known;
    // Not a string: the span is the value's own spelling, which is what is wanted.
    const text =
      this.#scanner.bytes[node.start] === QUOTE
        ? cutAtNul(this.parse(node) as string)
        : this.compact(this.source(node));
    // Nothing but this node was looked for meanwhile: the cell is still its.
    if (cell !== -1) this.#memory.texts[cell] = text;
    return text;
  }

  parse(node: SpanNode): JsonValue {
    if (node.value === undefined) {
      const cell = this.#cell(node);
      node.value = cell === -1 ? undefined : this.#memory.values[cell];
      if (node.value === undefined) {
        node.value = this.#decode(node);
        if (cell !== -1) this.#memory.values[cell] = node.value;
      }
    }
    return node.value;
  }

  /** Where is remembered what such bytes hold; -1 for nowhere. */
  #cell(node: SpanNode): number {
    return node.repeated ? this.#memory.find(this.#scanner.bytes, node.start, node.end) : -1;
  }

  #decode(node: SpanNode): JsonValue {
    const { bytes } = this.#scanner;
    const { start, end } = node;
    if (bytes[start] === QUOTE) {
      const text = utf8Text(bytes, start + 1, end - 1);
      // Without a backslash the text is the value, control characters and all.
      return text.includes('\\') ? parseShallowJson(`"${text}"`) : text;
    }
    // A list of one text, as addresses are.
    const isList = end - start >= 4 && bytes[start] === OPENING_BRACKET;
    if (isList && bytes[start + 1] === QUOTE && bytes[end - 2] === QUOTE) {
      const text = utf8Text(bytes, start + 2, end - 2);
      if (!text.includes('"') && !text.includes('\\')) return [text];
    }
    // The scanner takes far fewer levels than are allowed.
    return parseShallowJson(this.source(node));
  }
}

function span(start: number, end: number, repeated = false): SpanNode {
  return {
    start,
    end,
    value: undefined,
    text: undefined,
    repeated,
    members: undefined,
  };
}
