import { redactor } from '../redact/redact.ts';
import { KnownError } from '../util/errors.ts';
import { escapeJsonForTerminal } from './encode/escape.ts';
import { encodeJson } from './encode/json-encode.ts';
import {
  FORMATS,
  isRecordFormat,
  type FormatName,
  type RecordFormat,
  type RowFormat,
  type SchemaFormat,
} from './index.ts';
import { asciiLines } from './table/ascii.ts';
import type { Documents, RecordList, RecordStyle, RecordWriter } from './table/record-list.ts';
import type { OutputContext, OutputWriter, Sink } from './writer.ts';

/** A writer of findings, safe for the terminal where the sink is one. @throws KnownError for bytes on a terminal */
export async function createWriter(
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
  return FORMATS[format].records!(list, safeSink(format, sink, style), style);
}

/**
 * A writer of records that have a place in the schemas of others too.
 *
 * @param version of k8s-audit
 * @throws KnownError for bytes on a terminal
 */
export async function createListWriter<T>(
  format: RecordFormat | SchemaFormat | RowFormat,
  list: RecordList<T> & { readonly documents: Documents<T> },
  sink: Sink,
  style: RecordStyle,
  version: string,
): Promise<RecordWriter<T>> {
  if (isRecordFormat(format)) return createRecordWriter(format, list, sink, style);
  const safe = safeSink(format, sink, style);
  if (format === 'parquet') return FORMATS[format].rows!(list, safe, style, version);
  const redact = redactor(style.showSecrets);
  return {
    record: (record) =>
      safe.write(`${encodeJson(list.documents[format](record, { redact, version }))}\n`),
    end: () => undefined,
  };
}

/**
 * A sink for a format: what JSON leaves as it is may steer a terminal, and not each terminal has the lines of a table.
 *
 * @throws KnownError for bytes on a terminal
 */
export function safeSink(
  format: FormatName,
  sink: Sink,
  { terminal, ascii }: Pick<OutputContext, 'terminal' | 'ascii'>,
): Sink {
  const { isBinary, isDrawn, isJson } = FORMATS[format];
  if (terminal && isBinary === true) {
    throw new KnownError(
      'usage',
      `${format} is binary, and standard output is a terminal`,
      `redirect it to a file, or give it to a program`,
    );
  }
  if (ascii === true && isDrawn === true) return { write: (text) => sink.write(asciiLines(text)) };
  if (!terminal || isJson !== true) return sink;
  return { write: (text) => sink.write(escapeJsonForTerminal(text)) };
}
