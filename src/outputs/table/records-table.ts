import { escapeTerminal } from '../encode/escape.ts';
import { loadPaint, type Paint } from './paint.ts';
import {
  cellText,
  MAX_TEXT,
  type RecordColumn,
  type RecordList,
  type RecordStyle,
  type RecordWriter,
  WIDE,
} from './record-list.ts';
import { redactor } from '../../redact/redact.ts';
import { columnWidths, tableLayout, type Column, type Row } from './table-layout.ts';
import { displayWidth, wrapFields } from './width.ts';
import type { Sink } from '../writer.ts';

/** Rows drawn at a time: the first block decides the widths. */
const BLOCK = 40;
const MIN_WIDTH = 60;
/** Lines of one text where there are no columns. */
const CARD_LINES = 20;
const TIME = 'HH:MM:SS'.length;
const DATE_TIME = 'YYYY-MM-DD HH:MM:SS'.length;

interface DatedRow {
  readonly date: string;
  readonly row: Row;
}

/** A table that is written in blocks while records come. */
export async function createTableRecords<T>(
  list: RecordList<T>,
  sink: Sink,
  style: RecordStyle,
): Promise<RecordWriter<T>> {
  const paint = await loadPaint(style.color);
  return style.width < MIN_WIDTH
    ? createCards(list, sink, style, paint)
    : createTable(list, sink, style, paint);
}

/** A screen without room for columns: the texts of a record one after the other, in lines of the width. */
function createCards<T>(
  list: RecordList<T>,
  sink: Sink,
  style: RecordStyle,
  paint: Paint,
): RecordWriter<T> {
  const columns = list.columns.filter(
    ({ minimum, from = 0 }) => minimum !== undefined && from <= style.width,
  );
  const redact = redactor(style.showSecrets);
  const safe = (text: string): string => escapeTerminal(redact(text).slice(0, MAX_TEXT));
  const textOf = (column: RecordColumn<T>, record: T): string => {
    if (column.time === undefined) return safe(screenText(column, record, false));
    const time = column.time(record);
    return time === undefined || time === 0n ? '' : style.formatTime(time);
  };
  const lines = (text: string, indent: number, color?: (line: string) => string): void => {
    for (const line of wrapFields(text, style.width - indent, CARD_LINES)) {
      sink.write(`${' '.repeat(indent)}${color?.(line) ?? line}\n`);
    }
  };
  return {
    record(record) {
      const [first, ...rest] = columns.map((column) => textOf(column, record));
      lines(first ?? '', 0, paint.heading);
      lines(rest.filter((text) => text.trim() !== '').join('  '), 2);
      const below = list.below?.(record, false);
      if (below !== undefined) lines(safe(below), 4, paint.dim);
    },
    end: () => undefined,
  };
}

function createTable<T>(
  list: RecordList<T>,
  sink: Sink,
  style: RecordStyle,
  paint: Paint,
): RecordWriter<T> {
  const { width } = style;
  const wide = width >= WIDE;
  const columns = list.columns.filter(
    ({ minimum, from = 0 }) => minimum !== undefined && width >= from,
  );
  const redact = redactor(style.showSecrets);
  const safe = (text: string): string => escapeTerminal(redact(text).slice(0, MAX_TEXT));
  const shownTime = (time: bigint | undefined): string => {
    if (time === undefined || time === 0n) return '-';
    const text = style.formatTime(time);
    return wide || list.byDay !== true ? text : text.slice(-TIME);
  };
  let block: DatedRow[] = [];
  let layout: { widths: readonly number[]; draw: (rows: readonly Row[]) => string } | undefined;
  let day = '';

  const toRow = (record: T): DatedRow => {
    const below = list.below?.(record, wide);
    const time = columns.find((column) => column.time !== undefined)?.time?.(record) ?? 0n;
    return {
      date: time === 0n ? '' : style.formatTime(time).slice(0, -TIME - 1),
      row: {
        cells: columns.map((column) => ({
          text:
            column.time === undefined
              ? safe(screenText(column, record, wide)) || '-'
              : shownTime(column.time(record)),
          paint: column.time === undefined ? column.paint?.(record, paint) : paint.dim,
        })),
        below: below === undefined ? undefined : { text: safe(below), paint: paint.dim },
      },
    };
  };
  const flush = (): void => {
    if (block.length === 0) return;
    if (layout === undefined) {
      const rows = block.map(({ row }) => row);
      const specs = columns.map((column, index) => columnSpec(column, index, rows, wide, list));
      const widths = columnWidths(specs, rows, width);
      layout = { widths, draw: tableLayout(widths) };
      const cells = columns.map(({ title }) => ({ text: title, paint: paint.heading }));
      const head = aligned(columns, widths, { cells });
      sink.write(`${layout.draw([head])}${paint.dim('─'.repeat(width))}\n`);
    }
    for (const { date, row } of block) {
      if (list.byDay === true && !wide && date !== day) {
        sink.write(`${paint.dim(`── ${date} ${escapeTerminal(style.timezone)} ──`)}\n`);
        day = date;
      }
      sink.write(layout.draw([aligned(columns, layout.widths, row)]));
    }
    block = [];
  };
  return {
    record(record) {
      block.push(toRow(record));
      if (block.length === BLOCK) flush();
    },
    end: flush,
  };
}

function screenText<T>(column: RecordColumn<T>, record: T, wide: boolean): string {
  return column.shown?.(record, wide) ?? cellText(column, record);
}

function columnSpec<T>(
  column: RecordColumn<T>,
  index: number,
  rows: readonly Row[],
  wide: boolean,
  list: RecordList<T>,
): Column {
  const { title } = column;
  if (column.time !== undefined) {
    const width = wide || list.byDay !== true ? DATE_TIME : TIME;
    return { title, minimum: width, maximum: width };
  }
  if (column.number === true || column.whole === true) {
    const texts = rows.map((row) => displayWidth(row.cells[index]!.text));
    const width = Math.max(title.length, ...texts);
    return { title, minimum: width, maximum: width };
  }
  const { minimum = 1, maximum } = column;
  // Columns without a limit hold names of objects: on wide terminals they are the last to give way.
  if (maximum === undefined) return { title, minimum: wide ? 2 * minimum : minimum };
  return { title, minimum, maximum };
}

/** Numbers moved to the right end of their columns. */
function aligned<T>(columns: readonly RecordColumn<T>[], widths: readonly number[], row: Row): Row {
  const cells = row.cells.map((cell, i) =>
    columns[i]!.number === true ? { ...cell, text: cell.text.padStart(widths[i]!) } : cell,
  );
  return { ...row, cells };
}
