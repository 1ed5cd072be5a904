import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { CellType, CellValue } from '../encode/finding-columns.ts';
import type { Sink } from '../writer.ts';
import { STORED_TYPES } from './column-types.ts';

/** Rows of a group: readers skip groups by their statistics, and read one at a time. */
const MAX_ROWS = 20_000;
/** Characters of a group, so that long events do not take all memory. */
const MAX_TEXT = 16 * 1024 * 1024;
/** Columns with longer texts have no statistics in their group: the file's end holds the least and the greatest text. */
const MAX_STATISTICS = 256;

interface Column {
  readonly name: string;
  readonly type: CellType;
}

/** What a file tells of itself. */
interface FileNotes {
  /** Of k8s-audit. */
  readonly version: string;
  /** JSON. */
  readonly summary: string;
}

/**
 * A Parquet file, written group by group as rows come. Memory holds one group, and of earlier ones where they lie.
 * A file that was not ended has no footer: no reader takes it for a whole one.
 */
export class RowGroups {
  readonly #columns: readonly Column[];
  readonly #writer: ParquetWriter;
  #cells: unknown[][];
  /** Length of the longest text in each column. */
  #longest: number[];
  #rows = 0;
  #text = 0;

  /** @param sink takes bytes */
  constructor(sink: Sink, columns: readonly Column[]) {
    this.#columns = columns;
    this.#writer = new ParquetWriter({
      writer: new SinkBytes(sink),
      schema: [
        { name: 'schema', num_children: columns.length },
        ...columns.flatMap(({ name, type }) => STORED_TYPES[type].schema(name)),
      ],
      createdBy: 'k8s-audit',
    });
    this.#cells = columns.map(() => []);
    this.#longest = columns.map(() => 0);
  }

  /** @param values a cell for each column */
  row(values: readonly (CellValue | undefined)[]): void {
    for (let i = 0; i < this.#columns.length; i++) {
      const value = values[i];
      const size = sizeOf(value);
      this.#text += size;
      if (size > this.#longest[i]!) this.#longest[i] = size;
      const stored = value === undefined ? null : STORED_TYPES[this.#columns[i]!.type].store(value);
      this.#cells[i]!.push(stored);
    }
    this.#rows++;
    if (this.#rows >= MAX_ROWS || this.#text >= MAX_TEXT) this.#write();
  }

  /** Writes what is left, and the footer. */
  end({ version, summary }: FileNotes): void {
    if (this.#rows > 0) this.#write();
    this.#writer.kvMetadata = [
      { key: 'k8s_audit.version', value: version },
      { key: 'k8s_audit.summary', value: summary },
    ];
    void this.#writer.finish();
  }

  #write(): void {
    const columnData = this.#columns.map(({ name }, i) => ({
      name,
      data: this.#cells[i]!,
      statistics: this.#longest[i]! <= MAX_STATISTICS,
    }));
    void this.#writer.write({ columnData, rowGroupSize: this.#rows });
    this.#cells = this.#columns.map(() => []);
    this.#longest = this.#columns.map(() => 0);
    this.#rows = 0;
    this.#text = 0;
  }
}

function sizeOf(value: CellValue | undefined): number {
  if (typeof value === 'string') return value.length;
  return typeof value === 'object' ? value.reduce((sum, { length }) => sum + length, 0) : 0;
}

/** Hands the bytes of each group to a sink. */
class SinkBytes extends ByteWriter {
  readonly #sink: Sink;

  constructor(sink: Sink) {
    super();
    this.#sink = sink;
  }

  flush(): void {
    if (this.#sink.bytes === undefined)
      throw new TypeError('the sink of a Parquet file takes no bytes');
    this.#sink.bytes(new Uint8Array(this.getBuffer()));
    this.index = 0;
  }

  override finish(): void {
    this.flush();
  }
}
