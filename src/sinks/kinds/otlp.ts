import { auditOf, replayedOf, type Alert } from '../alert.ts';
import { isObject, lookup, type JsonValue } from '../../json/value.ts';
import { authorization, httpPort, notAPage, type HttpAnswer } from '../http-port.ts';
import { SENT, type Outcome, type SinkKind } from '../sink.ts';

/** Numbers of OpenTelemetry's severities, by Falco's priorities. */
const SEVERITIES: ReadonlyMap<string, number> = new Map([
  ['Emergency', 24],
  ['Alert', 22],
  ['Critical', 21],
  ['Error', 17],
  ['Warning', 13],
  ['Notice', 10],
  ['Informational', 9],
  ['Debug', 5],
]);

/** Logs of OpenTelemetry, by HTTP in JSON. */
export const otlpSink: SinkKind = {
  name: 'otlp',
  target: 'url',
  usage: 'otlp=URL',
  help: 'log records of OpenTelemetry by HTTP, in JSON',
  people: false,
  most: 100,
  open: (target, { hostname }) =>
    httpPort(
      target,
      (alerts) => ({
        path: '/v1/logs',
        headers: authorization(target.token),
        body: JSON.stringify({
          resourceLogs: [
            {
              resource: {
                attributes: attributes([
                  ['service.name', 'k8s-audit'],
                  ['host.name', hostname],
                ]),
              },
              scopeLogs: [{ scope: { name: 'k8s-audit' }, logRecords: alerts.map(recordOf) }],
            },
          ],
        }),
      }),
      judge,
    ),
};

function recordOf(alert: Alert): object {
  const { nanos, priority, text, rule, severity, tags, fields } = alert;
  const own = ['auditID', 'stage', 'fingerprint', 'file'].map(
    (name) => [`k8s_audit.${name}`, auditOf(alert, name)] as const,
  );
  const values = Object.entries(fields).map(([name, value]) => [name, textOf(value)] as const);
  return {
    timeUnixNano: String(nanos),
    observedTimeUnixNano: String(nanos),
    severityNumber: SEVERITIES.get(priority) ?? 9,
    severityText: priority,
    body: { stringValue: text },
    attributes: attributes([
      ['rule', rule],
      ['severity', severity],
      ['tags', tags.join(',')],
      ['k8s.cluster.name', auditOf(alert, 'cluster')],
      ...own,
      ['k8s_audit.replayed', replayedOf(alert)],
      ...values,
    ]),
  };
}

function textOf(value: JsonValue): string | undefined {
  if (value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function attributes(
  pairs: readonly (readonly [name: string, value: string | undefined])[],
): object[] {
  return pairs.flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: { stringValue: value } }],
  );
}

/** A collector may take a part, and says how many it refused. */
function judge(given: HttpAnswer): Outcome {
  const { text } = given;
  notAPage(given);
  try {
    const answer = JSON.parse(text === '' ? '{}' : text) as JsonValue;
    const refused = Number(lookup(answer, ['partialSuccess', 'rejectedLogRecords']) ?? 0);
    const why = isObject(answer) ? lookup(answer, ['partialSuccess', 'errorMessage']) : undefined;
    return refused > 0 ? { refused, why: textOf(why ?? null) ?? 'it says no reason' } : SENT;
  } catch {
    return SENT;
  }
}
