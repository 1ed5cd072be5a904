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
 * all before it, is used up. An ordered one may take several events for a step, and may ask that the event which
 * completes it has another value than each of the others.
 */
export class SequenceWindow<Origin> implements CorrelationWindow<Origin> {
  readonly #rule: CorrelationRule;
  /** The events of each step, in the order of time; an event may be in several. */
  readonly #steps: readonly Queue<Entry<Origin>>[];
  #size = 0;

  constructor(rule: CorrelationRule) {
    this.#rule = rule;
    this.#steps = Array.from({ length: rule.steps }, () => new Queue<Entry<Origin>>());
  }

  get size(): number {
    return this.#size;
  }

  expire(start: bigint): void {
    if (this.#size === 0) return;
    for (const step of this.#steps) {
      for (let first = step.at(0); first !== undefined && first.mark.time <= start;) {
        step.shift();
        this.#size--;
        first = step.at(0);
      }
    }
  }

  /** For an ordered one: the first, and those behind one that an event is there for. */
  nextSteps(): number {
    let steps = 1;
    for (let index = 1; index < this.#steps.length; index++) {
      if (this.#steps[index - 1]!.length > 0) steps |= 1 << index;
    }
    return steps;
  }

  add(entry: Entry<Origin>): (() => Completion<Origin>) | undefined {
    let isLacking = false;
    for (let index = 0; index < this.#steps.length; index++) {
      const step = this.#steps[index]!;
      if ((entry.steps & (1 << index)) !== 0) {
        step.push(entry);
        this.#size++;
      }
      isLacking ||= step.length === 0;
    }
    if (isLacking) return undefined;
    const found = this.#rule.type === 'temporal_ordered' ? this.#chain(entry) : this.#assignment();
    if (found === undefined) return undefined;
    for (const step of this.#steps) step.clear();
    this.#size = 0;
    return () => this.#completionOf(found);
  }

  #completionOf(found: readonly Entry<Origin>[]): Completion<Origin> {
    const inOrder = found.toSorted((a, b) => (isEarlier(a.mark, b.mark) ? -1 : 1));
    const isDiffering = this.#rule.differs === true;
    const values = isDiffering ? [...new Set(inOrder.map(({ value }) => value))] : [];
    return { count: found.length, events: inOrder.map(({ mark }) => mark), values };
  }

  drop(): void {
    let oldest: Queue<Entry<Origin>> | undefined;
    for (const step of this.#steps) {
      const first = step.at(0);
      if (first === undefined) continue;
      const before = oldest?.at(0);
      if (before === undefined || isEarlier(first.mark, before.mark)) oldest = step;
    }
    if (oldest === undefined) return;
    oldest.shift();
    this.#size--;
  }

  /**
   * For each step the earliest events behind that of the step before: if there is any chain, this is one. A chain that
   * has become whole ends with the newest event, so that is the one whose value differs.
   */
  #chain(newest: Entry<Origin>): Entry<Origin>[] | undefined {
    const { times, differs } = this.#rule;
    const chain: Entry<Origin>[] = [];
    const lastStep = this.#steps.length - 1;
    for (const [index, step] of this.#steps.entries()) {
      for (let left = times?.[index] ?? 1; left > 0; left--) {
        const isEnd = index === lastStep && left === 1;
        const next =
          differs === true && !isEnd
            ? firstOther(step, chain.at(-1), newest.value)
            : firstBehind(step, chain.at(-1));
        if (next === undefined) return undefined;
        // Earlier events of the last step did not end a chain, since their value was no other one.
        if (differs === true && isEnd) return this.#endedBy(newest, chain);
        chain.push(next);
      }
    }
    return chain;
  }

  /** The chain with the newest event as its end, if that is of the last step and behind all others. */
  #endedBy(newest: Entry<Origin>, chain: readonly Entry<Origin>[]): Entry<Origin>[] | undefined {
    const last = chain.at(-1);
    const isEnd = (newest.steps & (1 << (this.#steps.length - 1))) !== 0;
    return isEnd && last !== newest ? [...chain, newest] : undefined;
  }

  /** An event of its own for each step, in the order of steps each the earliest that leaves the others one. */
  #assignment(): Entry<Origin>[] | undefined {
    const count = this.#steps.length;
    // The others take one event less than there are steps: the first few are enough.
    const candidates = this.#steps.map((step) =>
      Array.from({ length: Math.min(count, step.length) }, (_, index) => step.at(index)!),
    );
    const chosen: Entry<Origin>[] = [];
    for (const [index, own] of candidates.entries()) {
      const found = own.find((entry) => {
        if (chosen.includes(entry)) return false;
        return canAssign(candidates.slice(index + 1), [...chosen, entry]);
      });
      if (found === undefined) return undefined;
      chosen.push(found);
    }
    return chosen;
  }
}

/** The first event of a step that is strictly later in the order of events; of all when there is none before. */
function firstBehind<Item extends Entry<unknown>>(
  step: Queue<Item>,
  before: Item | undefined,
): Item | undefined {
  return step.at(before === undefined ? 0 : indexBehind(step, before.mark));
}

/** The same among events of another value. */
function firstOther<Item extends Entry<unknown>>(
  step: Queue<Item>,
  before: Item | undefined,
  value: string,
): Item | undefined {
  for (let at = before === undefined ? 0 : indexBehind(step, before.mark); ; at++) {
    const item = step.at(at);
    if (item === undefined || item.value !== value) return item;
  }
}

function indexBehind(step: Queue<Entry<unknown>>, before: EventMark<unknown>): number {
  let [low, high] = [0, step.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isEarlier(before, step.at(middle)!.mark)) high = middle;
    else low = middle + 1;
  }
  return low;
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
