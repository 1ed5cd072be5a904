import { evaluateAtom, type Atom } from '../../condition/condition.ts';
import type { FieldUse } from '../../condition/operand.ts';
import { ParsedEvent } from '../../events/parsed-event.ts';
import { parseJson } from '../../json/parse.ts';
import type { JsonObject } from '../../json/value.ts';
import { annotationSlots } from '../wasm/annotation-slots.ts';
import { MAX, type Slot } from '../wasm/layout.gen.ts';
import { headerSlots, isPrefix } from '../wasm/slots.ts';
import type { HeaderField } from './header-field.ts';
import { textFields } from './text-fields.ts';

/** Class of further values once there are too many classes: it decides no atom. */
const ANY = MAX.classes - 1;

/** Bounds on memory: how many values are remembered with their class, and how long they may be. */
const MAX_KNOWN = 50_000;
const LONGEST_KNOWN = 1024;

export interface Header {
  /** In the order in which the scanner looks at them. */
  readonly fields: readonly HeaderField[];
  /** Slots of annotations, which only these rules need. */
  readonly extraSlots: readonly Slot[];
}

/**
 * The header fields that decide some atom.
 *
 * @param urgent atoms whose fields come before all others, in this order
 */
export function headerOf(atoms: readonly Atom[], urgent: readonly Atom[] = []): Header {
  const paths = atoms.flatMap((atom) => readPaths(atom) ?? []);
  const annotations = paths.filter((path) => path[0] === 'annotations' && path.length > 1);
  const extraSlots = annotationSlots(new Set(annotations.map((path) => path[1]!)));
  const bySlot = new Map<Slot, Map<string, Atom>>();
  const slots = headerSlots(extraSlots);
  /** Atoms of a field share its path. */
  const slotOf = new Map<readonly string[], Slot | undefined>();
  for (const atom of atoms) {
    const read = readPaths(atom);
    const [first] = read ?? [];
    if (read === undefined || first === undefined) continue;
    if (!slotOf.has(first))
      slotOf.set(
        first,
        slots.find(({ path }) => isPrefix(path, first)),
      );
    const slot =
      read.length === 1
        ? slotOf.get(first)
        : slots.find(({ path }) => read.every((one) => isPrefix(path, one)));
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
  /** The scanner remembers MAX.values of them; a log may hold more client addresses. */
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

/** An event with an audit ID and, if given, one value at a path. */
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
