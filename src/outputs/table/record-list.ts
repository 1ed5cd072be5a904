import { encodeJson, type Encodable } from '../encode/json-encode.ts';
import type { Paint } from './paint.ts';
import type { OutputContext, Sink } from '../writer.ts';

/** How records are shown. */
export type RecordStyle = Pick<
  OutputContext,
  'color' | 'width' | 'terminal' | 'ascii' | 'showSecrets' | 'formatTime' | 'timezone'
>;

/** Columns of a table from which on rows show the date and further columns. */
export const WIDE = 110;

/** One column of a list of records. Texts are untrusted: the writer redacts and escapes them. */
export interface RecordColumn<T> {
  readonly title: string;
  /** Name in JSON and CSV. */
  readonly key: string;
  readonly value: (record: T) => Encodable | undefined;
  /** Text in tables; the value's own text when absent. */
  readonly text?: (record: T) => string;
  /** Text in tables of a terminal, where it differs from `text`. @param wide where the table shows all columns */
  readonly shown?: (record: T, wide: boolean) => string;
  /** Set for times in nanoseconds since the epoch: shown in the user's zone, written in RFC 3339. */
  readonly time?: (record: T) => bigint | undefined;
  /** Terminal columns it needs at least; absent for columns that only machines read. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** Shown only where the table has as many columns. */
  readonly from?: number;
  /** Never broken: the column is as wide as its widest text. */
  readonly whole?: boolean;
  /** Whole numbers, aligned to the right. */
  readonly number?: boolean;
  readonly paint?: (record: T, paint: Paint) => ((line: string) => string) | undefined;
}

/** What documents of records are written with. */
export interface DocumentStyle {
  readonly redact: (text: string) => string;
  /** Version of k8s-audit. */
  readonly version: string;
}

/** Records as the schemas of others have them. */
export type Documents<T> = Readonly<
  Record<'ecs' | 'ocsf', (record: T, style: DocumentStyle) => Encodable>
>;

export interface RecordList<T> {
  /** Name of the list in a JSON document. */
  readonly name: string;
  readonly columns: readonly RecordColumn<T>[];
  /** True when programs do not get to see credentials either, unless they are to be shown. */
  readonly redacted?: boolean;
  /** True when each day starts a section of a narrow table, since it has no room for dates. */
  readonly byDay?: boolean;
  /** Set for records that have a place in such schemas. */
  readonly documents?: Documents<T>;
  /** Text below a row of a table, such as what does not fit its columns. */
  readonly below?: (record: T, wide: boolean) => string | undefined;
}

/** Writes records as they come. */
export interface RecordWriter<T> {
  record(record: T): void;
  /** @param summary further members of a JSON document */
  end(summary: Readonly<Record<string, Encodable>>): void;
}

/** Makes a writer of records in a format. */
export type CreateRecords = <T>(
  list: RecordList<T>,
  sink: Sink,
  style: RecordStyle,
) => Promise<RecordWriter<T>>;

/** Makes a writer of records as rows of typed columns. @param version of k8s-audit */
export type CreateRows = <T>(
  list: RecordList<T>,
  sink: Sink,
  style: RecordStyle,
  version: string,
) => Promise<RecordWriter<T>>;

/** Longest text of a cell that is looked at. */
export const MAX_TEXT = 4096;

/** The text of a cell: untrusted. */
export function cellText<T>(column: RecordColumn<T>, record: T): string {
  if (column.text !== undefined) return column.text(record);
  const value = column.value(record);
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? encodeJson(value) : String(value);
}
