import type { CheckNode, Modifier, Operator } from '../condition/ast.ts';
import type { Atom } from '../condition/condition.ts';
import { parseUint64 } from '../condition/match/operators.ts';
import { hintsOf } from './field-hints.ts';
import { jsonTextSql } from './json-text-sql.ts';
import type { NeededTexts } from './needed-sql.ts';
import { holdsAny, operandSql, type SqlOperand } from './operand-sql.ts';
import { FALSE, TRUE, type Sql, type SqlGraph } from './sql-graph.ts';
import { isWellFormed, quotedList } from './sql-text.ts';
import { textSql } from './text-sql.ts';

/** What is known of a condition on a regular row. */
export interface Bounds {
  /** True wherever the condition is. */
  readonly over: Sql;
  /** True only where the condition is. */
  readonly under: Sql;
}

/** Values that every event has. */
const ALWAYS = /^(?:json|jevt)\.(?:obj|rawtime)$|^evt\.(?!asynctype$)/;
/** Missing everywhere without lists of addresses. */
const NO_LISTS = 'kx.source_ip.list';

/** The bounds of comparisons. */
export class AtomBounds {
  readonly #graph: SqlGraph;
  readonly #texts: NeededTexts;

  constructor(graph: SqlGraph, texts: NeededTexts) {
    this.#graph = graph;
    this.#texts = texts;
  }

  /** A comparison as bounds that are equal where the columns tell its truth. */
  of(atom: Atom): Bounds {
    const graph = this.#graph;
    const needed = graph.and(this.#texts.needed(atom), this.#hinted(atom));
    const compared = this.#compared(atom);
    if (compared === undefined) return { over: needed, under: FALSE };
    // Cheap searches first: they spare rows the parsing of bodies.
    return {
      over: graph.lazily(needed, compared.over),
      under: graph.lazily(needed, compared.under),
    };
  }

  #hinted(atom: Atom): Sql {
    const graph = this.#graph;
    return graph.and(...hintsOf(atom).map((sql) => graph.test(sql)));
  }

  #compared({ node, left, right }: Atom): Bounds | undefined {
    const graph = this.#graph;
    // Its value is known before events come, and there is none.
    if (left.field?.name === NO_LISTS && left.field.bound.isFixed === true) return both(FALSE);
    if (left.each === true || right?.each === true) return undefined;
    const isAlways = left.field !== undefined && ALWAYS.test(left.field.name);
    if (node.operator === 'exists' && isAlways) return both(TRUE);
    const value = operandSql(node.left, left.uses, graph);
    if (value === undefined) return undefined;
    if (node.operator === 'exists') return this.#present(value);
    if (node.right.kind === 'operand') {
      const other = operandSql(node.right.operand, right?.uses ?? [], graph);
      const sql = other === undefined ? undefined : pairSql(node.operator, value, other);
      return sql === undefined
        ? undefined
        : both(graph.and(presenceOf(value, graph), presenceOf(other!, graph), graph.test(sql)));
    }
    if (node.right.kind === 'none') return undefined;
    const values = node.right.kind === 'value' ? [node.right.value] : node.right.values;
    return this.#literals(node, value, values);
  }

  #present(value: SqlOperand): Bounds {
    const graph = this.#graph;
    return value.kind === 'json'
      ? this.#sure(value, both(presenceOf(value, graph)))
      : both(presenceOf(value, graph));
  }

  /** Bounds that hold where no key is there twice; elsewhere nothing is known. */
  #sure({ sure }: Extract<SqlOperand, { kind: 'json' }>, { over, under }: Bounds): Bounds {
    const graph = this.#graph;
    return { over: graph.or(graph.not(sure), over), under: graph.and(under, sure) };
  }

  #literals(
    { operator, modifier }: CheckNode,
    value: SqlOperand,
    values: readonly string[],
  ): Bounds | undefined {
    const graph = this.#graph;
    if (value.kind === 'list') {
      const texts = values.filter(isWellFormed);
      if (texts.length === 0) return texts.length === values.length ? both(FALSE) : undefined;
      if (texts.length < values.length) return undefined;
      const sql =
        operator === 'in'
          ? `(notEmpty(${value.sql}) AND hasAll(${quotedList(texts)}, ${value.sql}))`
          : holdsAny(value.sql, texts);
      return both(graph.test(sql));
    }
    const set = this.#set(operator, modifier, value, values);
    if (set !== undefined) return set;
    const each = values.map((literal) => this.#one(operator, value, literal));
    return this.#modified(modifier ?? 'anyof', each);
  }

  /** A text among many. */
  #set(
    operator: Operator,
    modifier: Modifier | undefined,
    value: SqlOperand,
    values: readonly string[],
  ): Bounds | undefined {
    if (value.kind !== 'text' || modifier !== undefined || values.length < 2) return undefined;
    if (operator !== 'in' && operator !== 'intersects') return undefined;
    if (!values.every(isWellFormed)) return undefined;
    const test = this.#graph.test(`${value.sql} IN (${quotedList(values).slice(1, -1)})`);
    return both(values.includes('') || !value.blank ? this.#graph.and(value.present, test) : test);
  }

  #one(operator: Operator, value: SqlOperand, literal: string): Bounds {
    const graph = this.#graph;
    if (value.kind === 'number') {
      const number = parseUint64(literal);
      const sign = ['in', 'intersects', '=='].includes(operator) ? '=' : operator;
      const test = graph.test(`${value.sql} ${sign} toUInt64(${number})`);
      return both(graph.and(value.present, test));
    }
    const unknown = { over: presenceOf(value, graph), under: FALSE };
    if (value.kind === 'json') {
      const compared = jsonTextSql(operator, literal, value.raw);
      if (compared === undefined) return this.#sure(value, unknown);
      const { over, under } = compared;
      return this.#sure(value, {
        over: graph.and(presenceOf(value, graph), graph.test(over)),
        under: graph.and(presenceOf(value, graph), graph.test(under)),
      });
    }
    if (value.kind === 'list') return unknown;
    const compared = textSql(operator, literal, value.sql);
    if (compared === undefined) return unknown;
    const present = compared.needsText && value.blank ? TRUE : value.present;
    return {
      over: graph.and(present, graph.test(compared.over)),
      under: graph.and(present, graph.test(compared.under)),
    };
  }

  #modified(modifier: Modifier, each: readonly Bounds[]): Bounds {
    const graph = this.#graph;
    const overs = each.map(({ over }) => over);
    const unders = each.map(({ under }) => under);
    switch (modifier) {
      case 'anyof':
        return { over: graph.or(...overs), under: graph.or(...unders) };
      case 'allof':
        return each.length === 0
          ? both(FALSE)
          : { over: graph.and(...overs), under: graph.and(...unders) };
      case 'oneof': {
        // One is true, and no other.
        const only = (chosen: readonly Sql[], others: readonly Sql[]): Sql =>
          graph.or(
            ...chosen.map((one, index) =>
              graph.and(
                one,
                ...others.filter((_, i) => i !== index).map((other) => graph.not(other)),
              ),
            ),
          );
        return { over: only(overs, unders), under: only(unders, overs) };
      }
    }
  }
}

function both(sql: Sql): Bounds {
  return { over: sql, under: sql };
}

function presenceOf(value: SqlOperand, graph: SqlGraph): Sql {
  switch (value.kind) {
    case 'list':
      return graph.test(`notEmpty(${value.sql})`);
    case 'json':
      return graph.test(`notEmpty(${value.raw})`);
    default:
      return value.present;
  }
}

/** Two values that are there, compared; undefined when that cannot be said. */
function pairSql(operator: Operator, left: SqlOperand, right: SqlOperand): string | undefined {
  const [a, b] = [sqlOf(left), sqlOf(right)];
  if (a === undefined || b === undefined || left.kind !== right.kind) return undefined;
  if (left.kind === 'list') return operator === 'in' ? `hasAll(${b}, ${a})` : `hasAny(${a}, ${b})`;
  switch (operator) {
    case '=':
    case '==':
    case 'in':
    case 'intersects':
      return `${a} = ${b}`;
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return `${a} ${operator} ${b}`;
    case 'contains':
      return `(${b} = '' OR position(${a}, ${b}) > 0)`;
    case 'icontains':
      return `(${b} = '' OR position(lower(${a}), lower(${b})) > 0)`;
    case 'startswith':
      return `startsWith(${a}, ${b})`;
    case 'endswith':
      return `endsWith(${a}, ${b})`;
    default:
      return undefined;
  }
}

function sqlOf(value: SqlOperand): string | undefined {
  if (value.kind === 'json') return undefined;
  return value.kind === 'text' ? `toString(${value.sql})` : value.sql;
}
