import type { CorrelationRule } from './correlation.ts';
import type { Completion, CorrelationWindow, Entry } from './correlation-window.ts';

/**
 * `new_value`: the values that a group is known to have. A hit is a value that is not among them; or, of those that
 * return, one that was last seen longer than the timespan ago.
 */
export class NewValueWindow<Origin> implements CorrelationWindow<Origin> {
  readonly #rule: CorrelationRule;
  /**
   * When each was last seen; the value seen longest ago is first. What was known before the stream may have been seen
   * later than events of it.
   */
  readonly #values = new Map<string, bigint>();
  /** None of them was seen before this time. */
  #earliest = 0n;

  constructor(rule: CorrelationRule) {
    this.#rule = rule;
  }

  get size(): number {
    return this.#values.size;
  }

  /** The values, and when each was last seen. */
  get values(): ReadonlyMap<string, bigint> {
    return this.#values;
  }

  expire(start: bigint): void {
    if (start < this.#earliest) return;
    for (const [value, time] of this.#values) {
      this.#earliest = time;
      if (time > start) return;
      this.#values.delete(value);
    }
  }

  /** @param name what the value is remembered as */
  add({ mark, value }: Entry<Origin>, name = value): (() => Completion<Origin>) | undefined {
    const { returning, timespan } = this.#rule;
    const { time } = mark;
    const last = this.#values.get(name);
    const isForEver = timespan === 0n && returning !== true;
    const isRecent = last !== undefined && (isForEver || time - last < timespan);
    this.remember(name, last === undefined || time > last ? time : last);
    const isHit = returning === true ? last !== undefined && !isRecent : !isRecent;
    return isHit ? () => ({ count: 1, events: [mark], values: [value] }) : undefined;
  }

  /** Takes a value as one that was seen last. */
  remember(value: string, time: bigint): void {
    if (time < this.#earliest) this.#earliest = time;
    this.#values.delete(value);
    this.#values.set(value, time);
  }

  drop(): void {
    for (const value of this.#values.keys()) {
      this.#values.delete(value);
      return;
    }
  }
}
