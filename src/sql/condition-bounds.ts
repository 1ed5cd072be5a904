import type { Atom, Condition } from '../condition/condition.ts';
import type { AtomBounds, Bounds } from './atom-bounds.ts';
import type { SqlGraph } from './sql-graph.ts';

/** The bounds of conditions. Rules share macros, whose bounds are made once. */
export class ConditionBounds {
  readonly #graph: SqlGraph;
  readonly #atoms: AtomBounds;
  readonly #byKey = new Map<string, Bounds>();
  readonly #known = new Map<Condition, Bounds>();

  constructor(graph: SqlGraph, atoms: AtomBounds) {
    this.#graph = graph;
    this.#atoms = atoms;
  }

  // Recursion is bounded by the nesting that the condition parser allows.
  of(condition: Condition): Bounds {
    let bounds = this.#known.get(condition);
    if (bounds === undefined) {
      bounds = condition.kind === 'atom' ? this.#atom(condition) : this.#joined(condition);
      this.#known.set(condition, bounds);
    }
    return bounds;
  }

  #atom(atom: Atom): Bounds {
    let bounds = this.#byKey.get(atom.key);
    if (bounds === undefined) {
      bounds = this.#atoms.of(atom);
      this.#byKey.set(atom.key, bounds);
    }
    return bounds;
  }

  #joined(condition: Exclude<Condition, Atom>): Bounds {
    const graph = this.#graph;
    if (condition.kind === 'not') {
      // What is certainly true is certainly not when it is denied.
      const { over, under } = this.of(condition.operand);
      return { over: graph.not(under), under: graph.not(over) };
    }
    const parts = condition.operands.map((operand) => this.of(operand));
    return {
      over: graph.join(
        condition.kind,
        parts.map(({ over }) => over),
      ),
      under: graph.join(
        condition.kind,
        parts.map(({ under }) => under),
      ),
    };
  }
}
