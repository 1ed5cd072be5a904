import { escapeMarkdown } from '../encode/escape.ts';
import {
  cellText,
  type RecordColumn,
  type RecordList,
  type RecordStyle,
  type RecordWriter,
} from '../table/record-list.ts';
import { redactor } from '../../redact/redact.ts';
import type { Sink } from '../writer.ts';

/** Longest cell: a table that nobody can read is no report. */
const MAX_CELL = 300;

/** A table of records, with all columns that people see. What tables have below a row is its last column. */
export function createMarkdownRecords<T>(
  list: RecordList<T>,
  sink: Sink,
  style: RecordStyle,
): RecordWriter<T> {
  const redact = redactor(style.showSecrets);
  const columns = list.columns.filter(({ minimum }) => minimum !== undefined);
  const row = (cells: readonly string[]): void => sink.write(`| ${cells.join(' | ')} |\n`);
  const safe = (text: string): string => {
    const shown = redact(text);
    return escapeMarkdown(shown.length > MAX_CELL ? `${shown.slice(0, MAX_CELL)}…` : shown);
  };
  const cell = (column: RecordColumn<T>, record: T): string => {
    if (column.time === undefined) return safe(cellText(column, record));
    const time = column.time(record);
    return time === undefined || time === 0n ? '' : safe(style.formatTime(time));
  };
  const { below } = list;
  const titles = columns.map(({ title, key, time }) =>
    safe(time === undefined ? title || key : `${title} (${style.timezone})`),
  );
  row(below === undefined ? titles : [...titles, 'DETAILS']);
  row((below === undefined ? titles : [...titles, '']).map(() => '---'));
  return {
    record(record) {
      const cells = columns.map((column) => cell(column, record));
      row(below === undefined ? cells : [...cells, safe(below(record, true) ?? '')]);
    },
    end: () => undefined,
  };
}
