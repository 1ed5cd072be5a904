import { joinSql, notSql, type Sql } from './sql-graph.ts';

/** Expressions that build on those of earlier layers, each with its name. */
type SqlLayer = ReadonlyMap<string, string>;

/** Conditions, and what they share as layers of named expressions. */
export interface LayeredSql {
  readonly layers: readonly SqlLayer[];
  /** The conditions in terms of the names. */
  readonly roots: readonly string[];
}

/**
 * Writes conditions so that parts which several of them have are worked out once: a query that holds them whole would
 * be longer than a server reads.
 */
export function layered(roots: readonly Sql[]): LayeredSql {
  const uses = new Map<Sql, number>();
  const count = (node: Sql): void => {
    const before = uses.get(node) ?? 0;
    uses.set(node, before + 1);
    if (before === 0) for (const part of partsOf(node)) count(part);
  };
  for (const root of roots) count(root);
  const layers: Map<string, string>[] = [];
  const known = new Map<Sql, { readonly sql: string; readonly depth: number }>();
  let names = 0;
  const write = (node: Sql): { readonly sql: string; readonly depth: number } => {
    let written = known.get(node);
    if (written !== undefined) return written;
    const parts = partsOf(node).map(write);
    const depth = Math.max(0, ...parts.map((part) => part.depth));
    const sql = textOf(
      node,
      parts.map((part) => part.sql),
    );
    if (
      uses.get(node)! < 2 ||
      (node.kind === 'test' && !/[( ]/.test(node.sql)) ||
      node.kind === 'constant'
    ) {
      written = { sql, depth };
    } else {
      const name = `c${++names}`;
      (layers[depth] ??= new Map()).set(name, sql);
      written = { sql: name, depth: depth + 1 };
    }
    known.set(node, written);
    return written;
  };
  const texts = roots.map((root) => write(root).sql);
  return { layers, roots: texts };
}

function partsOf(node: Sql): readonly Sql[] {
  if (node.kind === 'not') return [node.operand];
  return node.kind === 'and' || node.kind === 'or' ? node.operands : [];
}

function textOf(node: Sql, parts: readonly string[]): string {
  switch (node.kind) {
    case 'constant':
      return node.value ? '1' : '0';
    case 'test':
      return node.sql;
    case 'not':
      return notSql(parts[0]!);
    default:
      return joinSql(node.kind, parts);
  }
}
