import type { JsonValue } from '../json/value.ts';

/** A value whose span is known: its bytes, and what was found out about it. */
export interface SpanNode {
  readonly start: number;
  readonly end: number;
  value: JsonValue | undefined;
  /** By key, once listed; null when they cannot be. */
  members: Map<string, SpanNode> | null | undefined;
}

export function span(start: number, end: number): SpanNode {
  return { start, end, value: undefined, members: undefined };
}
