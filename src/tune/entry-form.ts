import { findField } from '../fields/catalog.ts';
import type { Rule, RuleException, RuleSet } from '../rules/rule.ts';
import type { NarrowEntry, Term } from './narrow-entries.ts';
import { ruleExemptions } from './rule-exemptions.ts';
import { shortName } from './tuned-fields.ts';

/** Where an entry is written. */
export type EntryForm =
  | {
      readonly kind: 'exception';
      readonly name: string;
      /** False when the rule has an exception of this name, which the values are added to. */
      readonly isNew: boolean;
      /** The fields in the order of the values; one alone where values are no rows. */
      readonly fields: string | readonly string[];
    }
  | { readonly kind: 'macro'; readonly name: string }
  | { readonly kind: 'list'; readonly name: string };

/** An entry with its rule and place. */
export interface PlacedEntry {
  readonly rule: Rule;
  readonly form: EntryForm;
  readonly entry: NarrowEntry;
}

/** Names that rules files give to lists and macros which people are to extend. */
const FOR_PEOPLE = /(?:^|_)(?:users?|known|allowed|trusted)(?:_|$)/;
/** Prefix of the exceptions that are made here. */
const PREFIX = 'tune';

/** Says for each entry where it goes. A rule's own exceptions come first; rules without some may have lists and macros. */
export class EntryPlacer {
  readonly #ruleSet: RuleSet;
  readonly #macros: ReadonlyMap<string, RuleSet['macros'][number]>;
  readonly #lists: ReadonlySet<string>;
  /** Exceptions that were made so far, by rule. */
  readonly #made = new Map<string, RuleException[]>();

  constructor(ruleSet: RuleSet) {
    this.#ruleSet = ruleSet;
    this.#macros = new Map(ruleSet.macros.map((macro) => [macro.name, macro]));
    this.#lists = new Set(ruleSet.lists.map(({ name }) => name));
  }

  /** The names of all lists. */
  get lists(): ReadonlySet<string> {
    return this.#lists;
  }

  /** Fields that a rule compares with one value. */
  fixedOf(rule: Rule): ReadonlySet<string> {
    return ruleExemptions(rule, this.#macros, this.#lists).fixed;
  }

  place(rule: Rule, entry: NarrowEntry): PlacedEntry {
    return { rule, entry, form: this.#listOrMacro(rule, entry) ?? this.#exception(rule, entry) };
  }

  #listOrMacro(rule: Rule, { terms }: NarrowEntry): EntryForm | undefined {
    if (rule.exceptions.length > 0) return undefined;
    const { macros, lists } = ruleExemptions(rule, this.#macros, this.#lists);
    const [only] = terms;
    if (terms.length === 1 && typeof only?.value === 'string') {
      for (const [name, fields] of lists) {
        const fits = fields.every((field) => field === only.field);
        if (fits && FOR_PEOPLE.test(name) && this.#isOnlyIn('lists', name, rule)) {
          return { kind: 'list', name };
        }
      }
    }
    for (const name of macros) {
      if (FOR_PEOPLE.test(name) && this.#isOnlyIn('macros', name, rule))
        return { kind: 'macro', name };
    }
    return undefined;
  }

  /** True when a list or macro is read by no other rule, and by no other list or macro: entries change nothing else. */
  #isOnlyIn(kind: 'lists' | 'macros', name: string, rule: Rule): boolean {
    const { rules, macros, lists } = this.#ruleSet;
    const others = rules.filter((other) => other.name !== rule.name && other[kind].includes(name));
    if (others.length > 0 || !rule[kind].includes(name)) return false;
    // Inside others it may stand for something else.
    if (kind === 'lists') {
      const inLists = lists.filter((list) => list.name !== name && list.items.includes(name));
      const inMacros = macros.filter((macro) => macro.lists.includes(name));
      return inLists.length === 0 && inMacros.length === 0;
    }
    return !macros.some((macro) => macro.name !== name && macro.macros.includes(name));
  }

  #exception(rule: Rule, { terms }: NarrowEntry): EntryForm {
    const made = this.#made.get(rule.name) ?? [];
    const known = [...rule.exceptions, ...made];
    const same = known.find((exception) => isSame(exception, terms));
    if (same !== undefined) {
      return {
        kind: 'exception',
        name: same.name,
        isNew: made.includes(same),
        fields: same.fields,
      };
    }
    const base = [PREFIX, ...terms.map(({ field }) => shortName(field))].join('_');
    let name = base;
    for (let n = 2; known.some((exception) => exception.name === name); n++) name = `${base}_${n}`;
    const fields = terms.map(({ field }) => field);
    made.push({ name, fields, comps: terms.map(operatorOf), values: [] });
    this.#made.set(rule.name, made);
    return { kind: 'exception', name, isNew: true, fields };
  }
}

/** The operator that compares the field of a term. */
export function operatorOf({ value }: Term): '=' | 'in' {
  return typeof value === 'string' ? '=' : 'in';
}

/** True for an exception that compares exactly the fields of an entry, and as it does. */
function isSame({ fields, comps }: RuleException, terms: readonly Term[]): boolean {
  if (typeof fields === 'string') {
    const [only] = terms;
    // All values of an exception of one field are one list: with a field that is a list they would mean more.
    return (
      terms.length === 1 &&
      only!.field === fields &&
      typeof comps === 'string' &&
      comps.trim() === 'in' &&
      typeof only!.value === 'string' &&
      findField(fields.replace(/\[.*$/, ''))?.list === false
    );
  }
  if (fields.length !== terms.length || typeof comps === 'string') return false;
  return terms.every((term) => {
    const index = fields.indexOf(term.field);
    const comp = comps[index]?.trim();
    return index !== -1 && (comp === 'in' || (comp?.replace('==', '=') ?? '') === operatorOf(term));
  });
}
