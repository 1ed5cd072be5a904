import type { EventNode } from '../../events/event.ts';
import { ParsedNode } from '../../events/parsed-node.ts';
import type { JsonValue } from '../../json/value.ts';

const QUOTE = 0x22;
const OPENING_BRACE = 0x7b;
const OPENING_BRACKET = 0x5b;
const LETTER_N = 0x6e;

/** Reads the values of spans (event-spans.ts). */
export interface SpanReader {
  byteAt(address: number): number;
  parse(node: SpanNode): JsonValue;
  /** The bytes as text, which has no blanks between tokens. */
  source(node: SpanNode): string;
  /** A member's span; null when absent, undefined when only parsing can tell. */
  member(node: SpanNode, key: string): SpanNode | null | undefined;
  /** The elements of an array; undefined when only parsing can tell. */
  elements(node: SpanNode): readonly SpanNode[] | undefined;
}

/** A value whose bytes are known, with what was read from them so far. */
export class SpanNode implements EventNode {
  start: number;
  end: number;
  /** Set once parsed. */
  parsed: JsonValue | undefined = undefined;
  /** The answer of `AuditEvent.text`; set once it was asked for. */
  cutText: string | undefined = undefined;
  /** True if an equal value has probably occurred before. */
  readonly repeated: boolean;
  /** Members by key that were asked for; null for keys that are missing. */
  asked: Map<string, SpanNode | null> | undefined = undefined;
  /** Index of its first listed member; null if only parsing tells the members. */
  members: number | null | undefined = undefined;
  memberCount = 0;
  readonly #spans: SpanReader;

  constructor(spans: SpanReader, start: number, end: number, repeated: boolean) {
    this.#spans = spans;
    this.start = start;
    this.end = end;
    this.repeated = repeated;
  }

  /** Becomes the node of another value. */
  move(start: number, end: number): void {
    this.start = start;
    this.end = end;
    this.parsed = undefined;
    this.cutText = undefined;
    this.asked = undefined;
    this.members = undefined;
  }

  get kind(): EventNode['kind'] {
    switch (this.#spans.byteAt(this.start)) {
      case OPENING_BRACE:
        return 'object';
      case OPENING_BRACKET:
        return 'array';
      case QUOTE:
        return 'string';
      case LETTER_N:
        return 'null';
      default:
        return 'other';
    }
  }

  get value(): JsonValue {
    return this.#spans.parse(this);
  }

  text(): string {
    const spans = this.#spans;
    if (spans.byteAt(this.start) === QUOTE) return spans.parse(this) as string;
    // A value that is no string is wanted as the log spells it.
    return spans.source(this);
  }

  member(key: string): EventNode | undefined {
    const found = this.#spans.member(this, key);
    return found === undefined ? this.#parsed().member(key) : (found ?? undefined);
  }

  elements(): readonly EventNode[] {
    if (this.kind !== 'array') return [];
    return this.#spans.elements(this) ?? this.#parsed().elements();
  }

  /** The same value, parsed. */
  #parsed(): EventNode {
    return ParsedNode.of(this.value, () => this.#spans.source(this));
  }
}
