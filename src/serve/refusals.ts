import type { Counters } from './counters.ts';
import { TAKING } from './routes.ts';

/** Why requests are not taken, as /metrics tells it. */
const REFUSALS = [
  'overload',
  'too large',
  'content encoding',
  'incomplete',
  'spool',
  'too slow',
  'connections',
  'no token',
  'wrong token',
  'no client certificate',
  'wrong client certificate',
  'TLS handshake',
  'no HTTP request',
  'unknown path',
  'method',
] as const;

export type Refusal = (typeof REFUSALS)[number];

/** Shows each number with 0 from the start: a rate knows nothing of a counter that begins with its first refusal. */
export function startCounting(counters: Counters): void {
  for (const reason of REFUSALS) counters.add('k8s_audit_refused_total', 0, reason);
  for (const kind of TAKING) {
    counters.add('k8s_audit_bodies_total', 0, `/${kind}`);
    counters.add('k8s_audit_body_bytes_total', 0, `/${kind}`);
  }
}
