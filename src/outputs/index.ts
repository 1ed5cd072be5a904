// Room outputs: findings, summaries and records as text, one writer a format.
// Door: index.ts lists the formats of findings, record-formats.ts those of records; writer.ts is their interface.
// Neighbours: takes findings and summaries of engine as data; activity, setup and cli print through it.
// Inside: encode/ makes log text safe, table/ lays out for terminals, formats/ has one file a format.
// To add a format: a file in formats/, an entry in index.ts, golden files by `npm run update`.

import type { OutputContext, OutputWriter, Sink } from './writer.ts';

interface Format {
  /** Completes `FORMAT: …` in help and docs. */
  readonly description: string;
  /** Usual file name extension, without the dot. */
  readonly extension: string;
  /** Loads the format's code on first use and makes a writer. */
  create(sink: Sink, context: OutputContext): Promise<OutputWriter>;
}

const formats = {
  text: {
    description: "one line per finding, as Falco's text output",
    extension: 'txt',
    create: async (sink, context) =>
      (await import('./formats/text-format.ts')).createTextWriter(sink, context),
  },
  table: {
    description: 'columns that fit the terminal, coloured by priority',
    extension: 'txt',
    create: async (sink, context) =>
      (await import('./formats/table-format.ts')).createTableWriter(sink, context),
  },
  json: {
    description: 'one document with findings and summary',
    extension: 'json',
    create: async (sink) => (await import('./formats/json-format.ts')).createJsonWriter(sink),
  },
  ndjson: {
    description: 'one Falco alert object per line',
    extension: 'ndjson',
    create: async (sink) => (await import('./formats/ndjson.ts')).createNdjsonWriter(sink),
  },
  csv: {
    description: 'comma-separated values for spreadsheets, safe against formulas',
    extension: 'csv',
    create: async (sink, context) =>
      (await import('./formats/csv.ts')).createCsvWriter(sink, context),
  },
  markdown: {
    description: 'a report for pull requests and job summaries',
    extension: 'md',
    create: async (sink, context) =>
      (await import('./formats/markdown.ts')).createMarkdownWriter(sink, context),
  },
  html: {
    description: 'one self-contained page with timeline, tables, filter and search',
    extension: 'html',
    create: async (sink, context) =>
      (await import('./formats/html.ts')).createHtmlWriter(sink, context),
  },
  sarif: {
    description: 'SARIF 2.1.0 for code scanning, repeated findings folded',
    extension: 'sarif',
    create: async (sink, context) =>
      (await import('./formats/sarif.ts')).createSarifWriter(sink, context),
  },
  junit: {
    description: 'JUnit XML: a suite per input, a case per rule',
    extension: 'xml',
    create: async (sink, context) =>
      (await import('./formats/junit.ts')).createJunitWriter(sink, context),
  },
  github: {
    description: 'annotations for GitHub Actions, at most 10 of each kind',
    extension: 'txt',
    create: async (sink, context) =>
      (await import('./formats/github.ts')).createGithubWriter(sink, context),
  },
} satisfies Record<string, Format>;

export type FormatName = keyof typeof formats;

/** Every output format: the source of option choices, help and docs. */
export const FORMATS: Readonly<Record<FormatName, Format>> = formats;
