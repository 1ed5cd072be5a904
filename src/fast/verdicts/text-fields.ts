import type { Atom } from '../../condition/condition.ts';
import { textsOf } from '../body-search/needed-texts.ts';
import { FOUND, MAX, type Slot } from '../wasm/layout.gen.ts';
import type { Pattern } from '../wasm/pattern-tables.ts';
import { textSlotAt } from '../wasm/slots.ts';
import type { HeaderField } from './header-field.ts';

/** First letters of the escapes of JSON, behind the backslash. */
const ESCAPES = /^[bfnrtu]/;

/** What an atom looks for in a value. */
interface Wanted {
  /** It is false without one of them. */
  readonly patterns: readonly Pattern[];
  /** True if it is true with one of them. */
  readonly isExact: boolean;
}

/** What the atoms on one value look for, by their keys, and all their patterns once each. */
interface Texts {
  readonly wanted: Map<string, Wanted>;
  readonly patterns: Map<string, Pattern>;
}

/**
 * Fields with too many values for classes, such as names and URIs: the scanner searches them for the texts of
 * atoms. Where there are few texts the class is a bit for each text that was found; else it is 0 or 1. The bit of
 * FOUND.hidingEscape says that the value may hold any of them.
 */
export function textFields(atoms: readonly Atom[]): HeaderField[] {
  const bySlot = new Map<Slot, Texts>();
  for (const atom of atoms) {
    const [slot, wanted] = wantedOf(atom) ?? [];
    if (slot === undefined || wanted === undefined) continue;
    const known = bySlot.get(slot) ?? { wanted: new Map(), patterns: new Map() };
    const more = wanted.patterns.map((pattern) => [keyOf(pattern), pattern] as const);
    const fresh = new Map(more.filter(([key]) => !known.patterns.has(key)));
    if (known.patterns.size + fresh.size > MAX.patterns) continue;
    known.wanted.set(atom.key, wanted);
    for (const [key, pattern] of fresh) known.patterns.set(key, pattern);
    bySlot.set(slot, known);
  }
  return [...bySlot].map(([slot, texts]) => textField(slot, texts));
}

function textField(slot: Slot, { wanted, patterns }: Texts): HeaderField {
  const hidden = 1 << FOUND.hidingEscape;
  const isMask = patterns.size <= MAX.maskedTexts;
  const bits = new Map([...patterns.keys()].map((key, i) => [key, isMask ? 2 << i : hidden]));
  const masks = new Map(
    [...wanted].map(([atom, { patterns: some }]) => {
      return [atom, some.reduce((mask, pattern) => mask | bits.get(keyOf(pattern))!, 0)];
    }),
  );
  return {
    slot,
    texts: [...patterns.values()],
    classify: () => hidden,
    decides: ({ key }) => wanted.has(key),
    truth: (found, { key }) => {
      const mask = masks.get(key);
      if (mask === undefined || (found & hidden) !== 0) return undefined;
      if ((found & mask) === 0) return false;
      return wanted.get(key)!.isExact ? true : undefined;
    },
  };
}

function keyOf({ text, ignoreCase }: Pattern): string {
  return `${ignoreCase}${text}`;
}

/** The slot whose value an atom looks at, and for what. */
function wantedOf(atom: Atom): readonly [Slot, Wanted] | undefined {
  const [use, ...others] = [...atom.left.uses, ...(atom.right?.uses ?? [])];
  if (use === undefined || others.length > 0) return undefined;
  const { path, reads, texts } = use.bound;
  const slot = textSlotAt(path ?? reads ?? []);
  if (slot === undefined) return undefined;
  if (path === undefined) {
    // The field is computed from the value, and its own text may be spelled in another way there.
    const patterns = texts?.map((text) => ({ text, ignoreCase: false }));
    return patterns && [slot, { patterns, isExact: false }];
  }
  const patterns = textsOf(atom);
  return patterns && [slot, { patterns, isExact: isContained(atom, patterns) }];
}

/** True when a value holds what an atom looks for wherever its JSON does, without an escape that hides texts. */
function isContained({ left, node }: Atom, [pattern, ...others]: readonly Pattern[]): boolean {
  const { operator, modifier, right } = node;
  if (operator !== 'contains' || modifier !== undefined || right.kind !== 'value') return false;
  if (left.field === undefined || others.length > 0 || pattern?.ignoreCase !== false) return false;
  // A text that starts in the middle of an escape would be found where the value has none.
  return pattern.text === right.value && !ESCAPES.test(right.value);
}
