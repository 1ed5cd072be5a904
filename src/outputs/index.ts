// Room outputs: findings, summaries and records as text, one writer a format.
// Door: index.ts, where each format says all that is known of it, and create-writer.ts, which makes their writers;
// writer.ts and table/record-list.ts are the interfaces.
// Neighbours: takes findings and summaries of engine as data; activity, setup and cli print through it.
// Inside: encode/ makes log text safe, table/ lays out for terminals, formats/ has one file a format, parquet/ the binary one.
// To add a format: a file in formats/, an entry in index.ts, a golden file by `npm run update`.

import type { Format, PageKind } from './format.ts';

export type { PageKind };

const formats = {
  text: {
    description: "one line per finding, as Falco's text output",
    extension: 'txt',
    pages: ['page', 'listing', 'tests', 'profile', 'incidents'],
    grows: true,
    create: async (sink, context) =>
      (await import('./formats/text-format.ts')).createTextWriter(sink, context),
    records: async (list, sink, style) =>
      (await import('./formats/record-writers.ts')).createTextRecords(list, sink, style),
  },
  table: {
    description: 'a card for each event with findings, laid out for the width of the terminal',
    extension: 'txt',
    isDrawn: true,
    folds: true,
    byEvent: true,
    pages: ['page', 'listing', 'tests', 'profile', 'incidents'],
    grows: true,
    create: async (sink, context) =>
      (await import('./formats/table-format.ts')).createTableWriter(sink, context),
    records: async (list, sink, style) =>
      (await import('./table/records-table.ts')).createTableRecords(list, sink, style),
  },
  json: {
    description: 'one document with findings and summary',
    extension: 'json',
    isJson: true,
    pages: ['page', 'listing', 'tests', 'profile', 'incidents'],
    allRows: true,
    create: async (sink) => (await import('./formats/json-format.ts')).createJsonWriter(sink),
    records: async (list, sink, style) =>
      (await import('./formats/record-writers.ts')).createJsonRecords(list, sink, style),
  },
  ndjson: {
    description: 'one Falco alert object per line',
    extension: 'ndjson',
    // Falco's JSON lines usually lie in .json files.
    otherExtensions: ['jsonl', 'json'],
    isJson: true,
    pages: ['incidents'],
    grows: true,
    allRows: true,
    create: async (sink) => (await import('./formats/ndjson.ts')).createNdjsonWriter(sink),
    records: async (list, sink, style) =>
      (await import('./formats/record-writers.ts')).createNdjsonRecords(list, sink, style),
  },
  csv: {
    description: 'comma-separated values for spreadsheets, safe against formulas',
    extension: 'csv',
    pages: ['profile'],
    grows: true,
    allRows: true,
    create: async (sink, context) =>
      (await import('./formats/csv.ts')).createCsvWriter(sink, context),
    records: async (list, sink, style) =>
      (await import('./formats/record-writers.ts')).createCsvRecords(list, sink, style),
  },
  markdown: {
    description: 'a report for pull requests and job summaries',
    extension: 'md',
    byEvent: true,
    otherExtensions: ['markdown'],
    pages: ['listing', 'profile', 'incidents'],
    create: async (sink, context) =>
      (await import('./formats/markdown.ts')).createMarkdownWriter(sink, context),
    records: async (list, sink, style) =>
      (await import('./formats/markdown-records.ts')).createMarkdownRecords(list, sink, style),
  },
  html: {
    description:
      'a case file: one page to search, filter and read findings in, that opens anywhere',
    extension: 'html',
    otherExtensions: ['htm'],
    byEvent: true,
    showsEvents: true,
    pages: ['incidents'],
    create: async (sink, context) =>
      (await import('./formats/html.ts')).createHtmlWriter(sink, context),
  },
  sarif: {
    description: 'SARIF 2.1.0 for code scanning, repeated findings folded',
    extension: 'sarif',
    otherExtensions: ['sarif.json'],
    isJson: true,
    create: async (sink, context) =>
      (await import('./formats/sarif.ts')).createSarifWriter(sink, context),
  },
  junit: {
    description: 'JUnit XML: a suite per input, a case per rule',
    extension: 'xml',
    pages: ['tests'],
    create: async (sink, context) =>
      (await import('./formats/junit.ts')).createJunitWriter(sink, context),
  },
  ecs: {
    description: 'documents of the Elastic Common Schema, one per line',
    extension: 'ndjson',
    isJson: true,
    isSchema: true,
    grows: true,
    create: async (sink, context) =>
      (await import('./formats/ecs.ts')).createEcsWriter(sink, context),
  },
  ocsf: {
    description: 'events of OCSF 1.8, one per line',
    extension: 'ndjson',
    isJson: true,
    isSchema: true,
    grows: true,
    create: async (sink, context) =>
      (await import('./formats/ocsf.ts')).createOcsfWriter(sink, context),
  },
  parquet: {
    description: 'a table of typed columns for DuckDB, Spark and data lakes; binary',
    extension: 'parquet',
    isBinary: true,
    create: async (sink, context) =>
      (await import('./parquet/parquet.ts')).createParquetWriter(sink, context),
    rows: async (list, sink, style, version) =>
      (await import('./parquet/parquet.ts')).createParquetRows(list, sink, style, version),
  },
  github: {
    description: 'annotations for GitHub Actions, at most 10 of each kind',
    extension: 'txt',
    stepSummary: 'markdown',
    create: async (sink, context) =>
      (await import('./formats/github.ts')).createGithubWriter(sink, context),
  },
} satisfies Record<string, Format>;

export type FormatName = keyof typeof formats;

/** Formats of lists of records. */
export type RecordFormat = {
  [N in FormatName]: (typeof formats)[N] extends { records: unknown } ? N : never;
}[FormatName];

/** Formats whose documents others define. */
export type SchemaFormat = {
  [N in FormatName]: (typeof formats)[N] extends { isSchema: true } ? N : never;
}[FormatName];

/** Formats of lists as tables of typed columns. */
export type RowFormat = {
  [N in FormatName]: (typeof formats)[N] extends { rows: unknown } ? N : never;
}[FormatName];

/** Formats of a kind of page. */
export type PageFormat<K extends PageKind> = {
  [N in FormatName]: (typeof formats)[N] extends { pages: readonly (infer P)[] }
    ? K extends P
      ? N
      : never
    : never;
}[FormatName];

/** Every output format: the source of option choices, help and docs. */
export const FORMATS: Readonly<Record<FormatName, Format>> = formats;

/** Names of all formats: those of findings. */
export const FORMAT_NAMES = Object.keys(formats) as readonly FormatName[];

/** Names of the formats of lists. */
export const RECORD_FORMATS = FORMAT_NAMES.filter(isRecordFormat);

/** Whether a format is one of lists of any kind. */
export function isRecordFormat(name: FormatName): name is RecordFormat {
  return FORMATS[name].records !== undefined;
}

/** Names of the formats whose documents others define. */
export const SCHEMA_FORMATS = FORMAT_NAMES.filter(
  (name): name is SchemaFormat => FORMATS[name].isSchema === true,
);

/** Names of the formats of lists as tables of typed columns. */
export const ROW_FORMATS = FORMAT_NAMES.filter(
  (name): name is RowFormat => FORMATS[name].rows !== undefined,
);

/** Names of the formats of a kind of page. */
export function pageFormats<K extends PageKind>(kind: K): readonly PageFormat<K>[] {
  return FORMAT_NAMES.filter((name): name is PageFormat<K> =>
    (FORMATS[name].pages ?? []).includes(kind),
  );
}

/** The format of findings and lists when none is named. */
export function defaultFormat(isTerminal: boolean): RecordFormat {
  return isTerminal ? 'table' : 'ndjson';
}

/** The format that files with an extension have; undefined for an extension that tells none. */
export function formatOfExtension(extension: string): FormatName | undefined {
  return (
    FORMAT_NAMES.find((name) => FORMATS[name].extension === extension) ??
    FORMAT_NAMES.find((name) => hasExtension(name, extension))
  );
}

/** Whether files of a format may have an extension. */
export function hasExtension(name: FormatName, extension: string): boolean {
  const { extension: usual, otherExtensions = [] } = FORMATS[name];
  return usual === extension || otherExtensions.includes(extension);
}
