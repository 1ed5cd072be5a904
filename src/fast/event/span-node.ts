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
  /** The bytes as text, without blanks between tokens. */
  compactSource(node: SpanNode): string;
  /** A member's span; null when absent, undefined when only parsing can tell. */
  member(node: SpanNode, key: string): SpanNode | null | undefined;
  /** The elements of an array; undefined when only parsing can tell. */
  elements(node: SpanNode): readonly SpanNode[] | undefined;
}

/** A value whose span is known: its bytes, and what was found out about it. */
export class SpanNode implements EventNode {
  start: number;
  end: number;
  /** Set once parsed. */
  parsed: JsonValue | undefined = undefined;
  /** As `AuditEvent.text` answers for it; set once asked. */
  cutText: string | undefined = undefined;
  /** Whether the same is likely to have occurred before. */
  readonly repeated: boolean;
  /** Members that were asked for; null for those that are not there. */
  asked: Map<string, SpanNode | null> | undefined = undefined;
  /** Where its members are listed, and how many; null when they cannot be. */
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
    // What is no string is wanted as it is spelled.
    return spans.compactSource(this);
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
    return ParsedNode.of(this.value, () => this.#spans.compactSource(this));
  }
}
