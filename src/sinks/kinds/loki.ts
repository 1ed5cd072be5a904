import { Buffer } from 'node:buffer';
import type { JsonValue } from '../../json/value.ts';
import { auditOf, cutTo, pastNanos, type Alert } from '../alert.ts';
import { authorization, httpPort, notAPage } from '../http-port.ts';
import type { SinkKind } from '../sink.ts';

/** Bytes of a line: Loki refuses one above 256 KiB, and so an alert whose sender wrote long headers. */
const LONGEST_LINE = 250_000;
/** Letters of a text in a line that was too long. */
const LONGEST_TEXT = 2000;

/** Loki's push API. Labels are few and of few values: what tells events apart is in the line. */
export const lokiSink: SinkKind = {
  name: 'loki',
  target: 'url',
  usage: 'loki=URL',
  help: 'lines of JSON by the push API, with the labels job, severity, source and cluster',
  people: false,
  most: 200,
  // Loki refuses what is much older than the newest line of a stream.
  inOrder: true,
  open: (target, { now }) =>
    httpPort(
      target,
      (alerts) => ({
        path: '/loki/api/v1/push',
        headers: authorization(target.token),
        body: JSON.stringify({ streams: streamsOf(alerts, now()) }),
      }),
      notAPage,
    ),
};

/** Loki refuses times that are some minutes ahead of its own; the line tells that of the event. */
function streamsOf(alerts: readonly Alert[], now: number): object[] {
  const streams = new Map<string, { stream: Record<string, string>; values: [string, string][] }>();
  for (const alert of alerts) {
    const { severity, source } = alert;
    const cluster = auditOf(alert, 'cluster');
    const stream = {
      job: 'k8s-audit',
      severity,
      source,
      ...(cluster === undefined ? {} : { cluster }),
    };
    const key = JSON.stringify(stream);
    let found = streams.get(key);
    if (found === undefined) {
      found = { stream, values: [] };
      streams.set(key, found);
    }
    found.values.push([String(pastNanos(alert, now)), lineOf(alert)]);
  }
  return [...streams.values()];
}

/** The alert object. Of one that is too long, texts are cut, and what may hold any number of them is left out. */
function lineOf({ line, fields, audit, ...alert }: Alert): string {
  if (Buffer.byteLength(line) <= LONGEST_LINE) return line;
  const { rule, priority, source, tags, time, text } = alert;
  const { event: _, ...own } = audit;
  const head = { output: text, priority, rule, source, tags, time, shortened: true };
  const cut = (object: object): string =>
    JSON.stringify(object, (_key, value: JsonValue) =>
      typeof value === 'string' ? cutTo(value, LONGEST_TEXT) : value,
    );
  const full = cut({ ...head, output_fields: fields, k8s_audit: own });
  if (Buffer.byteLength(full) <= LONGEST_LINE) return full;
  const known = ['auditID', 'stage', 'file', 'line', 'cluster', 'severity', 'fingerprint'];
  const rest = Object.fromEntries(known.map((name) => [name, own[name]]));
  return cut({ ...head, tags: tags.slice(0, 20), k8s_audit: rest });
}
