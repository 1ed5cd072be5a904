// Room fast/event: an audit event over the bytes of its line, which parses only what is asked for.
// `event-spans` knows where values are, `span-node` is one of them, `slot-lookup` finds the slot of a path,
// `span-memory` remembers texts that occur again and again.
// Door: this file; `utf8.ts` for texts of bytes.
// Neighbours: `wasm` finds the spans; `verdicts` reads the event as it reads a parsed one.

import { eventContext, mergeContext } from '../../events/context.ts';
import type { WrapperContext } from '../../events/decoded.ts';
import type { AuditEvent, EventNode, EventOrigin, KeptEvent } from '../../events/event.ts';
import { ParsedNode } from '../../events/parsed-node.ts';
import { locate } from '../../json/locate.ts';
import { lookup, type JsonObject, type JsonValue } from '../../json/value.ts';
import { cutAtNul } from '../../util/text.ts';
import { EventSpans } from './event-spans.ts';
import { FOUND, RECORD } from '../wasm/layout.gen.ts';
import type { Scanner } from '../wasm/wasm-scanner.ts';
import { CONTEXT_PATHS, SLOT_TREE } from './slot-lookup.ts';
import type { SpanNode } from './span-node.ts';
import type { Token } from '../body-search/header-tokens.ts';
import type { Clause } from '../body-search/body-clauses.ts';

const QUOTE = 0x22;
const LIST = 0x5b;
const REQUEST = ['requestObject'];
/** Result of a search in bodies: no pattern, some (the scanner knows which), or not decidable from bytes. */
type Searched = 'none' | 'some' | 'unknown';

/** By body, the scanner's area for found patterns. */
const AREAS = {
  requestObject: FOUND.requestObject,
  responseObject: FOUND.responseObject,
  effective: FOUND.effective,
} as const satisfies Record<Clause['body'], number>;
/** The bodies that each of these areas is for. */
const BODIES: Readonly<Record<number, readonly string[]>> = {
  [FOUND.requestObject]: ['requestObject'],
  [FOUND.responseObject]: ['responseObject'],
  [FOUND.effective]: ['requestObject', 'responseObject'],
};

/** For events that name no node and no cluster: most of them. */
const NO_CONTEXT: WrapperContext = {};

type OriginOf = (line: number, context: WrapperContext) => EventOrigin;

/**
 * An event over the bytes of a line that the scanner found valid. It parses only values that are read. One object
 * serves for all events in turn: it is valid until the next `move`, or until the scanner reuses the bytes.
 */
export class LazyEvent implements AuditEvent {
  time = 0n;
  num = 0;
  firstTime = 0n;
  readonly #scanner: Scanner;
  readonly #originOf: OriginOf;
  readonly #spans: EventSpans;
  /** By area of the scanner. */
  readonly #searched: (Searched | undefined)[] = [];
  #lineNumber = 0;
  #outer: WrapperContext = NO_CONTEXT;
  #depth = 0;
  #origin: EventOrigin | undefined;

  /** @param originOf gives the origin of an event, from its line and what it and its wrapping say of where it was logged */
  constructor(scanner: Scanner, originOf: OriginOf) {
    this.#scanner = scanner;
    this.#originOf = originOf;
    this.#spans = new EventSpans(scanner);
  }

  /** Becomes the event of the scanner's record at an address. `outer`: what its wrapping says of where it was logged. */
  move(
    record: number,
    num: number,
    line: number,
    firstTime: bigint,
    outer: WrapperContext = NO_CONTEXT,
  ): void {
    this.#spans.move(record);
    this.time = this.#scanner.long(record + RECORD.time);
    this.num = num;
    this.firstTime = firstTime;
    this.#lineNumber = line;
    this.#outer = outer;
    this.#origin = undefined;
    this.#searched.length = 0;
  }

  get origin(): EventOrigin {
    this.#origin ??= this.#originOf(this.#lineNumber, this.#context());
    return this.#origin;
  }

  get json(): string {
    return this.#spans.source(this.#spans.whole());
  }

  keep(limit: number): KeptEvent | undefined {
    const { start, end } = this.#spans.whole();
    if (end - start > limit) return undefined;
    const { json, num, firstTime } = this;
    return { json, num, firstTime };
  }

  get(path: readonly string[]): JsonValue | undefined {
    const node = this.#find(path);
    if (node === undefined) return undefined;
    const depth = this.#depth;
    const value = this.#spans.parse(node);
    return depth === path.length ? value : lookup(value, path.slice(depth));
  }

  text(path: readonly string[]): string | undefined {
    const node = this.#find(path, true);
    if (node === undefined) return undefined;
    const depth = this.#depth;
    const spans = this.#spans;
    if (depth === path.length) return spans.text(node);
    const rest = path.slice(depth);
    const value = lookup(spans.parse(node), rest);
    if (value === undefined) return undefined;
    if (typeof value === 'string') return cutAtNul(value);
    if (value === null || typeof value === 'boolean') return String(value);
    const text = spans.source(node);
    const place = locate(text, rest);
    return place === undefined ? undefined : text.slice(place.start, place.end);
  }

  /** False if the text at a path is missing or certainly lacks a token. */
  mayContain({ path, text, ignoreCase }: Token): boolean {
    const node = this.#find(path, true);
    if (node === undefined) return false;
    if (this.#depth < path.length) return true;
    const { start, end } = node;
    const { bytes } = this.#scanner;
    if (bytes[start] === QUOTE && bytes.subarray(start, end).includes(0x5c)) return true;
    return this.#scanner.search(start, end, text, ignoreCase);
  }

  /** True if the bodies certainly lack all patterns of one of the clauses. */
  fails(clauses: readonly Clause[], table: number): boolean {
    for (const { body, anyOf } of clauses) {
      if (body === 'effective' && this.#isJsonPatch()) continue;
      const area = AREAS[this.#wanted(body)];
      const state = this.#search(area, table);
      if (state !== 'unknown' && !this.#holdsAny(area, anyOf)) return true;
    }
    return false;
  }

  /** The effective body is the request body, except for a patch. */
  #wanted(body: Clause['body']): Clause['body'] {
    return body !== 'effective' || this.get(['verb']) === 'patch' ? body : 'requestObject';
  }

  /** True for a patch whose values stand beside their paths, so that no key is before them. */
  #isJsonPatch(): boolean {
    if (this.get(['verb']) !== 'patch') return false;
    const body = this.#find(REQUEST, true);
    return body !== undefined && this.#scanner.bytes[body.start] === LIST;
  }

  #holdsAny(area: number, patterns: readonly number[]): boolean {
    for (const pattern of patterns) if (this.#scanner.isFound(area, pattern)) return true;
    return false;
  }

  /** True if the request body is the effective one and certainly holds no pattern of a table. */
  holdsNone(table: number): boolean {
    if (this.get(['verb']) === 'patch') return false;
    return this.#search(AREAS.requestObject, table) === 'none';
  }

  /** Searches the bodies of an area once per event. All searches of one event use the same table. */
  #search(area: number, table: number): Searched {
    const known = this.#searched[area];
    if (known !== undefined) return known;
    const present = BODIES[area]!.map((key) => this.#find([key], true)).filter(
      (node) => node !== undefined,
    );
    // A body that is a JSON string may hold any text in escaped form.
    const isShown = present.every(({ start }) => this.#scanner.bytes[start] !== QUOTE);
    const any = isShown && this.#scanner.find(table, area, present);
    const searched = any ? 'some' : isShown ? 'none' : 'unknown';
    this.#searched[area] = searched;
    return searched;
  }

  node(path: readonly string[]): EventNode | undefined {
    const node = this.#find(path, true);
    return node === undefined || this.#depth === path.length ? node : ParsedNode.at(this, path);
  }

  #context(): WrapperContext {
    if (!this.#spans.hasContext) return this.#outer;
    const object: JsonObject = {};
    for (const path of CONTEXT_PATHS) {
      const value = this.get(path);
      if (value !== undefined) object[path[0]] = value;
    }
    return mergeContext(this.#outer, eventContext(object));
  }

  /**
   * The value nearest to a path whose bytes are known; #depth is how many keys lead to it, the
   * rest is for the parsed value. Undefined when the path leads nowhere for certain.
   *
   * @param forText true when the bytes are wanted even where a value was parsed already
   */
  #find(path: readonly string[], forText = false): SpanNode | undefined {
    this.#depth = 0;
    const spans = this.#spans;
    const entry = path.length === 0 ? undefined : SLOT_TREE.get(path[0]!);
    if (entry === undefined) return spans.whole();
    const inner = path.length < 2 ? undefined : entry.inner.get(path[1]!);
    let depth = inner === undefined ? 1 : 2;
    let node = spans.slot(inner ?? entry.slot);
    while (node !== undefined && depth < path.length) {
      if (node.parsed !== undefined && !forText) break;
      const member = spans.member(node, path[depth]!);
      if (member === null) return undefined;
      if (member === undefined) break;
      node = member;
      depth++;
    }
    this.#depth = depth;
    return node;
  }
}
