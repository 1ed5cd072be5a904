import type { StreamTime } from './stream-time.ts';

/** What can be put in order. */
interface Ordered {
  /** Nanoseconds. */
  readonly time: bigint;
  readonly order: number;
}

/** True when `a` comes before `b`. */
export function isEarlier(a: Ordered, b: Ordered): boolean {
  return a.time === b.time ? a.order < b.order : a.time < b.time;
}

/**
 * Brings events in the order of time: each waits until one comes behind it that is later by more than `lateness`. What
 * comes after a later event has left is late: it is counted and left out. So a log with its newest events first waits
 * whole, as far as there is room: all that comes behind an event is earlier.
 *
 * Most events come in order, so what waits is a sorted array: a heap would compare ten times where this compares once.
 */
export class ReorderBuffer<Item extends Ordered> {
  /** The earliest is first, behind places that are free. */
  #items: Item[] = [];
  #front = 0;
  #lateness: bigint;
  #capacity: number;
  /** The newest time of what came behind the earliest event. */
  #newest: bigint | undefined;
  /** That time without the lateness: what is earlier has waited long enough. */
  #limit = 0n;
  #left: Ordered | undefined;
  #last = 0n;
  /** Events behind an earlier one, less those behind a later one. */
  #rising = 0;
  /** Events that came too late. */
  late = 0;

  readonly #streamTime: StreamTime | undefined;

  /**
   * @param capacity events that wait at most; the earliest leaves when there are more
   * @param streamTime how far a live stream has come; undefined where events alone tell
   */
  constructor(lateness: bigint, capacity: number, streamTime?: StreamTime) {
    this.#streamTime = streamTime;
    this.#lateness = lateness;
    this.#capacity = capacity;
  }

  /** True when more events came behind a later one than behind an earlier one. */
  get isNewestFirst(): boolean {
    return this.#rising < 0;
  }

  /** Waits longer from now on, and for more. */
  widen(lateness: bigint, capacity: number): void {
    this.#lateness = lateness;
    this.#capacity = capacity;
    if (this.#newest !== undefined) this.#limit = this.#newest - lateness;
  }

  /** Takes an event. */
  add(item: Item): void {
    const { time } = item;
    if (time !== this.#last) this.#rising += time < this.#last ? -1 : 1;
    this.#last = time;
    const reached = this.#streamTime?.after(time) ?? time;
    if (this.#left !== undefined && isEarlier(item, this.#left)) {
      this.late++;
      return;
    }
    const isFirst = this.#push(item) === this.#front;
    if (isFirst || this.#newest === undefined || reached > this.#newest) {
      this.#newest = reached;
      this.#limit = reached - this.#lateness;
    }
  }

  /** Hands over the next one whose turn it is. */
  due(): Item | undefined {
    const first = this.#items[this.#front];
    if (first === undefined) return undefined;
    const isFull = this.#items.length - this.#front > this.#capacity;
    return isFull || first.time < this.#limit ? this.#shift(first) : undefined;
  }

  /** Hands over the next one of all that still wait. */
  rest(): Item | undefined {
    const first = this.#items[this.#front];
    return first === undefined ? undefined : this.#shift(first);
  }

  /** Takes what waits in another buffer, and what it knows of times. @param moved an item as it is here */
  goOn(before: ReorderBuffer<Item>, moved: (item: Item) => Item): void {
    this.#newest = before.#newest;
    this.#limit = before.#limit;
    this.#left = before.#left;
    for (const item of before.#items.slice(before.#front)) this.#push(moved(item));
  }

  /** @returns where the item stands */
  #push(item: Item): number {
    const items = this.#items;
    const last = items.at(-1);
    if (last === undefined || isEarlier(last, item)) return items.push(item) - 1;
    let [low, high] = [this.#front, items.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isEarlier(item, items[middle]!)) high = middle;
      else low = middle + 1;
    }
    items.splice(low, 0, item);
    return low;
  }

  #shift(first: Item): Item {
    this.#left = first;
    this.#front++;
    // Moving those that wait is paid for by as many that left.
    if (this.#front >= 32 && this.#front * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#front);
      this.#front = 0;
    }
    return first;
  }
}
