import type { Finding } from '../../engine/finding.ts';
import { escapeCsv, escapeCsvRaw } from '../encode/escape.ts';
import { redactor } from '../../redact/redact.ts';
import { shownMessage } from '../encode/shown-message.ts';
import { formatRfc3339Nano } from '../../util/time.ts';
import type { OutputContext, OutputWriter, Sink } from '../writer.ts';

const COLUMNS: readonly (readonly [
  title: string,
  value: (finding: Finding) => string | undefined,
  /** `own` is no text of the log; parts of the message are known by the fields of the finding. */
  kind?: 'own' | 'message',
])[] = [
  ['time', ({ time }) => formatRfc3339Nano(time), 'own'],
  ['priority', ({ priority }) => priority, 'own'],
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
  ['message', ({ message }) => message, 'message'],
  ['tags', ({ tags }) => tags.join(' ')],
  ['audit_id', ({ auditId }) => auditId],
  ['stage', ({ stage }) => stage],
  ['file', ({ origin }) => origin.file],
  ['line', ({ origin }) => String(origin.line), 'own'],
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
    finding: (finding) =>
      row(
        COLUMNS.map(([, value, kind]) => {
          if (kind === 'message') return escape(shownMessage(finding, redact));
          const text = value(finding) ?? '';
          return escape(kind === 'own' ? text : redact(text));
        }),
      ),
    end: () => undefined,
  };
}
