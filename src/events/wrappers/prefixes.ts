import type { WrapperContext } from '../decoded.ts';

/**
 * One text that loggers put before a record.
 *
 * The scanner reads lines like one that was read (events/shapes), whatever the digits in their prefix are: a pattern
 * asks for digits with `\d`, never for certain ones, and names a group when it takes something from it.
 */
export interface Prefix {
  /** Name for `--input-format`; also names the sample. */
  readonly name: string;
  readonly description: string;
  /** An invented line; `E` stands for the event. */
  readonly example: string;
  /** True for a prefix that others start with too: it is tried after all others. */
  readonly generic?: boolean;
  /** True for journald, which cuts long lines and puts the prefix before every part. */
  readonly cuts?: boolean;
  /** What its first character may be: with any other one the pattern need not be tried. */
  readonly starts: RegExp;
  /** Anchored at the start; constant and linear: log lines are written by attackers. */
  readonly pattern: RegExp;
  /** Context from the pattern's groups. */
  readonly context?: (groups: Readonly<Record<string, string | undefined>>) => WrapperContext;
  /** True for a format that marks split records itself: groups `tag` (P or F) and `stream`. */
  readonly splits?: boolean;
}

const TIME = String.raw`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z| ?[+-]\d\d:?\d\d)?`;
const MONTH_TIME = String.raw`[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,9})?`;
/** Without the brackets and quotes of JSON: the first key of an event has a colon behind it, too. */
const IDENT = String.raw`(?<ident>[^\s\[\]{}":]{1,128}(?:\[\d{1,10}\])?):`;
const HOST = String.raw`(?<host>[^\s\[\]{}"]{1,255})`;

/** Asked of the word behind it: has it a letter, or is it an address? */
const NAMED = String.raw`(?=[^\s{}[\]"A-Za-z]{0,254}[A-Za-z]|\d{1,3}(?:\.\d{1,3}){3}:? )`;

/** The length that stands before a message of syslog over TCP (RFC 6587). */
const OCTETS = String.raw`(?:\d{2,9} )?`;

const DIGIT = /\d/;
const CAPITAL = /[A-Z]/;
const WORD = /[^\s{}[\]"]/;

/** A label of Loki, as its client prints a set of them. */
const LABEL = String.raw`[A-Za-z_]\w{0,127}="(?:[^"\\]|\\.){0,1024}"`;

const fromLabels = ({
  labels = '',
}: Readonly<Record<string, string | undefined>>): WrapperContext => {
  const found = labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g);
  const values = new Map([...found].map(([, name, value]) => [name, value]));
  return {
    cluster: values.get('cluster'),
    node: values.get('node') ?? values.get('node_name') ?? values.get('host'),
    stream: values.get('filename') ?? values.get('pod'),
  };
};

const fromHost = (groups: Readonly<Record<string, string | undefined>>): WrapperContext => ({
  node: groups['host'],
  stream: groups['ident'],
});

/** Every text prefix. To add one, add a row and a sample of its name. */
export const PREFIXES: readonly Prefix[] = [
  {
    name: 'cri',
    description: 'CRI log file (/var/log/pods, /var/log/containers), split lines rejoined',
    example: '2026-01-02T03:04:05.678901234Z stdout F E',
    starts: DIGIT,
    pattern: new RegExp(`^${TIME} (?<stream>stdout|stderr) (?<tag>[FP])(?::[^\\s]{1,64})?(?: |$)`),
    splits: true,
  },
  {
    name: 'kubectl-prefix',
    description: 'kubectl logs --prefix, with or without --timestamps',
    example: '[pod/kube-apiserver-n1/kube-apiserver] E',
    starts: /\[/,
    pattern: new RegExp(`^\\[pod/(?<pod>[^\\s\\]/]{1,255})/[^\\s\\]]{1,255}\\] (?:${TIME} )?`),
    context: (groups) => ({ stream: groups['pod'] }),
  },
  {
    name: 'journald-short',
    description: 'journalctl, default and -o short-precise; syslog without a priority',
    cuts: true,
    example: 'Jan 02 03:04:05 host k3s[812]: E',
    starts: CAPITAL,
    pattern: new RegExp(`^${MONTH_TIME} ${HOST} ${IDENT} `),
    context: fromHost,
  },
  {
    name: 'journald-short-iso',
    description: 'journalctl -o short-iso and short-iso-precise',
    cuts: true,
    example: '2026-01-02T03:04:05+0000 host k3s[812]: E',
    starts: DIGIT,
    // Fluentd's stdout has a blank before the zone, and no host.
    pattern: new RegExp(`^${TIME} (?![+-]\\d)${HOST} ${IDENT} `),
    context: fromHost,
  },
  {
    name: 'journald-short-full',
    description: 'journalctl -o short-full and with-unit',
    cuts: true,
    example: 'Fri 2026-01-02 03:04:05 UTC host k3s[812]: E',
    starts: CAPITAL,
    pattern: new RegExp(`^[A-Z][a-z]{2} ${TIME} [A-Z+\\-\\d:]{1,9} ${HOST} ${IDENT} `),
    context: fromHost,
  },
  {
    name: 'journald-short-unix',
    description: 'journalctl -o short-unix',
    cuts: true,
    example: '1767323045.414226 host k3s[812]: E',
    starts: DIGIT,
    pattern: new RegExp(`^\\d{9,11}\\.\\d{1,9} ${HOST} ${IDENT} `),
    context: fromHost,
  },
  {
    name: 'journald-short-monotonic',
    description: 'journalctl -o short-monotonic and short-delta',
    cuts: true,
    example: '[ 2476.297320] host k3s[812]: E',
    starts: /\[/,
    pattern: new RegExp(
      `^\\[ {0,11}\\d{1,11}\\.\\d{1,9}(?: <[ \\d.]{1,24}>)? {0,24}\\] ${HOST} ${IDENT} `,
    ),
    context: fromHost,
  },
  {
    name: 'syslog-rfc3164',
    description: 'syslog, RFC 3164, with or without a host',
    example: '<134>Jan  2 03:04:05 host kube-apiserver[1]: E',
    starts: /[<\d]/,
    pattern: new RegExp(`^${OCTETS}<\\d{1,3}>(?:${MONTH_TIME}|${TIME}) (?:${HOST} )??${IDENT} ?`),
    context: fromHost,
  },
  {
    name: 'syslog-rfc5424',
    description: 'syslog, RFC 5424, with or without structured data',
    example: '<134>1 2026-01-02T03:04:05.678Z host kube-apiserver 1 audit - E',
    starts: /[<\d]/,
    pattern: new RegExp(
      `^${OCTETS}<\\d{1,3}>\\d{1,2} (?:${TIME}|-) (?<host>[^\\s]{1,255}) (?<ident>[^\\s]{1,48}) [^\\s]{1,128} [^\\s]{1,32} ` +
        '(?:-|(?:\\[(?:[^\\]\\\\"]|"(?:[^"\\\\]|\\\\.){0,512}"){0,512}\\]){1,16}) ?\\ufeff?',
    ),
    context: fromHost,
  },
  {
    name: 'logcli',
    description: 'logcli: time, labels and line',
    example: '2026-01-02T03:04:05Z {filename="/var/log/audit.log", host="n1"} E',
    starts: DIGIT,
    pattern: new RegExp(`^${TIME} (?<labels>\\{(?:${LABEL}(?:, ${LABEL}){0,64})?\\}) {1,512}`),
    context: fromLabels,
  },
  {
    name: 'aws-tail',
    description: 'aws logs tail',
    generic: true,
    example: '2026-01-02T03:04:05.678000+00:00 kube-apiserver-audit-0123abcd E',
    starts: DIGIT,
    pattern: new RegExp(`^${TIME} (?<stream>[^\\s{}\\[\\]"]{1,512}?):? (?=[{[])`),
    context: (groups) => ({ stream: groups['stream'] }),
  },
  {
    name: 'fluentd-file',
    description: 'fluentd out_file: time, tag and record with tabs between',
    generic: true,
    example: '2026-01-02T03:04:05+00:00\tkube.audit\tE',
    starts: DIGIT,
    pattern: new RegExp(`^${TIME}\\t(?<tag>[^\\t]{1,255})\\t`),
    context: (groups) => ({ stream: groups['tag'] }),
  },
  {
    name: 'timestamp',
    description: 'a timestamp: kubectl logs --timestamps, CloudWatch export to S3',
    generic: true,
    example: '2026-01-02T03:04:05.678Z E',
    starts: DIGIT,
    pattern: new RegExp(`^${TIME} `),
  },
  {
    name: 'compose',
    description: 'docker compose logs',
    generic: true,
    example: 'apiserver-1  | E',
    starts: WORD,
    pattern: /^(?<stream>[^\s|{}[\]"]{1,128}) {1,64}\| /,
    context: (groups) => ({ stream: groups['stream'] }),
  },
  {
    name: 'event-stream',
    description: 'server-sent events: journalctl -o json-sse',
    generic: true,
    example: 'data: E',
    starts: /d/,
    pattern: /^data: ?/,
  },
  {
    name: 'stern',
    description: 'stern: pod and container',
    generic: true,
    example: 'kube-apiserver-n1 kube-apiserver E',
    starts: WORD,
    pattern: /^(?<stream>[^\s{}[\]"]{1,255}) [^\s{}[\]"]{1,255} (?=[{[])/,
    context: (groups) => ({ stream: groups['stream'] }),
  },
  {
    name: 'node',
    description: 'a node name: oc adm node-logs --path=kube-apiserver/audit.log',
    generic: true,
    example: 'master-0.ocp.example E',
    starts: WORD,
    // A word with an `@` before it is none: `@cee:` of rsyslog; nor is one without a letter: a count, a time, a quote.
    // With a colon behind it, it is when it has a digit, as talosctl and pdsh write it; names of columns seldom have one.
    pattern: new RegExp(
      String.raw`^(?:${NAMED}(?:(?<host>[^\s{}[\]":@&](?:[^\s{}[\]"]{0,253}[^\s{}[\]":])?)|` +
        String.raw`(?=[^\s{}[\]":@\d]{0,254}\d)(?<named>[^\s{}[\]":]{1,255}):)|[^\s{}[\]"]{1,255}) (?=[{[])`,
    ),
    context: (groups) => ({ node: groups['host'] ?? groups['named'] }),
  },
];

/** Where in a text the named groups of a prefix are; undefined when it does not start with the prefix. */
export function groupSpans(
  { pattern }: Prefix,
  text: string,
): { readonly length: number; readonly spans: readonly (readonly [number, number])[] } | undefined {
  const match = new RegExp(pattern.source, 'd').exec(text);
  if (match === null) return undefined;
  const spans = Object.values(match.indices?.groups ?? {});
  return { length: match[0].length, spans: spans.filter((span) => span !== undefined) };
}
