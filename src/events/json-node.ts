import { elements, locate } from '../json/locate.ts';
import type { Span } from '../json/locate.ts';
import { isObject, lookup, stringMember } from '../json/value.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';

/**
 * A parsed JSON value that can still tell its source text.
 *
 * Wrappers are opened by walking values; the text of a nested event, with its own spelling of
 * numbers and escapes, is cut out of the source only when it is asked for.
 */
export class JsonNode {
  readonly value: JsonValue;
  #source: () => string;

  private constructor(value: JsonValue, source: () => string) {
    this.value = value;
    this.#source = source;
  }

  /** The root of a document. */
  static root(value: JsonValue, text: string): JsonNode {
    return new JsonNode(value, () => text);
  }

  /** A node whose source text `source` makes on first use. */
  static lazy(value: JsonValue, source: () => string): JsonNode {
    return new JsonNode(value, source);
  }

  /** A value that was built, not read; with its text where that is known. */
  static built(value: JsonValue, text?: string): JsonNode {
    return new JsonNode(value, () => text ?? JSON.stringify(value));
  }

  /** The value's own text. */
  get text(): string {
    const text = this.#source();
    this.#source = () => text;
    return text;
  }

  /** The node at a path of keys and indexes, or undefined when there is none. */
  child(...path: string[]): JsonNode | undefined {
    const value = lookup(this.value, path);
    if (value === undefined) return undefined;
    return new JsonNode(value, () => {
      const text = this.text;
      const span = locate(text, path);
      return span === undefined ? JSON.stringify(value) : text.slice(span.start, span.end);
    });
  }

  /** The nodes of an array's elements; none when the value is no array. */
  *elements(): Generator<JsonNode> {
    if (!Array.isArray(this.value)) return;
    const spans = new SpanWalk(() => this.text);
    for (let i = 0; i < this.value.length; i++) {
      const value = this.value[i]!;
      yield new JsonNode(value, () => spans.textOf(i) ?? JSON.stringify(value));
    }
  }

  /** The value when it is an object. */
  get object(): JsonObject | undefined {
    return isObject(this.value) ? this.value : undefined;
  }

  /** A string member of an object value. */
  string(key: string): string | undefined {
    return isObject(this.value) ? stringMember(this.value, key) : undefined;
  }

  /** The string at a path. */
  stringAt(...path: string[]): string | undefined {
    const value = lookup(this.value, path);
    return typeof value === 'string' ? value : undefined;
  }
}

/** Finds the elements of an array in its text. They are asked for in order, so only the place of one is kept. */
class SpanWalk {
  readonly #text: () => string;
  #spans: Iterator<Span> | undefined;
  #next = 0;

  constructor(text: () => string) {
    this.#text = text;
  }

  /** The text of an element; undefined when the array has fewer. */
  textOf(index: number): string | undefined {
    const text = this.#text();
    if (index < this.#next) this.#spans = undefined;
    if (this.#spans === undefined) {
      this.#spans = elements(text, { start: text.indexOf('['), end: text.length });
      this.#next = 0;
    }
    for (;;) {
      const { value, done } = this.#spans.next();
      if (done === true) return undefined;
      if (this.#next++ === index) return text.slice(value.start, value.end);
    }
  }
}
