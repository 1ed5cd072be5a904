import type { ArgumentNode, OperandNode } from '../condition/ast.ts';
import type { FieldUse } from '../condition/operand.ts';
import { arrayIndex } from '../json/value.ts';
import { TEXT_PATHS } from './event-columns.ts';
import { FALSE, TRUE, type Sql, type SqlGraph } from './sql-graph.ts';
import { isWellFormed, quoted, quotedList } from './sql-text.ts';

/** A value of a condition as expressions over the columns of a regular row. */
export type SqlOperand =
  /** `blank`: the text is empty where the value is missing. */
  | { readonly kind: 'text'; readonly sql: string; readonly present: Sql; readonly blank: boolean }
  /** Empty where the value is missing. */
  | { readonly kind: 'list'; readonly sql: string }
  | { readonly kind: 'number'; readonly sql: string; readonly present: Sql }
  /** JSON in a spelling of its own, empty where the value is missing; `sure`: no key is there twice on the way. */
  | { readonly kind: 'json'; readonly raw: string; readonly sure: Sql };

const BODIES = new Map([
  ['requestObject', 'request_object'],
  ['responseObject', 'response_object'],
]);

/** An operand's columns; undefined when they do not tell its value. */
export function operandSql(
  node: ArgumentNode,
  uses: readonly FieldUse[],
  graph: SqlGraph,
): SqlOperand | undefined {
  switch (node.kind) {
    case 'text':
      return isWellFormed(node.value)
        ? { kind: 'text', sql: quoted(node.value), present: TRUE, blank: false }
        : undefined;
    case 'list':
      return undefined;
    case 'field':
      return fieldSql(
        uses.find(({ name, argument }) => name === node.name && argument === node.argument)!,
        graph,
      );
    case 'transformer':
      return transformed(node, uses, graph);
  }
}

type Transformer = Extract<OperandNode, { kind: 'transformer' }>;

function transformed(
  { name, args }: Transformer,
  uses: readonly FieldUse[],
  graph: SqlGraph,
): SqlOperand | undefined {
  const values = args.map((arg) => operandSql(arg, uses, graph));
  const [first] = values;
  if (first === undefined || first.kind === 'json' || first.kind === 'number') return undefined;
  switch (name) {
    case 'tolower':
    case 'toupper': {
      const change = name === 'tolower' ? 'lower' : 'upper';
      if (first.kind === 'list')
        return { kind: 'list', sql: `arrayMap(text -> ${change}(text), ${first.sql})` };
      return { ...first, sql: `${change}(${first.sql})` };
    }
    case 'basename':
      if (first.kind === 'list') return undefined;
      return { ...first, sql: `arrayElement(splitByChar('/', toString(${first.sql})), -1)` };
    case 'len':
      return {
        kind: 'number',
        sql: `length(${first.sql})`,
        present: first.kind === 'list' ? graph.test(`notEmpty(${first.sql})`) : first.present,
      };
    case 'concat': {
      const texts = values.flatMap((value) => (value?.kind === 'text' ? [value] : []));
      if (texts.length < values.length) return undefined;
      const sql = `concat(${texts.map((text) => text.sql).join(', ')})`;
      return {
        kind: 'text',
        sql,
        present: graph.and(...texts.map(({ present }) => present)),
        blank: false,
      };
    }
    case 'join': {
      const list = values[1];
      if (first.kind !== 'text' || list?.kind !== 'list' || first.present !== TRUE)
        return undefined;
      const present = graph.test(`notEmpty(${list.sql})`);
      return {
        kind: 'text',
        sql: `arrayStringConcat(${list.sql}, ${first.sql})`,
        present,
        blank: true,
      };
    }
    default:
      return undefined;
  }
}

function fieldSql({ name, argument, bound }: FieldUse, graph: SqlGraph): SqlOperand | undefined {
  if (bound.path !== undefined) return pathSql(bound.path, graph);
  switch (name) {
    case 'ka.user.groups':
      return { kind: 'list', sql: 'user_groups' };
    case 'ka.sourceips': {
      if (argument === undefined) return { kind: 'list', sql: 'source_ips' };
      const index = Number(argument);
      return index < 1e6
        ? { kind: 'list', sql: `arraySlice(source_ips, ${index + 1}, 1)` }
        : undefined;
    }
    case 'ka.uri.param': {
      if (argument === undefined || !isWellFormed(argument)) return undefined;
      const isIt = `parameter -> parameter.1 = ${quoted(argument)}`;
      const present = graph.test(`arrayExists(${isIt}, parameters)`);
      return { kind: 'text', sql: `arrayFilter(${isIt}, parameters).2[1]`, present, blank: true };
    }
    case 'kx.command':
      return { kind: 'list', sql: COMMAND };
    case 'kx.command.line': {
      const present = graph.test(`notEmpty(${COMMAND})`);
      return { kind: 'text', sql: `arrayStringConcat(${COMMAND}, ' ')`, present, blank: true };
    }
    default:
      return undefined;
  }
}

const COMMAND = `arrayFilter(parameter -> parameter.1 = 'command', parameters).2`;

function pathSql(path: readonly string[], graph: SqlGraph): SqlOperand | undefined {
  if (!path.every(isWellFormed)) return undefined;
  const [head, key] = path;
  const column = TEXT_PATHS.get(path.join('/'));
  if (column !== undefined && path.every((part) => !part.includes('/'))) {
    return { kind: 'text', sql: column, present: graph.test(`${column} != ''`), blank: true };
  }
  if (head === 'annotations' && path.length === 2) {
    const present = graph.test(`mapContains(annotations, ${quoted(key!)})`);
    return { kind: 'text', sql: `annotations[${quoted(key!)}]`, present, blank: true };
  }
  if (head === 'user' && key === 'extra' && path.length === 2) {
    return { kind: 'json', raw: 'user_extra', sure: graph.guard('plain') };
  }
  if (head === 'sourceIPs' && path.length === 2) {
    const index = arrayIndex(key!) + 1;
    if (index === 0) return { kind: 'text', sql: `''`, present: FALSE, blank: true };
    const present = graph.test(`length(source_ips) >= ${index}`);
    return { kind: 'text', sql: `source_ips[${index}]`, present, blank: true };
  }
  const body = BODIES.get(head!);
  return body === undefined ? undefined : bodySql(body, path.slice(1), graph);
}

/** A value inside a body. */
function bodySql(body: string, keys: readonly string[], graph: SqlGraph): SqlOperand {
  const steps: string[] = [];
  const sure: Sql[] = [];
  for (const key of keys) {
    const before = [body, ...steps].join(', ');
    const index = arrayIndex(key);
    if (index === -1) {
      sure.push(graph.guard(`countEqual(JSONExtractKeys(${before}), ${quoted(key)}) <= 1`));
      steps.push(quoted(key));
    } else {
      // The key of an object may be a number too.
      sure.push(graph.guard(`JSONType(${before}) != 'Object'`));
      steps.push(String(index + 1));
    }
  }
  const raw = keys.length === 0 ? body : `JSONExtractRaw(${[body, ...steps].join(', ')})`;
  return { kind: 'json', raw, sure: graph.and(graph.guard('plain'), ...sure) };
}

/** True when a list of texts holds one of these. */
export function holdsAny(list: string, texts: readonly string[]): string {
  return `hasAny(${list}, ${quotedList(texts)})`;
}
