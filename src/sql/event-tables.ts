import { EVENT_COLUMNS } from './event-columns.ts';
import { commented, quoted } from './sql-text.ts';

/** The table of lines as they were logged, one event each. */
const LINES_TABLE = 'k8s_audit_lines';
/** The table of events with columns. */
export const EVENTS_TABLE = 'k8s_audit_events';

/** The columns of each line of the table of lines, as a query. */
export function eventsOfLines(): string {
  const layers: string[][] = [];
  const depths = new Map<string, number>();
  for (const { name, sql } of EVENT_COLUMNS) {
    const words = sql.match(/\w+/g) ?? [];
    const depth = Math.max(0, ...words.map((word) => depths.get(word) ?? 0));
    depths.set(name, depth + 1);
    (layers[depth] ??= []).push(`${sql} AS ${name}`);
  }
  return layers.reduce(
    (inner, layer) => `SELECT *, ${layer.join(', ')} FROM (${inner})`,
    `SELECT line FROM ${LINES_TABLE}`,
  );
}

/** The statements that make the tables of lines and of events, and fill one from the other. */
export function tableStatements(): string[] {
  const columns = EVENT_COLUMNS.map(({ name, type, sql, kept, fromLine, about }) => {
    const value =
      kept === 'step'
        ? `EPHEMERAL ${sql}`
        : kept === 'computed'
          ? `ALIAS ${fromLine!}`
          : `DEFAULT ${sql}`;
    const note = kept === 'step' ? '' : ` COMMENT ${quoted(commented(about))}`;
    return `  ${name} ${type} ${value}${note}`;
  });
  return [
    `CREATE TABLE IF NOT EXISTS ${LINES_TABLE} (\n  line String CODEC(ZSTD(3))\n)\nENGINE = MergeTree ORDER BY tuple()`,
    `CREATE TABLE IF NOT EXISTS ${EVENTS_TABLE} (\n  line String CODEC(ZSTD(3)),\n${columns.join(',\n')}\n)\n` +
      `ENGINE = MergeTree PARTITION BY toDate(time) ORDER BY (verb, resource, time)`,
  ];
}
