import { FINDING_COLUMNS } from '../encode/finding-columns.ts';
import type { RecordList } from '../table/record-list.ts';
import { STORED_TYPES } from './column-types.ts';
import { rowColumns } from './row-columns.ts';

/** A column of a file, for the documentation. */
export interface DocumentedColumn {
  readonly name: string;
  /** As Parquet's documentation names it. */
  readonly type: string;
  readonly about?: string;
}

/** The columns of findings. */
export function findingSchema(): readonly DocumentedColumn[] {
  return FINDING_COLUMNS.map(({ name, type, about }) => ({
    name,
    type: STORED_TYPES[type].logical,
    about,
  }));
}

/** The columns of a list. */
export function listSchema<T>(list: RecordList<T>): readonly DocumentedColumn[] {
  return rowColumns(list).map(({ name, type }) => ({ name, type: STORED_TYPES[type].logical }));
}
