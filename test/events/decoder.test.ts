import { describe, expect, it } from 'vitest';
import { accounted, auditEvent, decode, ids, line, pretty } from './decode.ts';

const [A, B, C] = [line('a'), line('b'), line('c')];
/** Lines of a pretty-printed event. */
const ROWS = pretty('a').split('\n').length;
const klog = 'I0102 03:04:05.123456       1 httplog.go:99] "HTTP" body={"a":1}';

interface Case {
  readonly name: string;
  readonly input: string;
  readonly ids: readonly string[];
  readonly problems?: readonly string[];
}

const cases: readonly Case[] = [
  { name: 'one event a line', input: `${A}\n${B}\n`, ids: ['a', 'b'] },
  { name: 'no line feed at the end', input: `${A}\n${B}`, ids: ['a', 'b'] },
  { name: 'CRLF', input: `${A}\r\n${B}\r\n`, ids: ['a', 'b'] },
  { name: 'a byte order mark', input: `\ufeff${A}\n`, ids: ['a'] },
  { name: 'NUL bytes before a record', input: `\0\0\0${A}\n`, ids: ['a'] },
  { name: 'record separators', input: `\u001e${A}\n\u001e${B}\n`, ids: ['a', 'b'] },
  {
    name: 'strings of a list that was printed, as Ansible does',
    input: `ok: [n1] => {\n"msg": [\n  ${JSON.stringify(A)},\n  ${JSON.stringify(B)}\n]\n}\n${JSON.stringify(C)},  \r\n`,
    ids: ['a', 'b', 'c'],
    problems: ['1:unknown-wrapper'],
  },
  { name: 'blank lines', input: `\n  \t\n${A}\n\r\n`, ids: ['a'] },
  { name: 'several values on one line', input: `${A}${B} ${C}\n`, ids: ['a', 'b', 'c'] },
  { name: 'pretty-printed events', input: `${pretty('a')}\n${pretty('b')}\n`, ids: ['a', 'b'] },
  { name: 'pretty-printed without a break', input: pretty('a') + pretty('b'), ids: ['a', 'b'] },
  { name: 'an array', input: `[${A},${B}]\n`, ids: ['a', 'b'] },
  { name: 'a nested array', input: `[[${A}],${B}]\n`, ids: ['a', 'b'] },
  { name: 'an array with one element a line', input: `[\n${A},\n${B}\n]\n`, ids: ['a', 'b'] },
  { name: 'an array with leading commas', input: `[${A}\n,${B}\n,${C}]\n`, ids: ['a', 'b', 'c'] },
  {
    name: 'a pretty-printed array',
    input: JSON.stringify([auditEvent('a'), auditEvent('b')], null, 4),
    ids: ['a', 'b'],
  },
  { name: 'lines cut out of an array', input: `${A},\n${B},\n`, ids: ['a', 'b'] },
  {
    name: 'an EventList, whose items need no kind',
    input: `{"kind":"EventList","items":[${A.replace('"kind":"Event",', '')},${B}]}`,
    ids: ['a', 'b'],
  },
  {
    name: 'a pretty-printed EventList with its kind last',
    input: JSON.stringify(
      { items: [auditEvent('a'), auditEvent('b')], kind: 'EventList' },
      null,
      1,
    ),
    ids: ['a', 'b'],
  },
  {
    name: 'an EventList without items',
    input: '{"kind":"EventList","items":null}',
    ids: [],
    problems: ['1:empty-list'],
  },
  { name: 'an empty array', input: '[]', ids: [], problems: ['1:empty-list'] },
  {
    name: 'bad elements of an array, one by one',
    input: `[${A},{"kind":"Foo"},{"a":},3,${B},tru]\n`,
    ids: ['a', 'b'],
    problems: ['1:other-json', '1:malformed-json', '1:not-object', '1:malformed-json'],
  },
  {
    name: 'an element of an array with an open string',
    input: `[${A},{"a":"x},${B},{"b":"y},${C}]\n`,
    ids: ['a', 'b', 'c'],
    problems: ['1:malformed-json', '1:malformed-json'],
  },
  {
    name: 'bad items of an EventList, one by one',
    input: `{"kind":"EventList","items":[null,${A},{"kind":"Pod"},${B}]}`,
    ids: ['a', 'b'],
    problems: ['1:not-object', '1:other-json'],
  },
  {
    name: 'a malformed item of an EventList',
    input: `{"kind":"EventList","items":[${A},{"a":tru},${B}]}`,
    ids: ['a', 'b'],
    problems: ['1:malformed-json'],
  },
  {
    name: 'a cut line between others',
    input: `${A}\n${B.slice(0, 90)}\n${C}\n`,
    ids: ['a', 'c'],
    problems: ['2:cut-json'],
  },
  {
    name: 'a cut line before a pretty-printed event',
    input: `${A.slice(0, 50)}\n${pretty('b')}\n${C}`,
    ids: ['b', 'c'],
    problems: ['1:cut-json'],
  },
  {
    name: 'a line cut behind a colon',
    input: `{"kind":"Event","user":\n${B}\n${C}`,
    ids: ['b', 'c'],
    problems: ['1:cut-json'],
  },
  {
    name: 'a line cut behind a bracket',
    input: `{"kind":"Event","x":[\n${B}\n${C}`,
    ids: ['b', 'c'],
    problems: ['1:cut-json'],
  },
  {
    name: 'an unfinished pretty-printed event',
    input: `${pretty('a').slice(0, 120)}\n${B}\n${pretty('c')}\n`,
    ids: ['b', 'c'],
    problems: ['1:cut-json'],
  },
  {
    name: 'an unfinished element of a pretty-printed array',
    input: `[\n${pretty('a')},\n${pretty('b').slice(0, 60)}\n${pretty('c')}\n]\n`,
    ids: ['a', 'c'],
    problems: [`${2 + ROWS}:cut-json`],
  },
  {
    name: 'an array that is never closed',
    input: `[\n${A},\n${B}\n`,
    ids: ['a', 'b'],
    problems: ['1:cut-json'],
  },
  {
    name: 'an array opened before plain lines',
    input: `[\n${A}\n${B}\n${C}\n`,
    ids: ['a', 'b', 'c'],
    problems: ['1:cut-json'],
  },
  {
    name: 'text behind a value',
    input: `${A} and more\n${B}\n`,
    ids: ['a', 'b'],
    problems: ['1:trailing-text'],
  },
  { name: 'klog text', input: `${klog}\n${A}\n`, ids: ['a'], problems: ['1:klog'] },
  {
    name: 'klog text inside a pretty-printed event',
    input: pretty('a').replace('\n', `\n${klog}\n`),
    ids: ['a'],
    problems: ['2:klog'],
  },
  { name: 'other text', input: `hello\n${A}\n`, ids: ['a'], problems: ['1:text'] },
  {
    name: 'values that are no objects',
    input: `null\n12\ntrue\n${A}\n`,
    ids: ['a'],
    problems: ['1:not-object', '2:not-object', '3:not-object'],
  },
  { name: 'an event as a JSON string', input: `${JSON.stringify(A)}\n`, ids: ['a'] },
  { name: 'other JSON', input: `{"level":"info"}\n${A}\n`, ids: ['a'], problems: ['1:other-json'] },
  {
    name: 'Kubernetes events',
    input: '{"kind":"Event","apiVersion":"v1","reason":"Pulled"}\n',
    ids: [],
    problems: ['1:core-event'],
  },
  {
    name: 'events of events.k8s.io',
    input: '{"kind":"Event","apiVersion":"events.k8s.io/v1"}\n',
    ids: [],
    problems: ['1:core-event'],
  },
  { name: 'an event in text of an unknown form', input: `>>> ${A}\n`, ids: ['a'] },
  { name: 'empty input', input: '', ids: [] },
  { name: 'blank lines only', input: '\n\n \n', ids: [] },
];

describe('decoder', () => {
  it.each(cases)('reads $name', ({ input, ids: expected, problems = [] }) => {
    const decoded = decode(input);
    expect(ids(decoded)).toEqual(expected);
    expect(decoded.reasons).toEqual(problems);
  });

  it.each(cases)('accounts for every line of $name', ({ input }) => {
    const lines = input === '' ? 0 : input.replace(/\n$/, '').split('\n').length;
    const decoded = decode(input);
    expect(accounted(decoded)).toBe(lines);
    expect(decoded.counts.problems).toBeLessThanOrEqual(decoded.problems.length);
  });

  it.each([
    ['kind Event suffices', { kind: 'Event', stageTimestamp: '2026-01-02T03:04:05Z' }, true],
    [
      'the shape suffices',
      { auditID: 'x', stage: 's', verb: 'get', stageTimestamp: '2026-01-02T03:04:05Z' },
      true,
    ],
    ['another kind is none', { kind: 'Foo', auditID: 'x', stage: 's', verb: 'get' }, false],
    [
      'older versions',
      { kind: 'Event', apiVersion: 'audit.k8s.io/v1beta1', stageTimestamp: '2026-01-02T03:04:05Z' },
      true,
    ],
  ])('recognises events: %s', (_name, object, isEvent) => {
    expect(decode(JSON.stringify(object)).events).toHaveLength(isEvent ? 1 : 0);
  });

  it('keeps the source spelling of events, nested ones too', () => {
    const odd =
      '{"kind":"Event", "n": 1.0, "e":"\\u003c", "stageTimestamp":"2026-01-02T03:04:05Z"}';
    expect(decode(`[ ${odd} , ${odd}]`).events.map((event) => event.text)).toEqual([odd, odd]);
    expect(decode(`{"kind":"EventList","items":[${odd}]}`).events[0]?.text).toBe(odd);
    expect(decode(JSON.stringify({ message: odd })).events[0]?.text).toBe(odd);
  });

  it('names the line on which an event starts', () => {
    const input = `\n[\n${pretty('a')},\n${pretty('b')}\n]\n${C}`;
    const rows = pretty('a').split('\n').length;
    expect(decode(input).events.map((event) => event.line)).toEqual([3, 3 + rows, 4 + 2 * rows]);
  });

  it('evaluates events without a time, and says so', () => {
    const decoded = decode('{"kind":"Event"}\n{"kind":"Event","stageTimestamp":"yesterday"}\n');
    expect(decoded.events.map((event) => [event.time, event.badTime])).toEqual([
      [0n, true],
      [0n, true],
    ]);
    expect(decoded.reasons).toEqual(['1:no-timestamp', '2:bad-timestamp']);
    expect(decoded.counts.carriers).toBe(2);
  });

  it('takes requestReceivedTimestamp when there is no stageTimestamp', () => {
    const decoded = decode('{"kind":"Event","requestReceivedTimestamp":"1970-01-01T00:00:01Z"}');
    expect(decoded.events.map((event) => event.time)).toEqual([1_000_000_000n]);
    expect(decoded.reasons).toEqual([]);
  });

  it('bounds a value that is never finished', () => {
    const input = `{\n${'"a":1,\n'.repeat(200)}${A}\n`;
    const decoded = decode(input, { maxEventSize: 4096 });
    expect(ids(decoded)).toEqual(['a']);
    expect(decoded.reasons).toContain('1:value-too-long');
    expect(accounted(decoded)).toBe(202);
  });

  it('is pending in the middle of a record only', () => {
    expect(decode(pretty('a')).events).toHaveLength(1);
    expect(decode(`${A}\n`).counts).toEqual({
      blank: 0,
      carriers: 1,
      continuations: 0,
      problems: 0,
    });
  });

  it('reads nothing but the format it is told to', () => {
    const docker = JSON.stringify({ log: `${A}\n`, stream: 'stdout', time: 't' });
    expect(ids(decode(`${A}\n${docker}\n`, { format: 'docker' }))).toEqual(['a']);
    expect(decode(`${A}\n${docker}\n`, { format: 'event' }).reasons).toEqual(['2:other-json']);
    expect(decode(`node-1 ${A}\n`, { format: 'event' }).events).toHaveLength(0);
  });
});
