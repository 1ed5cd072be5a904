import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
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

/** What is told where a sender may give up what it sends, as the API server does after five tries. */
const TOLD: Partial<Readonly<Record<Refusal, string>>> = {
  overload: 'there is no room for it (--queue-size, with a spool --spool-size)',
  'too large': 'it is too large (--max-event-size)',
  'content encoding': 'its content encoding is unknown, or it is none',
};

/** Characters of a path that are told. */
const LONGEST_PATH = 100;

/** What is told of a body that is refused; undefined where its sender has gone away. */
export function refusedBody(
  reason: Refusal,
  { socket, url = '' }: Pick<IncomingMessage, 'socket' | 'url'>,
): string | undefined {
  const isLost = reason === 'unknown path';
  const why = isLost ? `there is no path ${url.slice(0, LONGEST_PATH)}` : TOLD[reason];
  return why === undefined ? undefined : `refused a body from ${fromOf(socket)}: ${why}`;
}

/** Who is at the other end. */
export function fromOf({ remoteAddress = 'somebody' }: Pick<Socket, 'remoteAddress'>): string {
  return remoteAddress;
}
