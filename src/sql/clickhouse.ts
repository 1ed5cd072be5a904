// Room sql: rules as SQL of ClickHouse, so that a server hands over fewer rows than it has.
// Door: clickhouse.ts (rules to statements).
// Neighbours: reads compiled conditions; fast/body-search says which texts a body must hold.
// Inside: event-columns.ts works out columns, event-tables.ts has the tables that the statements read,
// operand-sql.ts finds values in them, text-sql.ts and json-text-sql.ts
// compare them, atom-bounds.ts and condition-bounds.ts keep an upper and a lower bound of each condition (so that
// `not` stays sound), sql-layers.ts writes what is shared once.

import type { Condition } from '../condition/condition.ts';
import { AtomBounds } from './atom-bounds.ts';
import { ConditionBounds } from './condition-bounds.ts';
import { EVENTS_TABLE, eventsOfLines } from './event-tables.ts';
import { NeededTexts } from './needed-sql.ts';
import { SqlGraph } from './sql-graph.ts';
import { layered } from './sql-layers.ts';
import type { SqlTable } from './sql-tables.ts';
import { commented, quoted } from './sql-text.ts';

/** A rule, or a correlation: its condition is then true of the events that it is made of. */
export interface SqlRule {
  readonly name: string;
  readonly condition: Condition;
  readonly correlation?: unknown;
}

/**
 * Statements that make three views. Each condition is never false on an event on which its rule fires; what columns
 * cannot tell counts as true.
 *
 * - `k8s_audit_rules`: the rules, and whether their conditions are exact on rows that are written as usual
 * - `k8s_audit_matches`: all rows, with the rules that may fire on them
 * - `k8s_audit_candidates`: the lines that an engine must see, with their times; all others have no finding
 */
export function clickHouseSql(
  rules: readonly SqlRule[],
  { version, table }: { readonly version: string; readonly table: SqlTable },
): string {
  const graph = new SqlGraph();
  const texts = new NeededTexts(graph);
  const bounds = new ConditionBounds(graph, new AtomBounds(graph, texts));
  const ideal = new SqlGraph(true);
  const idealBounds = new ConditionBounds(ideal, new AtomBounds(ideal, new NeededTexts(ideal)));
  const written = rules.map(({ name, condition, correlation }) => {
    const { over, under } = idealBounds.of(condition);
    const isExact = correlation === undefined && over === under;
    return { name, isExact, sql: bounds.of(condition).over };
  });
  const irregular = graph.not(graph.test('regular'));
  const { layers, roots } = layered([
    graph.or(irregular, ...written.map(({ sql }) => sql)),
    ...written.map(({ sql }) => sql),
  ]);
  const source = table === 'raw' ? `(${eventsOfLines()})` : EVENTS_TABLE;
  const exact = written.filter(({ isExact }) => isExact).length;
  const shared = layers.reduce(
    (inner, layer) => {
      const columns = [...layer].map(([name, sql]) => `${sql} AS ${name}`);
      return `(\nSELECT *,\n  ${columns.join(',\n  ')}\nFROM ${inner})`;
    },
    `(SELECT *, ${table === 'raw' ? '' : 'request_object, response_object, '}${texts.foundSql} AS found FROM ${source})`,
  );
  const [candidate, ...each] = roots;
  const list = written.map(
    ({ name, isExact }, index) =>
      `  -- ${isExact ? 'exact: ' : ''}${commented(name)}\n  if(ifNull(${each[index]!}, 1), ${quoted(name)}, '')`,
  );
  const values = written.map(({ name, isExact }) => `  (${quoted(name)}, ${Number(isExact)})`);
  return [
    `-- Rules of k8s-audit ${version} for ClickHouse: ${written.length}, of which ${exact} are exact.\n` +
      `-- A condition is never false where its rule fires. Lines that are no plain event always pass.\n` +
      `-- For scans without --ip-list: rules on lists of addresses are taken for never true.\n`,
    // A view of all rules is larger than the 256 KB and 50,000 elements that the server and its client read by default.
    `SET max_query_size = 4194304;\nSET max_ast_elements = 500000;\n`,
    `CREATE OR REPLACE VIEW k8s_audit_rules AS\n` +
      `SELECT * FROM values('rule String, exact Bool'${values.map((row) => `,\n${row}`).join('')}\n);\n`,
    `CREATE OR REPLACE VIEW k8s_audit_matches AS\nSELECT line, regular, plain, ` +
      `arrayFilter(rule -> rule != '', [\n${list.join(',\n')}\n]) AS rules\nFROM ${shared};\n`,
    `CREATE OR REPLACE VIEW k8s_audit_candidates AS\nSELECT line, time FROM ${shared}\nWHERE ifNull(${candidate!}, 1);\n`,
  ].join('\n');
}
