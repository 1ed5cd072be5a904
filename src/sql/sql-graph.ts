/** A condition in SQL as a shared graph: equal parts are the same object. Each is true or false, never NULL. */
export type Sql =
  | { readonly kind: 'constant'; readonly id: number; readonly value: boolean }
  | { readonly kind: 'test'; readonly id: number; readonly sql: string }
  | { readonly kind: 'not'; readonly id: number; readonly operand: Sql }
  | { readonly kind: 'and' | 'or'; readonly id: number; readonly operands: readonly Sql[] };

const nodes = {
  true: { kind: 'constant', id: 0, value: true },
  false: { kind: 'constant', id: 1, value: false },
} as const;

export const TRUE: Sql = nodes.true;
export const FALSE: Sql = nodes.false;

/** A condition as one expression. */
function inline(node: Sql): string {
  switch (node.kind) {
    case 'constant':
      return node.value ? '1' : '0';
    case 'test':
      return node.sql;
    case 'not':
      return notSql(inline(node.operand));
    default:
      return joinSql(node.kind, node.operands.map(inline));
  }
}

/** The opposite of a condition in SQL. */
export function notSql(sql: string): string {
  return `(NOT ${sql})`;
}

/** The server takes many seconds to optimize large conditions of `AND` and `OR`; these functions it leaves alone. */
export function joinSql(kind: 'and' | 'or', parts: readonly string[]): string {
  return `${kind === 'and' ? 'least' : 'greatest'}(${parts.join(', ')})`;
}

/** Makes conditions in SQL, simplified and each only once. */
export class SqlGraph {
  readonly #nodes = new Map<string, Sql>();
  readonly #isIdeal: boolean;

  /** @param isIdeal true to take each {@link guard} for true */
  constructor(isIdeal = false) {
    this.#isIdeal = isIdeal;
  }

  /** @param sql an expression that is 0 or 1, in brackets where an operator beside it would take a part of it */
  test(sql: string): Sql {
    if (sql === '0' || sql === '1') return sql === '1' ? TRUE : FALSE;
    return this.#once(`t${sql}`, (id) => ({ kind: 'test', id, sql }));
  }

  /** A test that is true of all rows but those that are written oddly. */
  guard(sql: string): Sql {
    return this.#isIdeal ? TRUE : this.test(sql);
  }

  /** Both; the second is worked out only where the first is true. */
  lazily(first: Sql, second: Sql): Sql {
    if (first.kind === 'constant' || second.kind === 'constant') return this.and(first, second);
    return this.test(`if(${inline(first)}, ${inline(second)}, 0)`);
  }

  not(node: Sql): Sql {
    if (node.kind === 'constant') return node.value ? FALSE : TRUE;
    if (node.kind === 'not') return node.operand;
    return this.#once(`n${node.id}`, (id) => ({ kind: 'not', id, operand: node }));
  }

  and(...operands: readonly Sql[]): Sql {
    return this.join('and', operands);
  }

  or(...operands: readonly Sql[]): Sql {
    return this.join('or', operands);
  }

  /** Nested ones are flattened, constants and repeated operands left out. */
  join(kind: 'and' | 'or', given: readonly Sql[]): Sql {
    const deciding = kind === 'or';
    const operands = new Map<number, Sql>();
    for (const node of given) {
      for (const part of node.kind === kind ? node.operands : [node]) {
        if (part.kind === 'constant') {
          if (part.value === deciding) return part;
        } else operands.set(part.id, part);
      }
    }
    const list = [...operands.values()];
    for (const part of list) {
      // Both a condition and its opposite.
      if (part.kind === 'not' && operands.has(part.operand.id)) return deciding ? TRUE : FALSE;
    }
    if (list.length < 2) return list[0] ?? (deciding ? FALSE : TRUE);
    const key = list.map(({ id }) => id).toSorted((a, b) => a - b);
    return this.#once(`${kind}${key.join()}`, (id) => ({ kind, id, operands: list }));
  }

  #once(key: string, make: (id: number) => Sql): Sql {
    let node = this.#nodes.get(key);
    if (node === undefined) {
      node = make(this.#nodes.size + 2);
      this.#nodes.set(key, node);
    }
    return node;
  }
}
