import { randomUUID } from 'node:crypto';
import { cutTo } from '../alert.ts';
import { authorization, httpPort, notAPage } from '../http-port.ts';
import type { SinkKind } from '../sink.ts';

/** Splunk's HTTP Event Collector. */
export const splunkSink: SinkKind = {
  name: 'splunk',
  target: 'url',
  usage: 'splunk=URL',
  help: 'events of the HTTP Event Collector; `token=` is its token',
  people: false,
  most: 100,
  open: (target, { hostname }) => {
    // Tokens with indexer acknowledgement refuse everything without a channel; others do not look at it.
    const channel = { 'x-splunk-request-channel': randomUUID() };
    return httpPort(
      target,
      (alerts) => ({
        path: '/services/collector/event',
        headers: { ...authorization(target.token, 'Splunk'), ...channel },
        body: alerts
          .map(({ line, nanos, rule }) => {
            const time = `${nanos / 1_000_000_000n}.${String((nanos / 1_000_000n) % 1000n).padStart(3, '0')}`;
            const head = {
              host: hostname,
              source: 'k8s-audit',
              sourcetype: 'k8s_audit:alert',
              fields: { rule: cutTo(rule, 500) },
            };
            // The alert goes as it is: its integers are beyond what numbers hold.
            return `${JSON.stringify(head).slice(0, -1)},"time":${time},"event":${line}}`;
          })
          .join('\n'),
      }),
      notAPage,
    );
  },
};
