// Room outputs/parquet: findings and records as Parquet, the binary format that holds a table column by column.
// Door: parquet.ts, loaded when somebody asks for the format; schema-text.ts for the documentation.
// Neighbours: encode/finding-columns.ts says which columns findings have; a list of records has its own.
// Inside: row-groups.ts gathers rows and hands them to hyparquet-writer, column-types.ts says how cells are stored,
// row-columns.ts which columns a list has, schema-text.ts tells the documentation of both.

import type { JsonValue } from '../../json/value.ts';
import { redactJson, redactor, SHOW_ALL } from '../../redact/redact.ts';
import { FINDING_COLUMNS, type CellValue } from '../encode/finding-columns.ts';
import { encodeJson, summaryToJson } from '../encode/json-encode.ts';
import {
  type RecordColumn,
  type RecordList,
  type RecordStyle,
  type RecordWriter,
} from '../table/record-list.ts';
import type { OutputContext, OutputWriter, Sink } from '../writer.ts';
import { rowColumns } from './row-columns.ts';
import { RowGroups } from './row-groups.ts';

/** Findings, a row each. The file's metadata has the summary, so a file tells whether its scan was cut short. */
export function createParquetWriter(sink: Sink, context: OutputContext): OutputWriter {
  const redact = redactor(context.showSecrets);
  const groups = new RowGroups(sink, FINDING_COLUMNS);
  return {
    finding: (finding) => groups.row(FINDING_COLUMNS.map(({ value }) => value(finding, redact))),
    end(summary) {
      const json = summaryToJson(summary);
      groups.end({
        version: context.version,
        summary: redact === SHOW_ALL ? json : redacted(json),
      });
    },
  };
}

/** A summary quotes lines that were no events. */
function redacted(json: string): string {
  return JSON.stringify(redactJson(JSON.parse(json) as JsonValue));
}

/** Records, a row each; the columns are those of CSV and NDJSON. @param version of k8s-audit */
export function createParquetRows<T>(
  list: RecordList<T>,
  sink: Sink,
  style: RecordStyle,
  version: string,
): RecordWriter<T> {
  const redact = redactor(style.showSecrets);
  const groups = new RowGroups(sink, rowColumns(list));
  return {
    record: (record) => groups.row(list.columns.map((each) => recordCell(each, record, redact))),
    end: (summary) => groups.end({ version, summary: encodeJson(summary) }),
  };
}

function recordCell<T>(
  column: RecordColumn<T>,
  record: T,
  redact: (text: string) => string,
): CellValue | undefined {
  if (column.time !== undefined) {
    const at = column.time(record);
    return at === 0n ? undefined : at;
  }
  const value = column.value(record);
  if (value === undefined || value === null) return undefined;
  if (column.number === true && typeof value === 'number') return value;
  return redact(typeof value === 'object' ? encodeJson(value) : String(value));
}
