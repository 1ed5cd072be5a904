import type { CorrelationRule, EventMark } from './correlation.ts';
import {
  Queue,
  type Completion,
  type CorrelationWindow,
  type Entry,
} from './correlation-window.ts';

/**
 * `silence`: nothing for as long as the timespan, where there were as many events in the timespan before. The event that
 * ends the silence completes it. Only as many events are kept as that takes.
 */
export class SilenceWindow<Origin> implements CorrelationWindow<Origin> {
  readonly #rule: CorrelationRule;
  readonly #marks = new Queue<EventMark<Origin>>();

  constructor(rule: CorrelationRule) {
    this.#rule = rule;
  }

  get size(): number {
    return this.#marks.length;
  }

  /** What is long ago is what a silence is told by. */
  expire(): void {}

  add({ mark }: Entry<Origin>): (() => Completion<Origin>) | undefined {
    const { timespan, atLeast } = this.#rule;
    const count = this.#marks.length;
    const [first, last] = [this.#marks.at(0), this.#marks.at(count - 1)];
    const isSilent = last !== undefined && mark.time - last.time >= timespan;
    const wasSteady = count === atLeast && first!.time > last!.time - timespan;
    if (isSilent) this.#marks.clear();
    this.#marks.push(mark);
    if (this.#marks.length > atLeast) this.#marks.shift();
    if (!isSilent || !wasSteady) return undefined;
    return () => ({ count, events: [last, mark], values: [] });
  }

  drop(): void {
    this.#marks.shift();
  }
}
