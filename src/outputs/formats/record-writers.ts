import { escapeCsv, escapeTerminal } from '../encode/escape.ts';
import { encodeJson, type Encodable } from '../encode/json-encode.ts';
import {
  cellText,
  MAX_TEXT,
  type RecordColumn,
  type RecordList,
  type RecordStyle,
  type RecordWriter,
} from '../table/record-list.ts';
import { redactor, redactWords, type Redact } from '../../redact/redact.ts';
import { formatRfc3339Nano } from '../../util/time.ts';
import type { Sink } from '../writer.ts';

/** One JSON object a line. */
export function createNdjsonRecords<T>(
  list: RecordList<T>,
  sink: Sink,
  style: RecordStyle,
): RecordWriter<T> {
  const redact = jsonRedactor(list, style);
  return {
    record: (record) => sink.write(`${recordJson(list, record, redact)}\n`),
    end: () => undefined,
  };
}

/** What texts of JSON go through: most lists hold what was logged. */
function jsonRedactor<T>(list: RecordList<T>, style: RecordStyle): Redact {
  return redactor(style.showSecrets || list.redacted !== true);
}

function recordJson<T>({ columns }: RecordList<T>, record: T, redact: Redact): string {
  const shown = (value: Encodable | undefined) =>
    typeof value === 'string' ? redact(value) : value;
  const members: Record<string, Encodable | undefined> = {};
  for (const { key, time, value } of columns) {
    const at = time?.(record);
    members[key] =
      time === undefined
        ? shown(value(record))
        : at === undefined || at === 0n
          ? undefined
          : formatRfc3339Nano(at);
  }
  return encodeJson(members);
}

/** One JSON document with the records and the summary. */
export function createJsonRecords<T>(
  list: RecordList<T>,
  sink: Sink,
  style: RecordStyle,
): RecordWriter<T> {
  const redact = jsonRedactor(list, style);
  let separator = `{${encodeJson(list.name)}:[\n`;
  return {
    record(record) {
      sink.write(`${separator}${recordJson(list, record, redact)}`);
      separator = ',\n';
    },
    end(summary) {
      const head = separator.startsWith('{') ? separator : '';
      sink.write(`${head}\n],"summary":${encodeJson(summary)}}\n`);
    },
  };
}

/** Comma-separated values (RFC 4180) with a header line. */
export function createCsvRecords<T>(
  { columns }: RecordList<T>,
  sink: Sink,
  style: RecordStyle,
): RecordWriter<T> {
  const redact = redactor(style.showSecrets);
  /** Words of a command say more than their joined text. */
  const words = (list: readonly string[]) => (style.showSecrets ? list : redactWords(list));
  const row = (cells: readonly string[]): void => sink.write(`${cells.join(',')}\r\n`);
  const cell = (column: RecordColumn<T>, record: T): string => {
    if (column.time !== undefined) return timeText(column.time(record));
    const value = column.value(record);
    if (Array.isArray(value)) {
      // What has members is told as people are told it.
      if (value.some((each) => typeof each === 'object')) return cellText(column, record);
      return words(value.map(String)).join(' ');
    }
    return cellText({ ...column, text: undefined } as unknown as RecordColumn<T>, record);
  };
  row(columns.map(({ key }) => key));
  return {
    record: (record) => row(columns.map((column) => escapeCsv(redact(cell(column, record))))),
    end: () => undefined,
  };
}

function timeText(time: bigint | undefined): string {
  return time === undefined || time === 0n ? '' : formatRfc3339Nano(time);
}

/** One line a record: the table's texts, separated by two blanks, `-` for nothing. */
export function createTextRecords<T>(
  list: RecordList<T>,
  sink: Sink,
  style: RecordStyle,
): RecordWriter<T> {
  const redact = redactor(style.showSecrets);
  const columns = list.columns.filter(({ minimum }) => minimum !== undefined);
  return {
    record(record) {
      const cells = columns.map((column) => {
        const text =
          column.time === undefined ? cellText(column, record) : timeText(column.time(record));
        return escapeTerminal(redact(text).slice(0, MAX_TEXT)) || '-';
      });
      sink.write(`${cells.join('  ').trimEnd()}\n`);
    },
    end: () => undefined,
  };
}
