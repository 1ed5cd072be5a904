import { readdirSync, readFileSync } from 'node:fs';
import { PREFIXES } from '../../../src/events/wrappers/prefixes.ts';
import type { Random } from '../random.ts';

/** A way to write an event into one line. */
export interface Wrapping {
  readonly name: string;
  readonly wrap: (event: string) => string;
}

const INPUTS = new URL('../../../samples/inputs/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, INPUTS), 'utf8');
const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);

/** The event that most samples hold. */
const EVENT = read('event.log').trim();

/** The wrapping of a sample that has one line with the event in it, or undefined. */
function ofSample(name: string): Wrapping | undefined {
  const lines = read(name)
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    // Lines of a value that spans several are no wrapping of one.
    .filter((line) => /^[^\s"]/.test(line));
  for (const line of lines) {
    for (const spelt of [
      (event: string) => event,
      escaped,
      (event: string) => escaped(escaped(event)),
    ]) {
      const [before, after, ...more] = line.split(spelt(EVENT));
      if (after === undefined || more.length > 0 || before + after === '') continue;
      return { name, wrap: (event) => before + spelt(event) + after };
    }
  }
  return undefined;
}

const samples = readdirSync(INPUTS)
  .filter((name) => /\.(?:json|log)$/.test(name))
  .flatMap((name) => ofSample(name) ?? []);

const prefixes = PREFIXES.map(({ name, example }) => ({
  name: `prefix ${name}`,
  wrap: (event: string) => example.replace('E', () => event),
}));

const json = (value: unknown): string => JSON.stringify(value);

/** Wrappings of real products that the samples show split, or not at all. */
const others: readonly Wrapping[] = [
  {
    name: 'docker',
    wrap: (event) =>
      json({ log: `${event}\n`, stream: 'stdout', time: '2026-01-02T03:04:05.678901234Z' }),
  },
  {
    name: 'docker without line feed',
    wrap: (event) => json({ log: event, stream: 'stdout', time: '2026-01-02T03:04:05.678901234Z' }),
  },
  {
    name: 'journald of a stream',
    wrap: (event) =>
      json({
        __REALTIME_TIMESTAMP: '1767323045678901',
        _HOSTNAME: 'n1',
        _STREAM_ID: 'ab12',
        _PID: '812',
        MESSAGE: event,
        SYSLOG_IDENTIFIER: 'k3s',
        PRIORITY: '6',
      }),
  },
  {
    name: 'journald',
    wrap: (event) =>
      json({
        MESSAGE: event,
        _HOSTNAME: 'n1',
        SYSLOG_IDENTIFIER: 'k3s',
        __REALTIME_TIMESTAMP: '1',
      }),
  },
  {
    name: 'journald, server-sent',
    wrap: (event) => `data: ${json({ MESSAGE: event, __REALTIME_TIMESTAMP: '1', _HOSTNAME: 'n' })}`,
  },
  {
    name: 'CRI in fluent',
    wrap: (event) =>
      json({
        date: 1.5,
        log: `2026-01-02T03:04:05.678901234Z stdout F ${event}`,
        kubernetes: { host: 'n1', pod_name: 'p', labels: { a: 'b' } },
      }),
  },
  {
    name: 'docker in filebeat',
    wrap: (event) =>
      json({
        '@timestamp': '2026-01-02T03:04:05.678Z',
        agent: { hostname: 'n1', type: 'filebeat' },
        message: json({ log: `${event}\n`, stream: 'stderr', time: 't' }),
      }),
  },
  {
    name: 'with blanks',
    wrap: (event) =>
      `{ "labels" : { "cluster" : "c1" }, "line" :  ${json(event)} , "x": [ 1, 2 ] }`,
  },
  { name: 'as Go escapes it', wrap: (event) => goJson({ labels: { pod: 'a<b' }, line: event }) },
  {
    name: 'two prefixes',
    wrap: (event) => `2026-01-02T03:04:05.678Z stdout F Jan 02 03:04:05 n1 k3s[812]: ${event}`,
  },
  { name: 'coloured', wrap: (event) => `\u001b[36mpod-1\u001b[0m \u001b[32mc2\u001b[0m ${event}` },
];

function goJson(value: unknown): string {
  return json(value).replaceAll(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);
}

/** Every way that is read in the scanner, once it was seen. */
export const WRAPPINGS: readonly Wrapping[] = [...prefixes, ...samples, ...others];

/** A text in parts of some size, as loggers cut it. */
const cutAt = (text: string, size: number): string[] =>
  text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];

const criParts = (event: string, stream: string, size: number): string =>
  cutAt(event, size)
    .map((part, i, all) => {
      const tag = i === all.length - 1 ? 'F' : 'P';
      return `2026-01-02T03:04:05.67890${i % 10}Z ${stream} ${tag} ${part}`;
    })
    .join('\n');

/** Wrappings that cut events into several lines. */
export const CUTTING: readonly Wrapping[] = [
  { name: 'CRI in parts', wrap: (event) => criParts(event, 'stdout', 400) },
  { name: 'CRI in small parts', wrap: (event) => criParts(event, 'stdout', 60) },
  {
    name: 'CRI in parts, blanks between tokens',
    wrap: (event) => criParts(event.replaceAll(/([:,{[])"/g, '$1 "'), 'stdout', 300),
  },
  { name: 'CRI in two parts', wrap: (event) => criParts(event, 'stderr', 700) },
  {
    name: 'docker in parts',
    wrap: (event) =>
      cutAt(`${event}\n`, 500)
        .map((log, i) => json({ log, stream: 'stdout', time: `t${i}` }))
        .join('\n'),
  },
  {
    name: 'CRI in parts, read by Fluent Bit',
    wrap: (event) =>
      cutAt(event, 500)
        .map((log, i, all) =>
          json({
            date: 1767323045.5 + i,
            stream: 'stdout',
            logtag: i === all.length - 1 ? 'F' : 'P',
            log,
            kubernetes: { pod_name: 'p', container_name: 'c', host: 'n1' },
          }),
        )
        .join('\n'),
  },
  {
    name: 'journald in parts',
    wrap: (event) =>
      cutAt(event, 600)
        .map((MESSAGE, i, all) =>
          json({
            __REALTIME_TIMESTAMP: String(i),
            _HOSTNAME: 'n1',
            _STREAM_ID: 'ab12',
            _PID: '812',
            MESSAGE,
            ...(i === all.length - 1 ? {} : { _LINE_BREAK: 'line-max' }),
          }),
        )
        .join('\n'),
  },
];

type Change = (line: string, r: Random) => string;

const at = (line: string, r: Random, text: string, cut = 0): string => {
  const place = r.below(line.length + 1);
  return line.slice(0, place) + text + line.slice(place + cut);
};
/** Changes a part near the start or the end, where wrappings are. */
const outside = (line: string, r: Random, text: string, cut = 0): string => {
  const near = Math.min(line.length, 160);
  const place = r.chance(60) ? r.below(near) : line.length - r.below(near);
  return line.slice(0, place) + text + line.slice(place + cut);
};

const PIECES = [
  '"',
  '\\',
  '\\"',
  '\\\\"',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  ' ',
  '\t',
  '\r',
  '0',
  '7',
  'x',
  'é',
  '😀',
  '\0',
  '\u001b',
  '\u001b[31m',
  '\ufeff',
  '\\n',
  '\\u000a',
  '\\u0022',
  '\\u005c',
  '\\/',
  '\\ud83d\\ude00',
  '\\ud83d',
  '\\ude00\\ud83d',
  '\\u0000',
  '\\u001b[31m',
  '\\u00e9',
  '\\q',
  '\\u12',
  '","log":"',
  '"}',
  '\\"}',
  '{""',
  '[""',
  '"a,":[""]',
  ': ',
  '": "',
];

/** What can happen to a wrapped line. */
export const CHANGES: readonly Change[] = [
  (line) => line,
  (line) => line,
  (line, r) => line.replace(/\d/g, (digit) => (r.chance(10) ? String(r.below(10)) : digit)),
  (line, r) => outside(line, r, r.pick(PIECES)),
  (line, r) => outside(line, r, r.pick(PIECES), 1),
  (line, r) => outside(line, r, '', 1 + r.below(3)),
  (line, r) => at(line, r, r.pick(PIECES)),
  (line, r) => at(line, r, r.pick(PIECES), 1),
  (line) => `${line}\r`,
  (line) => `${line}  `,
  (line) => ` ${line}`,
  (line) => `\ufeff${line}`,
  (line) => line.replaceAll('\\"', '\\u0022'),
  (line) => line.replaceAll('/', '\\/'),
  (line) => line.replace(/\\"(\w)/g, (_, c: string) => `\\"\\u00${c.charCodeAt(0).toString(16)}`),
  (line) => line.replace(/^\{/, '{"log":"x",'),
  (line) => line.replace(/\}$/, ',"log":"x"}'),
  (line) => line.replace(/\}$/, ',"MESSAGE":"{}"}'),
  (line) => line.replace(/^\{("[^"]*":[^,{]*),/, '{').replace(/\}$/, ',"stream":"stdout"}'),
  (line) => line.replace(/^\{("[^"]*":[^,{]*),(.*)\}$/s, '{$2,$1}'),
  (line, r) =>
    line.replace(
      /:("[^"\\]*"|\d+)/,
      `:${r.pick(['null', 'true', '[1,{"a":"}"}]', '{"log":"{\\"kind\\":\\"Event\\"}"}', '"a\\",\\"log\\":\\"b"', '-1.5e3', '"\\ud800"', '01', '{"a":1,"a":2}', '"\ttab"', 'nul'])}`,
    ),
  (line) => line.replace('kind', 'Kind'),
  (line) => line.replace('ResponseComplete', 'Response\\u0043omplete'),
  (line) => line.slice(0, -1),
  (line) => `${line}${line}`,
  (line) => json({ log: line }),
  (line) => json({ message: line, '@timestamp': 't' }),
  (line) => `2026-01-02T03:04:05.678901234Z stdout F ${line}`,
  (line) =>
    `2026-01-02T03:04:05.678901234Z stdout P ${line.slice(0, line.length >> 1)}\n2026-01-02T03:04:05.678901234Z stdout F ${line.slice(line.length >> 1)}`,
  (line) =>
    [line.slice(0, line.length >> 1), `${line.slice(line.length >> 1)}\n`]
      .map((log) => json({ log, stream: 'stdout', time: 't' }))
      .join('\n'),
  () => 'I0102 03:04:05.123456       1 main.go:9] text',
  () => '2026-01-02T03:04:05.678Z I0102 03:04:05.123456       1 main.go:9] text',
  () =>
    json({ log: 'I0102 03:04:05.123456       1 main.go:9] text\n', stream: 'stdout', time: 't' }),
  () => 'name,message,host',
  () => '{"a":1}',
  () => '[',
  () => ']',
  () => '',
];
