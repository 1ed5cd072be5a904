import { elements, locate } from '../json/locate.ts';
import { isObject, member, type JsonValue } from '../json/value.ts';
import type { EventNode } from './event.ts';

/**
 * A parsed value together with its compact source text. The text is found from the parent's text, so that
 * reading every element of a long list stays linear.
 */
export class ParsedNode implements EventNode {
  readonly value: JsonValue;
  readonly #source: () => string;

  constructor(value: JsonValue, source: () => string) {
    this.value = value;
    this.#source = source;
  }

  get kind(): EventNode['kind'] {
    const { value } = this;
    if (value === null) return 'null';
    if (typeof value !== 'object') return 'other';
    return Array.isArray(value) ? 'array' : 'object';
  }

  text(): string {
    const { value } = this;
    if (typeof value === 'string') return value;
    return value === null || typeof value === 'boolean' ? String(value) : this.#source();
  }

  member(key: string): EventNode | undefined {
    if (!isObject(this.value)) return undefined;
    const value = member(this.value, key);
    if (value === undefined) return undefined;
    return new ParsedNode(value, () => {
      const text = this.#source();
      const span = locate(text, [key]);
      return span === undefined ? JSON.stringify(value) : text.slice(span.start, span.end);
    });
  }

  elements(): readonly EventNode[] {
    if (!Array.isArray(this.value)) return [];
    let parts: string[] | undefined;
    const part = (index: number): string | undefined => {
      parts ??= splitArray(this.#source());
      return parts[index];
    };
    return this.value.map(
      (value, index) => new ParsedNode(value, () => part(index) ?? JSON.stringify(value)),
    );
  }
}

function splitArray(text: string): string[] {
  const parts: string[] = [];
  for (const span of elements(text, { start: 0, end: text.length })) {
    parts.push(text.slice(span.start, span.end));
  }
  return parts;
}
