// Room fast/body-search: which texts a body must hold for a condition to be true, so that bodies without
// them stay unparsed. `literals` are the texts of a comparison, `needed-texts` what JSON must hold for it.
// Door: this file for bodies, `header-tokens.ts` for texts in other values.
// Neighbours: `condition` and `fields` say what is compared; `wasm` does the search.

import type { Atom } from '../../condition/condition.ts';
import type { Evidence } from '../../fields/field.ts';
import { needsOf } from './needed-texts.ts';
import { buildSearch, type Pattern, type PatternSearch } from '../wasm/pattern-tables.ts';
import { FOUND, MAX } from '../wasm/layout.gen.ts';

/** An atom is false if a body holds none of these patterns, given by index. */
export interface Clause {
  readonly body: Evidence['body'];
  readonly anyOf: readonly number[];
}

/** The patterns to search bodies for, and which atoms are false without them. */
export class BodyClauses {
  readonly #keep: (search: PatternSearch) => number | undefined;
  readonly #isFound: (pattern: number) => boolean;
  readonly #indexes = new Map<string, number>();
  readonly #patterns: Pattern[] = [];
  readonly #clauses = new Map<string, readonly Clause[]>();
  readonly #tables = new Map<string, number | undefined>();

  /**
   * @param keep writes a table into the scanner and returns its address; undefined if there is no room
   * @param isFound whether the scanner's own last search found a pattern
   */
  constructor(
    keep: (search: PatternSearch) => number | undefined,
    isFound: (pattern: number) => boolean,
  ) {
    this.#keep = keep;
    this.#isFound = isFound;
  }

  /** True when an atom is false on the event whose request body, the effective one, the scanner just searched. */
  isRefuted(atom: Atom): boolean {
    return this.clausesOf(atom).some(
      ({ body, anyOf }) => body !== 'responseObject' && !anyOf.some((one) => this.#isFound(one)),
    );
  }

  /** The clauses of an atom: it is false if an event fails one of them. */
  clausesOf(atom: Atom): readonly Clause[] {
    let clauses = this.#clauses.get(atom.key);
    if (clauses === undefined) {
      clauses = needsOf(atom).flatMap(({ body, anyOf }) => {
        const indexes = anyOf.map((pattern) => this.#indexOf(pattern));
        // An escape may hide any text, so it always counts as found.
        return indexes.includes(FOUND.bits)
          ? []
          : [{ body, anyOf: [FOUND.hidingEscape, ...indexes] }];
      });
      this.#clauses.set(atom.key, clauses);
    }
    return clauses;
  }

  /** Address of the table with all patterns of some atoms; undefined if there are none, or too many. */
  tableOf(atoms: readonly Atom[]): number | undefined {
    const wanted = new Set(
      atoms.flatMap((atom) => this.clausesOf(atom).flatMap(({ anyOf }) => anyOf)),
    );
    wanted.delete(FOUND.hidingEscape);
    if (wanted.size === 0 || wanted.size > MAX.patterns) return undefined;
    const indexes = [...wanted].toSorted((a, b) => a - b);
    const key = indexes.join();
    if (!this.#tables.has(key)) {
      const patterns = new Map(indexes.map((i) => [i, this.#patterns[i - 1]!] as const));
      this.#tables.set(key, this.#keep(buildSearch(patterns)));
    }
    return this.#tables.get(key);
  }

  /** Its bit; `FOUND.bits` when there is none left. */
  #indexOf(pattern: Pattern): number {
    const key = `${Number(pattern.ignoreCase)}${pattern.text}`;
    let index = this.#indexes.get(key);
    if (index === undefined) {
      if (this.#patterns.length + 1 >= FOUND.bits) return FOUND.bits;
      index = this.#patterns.push(pattern);
      this.#indexes.set(key, index);
    }
    return index;
  }
}
