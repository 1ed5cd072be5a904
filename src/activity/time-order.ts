/** Records that wait for earlier ones. A session of hours is logged at its end, behind what happened meanwhile. */
const MAX_HELD = 20_000;

interface Held<T> {
  readonly record: T;
  readonly time: bigint;
  /** Position of arrival: records of one time keep their order. */
  readonly position: number;
}

/** Hands records over in the order of their times, in bounded memory. */
export class TimeOrder<T> {
  readonly #timeOf: (record: T) => bigint;
  readonly #emit: (record: T) => void;
  readonly #most: number;
  /** A heap: the earliest record comes first. */
  readonly #held: Held<T>[] = [];
  #position = 0;
  #last = 0n;
  #late = 0;

  constructor(timeOf: (record: T) => bigint, emit: (record: T) => void, most = MAX_HELD) {
    this.#timeOf = timeOf;
    this.#emit = emit;
    this.#most = most;
  }

  add(record: T): void {
    const held = this.#held;
    held.push({ record, time: this.#timeOf(record), position: this.#position++ });
    for (let at = held.length - 1; at > 0;) {
      const parent = (at - 1) >> 1;
      if (!isBefore(held[at]!, held[parent]!)) break;
      swap(held, at, parent);
      at = parent;
    }
    if (held.length > this.#most) this.#release();
  }

  /** Hands over what is still held. */
  end(): void {
    while (this.#held.length > 0) this.#release();
  }

  /** Records that came too late to stand in order: more than are held lay between. */
  get late(): number {
    return this.#late;
  }

  #release(): void {
    const held = this.#held;
    const [first] = held;
    const last = held.pop()!;
    if (held.length > 0) {
      held[0] = last;
      for (let at = 0; ;) {
        let least = at;
        for (const child of [2 * at + 1, 2 * at + 2]) {
          if (child < held.length && isBefore(held[child]!, held[least]!)) least = child;
        }
        if (least === at) break;
        swap(held, at, least);
        at = least;
      }
    }
    if (first!.time < this.#last) this.#late++;
    else this.#last = first!.time;
    this.#emit(first!.record);
  }
}

function isBefore(a: Held<unknown>, b: Held<unknown>): boolean {
  return a.time === b.time ? a.position < b.position : a.time < b.time;
}

function swap<T>(held: Held<T>[], a: number, b: number): void {
  const other = held[a]!;
  held[a] = held[b]!;
  held[b] = other;
}
