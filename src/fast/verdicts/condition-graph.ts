import type { Atom, Condition } from '../../condition/condition.ts';

/** A condition as a shared graph: equal parts are the same object. */
export type Node =
  | { readonly kind: 'constant'; readonly id: number; readonly value: boolean }
  | { readonly kind: 'atom'; readonly id: number; readonly atom: Atom }
  | { readonly kind: 'not'; readonly id: number; readonly operand: Node }
  | { readonly kind: 'and' | 'or'; readonly id: number; readonly operands: readonly Node[] };

/** The value of an atom; undefined if it is not known. */
type Assignment = (atom: Atom) => boolean | undefined;

/** What is known about atoms. */
export interface Knowledge {
  readonly truth: Assignment;
  /** False for nodes that hold no known atom, to skip them. Without it every node is visited. */
  readonly concerns?: (node: Node) => boolean;
  /** Results of earlier calls with the same knowledge. */
  readonly memo: Map<Node, Node>;
}

/** A node as a condition that means the same. */
export function conditionOf(node: Node): Condition {
  switch (node.kind) {
    case 'constant':
      return { kind: node.value ? 'and' : 'or', operands: [] };
    case 'atom':
      return node.atom;
    case 'not':
      return { kind: 'not', operand: conditionOf(node.operand) };
    default:
      return { kind: node.kind, operands: node.operands.map(conditionOf) };
  }
}

/** Builds shared, simplified conditions. */
export class ConditionGraph {
  readonly #nodes = new Map<string, Node>();
  readonly #added = new Map<Condition, Node>();
  #nextId = 2;
  readonly false: Node = { kind: 'constant', id: 0, value: false };
  readonly true: Node = { kind: 'constant', id: 1, value: true };

  /** Number of nodes so far; ids are below it. */
  get size(): number {
    return this.#nextId;
  }

  /** The node of a condition; atoms with equal keys are one. */
  add(condition: Condition): Node {
    // Rules share their macros: of ten conditions nine were added before.
    let node = this.#added.get(condition);
    if (node === undefined) {
      node = this.#add(condition);
      this.#added.set(condition, node);
    }
    return node;
  }

  #add(condition: Condition): Node {
    switch (condition.kind) {
      case 'atom':
        return this.#intern(`a:${condition.key}`, (id) => ({ kind: 'atom', id, atom: condition }));
      case 'not':
        return this.not(this.add(condition.operand));
      default:
        return this.join(
          condition.kind,
          condition.operands.map((operand) => this.add(operand)),
        );
    }
  }

  constant(value: boolean): Node {
    return value ? this.true : this.false;
  }

  not(node: Node): Node {
    if (node.kind === 'constant') return this.constant(!node.value);
    if (node.kind === 'not') return node.operand;
    return this.#intern(`n:${node.id}`, (id) => ({ kind: 'not', id, operand: node }));
  }

  /**
   * A conjunction or disjunction: nested ones are flattened, constants and duplicates dropped. `x or
   * not x` stays: while x is unknown, so is the answer (src/engine/blind.ts counts on it).
   */
  join(kind: 'and' | 'or', nodes: readonly Node[]): Node {
    const absorbing = kind === 'or';
    const operands = new Set<Node>();
    for (const node of nodes) {
      if (node.kind === kind) node.operands.forEach((part) => operands.add(part));
      else if (node.kind !== 'constant') operands.add(node);
      else if (node.value === absorbing) return node;
    }
    const list = [...operands];
    if (list.length < 2) return list[0] ?? this.constant(!absorbing);
    const key = list.map((part) => part.id).toSorted((a, b) => a - b);
    return this.#intern(`${kind}:${key.join()}`, (id) => ({ kind, id, operands: list }));
  }

  /** Replaces known atoms by their values and simplifies. */
  restrict(node: Node, knowledge: Knowledge): Node {
    if (knowledge.concerns?.(node) === false) return node;
    let result = knowledge.memo.get(node);
    if (result === undefined) {
      result = this.#restrict(node, knowledge);
      knowledge.memo.set(node, result);
    }
    return result;
  }

  // Recursion is bounded by the nesting that the condition parser allows.
  #restrict(node: Node, knowledge: Knowledge): Node {
    switch (node.kind) {
      case 'constant':
        return node;
      case 'atom': {
        const value = knowledge.truth(node.atom);
        return value === undefined ? node : this.constant(value);
      }
      case 'not': {
        const operand = this.restrict(node.operand, knowledge);
        return operand === node.operand ? node : this.not(operand);
      }
      default:
        return this.#restrictJoin(node, knowledge);
    }
  }

  #restrictJoin(
    node: Extract<Node, { readonly operands: readonly Node[] }>,
    knowledge: Knowledge,
  ): Node {
    const absorbing = this.constant(node.kind === 'or');
    let changed: Node[] | undefined;
    for (const [i, operand] of node.operands.entries()) {
      const part = this.restrict(operand, knowledge);
      // What decides it makes the others pointless: most rules end so.
      if (part === absorbing) return part;
      if (part !== operand) changed ??= node.operands.slice(0, i);
      changed?.push(part);
    }
    return changed === undefined ? node : this.join(node.kind, changed);
  }

  #intern(key: string, make: (id: number) => Node): Node {
    let node = this.#nodes.get(key);
    if (node === undefined) {
      node = make(this.#nextId++);
      this.#nodes.set(key, node);
    }
    return node;
  }
}
