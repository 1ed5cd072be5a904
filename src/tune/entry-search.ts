import { keyOf as keyOfSlots, type FindingGroup } from './tuned-groups.ts';
import { URI, USER, VARIES, type Slot } from './tuned-fields.ts';

/** Values of an entry by field; undefined for a field that it does not name. */
export type Values = readonly (string | readonly string[] | undefined)[];

/** An entry that may be proposed. */
export interface Candidate {
  readonly values: Values;
  /** How many fields it names. */
  readonly named: number;
  readonly covered: ReadonlySet<FindingGroup>;
  readonly count: number;
}

/** Users that nobody is in particular: an entry must say more. */
const NOBODY: ReadonlySet<string> = new Set(['system:anonymous']);
/** Entries that are tried for one rule. */
const MOST_TRIED = 4096;

/** Looks for entries: values that enough findings have in common, field by field. */
export class EntrySearch {
  readonly #fields: readonly string[];
  readonly #groups: readonly FindingGroup[];
  readonly #least: number;
  readonly #includeHigh: boolean;
  readonly #seen = new Set<string>();
  readonly #found = new Map<string, Candidate>();

  constructor(
    fields: readonly string[],
    groups: readonly FindingGroup[],
    least: number,
    includeHigh: boolean,
  ) {
    this.#fields = fields;
    this.#groups = groups;
    this.#least = least;
    this.#includeHigh = includeHigh;
  }

  get found(): Candidate[] {
    return [...this.#found.values()];
  }

  /** Entries that name these fields, and others. */
  from(anchor: readonly number[]): void {
    let parts: FindingGroup[][] = [[...this.#groups]];
    for (const field of anchor) parts = parts.flatMap((part) => this.#split(part, field));
    for (const part of parts) this.#extend(part, new Set(anchor), 0);
  }

  /** @param next the first field that may be named beside the others */
  #extend(part: readonly FindingGroup[], named: ReadonlySet<number>, next: number): void {
    const key =
      [...named].toSorted((a, b) => a - b).join() +
      keyOfSlots(part[0]!.slots.filter((_, index) => named.has(index)));
    if (this.#seen.has(key) || this.#seen.size >= MOST_TRIED) return;
    this.#seen.add(key);
    this.#try(part, named);
    for (let field = next; field < this.#fields.length; field++) {
      if (named.has(field)) continue;
      for (const smaller of this.#split(part, field)) {
        this.#extend(smaller, new Set([...named, field]), field + 1);
      }
    }
  }

  /** Groups with the same value of a field, those with enough findings. */
  #split(part: readonly FindingGroup[], field: number): FindingGroup[][] {
    const byValue = new Map<string, FindingGroup[]>();
    for (const group of part) {
      const slot = group.slots[field];
      if (slot === undefined || slot === VARIES) continue;
      const key = keyOfSlots([slot]);
      const same = byValue.get(key);
      if (same === undefined) byValue.set(key, [group]);
      else same.push(group);
    }
    return [...byValue.values()].filter((same) => countOf(same) >= this.#least);
  }

  /** Makes an entry of the values that groups have in common, with all other fields in which they are equal. */
  #try(part: readonly FindingGroup[], named: ReadonlySet<number>): void {
    const [{ slots }] = part as [FindingGroup];
    const wide = this.#fields.map((_, index) =>
      named.has(index) ? valueOf(slots[index]) : undefined,
    );
    const covered = this.#coveredBy(wide);
    if (covered === undefined) return;
    const values = wide.map((value, index) => value ?? commonValue(covered, index));
    if (!this.#includeHigh && covered.some(({ high }) => high > 0)) return;
    if (!this.#isSomebody(values)) return;
    const candidate = {
      values,
      named: values.filter((value) => value !== undefined).length,
      covered: new Set(covered),
      count: countOf(covered),
    };
    if (candidate.count >= this.#least) this.#found.set(keyOf(candidate), candidate);
  }

  /** All groups that an entry silences; undefined where that is not known of one. */
  #coveredBy(values: Values): FindingGroup[] | undefined {
    const covered: FindingGroup[] = [];
    for (const group of this.#groups) {
      const fits = fitOf(values, group.slots);
      if (fits === undefined) return undefined;
      if (fits) covered.push(group);
    }
    return covered;
  }

  #isSomebody(values: Values): boolean {
    const user = values[this.#fields.indexOf(USER)];
    if (typeof user !== 'string' || !NOBODY.has(user)) return true;
    return values[this.#fields.indexOf(URI)] !== undefined;
  }
}

/** Whether values are those of a group; undefined if the group does not decide it. */
function fitOf(values: Values, slots: readonly Slot[]): boolean | undefined {
  let isKnown = true;
  for (const [index, value] of values.entries()) {
    if (value === undefined) continue;
    const slot = slots[index];
    if (slot === VARIES) isKnown = false;
    else if (!isFit(value, slot)) return false;
  }
  return isKnown ? true : undefined;
}

function isFit(
  value: string | readonly string[],
  slot: string | readonly string[] | undefined,
): boolean {
  if (slot === undefined) return false;
  if (typeof value === 'string') return slot === value;
  return typeof slot !== 'string' && slot.every((item) => value.includes(item));
}

/** The value that all groups have; of lists, the one that has the items of all others. */
function commonValue(
  groups: readonly FindingGroup[],
  index: number,
): string | readonly string[] | undefined {
  let common: string | readonly string[] | undefined;
  for (const { slots } of groups) {
    const slot = valueOf(slots[index]);
    if (slot === undefined) return undefined;
    if (common === undefined || (typeof slot !== 'string' && slot.length > common.length))
      common = slot;
  }
  const whole = common;
  if (whole === undefined) return undefined;
  return groups.every(({ slots }) => isFit(whole, valueOf(slots[index]))) ? whole : undefined;
}

function valueOf(slot: Slot): string | readonly string[] | undefined {
  return slot === VARIES ? undefined : slot;
}

/** Findings in groups. */
export function countOf(groups: readonly FindingGroup[]): number {
  return groups.reduce((sum, { count }) => sum + count, 0);
}

/** A text that is the same for the same entry. */
export function keyOf({ values }: Pick<Candidate, 'values'>): string {
  return JSON.stringify(values.map((value) => value ?? null));
}
