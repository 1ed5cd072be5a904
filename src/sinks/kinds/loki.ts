import { auditOf, pastNanos, type Alert } from '../alert.ts';
import { authorization, httpPort } from '../http-port.ts';
import type { SinkKind } from '../sink.ts';

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
    httpPort(target, (alerts) => ({
      path: '/loki/api/v1/push',
      headers: authorization(target.token),
      body: JSON.stringify({ streams: streamsOf(alerts, now()) }),
    })),
};

/** Loki refuses times that are some minutes ahead of its own; the line tells that of the event. */
function streamsOf(alerts: readonly Alert[], now: number): object[] {
  const streams = new Map<string, { stream: Record<string, string>; values: [string, string][] }>();
  for (const alert of alerts) {
    const { severity, source, line } = alert;
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
    found.values.push([String(pastNanos(alert, now)), line]);
  }
  return [...streams.values()];
}
