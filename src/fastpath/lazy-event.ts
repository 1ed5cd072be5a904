import { eventContext } from '../events/context.ts';
import type { WrapperContext } from '../events/decoded.ts';
import type { AuditEvent, EventOrigin } from '../events/event.ts';
import { locate, minify } from '../json/locate.ts';
import { parseJson } from '../json/parse.ts';
import { lookup, type JsonObject, type JsonValue } from '../json/value.ts';
import { cutAtNul } from '../util/text.ts';
import type { Scanner } from './scanner.ts';
import { SLOTS } from './slots.ts';
import { SpanMemory } from './span-memory.ts';
import type { Token } from './tokens.ts';
import { utf8Text } from './utf8.ts';

/** A value whose span is known: its bytes, and what was found out about it. */
interface SpanNode {
  start: number;
  end: number;
  value: JsonValue | undefined;
  /** As `text` answers for it; set once asked. */
  text: string | undefined;
  /** Whether the same is likely to have occurred before. */
  repeated: boolean;
  /** By key, once listed; null when they cannot be. */
  members: Map<string, SpanNode> | null | undefined;
  hidesKeys: boolean | undefined;
}

const LETTER_ESCAPES = ['\\u004', '\\u005', '\\u006', '\\u007'];

interface SlotEntry {
  readonly slot: number;
  readonly inner: Map<string, number>;
}

/** Slots by first key, then by second. */
const SLOT_TREE: ReadonlyMap<string, SlotEntry> = slotTree();
const CONTEXT_PATHS = [['hostname'], ['kubernetes'], ['openshift']] as const;

/** Slots whose values occur again and again. */
const REPEATED: readonly boolean[] = SLOTS.map(({ path }) => {
  const name = path.join('.');
  return (
    /^(?:level|stage|verb|userAgent|sourceIPs|user\.(?:username|groups)|responseStatus\.code)$/.test(name) ||
    /^(?:impersonatedUser\.|objectRef\.(?!name$)|annotations\..*decision$)/.test(name)
  );
});

/** What most events say of where they were logged: nothing. */
const NO_CONTEXT: WrapperContext = {};

function slotTree(): Map<string, SlotEntry> {
  const tree = new Map<string, SlotEntry>();
  for (const { index, path } of SLOTS) {
    const [head = '', inner] = path;
    if (inner === undefined) tree.set(head, { slot: index, inner: new Map() });
    else tree.get(head)!.inner.set(inner, index);
  }
  return tree;
}

/** What the run adds to an event. */
export interface LazyPlace {
  readonly num: number;
  readonly firstTime: bigint;
  readonly line: number;
}

/**
 * An event over the bytes of a line that the scanner has found healthy. Only what is read gets
 * parsed. One serves for all events, one after the other: it is valid until it moves or the scanner goes
 * on, since the bytes are reused.
 */
export class LazyEvent implements AuditEvent {
  time = 0n;
  num = 0;
  firstTime = 0n;
  readonly #scanner: Scanner;
  readonly #originOf: (line: number, context: WrapperContext) => EventOrigin;
  readonly #memory = new SpanMemory();
  readonly #slotsAt: number;
  #record = 0;
  #lineNumber = 0;
  #seenLow = 0;
  #seenHigh = 0;
  #spaced = false;
  /** By slot. Those of earlier events are used again. */
  readonly #slots: SpanNode[] = [];
  /** Slots that belong to this event. */
  #freshLow = 0;
  #freshHigh = 0;
  #line: SpanNode | undefined;
  #depth = 0;
  #origin: EventOrigin | undefined;

  constructor(
    scanner: Scanner,
    originOf: (line: number, context: WrapperContext) => EventOrigin,
  ) {
    this.#scanner = scanner;
    this.#originOf = originOf;
    this.#slotsAt = scanner.place('RECORD_SLOTS');
  }

  /** Becomes the event of the scanner's record at an address. */
  move(record: number, { num, firstTime, line }: LazyPlace): void {
    const scanner = this.#scanner;
    this.#record = record;
    this.time = scanner.long(record + 32);
    this.num = num;
    this.firstTime = firstTime;
    this.#lineNumber = line;
    this.#seenLow = scanner.word(record + 16);
    this.#seenHigh = scanner.word(record + 20);
    this.#spaced = scanner.word(record + 28) !== 0;
    this.#freshLow = 0;
    this.#freshHigh = 0;
    this.#line = undefined;
    this.#origin = undefined;
  }

  get origin(): EventOrigin {
    this.#origin ??= this.#originOf(this.#lineNumber, this.#context());
    return this.#origin;
  }

  get json(): string {
    return this.#compact(this.#source(this.#whole()));
  }

  get(path: readonly string[]): JsonValue | undefined {
    const node = this.#find(path);
    if (node === undefined) return undefined;
    const depth = this.#depth;
    const value = this.#parse(node);
    return depth === path.length ? value : lookup(value, path.slice(depth));
  }

  text(path: readonly string[]): string | undefined {
    const node = this.#find(path, true);
    if (node === undefined) return undefined;
    const depth = this.#depth;
    if (depth === path.length) {
      node.text ??= this.#text(node);
      return node.text;
    }
    const rest = path.slice(depth);
    const value = lookup(this.#parse(node), rest);
    if (value === undefined) return undefined;
    if (typeof value === 'string') return cutAtNul(value);
    if (value === null || typeof value === 'boolean') return String(value);
    const text = this.#source(node);
    const place = locate(text, rest);
    return place === undefined ? undefined : this.#compact(text.slice(place.start, place.end));
  }

  #text(node: SpanNode): string {
    const cell = this.#spaced ? -1 : this.#cell(node);
    const known = cell === -1 ? undefined : this.#memory.texts[cell];
    if (known !== undefined) return known;
    // Not a string: the span is the value's own spelling, which is what is wanted.
    const text =
      this.#scanner.bytes[node.start] === 0x22
        ? cutAtNul(this.#parse(node) as string)
        : this.#compact(this.#source(node));
    if (cell !== -1) this.#memory.texts[cell] = text;
    return text;
  }

  /** False when the text at a path lacks a token for certain, or is missing. */
  mayContain({ path, text, ignoreCase, isKey }: Token): boolean {
    const node = this.#find(path, true);
    if (node === undefined) return false;
    if (this.#depth < path.length) return true;
    const { start, end } = node;
    const { bytes } = this.#scanner;
    const isText = bytes[start] === 0x22;
    if (isKey) {
      if (isText || this.#hidesKeys(node)) return true;
    } else if (isText ? bytes.subarray(start, end).includes(0x5c) : this.#spaced) return true;
    return this.#scanner.search(start, end, text, ignoreCase);
  }

  /** True when a letter of a key may be written as an escape; Go escapes `<`, `>` and `&` only. */
  #hidesKeys(node: SpanNode): boolean {
    node.hidesKeys ??= LETTER_ESCAPES.some((escape) =>
      this.#scanner.search(node.start, node.end, escape, false),
    );
    return node.hidesKeys;
  }

  /** Whether the value at a path is an array, without parsing it. */
  isArray(path: readonly string[]): boolean {
    const node = this.#find(path, true);
    if (node === undefined) return false;
    if (this.#depth < path.length) return Array.isArray(this.get(path));
    return this.#scanner.bytes[node.start] === 0x5b;
  }

  /** JSON of the line without blanks between tokens; most lines have none. */
  #compact(text: string): string {
    return this.#spaced ? minify(text) : text;
  }

  #context(): WrapperContext {
    let object: JsonObject | undefined;
    for (const path of CONTEXT_PATHS) {
      const value = this.get(path);
      if (value !== undefined) (object ??= {})[path[0]] = value;
    }
    return (object === undefined ? undefined : eventContext(object)) ?? NO_CONTEXT;
  }

  /**
   * The value nearest to a path whose bytes are known; #depth is how many keys lead to it, the
   * rest is for the parsed value. Undefined when the path leads nowhere for certain.
   *
   * @param forText true when the bytes are wanted even where a value was parsed already
   */
  #find(path: readonly string[], forText = false): SpanNode | undefined {
    this.#depth = 0;
    const entry = path.length === 0 ? undefined : SLOT_TREE.get(path[0]!);
    if (entry === undefined) return this.#whole();
    const inner = path.length < 2 ? undefined : entry.inner.get(path[1]!);
    let depth = inner === undefined ? 1 : 2;
    let node = this.#slot(inner ?? entry.slot);
    while (node !== undefined && depth < path.length) {
      if (node.value !== undefined && !forText) break;
      const member = this.#member(node, path[depth]!);
      if (member === null) return undefined;
      if (member === undefined) break;
      node = member;
      depth++;
    }
    this.#depth = depth;
    return node;
  }

  /** A member's span; null when absent, undefined when only parsing can tell. */
  #member(node: SpanNode, key: string): SpanNode | null | undefined {
    if (node.members === undefined) node.members = this.#index(node);
    return node.members === null ? undefined : (node.members.get(key) ?? null);
  }

  /** The members of an object; null when there is no telling without parsing. */
  #index(node: SpanNode): Map<string, SpanNode> | null {
    const scanner = this.#scanner;
    if (scanner.bytes[node.start] !== 0x7b) return null;
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

  #slot(slot: number): SpanNode | undefined {
    const isLow = slot < 32;
    const bit = 1 << (slot & 31);
    if (((isLow ? this.#seenLow : this.#seenHigh) & bit) === 0) return undefined;
    let node = this.#slots[slot];
    if (node !== undefined && ((isLow ? this.#freshLow : this.#freshHigh) & bit) !== 0) return node;
    if (isLow) this.#freshLow |= bit;
    else this.#freshHigh |= bit;
    const at = this.#record + this.#slotsAt + slot * 8;
    const start = this.#scanner.word(at);
    const end = this.#scanner.word(at + 4);
    if (node === undefined) {
      node = span(start, end);
      this.#slots[slot] = node;
    } else {
      node.start = start;
      node.end = end;
      node.value = undefined;
      node.text = undefined;
      node.members = undefined;
      node.hidesKeys = undefined;
    }
    node.repeated = REPEATED[slot] === true;
    return node;
  }

  #whole(): SpanNode {
    this.#line ??= span(
      this.#scanner.word(this.#record + 8),
      this.#scanner.word(this.#record + 12),
    );
    return this.#line;
  }

  /** Where what its bytes were decoded to is remembered. */
  #cell(node: SpanNode): number {
    return node.repeated ? this.#memory.find(this.#scanner.bytes, node.start, node.end) : -1;
  }

  #source(node: SpanNode): string {
    return utf8Text(this.#scanner.bytes, node.start, node.end);
  }

  #parse(node: SpanNode): JsonValue {
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

  #decode(node: SpanNode): JsonValue {
    const { bytes } = this.#scanner;
    if (bytes[node.start] === 0x22) {
      const text = utf8Text(bytes, node.start + 1, node.end - 1);
      // Without a backslash the text is the value, control characters and all.
      if (!text.includes('\\')) return text;
    }
    return parseJson(this.#source(node));
  }
}

function span(start: number, end: number): SpanNode {
  return {
    start,
    end,
    value: undefined,
    text: undefined,
    repeated: false,
    members: undefined,
    hidesKeys: undefined,
  };
}
