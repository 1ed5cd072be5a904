import type { RuleException } from '../rules/rule.ts';
import { countOf, EntrySearch, keyOf, type Candidate, type Values } from './entry-search.ts';
import type { Example, FindingGroup } from './tuned-groups.ts';
import { isTunable, IMAGE, MADE_UP, USER } from './tuned-fields.ts';

/** A field and the value that an entry compares it with; all items of a list are among several. */
export interface Term {
  readonly field: string;
  readonly value: string | readonly string[];
}

/** An entry that silences findings of a rule: those for which all terms hold. */
export interface NarrowEntry {
  readonly terms: readonly Term[];
  /** How many findings it silences that no entry before it does. */
  readonly silences: number;
  /** How many of these are about requests that were refused or failed. */
  readonly refused: number;
  /** How many of these have the severity high or above. */
  readonly high: number;
  readonly examples: readonly Example[];
}

/** The findings of a rule, by their values. */
export interface RuleGroups {
  readonly fields: readonly string[];
  readonly groups: readonly FindingGroup[];
  /** What the rule says can tell its findings apart. */
  readonly exceptions: readonly RuleException[];
  /** Fields that the rule's own condition compares with one value: naming them narrows nothing. */
  readonly fixed: ReadonlySet<string>;
}

const EXAMPLES = 3;

/**
 * The entries that silence the findings of a rule, each as narrow as it can be: it names every field in which all
 * findings that it silences are equal. Narrow entries are taken first; a wider one takes their place where it silences
 * enough beside them.
 *
 * @param least the fewest findings that an entry silences
 * @param includeHigh whether entries may silence findings of severity high or above
 */
export function narrowEntries(
  { fields, groups, exceptions, fixed }: RuleGroups,
  least: number,
  includeHigh: boolean,
): NarrowEntry[] {
  const search = new EntrySearch(fields, groups, least, includeHigh);
  for (const anchor of anchorsOf(fields, exceptions)) search.from(anchor);
  const order = search.found.toSorted(
    (a, b) => b.named - a.named || b.count - a.count || (keyOf(a) < keyOf(b) ? -1 : 1),
  );
  let taken: Candidate[] = [];
  const silenced = new Set<FindingGroup>();
  for (const candidate of order) {
    const added = [...candidate.covered].filter((group) => !silenced.has(group));
    if (countOf(added) < least) continue;
    for (const group of added) silenced.add(group);
    taken = taken.filter(
      ({ covered }) => ![...covered].every((group) => candidate.covered.has(group)),
    );
    taken.push(candidate);
  }
  return attributed(taken, (values) => termsOf(fields, values, fixed));
}

/** Entries in the order in which they count; those that silence nothing beside others are left out. */
function attributed(taken: readonly Candidate[], terms: (values: Values) => Term[]): NarrowEntry[] {
  const silenced = new Set<FindingGroup>();
  const order = taken.toSorted((a, b) => b.count - a.count || (keyOf(a) < keyOf(b) ? -1 : 1));
  return order.flatMap(({ values, covered }): NarrowEntry[] => {
    const own = [...covered].filter((group) => !silenced.has(group));
    if (own.length === 0) return [];
    for (const group of own) silenced.add(group);
    const sum = (read: (group: FindingGroup) => number): number =>
      own.reduce((total, group) => total + read(group), 0);
    return [
      {
        terms: terms(values),
        silences: countOf(own),
        refused: sum(({ refused }) => refused),
        high: sum(({ high }) => high),
        examples: own.flatMap(({ examples }) => examples).slice(0, EXAMPLES),
      },
    ];
  });
}

function termsOf(fields: readonly string[], values: Values, fixed: ReadonlySet<string>): Term[] {
  const all = fields.flatMap((field, index): Term[] => {
    const value = values[index];
    return value === undefined ? [] : [{ field, value }];
  });
  const free = all.filter(({ field }) => !fixed.has(field));
  return free.length === 0 ? all : free;
}

/**
 * Sets of fields of which an entry names at least one whole: the user, the images, or what the rule's own exceptions
 * name. Fields that the requester makes up are not enough.
 */
function anchorsOf(fields: readonly string[], exceptions: readonly RuleException[]): number[][] {
  const own = exceptions
    .map((exception) => [exception.fields].flat())
    .filter((names) => names.every(isTunable) && !names.every((name) => MADE_UP.has(name)));
  const sets = [[USER], [IMAGE], ...own].map((names) =>
    names.map((name) => fields.indexOf(name)).toSorted((a, b) => a - b),
  );
  return [...new Map(sets.map((set) => [set.join(), set])).values()];
}
