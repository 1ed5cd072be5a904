import type { JsonObject } from '../../json/value.ts';
import { eventContext, mergeContext } from '../context.ts';
import type { DecodedEvent, DecodeSink, WrapperContext, Trail } from '../decoded.ts';
import { plainNumbers } from '../convert/plain-numbers.ts';
import { restoreEvent } from '../convert/restore.ts';
import { eventTime } from '../event-time.ts';
import type { JsonNode } from '../json-node.ts';
import type { ProblemReason } from '../problems.ts';

/** The outcome of a record: at least one event, a held part of a split record, or a problem. */
export type Outcome = 'events' | 'held' | 'problem';

/** Passes the events and problems of a record to the sink, and tells the outcome of the record. */
export class RecordOutput {
  readonly #sink: DecodeSink;
  readonly #trail: Trail | undefined;
  #line = 0;
  #events = 0;
  #problems = 0;
  #held = 0;

  constructor(sink: DecodeSink, trail: Trail | undefined) {
    this.#sink = sink;
    this.#trail = trail;
  }

  /** Line on which the current record starts. */
  get line(): number {
    return this.#line;
  }

  /** Events of the current record so far. */
  get events(): number {
    return this.#events;
  }

  /** Runs the function that reads one record, and returns the outcome. */
  record(line: number, read: () => void): Outcome {
    this.#line = line;
    this.#events = 0;
    this.#problems = 0;
    this.#held = 0;
    read();
    if (this.#events > 0) return 'events';
    if (this.#problems === 0 && this.#held > 0) return 'held';
    if (this.#problems === 0) this.problem('empty-list');
    return 'problem';
  }

  /** Runs the function that reads a record which started on an earlier line. */
  startedOn(line: number, read: () => void): void {
    const current = this.#line;
    this.#line = line;
    read();
    this.#line = current;
  }

  event(node: JsonNode, logged: JsonObject, outer: WrapperContext): void {
    this.#events++;
    this.#trail?.event(logged, outer);
    const moved = restoreEvent(logged);
    const restored = plainNumbers(moved ?? logged, moved === undefined ? node.text : '') ?? moved;
    const value = restored ?? logged;
    const { time, problem } = eventTime(value);
    const context = mergeContext(outer, eventContext(value));
    const text = restored === undefined ? node.text.trim() : JSON.stringify(restored);
    const event = { text, value, line: this.#line, context, time };
    if (problem === undefined) {
      this.#sink.event(event);
      return;
    }
    const reason = problem === 'missing' ? 'no-timestamp' : 'bad-timestamp';
    this.#sink.problem({ reason, line: this.#line });
    this.#sink.event({ ...event, badTime: true });
  }

  /** Passes an event on that a text inside the record held. */
  found(event: DecodedEvent, outer: WrapperContext): void {
    this.#events++;
    const context = mergeContext(outer, event.context);
    this.#sink.event({ ...event, line: this.#line, context });
  }

  problem(reason: ProblemReason, detail?: string): void {
    this.#problems++;
    this.#sink.problem({ reason, line: this.#line, detail });
  }

  /** A part of a split record was put aside. */
  held(): void {
    this.#held++;
  }

  /** A split record of another line was given up. */
  dropped(reason: ProblemReason, line: number): void {
    this.#sink.problem({ reason, line });
  }
}
