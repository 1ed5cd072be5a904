import { list, option } from './option-record.ts';
import { readDuration, readListen, readSizeUpTo, readText } from './values.ts';

const GIB = 1024 ** 3;

/** Options of the live receiver. */
export const SERVE_OPTIONS = {
  to: list({
    flags: '--to <sink>',
    description:
      'send each finding that is shown to a sink, such as slack=env:SLACK_URL or loki=https://HOST,min=high; repeatable; ' +
      'docs/sinks.md has the kinds',
    group: 'output',
  }),
  listen: option<string>({
    flags: '--listen <address>',
    description:
      'address and port to listen on, such as 127.0.0.1:9765, [::1]:9765, or :9765 for all addresses',
    group: 'run',
    default: '127.0.0.1:9765',
    parse: readListen,
  }),
  tlsCert: option<string | undefined>({
    flags: '--tls-cert <file>',
    description: 'certificate chain in PEM; read anew when the file changes',
    group: 'run',
    completes: 'file',
    default: undefined,
    parse: readText,
  }),
  tlsKey: option<string | undefined>({
    flags: '--tls-key <file>',
    description: 'private key of the certificate, in PEM',
    group: 'run',
    completes: 'file',
    default: undefined,
    parse: readText,
  }),
  clientCa: option<string | undefined>({
    flags: '--client-ca <file>',
    description: 'only clients with a certificate of these authorities may send events',
    group: 'run',
    completes: 'file',
    default: undefined,
    parse: readText,
  }),
  tokenFile: option<string | undefined>({
    flags: '--token-file <file>',
    description:
      'only clients with this bearer token may send events, or one of several, a line each; needs TLS beyond this machine',
    group: 'run',
    completes: 'file',
    default: undefined,
    parse: readText,
  }),
  plainHttp: option<boolean>({
    flags: '--plain-http',
    description: 'listen without TLS also where other machines can connect',
    group: 'run',
    default: false,
  }),
  openAdmission: option<boolean>({
    flags: '--open-admission',
    description: '/admission takes requests without credentials: API servers show none to webhooks',
    group: 'run',
    default: false,
  }),
  spool: option<string | undefined>({
    flags: '--spool <dir>',
    description:
      'keep what was received in this folder until it is evaluated; a run that was killed goes on there',
    group: 'run',
    completes: 'file',
    default: undefined,
    parse: readText,
  }),
  spoolSize: option<number>({
    flags: '--spool-size <size>',
    description: 'most bytes that wait in the spool; requests beyond are refused with 503',
    group: 'run',
    default: GIB,
    defaultText: '1GiB',
    parse: readSizeUpTo(1024 * GIB),
  }),
  queueSize: option<number>({
    flags: '--queue-size <size>',
    description: 'most bytes of bodies in memory; requests beyond are refused with 503',
    group: 'run',
    default: 128 * 1024 ** 2,
    defaultText: '128MiB',
    parse: readSizeUpTo(64 * GIB),
  }),
  drainTime: option<number>({
    flags: '--drain-time <time>',
    description: 'after SIGTERM, how long what was received is still evaluated, such as 20s',
    group: 'run',
    default: 20_000,
    defaultText: '20s',
    parse: readDuration,
  }),
};
