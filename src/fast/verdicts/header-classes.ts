import { evaluateAtom, type Atom } from '../../condition/condition.ts';
import type { FieldUse } from '../../condition/operand.ts';
import { ParsedEvent } from '../../events/parsed-event.ts';
import { parseJson } from '../../json/parse.ts';
import type { JsonObject } from '../../json/value.ts';
import { annotationSlots } from '../wasm/annotation-slots.ts';
import { textsOf } from '../body-search/needed-texts.ts';
import { MAX, type Slot } from '../wasm/layout.gen.ts';
import type { Pattern } from '../wasm/pattern-tables.ts';
import { headerSlots, isPrefix, textSlotAt } from '../wasm/slots.ts';

/** Class of every value when there are too many classes: nothing is known about the atoms. */
const ANY = MAX.classes - 1;

/** Texts that the scanner looks for in one field. */
const MAX_TEXTS = 32;

/** Values whose classes are remembered, and the longest of them: bounds on memory. */
const MAX_KNOWN = 50_000;
const LONGEST_KNOWN = 1024;

/** A part of the event's header, with the atoms that it alone decides. */
interface HeaderField {
  readonly slot: Slot;
  /** Set when the scanner looks for texts instead: class 0 when the value lacks all for certain. */
  readonly texts?: readonly Pattern[];
  /** True when {@link classify} also takes `["10.1.` for any address that starts so. */
  readonly byNetwork?: boolean;
  /** Class of a value, from its JSON text; 0 is the class of events without the value. */
  classify(json: string): number;
  /** True for atoms that this field alone decides. */
  decides(atom: Atom): boolean;
  /** What a class says about an atom. */
  truth(valueClass: number, atom: Atom): boolean | undefined;
}

export interface Header {
  /** In the order in which they are looked at. */
  readonly fields: readonly HeaderField[];
  /** Slots that these fields need besides the usual ones. */
  readonly extraSlots: readonly Slot[];
}

/**
 * The parts of an event's header that some atom depends on.
 *
 * @param urgent atoms whose parts are looked at before all others, in this order
 */
export function headerOf(atoms: readonly Atom[], urgent: readonly Atom[] = []): Header {
  const paths = atoms.flatMap((atom) => readPaths(atom) ?? []);
  const annotations = paths.filter((path) => path[0] === 'annotations' && path.length > 1);
  const extraSlots = annotationSlots(new Set(annotations.map((path) => path[1]!)));
  const bySlot = new Map<Slot, Map<string, Atom>>();
  const slots = headerSlots(extraSlots);
  for (const atom of atoms) {
    const read = readPaths(atom);
    const slot = slots.find(({ path }) => read?.every((one) => isPrefix(path, one)) ?? false);
    if (slot === undefined) continue;
    const decided = bySlot.get(slot) ?? new Map<string, Atom>();
    bySlot.set(slot, decided.set(atom.key, atom));
  }
  const rank = (slot: Slot): number => {
    const first = urgent.findIndex(({ key }) => bySlot.get(slot)?.has(key) === true);
    return first === -1 ? urgent.length : first;
  };
  const fields = slots
    .filter((slot) => bySlot.has(slot))
    .toSorted((a, b) => rank(a) - rank(b))
    .slice(0, MAX.classified)
    .map((slot) => headerField(slot, [...bySlot.get(slot)!.values()]));
  return { fields: [...fields, ...textFields(atoms)].slice(0, MAX.fields), extraSlots };
}

/**
 * A field for each part of the header that has too many values for classes, when atoms look for texts in it:
 * class 0 is that of values that hold none of them.
 */
function textFields(atoms: readonly Atom[]): HeaderField[] {
  const bySlot = new Map<Slot, { keys: Set<string>; patterns: Map<string, Pattern> }>();
  for (const atom of atoms) {
    const [use, ...others] = [...atom.left.uses, ...(atom.right?.uses ?? [])];
    // Without a path the field's text is made of the value's, which may spell it in another way.
    const path = others.length > 0 ? undefined : use?.bound.path;
    const slot = path && textSlotAt(path);
    const texts = slot && textsOf(atom);
    if (slot === undefined || texts === undefined) continue;
    const { keys, patterns } = bySlot.get(slot) ?? { keys: new Set(), patterns: new Map() };
    if (patterns.size + texts.length > MAX_TEXTS) continue;
    for (const pattern of texts) patterns.set(`${pattern.ignoreCase}${pattern.text}`, pattern);
    bySlot.set(slot, { keys: keys.add(atom.key), patterns });
  }
  return [...bySlot].map(([slot, { keys, patterns }]) => ({
    slot,
    texts: [...patterns.values()],
    classify: () => 1,
    decides: ({ key }) => keys.has(key),
    truth: (cls, { key }) => (cls === 0 && keys.has(key) ? false : undefined),
  }));
}

/** Fields that read no more of an IPv4 address than its first half, when that is not 0 (src/fields/ip.ts). */
const BY_NETWORK = new Set(['kx.source_ip.public']);

/** The paths that an atom reads; undefined when that is not known. */
function readPaths(atom: Atom): (readonly string[])[] | undefined {
  const paths: (readonly string[])[] = [];
  for (const use of [...atom.left.uses, ...(atom.right?.uses ?? [])]) {
    const path = readPath(use);
    if (path === undefined) return undefined;
    paths.push(path);
  }
  return paths.length === 0 ? undefined : paths;
}

function readPath({ bound }: FieldUse): readonly string[] | undefined {
  return bound.path ?? bound.reads;
}

function headerField(slot: Slot, atoms: readonly Atom[]): HeaderField {
  const index = new Map(atoms.map((atom, i) => [atom.key, i] as const));
  const classes = new Map<string, number>();
  const truths: string[] = [];
  /** The scanner remembers some thousand values; client addresses can be more. */
  const known = new Map<string, number>();
  const classify = (json: string): number => {
    const remembered = known.get(json);
    if (remembered !== undefined) return remembered;
    const cls = classOf(json);
    if (known.size < MAX_KNOWN && json.length < LONGEST_KNOWN) known.set(json, cls);
    return cls;
  };
  const classOf = (json: string | undefined): number => {
    const event = eventWith(slot.path, json);
    const truth = atoms.map((atom) => Number(evaluateAtom(atom, event))).join('');
    let cls = classes.get(truth);
    if (cls === undefined) {
      if (classes.size >= ANY) return ANY;
      cls = classes.size;
      classes.set(truth, cls);
      truths.push(truth);
    }
    return cls;
  };
  classOf(undefined);
  const byNetwork = atoms.every(({ left, right }) =>
    [...left.uses, ...(right?.uses ?? [])].every(({ name }) => BY_NETWORK.has(name)),
  );
  return {
    slot,
    byNetwork,
    classify: (json) => classify(byNetwork && json.endsWith('.') ? `${json}1.1"]` : json),
    decides: (atom) => index.has(atom.key),
    truth: (cls, atom) => {
      const i = index.get(atom.key);
      return i === undefined || cls === ANY ? undefined : truths[cls]![i] === '1';
    },
  };
}

/** An event that has an audit ID and one more value, or not even that. */
function eventWith(path: readonly string[], json: string | undefined): ParsedEvent {
  const value = json === undefined ? '' : `,${nest(path, json)}`;
  const text = `{"auditID":""${value}}`;
  const place = { time: 0n, num: 0, firstTime: 0n, origin: { file: '', line: 0 } };
  return new ParsedEvent(text, parseJson(text) as JsonObject, place);
}

function nest(path: readonly string[], json: string): string {
  const [key = '', ...rest] = path;
  const value = rest.length === 0 ? json : `{${nest(rest, json)}}`;
  return `${JSON.stringify(key)}:${value}`;
}
