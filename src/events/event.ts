// Room events: what an audit event is, and how lines of a log become events or named problems.
// Door: event.ts (the event that rules see), decode/decoder.ts (lines to events), problems.ts (why input is none).
// Neighbours: uses util and json; io feeds it lines, fields reads values of events. It knows no rules or files.
// Inside, each may use those before it: convert, text, wrappers, decode; the files beside them are shared types.

import type { JsonValue } from '../json/value.ts';

/** Where an event was read. */
export interface EventOrigin {
  /** Name of the input as the user gave it; `-` for standard input. */
  readonly file: string;
  /** Line of the input, from 1, on which the event's record starts. */
  readonly line: number;
  /** Cluster the event's wrapper or the user names. */
  readonly cluster?: string | undefined;
  /** Control-plane node or host the event's wrapper names. */
  readonly node?: string | undefined;
  /** Log stream, pod or container the event's wrapper names. */
  readonly stream?: string | undefined;
  /** True when a run that was killed may have reported it already. */
  readonly replayed?: boolean | undefined;
}

/** A value inside an event, from which its parts can be reached. */
export interface EventNode {
  readonly kind: 'object' | 'array' | 'string' | 'null' | 'other';
  /** Parsed; an implementation over byte spans does that when it is asked. */
  readonly value: JsonValue;
  /** As text, as {@link AuditEvent.text} has it but not cut at a NUL. */
  text(): string;
  /** A member of an object; undefined for anything else. The last of duplicate keys wins. */
  member(key: string): EventNode | undefined;
  /** The elements of an array; an empty list for other values. */
  elements(): readonly EventNode[];
}

/** An event for later, as plain data: all but its time and origin, which whoever keeps it knows. */
export type KeptEvent = Pick<AuditEvent, 'json' | 'num' | 'firstTime'>;

/**
 * One audit event (`audit.k8s.io`, kind Event) as rules see it.
 *
 * Values are offered lazily, by path, so that an implementation over byte spans need not parse
 * what no rule reads. Paths are object keys and decimal array indexes.
 */
export interface AuditEvent {
  /** The parsed value at a path; undefined when absent. The last of duplicate keys wins. */
  get(path: readonly string[]): JsonValue | undefined;
  /**
   * The value at a path as Falco's plugins turn it into text (k8saudit `jsonValueAsString`): the
   * content of a string; anything else as compact JSON with its source spelling (numbers, key
   * order and escapes kept). Undefined when absent; null is the text `null`.
   */
  text(path: readonly string[]): string | undefined;
  /** The value at a path, not parsed yet; an implementation that always parses leaves it out. */
  node?(path: readonly string[]): EventNode | undefined;
  /**
   * What the event can be read from later, where it is valid for a short time only. Left out by an implementation
   * that stays valid.
   *
   * @returns undefined where its text takes more than `limit` bytes
   */
  keep?(limit: number): KeptEvent | undefined;
  /** The whole event as compact JSON with its source spelling. */
  readonly json: string;
  /** Event time, nanoseconds since the epoch: stageTimestamp, else requestReceivedTimestamp, else 0. */
  readonly time: bigint;
  /** Number of the event in this run, from 1 (`evt.num`). */
  readonly num: number;
  /** Time of the run's first event, nanoseconds since the epoch (`evt.reltime`). */
  readonly firstTime: bigint;
  readonly origin: EventOrigin;
}

/**
 * True for the option with which the body of a deletion asks for a dry run. Without a body a deletion is taken for
 * what it nearly always is, a real one: nobody needs to log bodies for that.
 */
export function isDryRunOption([head, key]: readonly string[]): boolean {
  return head === 'requestObject' && key === 'dryRun';
}
