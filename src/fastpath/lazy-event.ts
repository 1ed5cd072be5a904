import { eventContext } from '../events/context.ts';
import type { WrapperContext } from '../events/decoded.ts';
import type { AuditEvent, EventOrigin } from '../events/event.ts';
import { locate, minify } from '../json/locate.ts';
import { parseJson } from '../json/parse.ts';
import { lookup, type JsonObject, type JsonValue } from '../json/value.ts';
import { cutAtNul } from '../util/text.ts';
import type { Scanner } from './scanner.ts';
import { SLOT_TREE } from './slot-tree.ts';
import { span, type SpanNode } from './span-node.ts';
import type { Token } from './tokens.ts';
import { utf8Text } from './utf8.ts';
import { isMet, type Clause } from './watch.ts';

const QUOTE = 0x22;
const BODIES = ['requestObject', 'responseObject'] as const;

const CONTEXT_KEYS = ['hostname', 'kubernetes', 'openshift'] as const;

/** Where a record lies in the scanner's memory, and what the run adds to the event. */
export interface LazyPlace {
  /** Address of the scanner's record. */
  readonly record: number;
  /** Address of its spans. */
  readonly slots: number;
  readonly time: bigint;
  readonly num: number;
  readonly firstTime: bigint;
  readonly line: number;
  readonly originOf: (line: number, context: WrapperContext) => EventOrigin;
}

/**
 * An event over the bytes of a line that the scanner has found healthy. Only what is read gets
 * parsed. Valid until the scanner goes on: the bytes are reused.
 */
export class LazyEvent implements AuditEvent {
  readonly time: bigint;
  readonly num: number;
  readonly firstTime: bigint;
  readonly #scanner: Scanner;
  readonly #place: LazyPlace;
  readonly #seenLow: number;
  readonly #seenHigh: number;
  readonly #spaced: boolean;
  readonly #slots: (SpanNode | undefined)[] = [];
  readonly #patterns = new Map<Clause['body'], Uint32Array | null>();
  #line: SpanNode | undefined;
  #depth = 0;
  #origin: EventOrigin | undefined;

  constructor(scanner: Scanner, place: LazyPlace) {
    this.#scanner = scanner;
    this.#place = place;
    this.time = place.time;
    this.num = place.num;
    this.firstTime = place.firstTime;
    this.#seenLow = scanner.word(place.record + 16);
    this.#seenHigh = scanner.word(place.record + 20);
    this.#spaced = scanner.word(place.record + 28) !== 0;
  }

  get origin(): EventOrigin {
    this.#origin ??= this.#place.originOf(this.#place.line, this.#context());
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
      // Not a string: the span is the value's own spelling, which is what is wanted.
      if (this.#scanner.bytes[node.start] === 0x22) return cutAtNul(this.#parse(node) as string);
      return this.#compact(this.#source(node));
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

  /** False when the text at a path lacks a token for certain, or is missing. */
  mayContain({ path, text, ignoreCase }: Token): boolean {
    const node = this.#find(path, true);
    if (node === undefined) return false;
    if (this.#depth < path.length) return true;
    const { start, end } = node;
    const { bytes } = this.#scanner;
    const isText = bytes[start] === 0x22;
    if (isText ? bytes.subarray(start, end).includes(0x5c) : this.#spaced) return true;
    return this.#scanner.search(start, end, text, ignoreCase);
  }

  /** True when the bodies lack all patterns of one of the clauses for certain. */
  fails(clauses: readonly Clause[], table: number): boolean {
    if (this.#spaced) return false;
    for (const clause of clauses) {
      const found = this.#found(clause.body, table);
      if (found !== null && !isMet(clause, found)) return true;
    }
    return false;
  }

  /** The patterns that bodies hold; null when their bytes do not show it. There is one table an event. */
  #found(body: Clause['body'], table: number): Uint32Array | null {
    let found = this.#patterns.get(body);
    if (found === undefined) {
      const present = this.#bodies(body);
      // A text may hold anything, escaped.
      const isShown = present.every(({ start }) => this.#scanner.bytes[start] !== QUOTE);
      found = isShown ? this.#scanner.found(table, present) : null;
      this.#patterns.set(body, found);
    }
    return found;
  }

  #bodies(body: Clause['body']): SpanNode[] {
    const isPatch = body === 'effective' && this.get(['verb']) === 'patch';
    const keys = isPatch ? BODIES : [body === 'effective' ? BODIES[0] : body];
    return keys.map((key) => this.#find([key], true)).filter((node) => node !== undefined);
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
    const object: JsonObject = {};
    for (const key of CONTEXT_KEYS) {
      const value = this.get([key]);
      if (value !== undefined) object[key] = value;
    }
    return eventContext(object) ?? {};
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
    const present = slot < 32 ? (this.#seenLow >>> slot) & 1 : (this.#seenHigh >>> (slot - 32)) & 1;
    if (present === 0) return undefined;
    let node = this.#slots[slot];
    if (node === undefined) {
      const at = this.#place.slots + slot * 8;
      node = span(this.#scanner.word(at), this.#scanner.word(at + 4));
      this.#slots[slot] = node;
    }
    return node;
  }

  #whole(): SpanNode {
    const { record } = this.#place;
    this.#line ??= span(this.#scanner.word(record + 8), this.#scanner.word(record + 12));
    return this.#line;
  }

  #source(node: SpanNode): string {
    return utf8Text(this.#scanner.bytes, node.start, node.end);
  }

  #parse(node: SpanNode): JsonValue {
    if (node.value === undefined) {
      const { bytes } = this.#scanner;
      const inner = bytes[node.start] === 0x22;
      const text = inner ? utf8Text(bytes, node.start + 1, node.end - 1) : undefined;
      // Without a backslash the text is the value, control characters and all.
      if (text !== undefined && !text.includes('\\')) node.value = text;
      else node.value = parseJson(this.#source(node));
    }
    return node.value;
  }
}
