import type { JsonValue } from '../json/value.ts';
import type { AuditEvent, EventNode } from './event.ts';
import { JsonNode } from './json-node.ts';

/** A parsed value of an event together with its compact source text. */
export class ParsedNode implements EventNode {
  readonly #node: JsonNode;

  private constructor(node: JsonNode) {
    this.#node = node;
  }

  /** @param source the value's compact text */
  static of(value: JsonValue, source: () => string): ParsedNode {
    return new ParsedNode(JsonNode.lazy(value, source));
  }

  /** The value at a path of an event, parsed. */
  static at(event: AuditEvent, path: readonly string[]): ParsedNode | undefined {
    const value = event.get(path);
    if (value === undefined) return undefined;
    return ParsedNode.of(value, () => event.text(path) ?? JSON.stringify(value));
  }

  get value(): JsonValue {
    return this.#node.value;
  }

  get kind(): EventNode['kind'] {
    return kindOf(this.value);
  }

  text(): string {
    const { value } = this;
    if (typeof value === 'string') return value;
    return value === null || typeof value === 'boolean' ? String(value) : this.#node.text;
  }

  member(key: string): EventNode | undefined {
    // On an array, `child` would take the key as an index.
    const child = this.kind === 'object' ? this.#node.child(key) : undefined;
    return child && new ParsedNode(child);
  }

  elements(): readonly EventNode[] {
    const nodes: ParsedNode[] = [];
    for (const element of this.#node.elements()) nodes.push(new ParsedNode(element));
    return nodes;
  }
}

function kindOf(value: JsonValue): EventNode['kind'] {
  if (value === null) return 'null';
  if (typeof value !== 'object') return typeof value === 'string' ? 'string' : 'other';
  return Array.isArray(value) ? 'array' : 'object';
}

/** What the value at a path of an event is, without parsing it where its bytes tell; undefined when absent. */
export function kindAt(event: AuditEvent, path: readonly string[]): EventNode['kind'] | undefined {
  if (event.node !== undefined) return event.node(path)?.kind;
  const value = event.get(path);
  return value === undefined ? undefined : kindOf(value);
}
