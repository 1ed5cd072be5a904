import type { CorrelationRule, EventMark } from './correlation.ts';
import {
  Queue,
  type Completion,
  type CorrelationWindow,
  type Entry,
} from './correlation-window.ts';
import { isEarlier } from './reorder-buffer.ts';

/**
 * `temporal` and `temporal_ordered`: an event of each step in the window, in any order or one strictly behind the
 * other. One event is one step. Of several events that would do, a step takes the earliest; what a hit rests on, and
 * all before it, is used up.
 */
export class SequenceWindow<Origin> implements CorrelationWindow<Origin> {
  readonly #isOrdered: boolean;
  /** The events of each step, in the order of time; an event may be in several. */
  readonly #steps: readonly Queue<EventMark<Origin>>[];
  #size = 0;

  constructor({ type, steps }: CorrelationRule) {
    this.#isOrdered = type === 'temporal_ordered';
    this.#steps = Array.from({ length: steps }, () => new Queue<EventMark<Origin>>());
  }

  get size(): number {
    return this.#size;
  }

  expire(start: bigint): void {
    for (const step of this.#steps) {
      for (let first = step.at(0); first !== undefined && first.time <= start;) {
        step.shift();
        this.#size--;
        first = step.at(0);
      }
    }
  }

  add({ mark, steps }: Entry<Origin>): Completion<Origin> | undefined {
    for (const [index, step] of this.#steps.entries()) {
      if ((steps & (1 << index)) === 0) continue;
      step.push(mark);
      this.#size++;
    }
    if (this.#steps.some(({ length }) => length === 0)) return undefined;
    const events = this.#isOrdered ? this.#chain() : this.#assignment();
    if (events === undefined) return undefined;
    for (const step of this.#steps) step.clear();
    this.#size = 0;
    const inOrder = events.toSorted((a, b) => (isEarlier(a, b) ? -1 : 1));
    return { count: events.length, events: inOrder, values: [] };
  }

  drop(): void {
    let oldest: Queue<EventMark<Origin>> | undefined;
    for (const step of this.#steps) {
      const first = step.at(0);
      if (first === undefined) continue;
      const before = oldest?.at(0);
      if (before === undefined || isEarlier(first, before)) oldest = step;
    }
    if (oldest === undefined) return;
    oldest.shift();
    this.#size--;
  }

  /** The earliest event of each step behind that of the step before: if there is any chain, this is one. */
  #chain(): EventMark<Origin>[] | undefined {
    const chain: EventMark<Origin>[] = [];
    for (const step of this.#steps) {
      const before = chain.at(-1);
      const next = before === undefined ? step.at(0) : firstBehind(step, before);
      if (next === undefined) return undefined;
      chain.push(next);
    }
    return chain;
  }

  /** An event of its own for each step, in the order of steps each the earliest that leaves the others one. */
  #assignment(): EventMark<Origin>[] | undefined {
    const count = this.#steps.length;
    // The others take one event less than there are steps: the first few are enough.
    const candidates = this.#steps.map((step) =>
      Array.from({ length: Math.min(count, step.length) }, (_, index) => step.at(index)!),
    );
    const chosen: EventMark<Origin>[] = [];
    for (const [index, own] of candidates.entries()) {
      const found = own.find((mark) => {
        if (chosen.includes(mark)) return false;
        return canAssign(candidates.slice(index + 1), [...chosen, mark]);
      });
      if (found === undefined) return undefined;
      chosen.push(found);
    }
    return chosen;
  }
}

/** The first event of a step that is strictly later in the order of events. */
function firstBehind<Mark extends EventMark<unknown>>(
  step: Queue<Mark>,
  before: Mark,
): Mark | undefined {
  let [low, high] = [0, step.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isEarlier(before, step.at(middle)!)) high = middle;
    else low = middle + 1;
  }
  return step.at(low);
}

/** True when each list has an element of its own beside those that are taken (augmenting paths). */
function canAssign<Item>(lists: readonly (readonly Item[])[], taken: readonly Item[]): boolean {
  const owner = new Map<Item, number>();
  const claim = (list: number, visited: Set<Item>): boolean =>
    lists[list]!.some((item) => {
      if (taken.includes(item) || visited.has(item)) return false;
      visited.add(item);
      const other = owner.get(item);
      if (other !== undefined && !claim(other, visited)) return false;
      owner.set(item, list);
      return true;
    });
  return lists.every((_, list) => claim(list, new Set()));
}
