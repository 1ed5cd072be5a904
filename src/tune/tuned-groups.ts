import { VARIES, type Slot } from './tuned-fields.ts';

/** A finding that a group shows as an example. */
export interface Example {
  readonly file: string;
  readonly line: number;
  readonly auditId: string | undefined;
}

/** Findings of one rule with the same values. */
export interface FindingGroup {
  readonly slots: readonly Slot[];
  count: number;
  /** How many of them have the severity high or above. */
  high: number;
  /** How many of them are about requests that were refused or failed. */
  refused: number;
  readonly examples: Example[];
}

/** What is counted of one finding. */
export interface Counted {
  readonly high: boolean;
  readonly refused: boolean;
  readonly example: Example;
}

/** Examples that are kept of a group. */
const EXAMPLES = 3;

/**
 * The findings of one rule by their values. Where there are too many different ones, the field with the most values is
 * not told apart any more: counts stay exact, and entries cannot name that field.
 */
export class FindingGroups {
  readonly #groups = new Map<string, FindingGroup>();
  readonly #merged = new Set<number>();
  readonly #most: number;
  #joined = 0;

  /** @param most groups that are kept */
  constructor(most: number) {
    this.#most = most;
  }

  /** The groups, in the order in which they were met. */
  get list(): readonly FindingGroup[] {
    return [...this.#groups.values()];
  }

  get size(): number {
    return this.#groups.size;
  }

  /** Positions of the fields that are not told apart any more. */
  get merged(): ReadonlySet<number> {
    return this.#merged;
  }

  /** Groups that were joined with others to stay in bounds. */
  get joined(): number {
    return this.#joined;
  }

  add(slots: readonly Slot[], counted: Counted): void {
    const group = this.#groupOf(slots);
    group.count++;
    if (counted.high) group.high++;
    if (counted.refused) group.refused++;
    if (group.examples.length < EXAMPLES) group.examples.push(counted.example);
    while (this.#groups.size > this.#most) this.joinWidest();
  }

  /** Takes back a finding that was added. */
  remove(slots: readonly Slot[], { high, refused }: Counted): void {
    const group = this.#groupOf(slots);
    if (--group.count === 0) this.#groups.delete(keyOf(group.slots));
    if (high) group.high--;
    if (refused) group.refused--;
  }

  /** Tells the field with the most values apart no more. */
  joinWidest(): void {
    const width = this.list[0]?.slots.length ?? 0;
    const open = Array.from({ length: width }, (_, index) => index).filter(
      (index) => !this.#merged.has(index),
    );
    const widest = open.toSorted((a, b) => this.#widthOf(b) - this.#widthOf(a))[0];
    if (widest === undefined) return;
    this.#merged.add(widest);
    const groups = this.list;
    this.#groups.clear();
    for (const { slots, count, high, refused, examples } of groups) {
      const group = this.#groupOf(slots);
      group.count += count;
      group.high += high;
      group.refused += refused;
      group.examples.push(...examples.slice(0, EXAMPLES - group.examples.length));
    }
    this.#joined += groups.length - this.#groups.size;
  }

  #widthOf(index: number): number {
    return new Set(this.list.map(({ slots }) => keyOf([slots[index]]))).size;
  }

  #groupOf(given: readonly Slot[]): FindingGroup {
    const slots = given.map((slot, index) => (this.#merged.has(index) ? VARIES : slot));
    const key = keyOf(slots);
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    const group: FindingGroup = { slots, count: 0, high: 0, refused: 0, examples: [] };
    this.#groups.set(key, group);
    return group;
  }
}

/** A text that is the same for the same values. */
export function keyOf(slots: readonly Slot[]): string {
  return JSON.stringify(slots.map((slot) => (slot === VARIES ? 0 : (slot ?? null))));
}

/** True when no finding with the one value has the other. */
export function isSameSlot(a: Slot, b: Slot): boolean {
  return keyOf([a]) === keyOf([b]);
}
