import type { Finding } from '../../engine/finding.ts';
import { redactor, type Redact } from '../../redact/redact.ts';
import { formatRfc3339Nano } from '../../util/time.ts';
import { escapeCsv, escapeCsvRaw } from '../encode/escape.ts';
import { FINDING_COLUMNS, type FindingColumn } from '../encode/finding-columns.ts';
import type { OutputContext, OutputWriter, Sink } from '../writer.ts';

/** Comma-separated values (RFC 4180) with a header line. */
export function createCsvWriter(sink: Sink, context: OutputContext): OutputWriter {
  const redact = redactor(context.showSecrets || context.csvRaw);
  const escape = context.csvRaw ? escapeCsvRaw : escapeCsv;
  const columns = [
    ...FINDING_COLUMNS.filter(({ csv }) => csv === true),
    ...FINDING_COLUMNS.filter(({ csv }) => csv === 'last'),
  ];
  const row = (cells: readonly string[]): void => sink.write(`${cells.join(',')}\r\n`);
  return {
    start() {
      if (context.isAdded !== true) row(columns.map(({ name }) => name));
    },
    finding: (finding) => row(columns.map((column) => escape(cell(column, finding, redact)))),
    end: () => undefined,
  };
}

function cell(column: FindingColumn, finding: Finding, redact: Redact): string {
  const value = column.value(finding, redact);
  if (value === undefined) return '';
  if (typeof value === 'bigint') return formatRfc3339Nano(value);
  return typeof value === 'object' ? value.join(' ') : String(value);
}
