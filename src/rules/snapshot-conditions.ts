import type { CheckNode, ConditionNode } from '../condition/ast.ts';
import { compileCheck } from '../condition/compile.ts';
import type { Atom, Condition } from '../condition/condition.ts';
import type { FieldResolver, Value } from '../condition/operand.ts';
import type { FieldValue } from '../fields/field.ts';
import { NOWHERE, readCheck, storedCheck } from './stored-checks.ts';

/** A condition of a snapshot: a check by its number, a macro by its name. */
export type StoredNode =
  | number
  | string
  | { readonly and: readonly StoredNode[] }
  | { readonly or: readonly StoredNode[] }
  | { readonly not: StoredNode };

/** @param checks the texts of checks, with their numbers */
export function storedNode(node: ConditionNode, checks: Map<string, number>): StoredNode {
  switch (node.kind) {
    case 'and':
      return { and: node.children.map((child) => storedNode(child, checks)) };
    case 'or':
      return { or: node.children.map((child) => storedNode(child, checks)) };
    case 'not':
      return { not: storedNode(node.child, checks) };
    case 'macro':
      return node.name;
    case 'check': {
      const text = storedCheck(node);
      const number = checks.get(text) ?? checks.size;
      checks.set(text, number);
      return number;
    }
  }
}

/** Binds stored conditions to fields. They have no errors, so nothing needs their positions. */
export class Binder {
  readonly #trees: ReadonlyMap<string, StoredNode>;
  readonly #checks: readonly string[];
  readonly #fields: FieldResolver;
  readonly #macros = new Map<string, Condition>();
  readonly #atoms: StoredAtom[] = [];

  /**
   * @param trees the conditions of macros, by their names
   * @param checks the texts of checks, by their numbers
   */
  constructor(
    trees: ReadonlyMap<string, StoredNode>,
    checks: readonly string[],
    fields: FieldResolver,
  ) {
    this.#trees = trees;
    this.#checks = checks;
    this.#fields = fields;
  }

  /** The condition as it was parsed. */
  node(stored: StoredNode): ConditionNode {
    if (typeof stored === 'number') return readCheck(this.#checks[stored]!);
    if (typeof stored === 'string') return { kind: 'macro', name: stored, span: NOWHERE };
    if ('not' in stored) return { kind: 'not', child: this.node(stored.not), span: NOWHERE };
    const kind = 'and' in stored ? 'and' : 'or';
    const children = childrenOf(stored).map((child) => this.node(child));
    return { kind, children, span: NOWHERE };
  }

  bind(stored: StoredNode): Condition {
    if (typeof stored === 'number') return this.#atom(stored);
    if (typeof stored === 'string') return this.#macro(stored);
    if ('not' in stored) return { kind: 'not', operand: this.bind(stored.not) };
    const kind = 'and' in stored ? 'and' : 'or';
    return { kind, operands: childrenOf(stored).map((child) => this.bind(child)) };
  }

  #atom(number: number): Condition {
    return (this.#atoms[number] ??= new StoredAtom(this.#checks[number]!, this.#fields));
  }

  #macro(name: string): Condition {
    let condition = this.#macros.get(name);
    if (condition === undefined) {
      condition = this.bind(this.#trees.get(name)!);
      this.#macros.set(name, condition);
    }
    return condition;
  }
}

type StoredList = Extract<StoredNode, { and: unknown } | { or: unknown }>;

function childrenOf(stored: StoredList): readonly StoredNode[] {
  return 'and' in stored ? stored.and : stored.or;
}

/** A comparison that is read and bound when it is first looked at. */
class StoredAtom implements Atom {
  readonly kind = 'atom';
  readonly #text: string;
  readonly #fields: FieldResolver;
  #atom: Atom | undefined;

  constructor(text: string, fields: FieldResolver) {
    this.#text = text;
    this.#fields = fields;
  }

  get #bound(): Atom {
    this.#atom ??= compileCheck(readCheck(this.#text), this.#fields, true);
    return this.#atom;
  }

  get key(): string {
    return this.#bound.key;
  }

  get left(): Value {
    return this.#bound.left;
  }

  get right(): Value | undefined {
    return this.#bound.right;
  }

  get node(): CheckNode {
    return this.#bound.node;
  }

  test(left: Exclude<FieldValue, undefined>, right: FieldValue): boolean {
    return this.#bound.test(left, right);
  }
}
