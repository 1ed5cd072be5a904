import type { SchemaElement } from 'hyparquet-writer';
import type { CellType, CellValue } from '../encode/finding-columns.ts';

/** How a type of cells is stored. */
interface StoredType {
  /** The logical type, as Parquet's documentation names it. */
  readonly logical: string;
  /** The elements of the schema: the column's own first. */
  readonly schema: (name: string) => readonly SchemaElement[];
  /** The cell as hyparquet-writer takes it. */
  readonly store: (value: CellValue) => unknown;
}

const text = (name: string): SchemaElement => ({
  name,
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
  logical_type: { type: 'STRING' },
  repetition_type: 'OPTIONAL',
});

const same = (value: CellValue): unknown => value;

/** Every column may lack a value: a later version can add or leave out what a log does not have. */
export const STORED_TYPES: Readonly<Record<CellType, StoredType>> = {
  time: {
    // Audit events have microseconds; Spark and many others know no nanoseconds.
    logical: 'TIMESTAMP(MICROS, UTC)',
    schema: (name) => [
      {
        name,
        type: 'INT64',
        converted_type: 'TIMESTAMP_MICROS',
        logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
        repetition_type: 'OPTIONAL',
      },
    ],
    store: (value) => microseconds(value as bigint),
  },
  text: { logical: 'STRING', schema: (name) => [text(name)], store: same },
  integer: {
    logical: 'INT64',
    schema: (name) => [{ name, type: 'INT64', repetition_type: 'OPTIONAL' }],
    store: (value) => BigInt(value as number),
  },
  boolean: {
    logical: 'BOOLEAN',
    schema: (name) => [{ name, type: 'BOOLEAN', repetition_type: 'OPTIONAL' }],
    store: same,
  },
  texts: {
    logical: 'LIST of STRING',
    schema: (name) => [
      {
        name,
        converted_type: 'LIST',
        logical_type: { type: 'LIST' },
        repetition_type: 'OPTIONAL',
        num_children: 1,
      },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      text('element'),
    ],
    store: same,
  },
  // Of logical type STRING: not every reader knows JSON.
  json: { logical: 'STRING, a JSON object', schema: (name) => [text(name)], store: same },
};

/** Nanoseconds as whole microseconds, rounded down also before 1970. */
function microseconds(time: bigint): bigint {
  const rest = time % 1000n;
  return (time - (rest < 0n ? rest + 1000n : rest)) / 1000n;
}
