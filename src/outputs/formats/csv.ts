import type { Finding } from '../../engine/finding.ts';
import { escapeCsv, escapeCsvRaw } from '../encode/escape.ts';
import { redactor } from '../encode/redact.ts';
import { formatRfc3339Nano } from '../../util/time.ts';
import type { OutputContext, OutputWriter, Sink } from '../writer.ts';

const COLUMNS: readonly (readonly [
  title: string,
  value: (finding: Finding) => string | undefined,
])[] = [
  ['time', ({ time }) => formatRfc3339Nano(time)],
  ['priority', ({ priority }) => priority],
  ['rule', ({ rule }) => rule],
  ['user', ({ subject }) => subject.user],
  ['impersonated_user', ({ subject }) => subject.impersonatedUser],
  ['verb', ({ subject }) => subject.verb],
  ['resource', ({ subject }) => subject.resource],
  ['subresource', ({ subject }) => subject.subresource],
  ['namespace', ({ subject }) => subject.namespace],
  ['name', ({ subject }) => subject.name],
  ['code', ({ subject }) => subject.code],
  ['source_ip', ({ subject }) => subject.sourceIp],
  ['user_agent', ({ subject }) => subject.userAgent],
  ['message', ({ message }) => message],
  ['tags', ({ tags }) => tags.join(' ')],
  ['audit_id', ({ auditId }) => auditId],
  ['stage', ({ stage }) => stage],
  ['file', ({ origin }) => origin.file],
  ['line', ({ origin }) => String(origin.line)],
  ['cluster', ({ origin }) => origin.cluster],
  ['node', ({ origin }) => origin.node],
];

/** Comma-separated values (RFC 4180) with a header line. */
export function createCsvWriter(sink: Sink, context: OutputContext): OutputWriter {
  const redact = redactor(context.showSecrets || context.csvRaw);
  const escape = context.csvRaw ? escapeCsvRaw : escapeCsv;
  const row = (cells: readonly string[]): void => sink.write(`${cells.join(',')}\r\n`);
  return {
    start: () => row(COLUMNS.map(([title]) => title)),
    finding: (finding) => row(COLUMNS.map(([, value]) => escape(redact(value(finding) ?? '')))),
    end: () => undefined,
  };
}
