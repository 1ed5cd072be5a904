import type { CorrelationRule, EventMark } from './correlation.ts';
import {
  isReached,
  Queue,
  type Completion,
  type CorrelationWindow,
  type Entry,
} from './correlation-window.ts';

/** `event_count`: the events of a group in the window. */
export class CountWindow<Origin> implements CorrelationWindow<Origin> {
  readonly #rule: CorrelationRule;
  readonly #marks = new Queue<EventMark<Origin>>();

  constructor(rule: CorrelationRule) {
    this.#rule = rule;
  }

  get size(): number {
    return this.#marks.length;
  }

  expire(start: bigint): void {
    for (let first = this.#marks.at(0); first !== undefined && first.time <= start;) {
      this.#marks.shift();
      first = this.#marks.at(0);
    }
  }

  add({ mark }: Entry<Origin>): (() => Completion<Origin>) | undefined {
    this.#marks.push(mark);
    const count = this.#marks.length;
    if (!isReached(count, this.#rule)) return undefined;
    return () => ({ count, events: this.#marks.toArray(), values: [] });
  }

  drop(): void {
    this.#marks.shift();
  }
}

/** `value_count`: the distinct values of a group in the window, each with the last event that has it. */
export class ValueWindow<Origin> implements CorrelationWindow<Origin> {
  readonly #rule: CorrelationRule;
  /** The value seen longest ago is first. */
  readonly #values = new Map<string, EventMark<Origin>>();
  /** None of them was seen before this time. */
  #earliest = 0n;

  constructor(rule: CorrelationRule) {
    this.#rule = rule;
  }

  get size(): number {
    return this.#values.size;
  }

  expire(start: bigint): void {
    if (start < this.#earliest) return;
    for (const [value, { time }] of this.#values) {
      this.#earliest = time;
      if (time > start) return;
      this.#values.delete(value);
    }
  }

  add({ mark, value }: Entry<Origin>): (() => Completion<Origin>) | undefined {
    this.#values.delete(value);
    this.#values.set(value, mark);
    const count = this.#values.size;
    if (!isReached(count, this.#rule)) return undefined;
    return () => ({
      count,
      events: [...this.#values.values()],
      values: [...this.#values.keys()],
    });
  }

  drop(): void {
    for (const value of this.#values.keys()) {
      this.#values.delete(value);
      return;
    }
  }
}
