import { formatRfc3339Nano } from '../../util/time.ts';
import { auditOf, cutTo, fieldOf, pastNanos, type Alert } from '../alert.ts';
import { authorization, httpPort, notAPage } from '../http-port.ts';
import type { SinkKind } from '../sink.ts';

/** Prometheus' names of severities. */
const SEVERITIES: ReadonlyMap<string, string> = new Map([
  ['high', 'critical'],
  ['medium', 'warning'],
  ['low', 'info'],
  ['info', 'info'],
]);

/** Alertmanager's API v2. */
export const alertmanagerSink: SinkKind = {
  name: 'alertmanager',
  target: 'url',
  usage: 'alertmanager=URL',
  help: 'alerts of API v2; high is `critical`, medium `warning`, the rest `info`',
  people: false,
  most: 50,
  open: (target, { now }) =>
    httpPort(
      target,
      (alerts) => ({
        path: '/api/v2/alerts',
        headers: authorization(target.token),
        body: JSON.stringify(alerts.map((alert) => alertFor(alert, now()))),
      }),
      notAPage,
    ),
};

/**
 * Labels tell alerts apart: those of one fingerprint are one. Without an end it is Alertmanager that resolves them, some
 * minutes from now, and it refuses what begins after its end.
 */
function alertFor(alert: Alert, now: number): object {
  const labels = {
    alertname: alert.rule,
    severity: SEVERITIES.get(alert.severity) ?? 'info',
    priority: alert.priority.toLowerCase(),
    source: alert.source,
    cluster: auditOf(alert, 'cluster'),
    namespace: fieldOf(alert, 'ka.target.namespace'),
    user: fieldOf(alert, 'ka.user.name'),
    fingerprint: auditOf(alert, 'fingerprint'),
  };
  return {
    labels: Object.fromEntries(
      Object.entries(labels).flatMap(([name, value]) =>
        value === undefined || value === '' ? [] : [[name, cutTo(value, 500)]],
      ),
    ),
    annotations: {
      summary: cutTo(alert.text, 2000),
      tags: alert.tags.join(' '),
      time: alert.time,
      audit_id: auditOf(alert, 'auditID') ?? '',
    },
    startsAt: formatRfc3339Nano(pastNanos(alert, now)),
  };
}
