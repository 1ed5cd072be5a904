import { Buffer } from 'node:buffer';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { auditOf, fieldOf, replayedOf, type Alert } from '../alert.ts';
import { faultText } from '../fault-text.ts';
import { SENT, SinkDown, type Outcome, type SinkKind, type SinkTarget } from '../sink.ts';

/** Facility 13, log audit. */
const FACILITY = 13;
const LEVELS = [
  'Emergency',
  'Alert',
  'Critical',
  'Error',
  'Warning',
  'Notice',
  'Informational',
  'Debug',
];
/**
 * Bytes of a message: rsyslog takes 8 KiB, and makes a message of its own of what is beyond, whose head would be text of
 * the log.
 */
const LONGEST_MESSAGE = 8000;
/** Bytes of a value of structured data, which are twice as many where each is escaped. */
const LONGEST_VALUE = 400;
const TIME_LIMIT = 10_000;
/** Milliseconds within which one closes that takes connections and no messages, as a balancer with nobody behind. */
const CLOSED_WITHIN = 100;
const ELLIPSIS = Buffer.from('…');

/** Syslog by RFC 5424, over TCP or TLS, with the length before each message (RFC 6587, RFC 5425). */
export const syslogSink: SinkKind = {
  name: 'syslog',
  target: 'address',
  usage: 'syslog=tls://HOST:PORT',
  help: 'messages of RFC 5424 with the length before each, over `tcp://` or `tls://`; facility 13',
  people: false,
  most: 100,
  open: (target, { hostname }) => ({
    send: (alerts) =>
      sendAll(
        target,
        alerts.map((alert) => messageOf(alert, hostname)),
      ),
    close: () => undefined,
  }),
};

function messageOf(alert: Alert, hostname: string): Buffer {
  const level = Math.max(0, LEVELS.indexOf(alert.priority));
  const data = [
    ['rule', alert.rule],
    ['severity', alert.severity],
    ['auditID', auditOf(alert, 'auditID')],
    ['cluster', auditOf(alert, 'cluster')],
    ['user', fieldOf(alert, 'ka.user.name')],
    ['replayed', replayedOf(alert)],
  ].flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}="${parameter(cutToBytes(value, LONGEST_VALUE))}"`],
  );
  // Microseconds are the most that RFC 5424 has.
  const time = alert.time.replace(/(\.\d{6})\d*Z$/, '$1Z');
  const head = `<${FACILITY * 8 + level}>1 ${time} ${hostOf(hostname)} k8s-audit - alert`;
  const start = `${head} [k8sAudit@32473 ${data.join(' ')}] \uFEFF`;
  const room = LONGEST_MESSAGE - Buffer.byteLength(start);
  const text = cutToBytes(alert.text.replaceAll(/\p{Cc}/gu, ' '), room);
  const message = Buffer.from(start + text);
  return Buffer.concat([Buffer.from(`${message.length} `), message]);
}

/** A text that is no longer than so many bytes in UTF-8. */
function cutToBytes(text: string, length: number): string {
  if (Buffer.byteLength(text) <= length) return text;
  const { written } = new TextEncoder().encodeInto(text, new Uint8Array(length - ELLIPSIS.length));
  return Buffer.from(text).toString('utf8', 0, written) + ELLIPSIS.toString();
}

/** Characters that a value of structured data must not have as they are. */
function parameter(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, ' ').replaceAll(/["\\\]]/g, String.raw`\$&`);
}

function hostOf(hostname: string): string {
  return hostname.replaceAll(/[^\u0021-\u007e]/g, '').slice(0, 255) || '-';
}

/** Sends over a connection of its own. Syslog has no answer: what the system has taken counts as sent. */
function sendAll({ to, ca }: SinkTarget, messages: readonly Buffer[]): Promise<Outcome> {
  const { protocol, hostname, port } = new URL(to);
  const host = hostname.replaceAll(/^\[|\]$/g, '');
  return new Promise((resolve, reject) => {
    const isTls = protocol === 'tls:';
    const place = { host, port: Number(port) };
    const socket: Socket = isTls
      ? connectTls({ ...place, ca, servername: isIP(host) === 0 ? host : '' })
      : connect(place);
    let isEnding = false;
    let last: NodeJS.Timeout | undefined;
    const fail = (error: Error): void => {
      socket.destroy();
      reject(new SinkDown(faultText(error)));
    };
    socket.setTimeout(TIME_LIMIT, () => fail(new Error('no progress within 10 s')));
    // All was taken. Who does not end the connection too, as some never do, would get the same again and again.
    socket.on('finish', () => {
      socket.setTimeout(0);
      last = setTimeout(() => socket.destroy(), TIME_LIMIT);
    });
    socket.on('error', fail);
    socket.on('end', () => {
      if (!isEnding) fail(new Error('the connection was closed'));
    });
    socket.on('close', () => {
      clearTimeout(last);
      resolve(SENT);
    });
    socket.resume();
    const end = (): void => {
      isEnding = true;
      socket.end();
    };
    socket.once(isTls ? 'secureConnect' : 'connect', () =>
      socket.write(Buffer.concat(messages), () => setTimeout(end, CLOSED_WITHIN)),
    );
  });
}
