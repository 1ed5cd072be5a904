import type { JsonObject } from '../../json/value.ts';
import { findFormat, TABLE, type InputFormat } from '../wrappers/formats.ts';
import type { TableHeader } from '../decoded.ts';
import { CsvRow, csvHeader, isCsvRow } from '../text/csv-row.ts';
import type { BufferedLine } from '../text/assembler.ts';
import type { ProblemReason } from '../problems.ts';

interface CsvTableOptions {
  /** Characters that the lines of one row may have. */
  readonly maxSize: number;
  /** Whether there may be tables, or nothing else. */
  readonly use: 'also' | 'only' | 'never';
  /** Takes a line that is no part of a table, where there is to be nothing else. */
  readonly other: (line: BufferedLine) => void;
  /** The header of the earlier lines. */
  readonly memory: TableHeader | undefined;
  /** Takes a row as an object with the names of its columns, and the lines it spans. */
  readonly row: (row: JsonObject, lines: readonly BufferedLine[]) => void;
  /** Takes a header. */
  readonly header: (line: BufferedLine) => void;
  /** Takes the lines of a row that never ends. */
  readonly broken: (lines: readonly BufferedLine[], reason: ProblemReason) => void;
  /** Takes lines back that are no table. */
  readonly again: (lines: readonly BufferedLine[]) => void;
  /** True for a line that is a whole record, whatever is open before it. */
  readonly standsAlone: (line: BufferedLine) => boolean;
}

/** Whether an input may have tables, when it is read as the format of this name. */
export function tableUse(format: string | undefined): CsvTableOptions['use'] {
  if (format === TABLE) return 'only';
  return format === undefined || findFormat(format)?.kind === 'wrapper' ? 'also' : 'never';
}

/** The only format to try inside rows and lines; a table may hold any. */
export function inRecords(format: string | undefined): InputFormat | undefined {
  return format === undefined || format === TABLE ? undefined : findFormat(format);
}

/** Assumed memory of a line beyond its characters, in bytes. */
const LINE_OVERHEAD = 128;

/**
 * Finds tables of CSV among the lines of an input: a header and its rows, or rows that hold JSON.
 *
 * What looks like a header is one when a row of as many cells follows.
 */
export class CsvTable {
  readonly #options: CsvTableOptions;
  #header: TableHeader | undefined;
  #candidate: { readonly line: BufferedLine; readonly header: TableHeader } | undefined;
  #row: CsvRow | undefined;
  /** Lines of the open row, and their size. */
  #lines: BufferedLine[] = [];
  #size = 0;

  constructor(options: CsvTableOptions) {
    this.#options = options;
    this.#header = options.memory;
  }

  /** True when the next line may belong to what was read. */
  get pending(): boolean {
    return this.#row !== undefined || this.#candidate !== undefined;
  }

  /** True inside a quoted cell, where a blank line is part of it. */
  get isOpen(): boolean {
    return this.#row !== undefined;
  }

  get memory(): TableHeader | undefined {
    return this.#header;
  }

  /** Takes a line, whose content starts at an index. @returns false when it is no part of a table */
  feed(line: BufferedLine, start: number): boolean {
    const { use } = this.#options;
    if (use === 'never') return false;
    if (this.#feed(line, start)) return true;
    if (use === 'only') this.#options.other(line);
    return use === 'only';
  }

  #feed(line: BufferedLine, start: number): boolean {
    if (this.#row !== undefined) return this.#goOn(line);
    const candidate = this.#candidate;
    if (candidate !== undefined) return this.#decide(candidate, line, start);
    const char = line.text[start];
    if (line.tries > 0 || char === '{' || char === '[') return false;
    const header = csvHeader(line.text, start);
    if (header !== undefined && !this.#isRow(header)) {
      this.#candidate = { line, header };
      return true;
    }
    const known = this.#header;
    if (known === undefined) return isCsvRow(line.text) && this.#start(new CsvRow(), line, start);
    const row = new CsvRow(known.separator);
    return this.#fits(line.text, start, known) && this.#start(row, line, start);
  }

  /** Ends the input: what is open is given back. */
  end(): void {
    if (this.#candidate !== undefined) this.#giveBack([this.#candidate.line]);
    if (this.#row !== undefined) this.abandon('cut-json');
  }

  /** Drops what is open. @returns its lines */
  take(): readonly BufferedLine[] {
    const lines = this.#candidate === undefined ? this.#lines : [this.#candidate.line];
    this.#candidate = undefined;
    this.#clear();
    return lines;
  }

  /** Gives the open row up. */
  abandon(reason: ProblemReason): void {
    const lines = this.#lines;
    this.#clear();
    this.#options.broken(lines, reason);
  }

  /** A header that has the names of a table's columns; other names are cells that happen to be words. */
  #isRow({ names }: TableHeader): boolean {
    const known = this.#header;
    return (
      known !== undefined &&
      names.length === known.names.length &&
      names.join() !== known.names.join()
    );
  }

  #decide(
    { line: first, header }: { readonly line: BufferedLine; readonly header: TableHeader },
    line: BufferedLine,
    start: number,
  ): boolean {
    this.#candidate = undefined;
    const char = line.text[start];
    const isJson = char === '{' || char === '[';
    if (isJson || !this.#fits(line.text, start, header)) {
      this.#giveBack([first, line]);
      return true;
    }
    this.#header = header;
    this.#options.header(first);
    return this.#start(new CsvRow(header.separator), line, start);
  }

  /** True for a line that may start a row below a header. */
  #fits(text: string, start: number, { names, separator }: TableHeader): boolean {
    const row = new CsvRow(separator);
    return !row.line(text, start) || row.cells.length === names.length || isCsvRow(text);
  }

  #giveBack(lines: readonly BufferedLine[]): void {
    this.#candidate = undefined;
    // It is not taken for a header again.
    lines[0]!.tries++;
    this.#options.again(lines);
  }

  #start(row: CsvRow, line: BufferedLine, start: number): boolean {
    this.#row = row;
    return this.#add(line, row.line(line.text, start));
  }

  #goOn(line: BufferedLine): boolean {
    if (this.#options.standsAlone(line)) {
      const lines = this.#lines;
      this.#clear();
      this.#options.again([line]);
      this.#options.broken(lines, 'cut-json');
      return true;
    }
    return this.#add(line, this.#row!.line(line.text));
  }

  #add(line: BufferedLine, isWhole: boolean): boolean {
    this.#lines.push(line);
    this.#size += line.text.length + LINE_OVERHEAD;
    if (isWhole) {
      const { cells } = this.#row!;
      const lines = this.#lines;
      this.#clear();
      this.#options.row(this.#object(cells), lines);
    } else if (this.#size > this.#options.maxSize) {
      this.abandon('value-too-long');
    }
    return true;
  }

  #object(cells: readonly string[]): JsonObject {
    const names = this.#header?.names ?? [];
    return Object.fromEntries(cells.map((cell, i) => [names[i] ?? `column-${i + 1}`, cell]));
  }

  #clear(): void {
    this.#row = undefined;
    this.#lines = [];
    this.#size = 0;
  }
}
