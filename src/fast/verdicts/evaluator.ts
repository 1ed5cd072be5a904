import type { Atom } from '../../condition/condition.ts';
import type { Value } from '../../condition/operand.ts';
import type { AuditEvent } from '../../events/event.ts';
import type { FieldValue } from '../../fields/field.ts';
import type { Node } from './condition-graph.ts';
import { tokenOf, type Token } from '../body-search/header-tokens.ts';
import type { BodyClauses, Clause } from '../body-search/body-clauses.ts';

/** An event that can tell from its bytes that some atoms are false. */
export type SearchableEvent = AuditEvent & {
  /** False if the text certainly lacks the token. */
  mayContain?(token: Token): boolean;
  /** True if one of the clauses certainly fails. */
  fails?(clauses: readonly Clause[], table: number): boolean;
  /** True if the request body is the effective one and holds no pattern of the table. */
  holdsNone?(table: number): boolean;
};

/** Evaluates conditions of one graph. It computes each value and each atom at most once per event. */
export class Evaluator {
  #event: SearchableEvent | undefined;
  #epoch = 0;
  readonly #tests = new Map<Node, () => boolean>();
  readonly #readers = new Map<string, () => FieldValue>();
  readonly #clausesOf: BodyClauses['clausesOf'];
  #table: number | undefined;

  constructor(clausesOf: BodyClauses['clausesOf'] = () => []) {
    this.#clausesOf = clausesOf;
  }

  /**
   * Starts on another event.
   *
   * @param table address of the patterns of all clauses of its conditions; undefined: bodies are not searched
   */
  begin(event: SearchableEvent, table?: number): void {
    this.#event = event;
    this.#table = table;
    this.#epoch++;
  }

  /** Decides a condition on the current event. */
  test(node: Node): boolean {
    return this.compile(node)();
  }

  /** The condition as a function that decides on the current event. */
  compile(node: Node): () => boolean {
    let test = this.#tests.get(node);
    if (test === undefined) {
      test = this.#build(node);
      this.#tests.set(node, test);
    }
    return test;
  }

  /** Reads a value of the current event, once however often it is asked for. */
  reader(value: Pick<Value, 'key' | 'read'>): () => FieldValue {
    let read = this.#readers.get(value.key);
    if (read === undefined) {
      read = this.#once(() => value.read(this.#event!));
      this.#readers.set(value.key, read);
    }
    return read;
  }

  #build(node: Node): () => boolean {
    switch (node.kind) {
      case 'constant': {
        const { value } = node;
        return () => value;
      }
      case 'not': {
        const test = this.compile(node.operand);
        return () => !test();
      }
      case 'atom':
        return this.#once(this.#atom(node.atom));
      default: {
        const tests = node.operands.map((operand) => this.compile(operand));
        const decisive = node.kind === 'or';
        // A loop over closures: the calls of `some` and `every` cost as much as the tests.
        return () => {
          for (let i = 0; i < tests.length; i++) if (tests[i]!() === decisive) return decisive;
          return !decisive;
        };
      }
    }
  }

  #atom(atom: Atom): () => boolean {
    const test = this.#comparison(atom);
    // Searching bytes is many times faster than making a text of them.
    const clauses = this.#clausesOf(atom);
    if (clauses.length > 0) return () => !this.#fails(clauses) && test();
    const token = tokenOf(atom);
    if (token === undefined) return test;
    return () => this.#event!.mayContain?.(token) !== false && test();
  }

  #fails(clauses: readonly Clause[]): boolean {
    return this.#table !== undefined && this.#event!.fails?.(clauses, this.#table) === true;
  }

  #comparison(atom: Atom): () => boolean {
    const left = this.reader(atom.left);
    if (atom.right === undefined) {
      return () => {
        const value = left();
        return value !== undefined && atom.test(value, undefined);
      };
    }
    const right = this.reader(atom.right);
    return () => {
      const value = left();
      if (value === undefined) return false;
      const other = right();
      return other !== undefined && atom.test(value, other);
    };
  }

  #once<T>(compute: () => T): () => T {
    let epoch = -1;
    let result: T;
    return () => {
      if (epoch !== this.#epoch) {
        result = compute();
        epoch = this.#epoch;
      }
      return result;
    };
  }
}
