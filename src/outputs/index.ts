// Room outputs: findings, summaries and records as text, one writer a format.
// Door: index.ts, where each format says all that is known of it; writer.ts and table/record-list.ts are the interfaces.
// Neighbours: takes findings and summaries of engine as data; activity, setup and cli print through it.
// Inside: encode/ makes log text safe, table/ lays out for terminals, formats/ has one file a format.
// To add a format: a file in formats/, an entry in index.ts, a golden file by `npm run update`.

import { asciiLines } from './table/ascii.ts';
import { escapeJsonForTerminal } from './encode/escape.ts';
import type { Format, PageKind } from './format.ts';
import { encodeJson } from './encode/json-encode.ts';
import { redactor } from '../redact/redact.ts';
import type { Documents, RecordList, RecordStyle, RecordWriter } from './table/record-list.ts';
import type { OutputContext, OutputWriter, Sink } from './writer.ts';

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
    create: async (sink) => (await import('./formats/json-format.ts')).createJsonWriter(sink),
    records: async (list, sink) =>
      (await import('./formats/record-writers.ts')).createJsonRecords(list, sink),
  },
  ndjson: {
    description: 'one Falco alert object per line',
    extension: 'ndjson',
    // Falco's JSON lines usually lie in .json files.
    otherExtensions: ['jsonl', 'json'],
    isJson: true,
    pages: ['incidents'],
    grows: true,
    create: async (sink) => (await import('./formats/ndjson.ts')).createNdjsonWriter(sink),
    records: async (list, sink) =>
      (await import('./formats/record-writers.ts')).createNdjsonRecords(list, sink),
  },
  csv: {
    description: 'comma-separated values for spreadsheets, safe against formulas',
    extension: 'csv',
    pages: ['profile'],
    grows: true,
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
export const RECORD_FORMATS = FORMAT_NAMES.filter(
  (name): name is RecordFormat => FORMATS[name].records !== undefined,
);

/** Names of the formats whose documents others define. */
export const SCHEMA_FORMATS = FORMAT_NAMES.filter(isSchemaFormat);

/** Whether others define the documents of a format. */
export function isSchemaFormat(name: FormatName): name is SchemaFormat {
  return FORMATS[name].isSchema === true;
}

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

/** A writer of findings, safe for the terminal where the sink is one. */
export function createWriter(
  format: FormatName,
  sink: Sink,
  context: OutputContext,
): Promise<OutputWriter> {
  return FORMATS[format].create(safeSink(format, sink, context), context);
}

/** A writer of records, safe for the terminal where the sink is one. */
export function createRecordWriter<T>(
  format: RecordFormat,
  list: RecordList<T>,
  sink: Sink,
  style: RecordStyle,
): Promise<RecordWriter<T>> {
  return formats[format].records(list, safeSink(format, sink, style), style);
}

/** Makes a writer of the documents that a list has in a schema. @param version of k8s-audit */
export function createDocumentWriter<T>(
  format: SchemaFormat,
  { documents }: RecordList<T> & { readonly documents: Documents<T> },
  sink: Sink,
  style: RecordStyle,
  version: string,
): RecordWriter<T> {
  const safe = safeSink(format, sink, style);
  const redact = redactor(style.showSecrets);
  return {
    record: (record) =>
      safe.write(`${encodeJson(documents[format](record, { redact, version }))}\n`),
    end: () => undefined,
  };
}

/** A sink for a format: what JSON leaves as it is may steer a terminal, and not each terminal has the lines of a table. */
export function safeSink(
  format: FormatName,
  sink: Sink,
  { terminal, ascii }: Pick<OutputContext, 'terminal' | 'ascii'>,
): Sink {
  if (ascii === true && FORMATS[format].isDrawn === true) {
    return { write: (text) => sink.write(asciiLines(text)) };
  }
  if (!terminal || FORMATS[format].isJson !== true) return sink;
  return { write: (text) => sink.write(escapeJsonForTerminal(text)) };
}
