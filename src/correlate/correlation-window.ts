import type { CorrelationRule, EventMark } from './correlation.ts';

/** An event as one group sees it. */
export interface Entry<Origin> {
  readonly mark: EventMark<Origin>;
  /** The steps that it may be, one bit each. */
  readonly steps: number;
  readonly value: string;
}

/** What completes a correlation. */
export interface Completion<Origin> {
  readonly count: number;
  readonly events: readonly EventMark<Origin>[];
  readonly values: readonly string[];
}

/** The events of one group that are in the window. */
export interface CorrelationWindow<Origin> {
  /** What it holds: events or values. */
  readonly size: number;
  /** Forgets what is not later than `start`. */
  expire(start: bigint): void;
  /** The steps that the next event may be, one bit each; for sequences. */
  nextSteps?(): number;
  /**
   * Takes the next event in the order of time; what is out of the window was forgotten before.
   *
   * @param name what `new_value` remembers the value as
   * @returns tells what is complete with it, when something is; to be called at once, if at all
   */
  add(entry: Entry<Origin>, name?: string): (() => Completion<Origin>) | undefined;
  /** Forgets what is oldest, for room. */
  drop(): void;
}

/** True for a count that makes a hit. */
export function isReached(count: number, { atLeast, atMost }: CorrelationRule): boolean {
  return count >= atLeast && count <= atMost;
}

/** A queue whose front moves, without copying. Most hold one item: an array that grows would have room for many. */
export class Queue<Item> {
  #items: Item[] | undefined;
  #front = 0;

  get length(): number {
    return (this.#items?.length ?? 0) - this.#front;
  }

  at(index: number): Item | undefined {
    return this.#items?.[this.#front + index];
  }

  push(item: Item): void {
    if (this.#items === undefined) this.#items = [item];
    else this.#items.push(item);
  }

  shift(): void {
    if (this.#items === undefined || this.length === 0) return;
    this.#front++;
    if (this.length === 0) this.clear();
    else if (this.#front > 32 && this.#front * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#front);
      this.#front = 0;
    }
  }

  clear(): void {
    this.#items = undefined;
    this.#front = 0;
  }

  toArray(): Item[] {
    return this.#items?.slice(this.#front) ?? [];
  }
}
