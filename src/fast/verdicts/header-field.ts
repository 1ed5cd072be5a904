import type { Atom } from '../../condition/condition.ts';
import type { Slot } from '../wasm/layout.gen.ts';
import type { Pattern } from '../wasm/pattern-tables.ts';

/** A header field, with the atoms that its value alone decides. */
export interface HeaderField {
  readonly slot: Slot;
  /** Set if the scanner searches the value for texts: the class is what it found (text-fields.ts). */
  readonly texts?: readonly Pattern[];
  /** True if `["10.1.` stands for every address that starts so: fewer values to classify. */
  readonly byNetwork?: boolean;
  /** Class of a value, from its JSON text; 0 is the class of events without the value. */
  classify(json: string): number;
  /** True for atoms that this field alone decides. */
  decides(atom: Atom): boolean;
  /** The value of an atom for a class; undefined if the class does not decide it. */
  truth(valueClass: number, atom: Atom): boolean | undefined;
}
