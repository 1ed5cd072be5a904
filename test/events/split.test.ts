import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { DuplicateFilter } from '../../src/events/dedupe.ts';
import { isFault, PROBLEM_REASONS } from '../../src/events/problems.ts';
import type { ProblemReason } from '../../src/events/problems.ts';
import { accounted, auditEvent, decode, ids, line } from './decode.ts';

const TIME = '2026-01-02T03:04:05.678901234Z';
const [A, B] = [line('a'), line('b')];
const docker = (log: string, stream = 'stdout'): string =>
  JSON.stringify({ log, stream, time: TIME });
const journal = (MESSAGE: unknown, extra: object = {}): string =>
  JSON.stringify({ MESSAGE, __REALTIME_TIMESTAMP: '1', ...extra });
const cut = { _STREAM_ID: 's', _LINE_BREAK: 'line-max' };

/** An event whose text has a given length. */
function sized(id: string, length: number): string {
  const empty = JSON.stringify({ ...auditEvent(id), pad: '' }).length;
  return JSON.stringify({ ...auditEvent(id), pad: 'x'.repeat(length - empty) });
}

const fluent = (logtag: string, log: string, pod?: string): string =>
  JSON.stringify({
    date: 1.5,
    stream: 'stdout',
    logtag,
    log,
    ...(pod === undefined ? {} : { kubernetes: { pod_name: pod, container_name: 'c' } }),
  });
const fluentd = (log: string, id: string, last: string | boolean): string =>
  JSON.stringify({
    source: 'stdout',
    log,
    partial_message: 'true',
    partial_id: id,
    partial_last: last,
  });

describe('split records', () => {
  it.each<[string, string[], string[], string[]]>([
    [
      'CRI, two streams at once',
      [
        `${TIME} stdout P ${A.slice(0, 50)}`,
        `${TIME} stderr P ${B.slice(0, 70)}`,
        `${TIME} stdout F ${A.slice(50)}`,
        `${TIME} stderr F ${B.slice(70)}`,
      ],
      ['a', 'b'],
      [],
    ],
    ['CRI with an empty last part', [`${TIME} stdout P ${A}`, `${TIME} stdout F `], ['a'], []],
    [
      'CRI without its end',
      [`${TIME} stdout P ${A.slice(0, 50)}`, `${TIME} stderr F ${B}`],
      ['b'],
      ['1:unfinished-record'],
    ],
    [
      'CRI cut behind blanks',
      [
        `${TIME} stdout P {"kind":"Event","auditID":"x  `,
        `${TIME} stdout F y","requestReceivedTimestamp":"${TIME}"}`,
      ],
      ['x  y'],
      [],
    ],
    [
      'docker, two streams at once',
      [
        docker(A.slice(0, 50)),
        docker(B.slice(0, 50), 'stderr'),
        docker(`${A.slice(50)}\n`),
        docker(`${B.slice(50)}\n`, 'stderr'),
      ],
      ['a', 'b'],
      [],
    ],
    ['docker without line feeds', [docker(A), docker(B)], ['a', 'b'], []],
    ['docker without its end', [docker(A.slice(0, 50))], [], ['1:unfinished-record']],
    [
      'journald',
      [journal(A.slice(0, 50), cut), journal(A.slice(50), { _STREAM_ID: 's' })],
      ['a'],
      [],
    ],
    ['journald bytes', [journal([...new TextEncoder().encode(A)])], ['a'], []],
    [
      'Fluent Bit, two pods at once',
      [
        fluent('P', A.slice(0, 50), 'p'),
        fluent('P', B.slice(0, 50), 'q'),
        fluent('P', A.slice(50, 60), 'p'),
        fluent('F', B.slice(50), 'q'),
        fluent('F', A.slice(60), 'p'),
      ],
      ['b', 'a'],
      [],
    ],
    [
      'Fluent Bit, pods that nothing tells apart',
      [fluent('P', A.slice(0, 50)), fluent('F', B), fluent('F', A.slice(50))],
      ['b', 'a'],
      [],
    ],
    [
      'Fluent Bit, joined there',
      [fluent('P', A, 'p'), fluent('F', B, 'p'), fluent('P', A)],
      ['a', 'b', 'a'],
      [],
    ],
    [
      'Fluent Bit without its end',
      [fluent('P', A.slice(0, 50), 'p'), fluent('F', B, 'q')],
      ['b'],
      ['1:unfinished-record'],
    ],
    [
      'Fluent Bit, as docker but for the tag',
      [
        JSON.stringify({ log: A.slice(0, 50), stream: 'stdout', time: TIME, logtag: 'P' }),
        JSON.stringify({ log: A.slice(50), stream: 'stdout', time: TIME, logtag: 'F' }),
      ],
      ['a'],
      [],
    ],
    [
      "Docker's driver for Fluentd",
      [
        fluentd(A.slice(0, 50), '1', 'false'),
        fluentd(B.slice(0, 50), '2', false),
        fluentd(A.slice(50), '1', 'true'),
        fluentd(B.slice(50), '2', true),
      ],
      ['a', 'b'],
      [],
    ],
    ['journald null', [journal(null), journal(B)], ['b'], ['1:journald-null']],
    ['journald without its end', [journal(A.slice(0, 50), cut)], [], ['1:unfinished-record']],
  ])('%s', (_name, lines, expected, problems) => {
    const decoded = decode(lines.join('\n'));
    expect(ids(decoded)).toEqual(expected);
    expect(decoded.reasons).toEqual(problems);
    expect(accounted(decoded)).toBe(lines.length);
  });

  it.each([
    ['journalctl -o cat', ''],
    ['journalctl', 'Jan 02 03:04:05 n1 k3s[812]: '],
    ['journalctl -o short-iso', '2026-01-02T03:04:05+0000 n1 k3s[812]: '],
  ])('joins the lines that journald cut, as %s prints them', (_name, prefix) => {
    const long = sized('long', 120_000);
    const parts = [long.slice(0, 49_152), long.slice(49_152, 98_304), long.slice(98_304)];
    const decoded = decode([A, ...parts, B].map((text) => prefix + text).join('\n'));
    expect(ids(decoded)).toEqual(['a', 'long', 'b']);
    expect(decoded.reasons).toEqual([]);
    expect(decoded.events.map((event) => event.line)).toEqual([1, 2, 5]);
  });

  it('reads a whole line that has just the length at which journald cuts', () => {
    expect(ids(decode([sized('x', 49_152), A].join('\n')))).toEqual(['x', 'a']);
    expect(ids(decode(`Jan 02 03:04:05 n1 k3s[8]: ${sized('x', 49_152)}\n${A}`))).toEqual([
      'x',
      'a',
    ]);
  });

  // Docker cuts at 16 KiB. A record without line feed that ends like an object is whole or cut there.
  it.each([16_383, 16_385, 12_288, 20_000, 32_768])(
    'takes a docker record of %i bytes without line feed for whole',
    (size) => {
      const decoded = decode([docker(sized('x', size)), docker(A)].join('\n'));
      expect(ids(decoded)).toEqual(['x', 'a']);
      expect(decoded.reasons).toEqual([]);
    },
  );

  it.each(['y', 'é', '😀'])(
    'waits for the rest of a docker record of 16 KiB that ends like an object, with %s in it',
    (character) => {
      const start = `{"requestObject":${sized('inner', 9_000)},"x":"`;
      const room = 16_383 - start.length;
      const count = Math.floor(room / Buffer.byteLength(character));
      const pad = 'y'.repeat(room - count * Buffer.byteLength(character));
      const first = `${start}${character.repeat(count)}${pad}}`;
      expect(Buffer.byteLength(first)).toBe(16_384);
      const rest = `",${line('long').slice(1)}\n`;
      const decoded = decode([docker(first), docker(rest), docker(`${B}\n`)].join('\n'));
      expect(ids(decoded)).toEqual(['long', 'b']);
      expect(decoded.reasons).toEqual([]);
    },
  );

  it('does not lose what follows a cut line without its rest', () => {
    const decoded = decode([sized('long', 60_000).slice(0, 49_152), A, B].join('\n'));
    expect(ids(decoded)).toEqual(['a', 'b']);
    expect(decoded.reasons).toEqual(['1:unfinished-record']);
  });

  it('bounds what is put aside', () => {
    const part = `${TIME} stdout P ${'x'.repeat(1000)}`;
    const decoded = decode(`${`${part}\n`.repeat(50)}${A}\n`, { maxEventSize: 5000 });
    expect(ids(decoded)).toEqual(['a']);
    expect(decoded.reasons).toContain('1:value-too-long');
    const streams = Array.from({ length: 1000 }, (_, i) =>
      journal('{', { ...cut, _STREAM_ID: `${i}` }),
    );
    expect(decode(streams.join('\n')).reasons).toHaveLength(1000);
  });
});

describe('duplicate filter', () => {
  it('knows an event by auditID, stage and time', () => {
    const filter = new DuplicateFilter();
    const event = { auditID: 'a', stage: 's', stageTimestamp: 't' };
    expect(filter.seen(event)).toBe(false);
    expect(filter.seen({ ...event })).toBe(true);
    expect(filter.seen({ ...event, stage: 'other' })).toBe(false);
    expect(filter.seen({ ...event, stageTimestamp: 'other' })).toBe(false);
  });

  it('never takes events without auditID for duplicates', () => {
    const filter = new DuplicateFilter();
    expect([
      filter.seen({}),
      filter.seen({}),
      filter.seen({ auditID: '' }),
      filter.seen({ auditID: '' }),
    ]).toEqual([false, false, false, false]);
  });

  it('forgets what is far back', () => {
    const filter = new DuplicateFilter(10);
    const seen = Array.from({ length: 30 }, (_, i) => filter.seen({ auditID: `${i}` }));
    expect(seen).not.toContain(true);
    expect(filter.seen({ auditID: '29' })).toBe(true);
    expect(filter.seen({ auditID: '0' })).toBe(false);
  });
});

describe('problem reasons', () => {
  it('are faults unless the record is healthy and just no audit event, or a hint', () => {
    const reasons = Object.keys(PROBLEM_REASONS) as ProblemReason[];
    expect(reasons.filter((reason) => !isFault(reason))).toEqual(
      reasons.filter((reason) => ['skipped', 'hint'].includes(PROBLEM_REASONS[reason].kind)),
    );
    expect(isFault('klog')).toBe(false);
    expect(isFault('cut-json')).toBe(true);
  });
});
