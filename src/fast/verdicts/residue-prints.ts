import { createHash } from 'node:crypto';
import type { Node } from './condition-graph.ts';
import type { Residue } from './residue.ts';

/**
 * Tells what is open in one thread's words to another thread with the same rules: numbers of states and of nodes depend
 * on which events came first, and even what is open does where memory for classes or tables ran out.
 */
export class ResiduePrints {
  readonly #nodes = new Map<Node, string>();
  readonly #residues = new Map<Residue, string>();

  /** A short text; it is the same in two threads only when the same is open. */
  of(residue: Residue): string {
    let print = this.#residues.get(residue);
    if (print === undefined) {
      print = printOf(this.#textOf(residue));
      this.#residues.set(residue, print);
    }
    return print;
  }

  #textOf({ filter, scope, rules, isSearched = false }: Residue): string {
    return JSON.stringify([
      filter.steps.map(({ index, drops }) => [index, this.#node(drops)]),
      filter.covers.map(({ index, condition }) => [index, this.#node(condition)]),
      this.#node(scope),
      rules.map(({ index, condition }) => [index, this.#node(condition)]),
      isSearched,
    ]);
  }

  #node(node: Node): string {
    let print = this.#nodes.get(node);
    if (print === undefined) {
      print = printOf(JSON.stringify(this.#partsOf(node)));
      this.#nodes.set(node, print);
    }
    return print;
  }

  #partsOf(node: Node): readonly unknown[] {
    switch (node.kind) {
      case 'constant':
        return [node.value];
      case 'atom':
        return ['atom', node.atom.key];
      case 'not':
        return ['not', this.#node(node.operand)];
      default:
        // Their order is that in which the graph came to know them.
        return [node.kind, ...node.operands.map((operand) => this.#node(operand)).toSorted()];
    }
  }
}

function printOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
