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
 */
export class ReorderBuffer<Item extends Ordered> {
  /** A binary heap: the earliest is first. */
  readonly #heap: Item[] = [];
  readonly #lateness: bigint;
  readonly #capacity: number;
  #newest: bigint | undefined;
  #left: Ordered | undefined;
  /** Events that came too late. */
  late = 0;

  /** @param capacity events that wait at most; the earliest leaves when there are more */
  constructor(lateness: bigint, capacity: number) {
    this.#lateness = lateness;
    this.#capacity = capacity;
  }

  /** Takes an event, and hands over those whose turn it is. */
  *add(item: Item): Generator<Item> {
    if (this.#left !== undefined && isEarlier(item, this.#left)) {
      this.late++;
      return;
    }
    this.#push(item);
    if (this.#newest === undefined || item.time > this.#newest) this.#newest = item.time;
    const limit = this.#newest - this.#lateness;
    while (this.#heap.length > this.#capacity || (this.#heap[0]?.time ?? limit) < limit) {
      yield this.#pop();
    }
  }

  /** Takes what waits in another buffer, and what it knows of times. @param moved an item as it is here */
  goOn(before: ReorderBuffer<Item>, moved: (item: Item) => Item): void {
    this.#newest = before.#newest;
    this.#left = before.#left;
    for (const item of before.#heap) this.#push(moved(item));
  }

  /** Hands over all that still wait. */
  *end(): Generator<Item> {
    while (this.#heap.length > 0) yield this.#pop();
  }

  #push(item: Item): void {
    const heap = this.#heap;
    let at = heap.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isEarlier(item, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = item;
  }

  #pop(): Item {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length > 0) {
      let at = 0;
      for (;;) {
        let child = 2 * at + 1;
        if (child >= heap.length) break;
        if (child + 1 < heap.length && isEarlier(heap[child + 1]!, heap[child]!)) child++;
        if (!isEarlier(heap[child]!, last)) break;
        heap[at] = heap[child]!;
        at = child;
      }
      heap[at] = last;
    }
    this.#left = first;
    return first;
  }
}
