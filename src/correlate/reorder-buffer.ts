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
 * Brings events in the order of time: each waits until events are there that are later by more than `lateness`. What
 * comes after a later event has left is late: it is counted and left out.
 *
 * Most events come in order, so what waits is a sorted array: a heap would compare ten times where this compares once.
 */
export class ReorderBuffer<Item extends Ordered> {
  /** The earliest is first, behind places that are free. */
  #items: Item[] = [];
  #front = 0;
  readonly #lateness: bigint;
  readonly #capacity: number;
  #newest: bigint | undefined;
  /** The newest time without the lateness: what is earlier has waited long enough. */
  #limit = 0n;
  #left: Ordered | undefined;
  /** Events that came too late. */
  late = 0;

  /** @param capacity events that wait at most; the earliest leaves when there are more */
  constructor(lateness: bigint, capacity: number) {
    this.#lateness = lateness;
    this.#capacity = capacity;
  }

  /** Takes an event. */
  add(item: Item): void {
    if (this.#left !== undefined && isEarlier(item, this.#left)) {
      this.late++;
      return;
    }
    this.#push(item);
    if (this.#newest === undefined || item.time > this.#newest) {
      this.#newest = item.time;
      this.#limit = item.time - this.#lateness;
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

  #push(item: Item): void {
    const items = this.#items;
    const last = items.at(-1);
    if (last === undefined || isEarlier(last, item)) {
      items.push(item);
      return;
    }
    let [low, high] = [this.#front, items.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isEarlier(item, items[middle]!)) high = middle;
      else low = middle + 1;
    }
    items.splice(low, 0, item);
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
