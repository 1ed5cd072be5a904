import type { CellType } from '../encode/finding-columns.ts';
import type { RecordList } from '../table/record-list.ts';

/** The columns that a list has as a table: those of CSV and NDJSON. */
export function rowColumns<T>({
  columns,
}: RecordList<T>): readonly { readonly name: string; readonly type: CellType }[] {
  return columns.map(({ key, time, number }) => ({
    name: key,
    type: time !== undefined ? 'time' : number === true ? 'integer' : 'text',
  }));
}
