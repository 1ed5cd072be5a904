import { Buffer } from 'node:buffer';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { accounted, decode, ids, line, pretty } from './decode.ts';

const KLOG = 'I0102 03:04:05.123456       1 httplog.go:99] "HTTP" verb="GET"';
const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64');
const cri = (text: string): string =>
  `2026-01-02T03:04:05Z stdout P ${text.slice(0, 50)}\n2026-01-02T03:04:05Z stdout F ${text.slice(50)}`;

/** What an input may hold, as the text of one member of a record. */
describe('lines in a text inside a record are read as those of an input', () => {
  test.each([
    ['after other text', `${KLOG}\n${line('a')}\n${line('b')}\n`],
    ['with other text between', `${line('a')}\n${KLOG}\n${line('b')}`],
    ['with line feeds of Windows', `${KLOG}\r\n${line('a')}\r\n${line('b')}\r\n`],
    ['behind prefixes', `2026-01-02T03:04:05Z ${line('a')}\n2026-01-02T03:04:05Z ${line('b')}\n`],
    ['split by a container runtime', `${cri(line('a'))}\n${cri(line('b'))}\n`],
    ['pretty-printed', `${KLOG}\n${pretty('a')}\n${pretty('b')}\n`],
    ['wrapped once more', `${KLOG}\n${JSON.stringify({ log: line('a') })}\n[${line('b')}]\n`],
  ])('%s', (_name, text) => {
    const zipped = base64(gzipSync(text));
    const records = [
      { stdout: text, rc: 0 },
      { message: text, host: 'n1' },
      { requestId: 'x', records: [{ data: base64(text) }] },
      { Records: [{ kinesis: { data: base64(text) } }] },
      { Records: [{ Data: zipped }] },
    ];
    for (const record of records) {
      const decoded = decode(`${JSON.stringify(record)}\n${line('c')}\n`);
      expect(ids(decoded)).toEqual(['a', 'b', 'c']);
      expect(decoded.events.map((event) => event.line)).toEqual([1, 1, 2]);
      expect(decoded.reasons.filter((reason) => reason !== '1:unknown-wrapper')).toEqual([]);
      expect(accounted(decoded)).toBe(2);
    }
  });

  test('what is broken among them is told, and costs no other one', () => {
    const text = [line('a').slice(0, -9), line('b'), '{"auditID":', line('c')].join('\n');
    const decoded = decode(`${JSON.stringify({ message: text, host: 'n1' })}\n`);
    expect(ids(decoded)).toEqual(['b', 'c']);
    expect(decoded.reasons).toEqual(['1:cut-json', '1:cut-json']);
    expect(decoded.events[0]!.context.node).toBe('n1');
  });

  test('a format that was chosen is that of the record', () => {
    const record = JSON.stringify({ recordId: '1', data: base64(`${KLOG}\n${line('a')}\n`) });
    expect(ids(decode(record, { format: 'firehose-record' }))).toEqual(['a']);
  });

  test('text without events is one record, and lines inside of lines are one text', () => {
    const trace = 'panic: auditID is missing\ngoroutine 1\nmain()';
    expect(decode(JSON.stringify({ log: trace })).reasons).toEqual(['1:wrapped-text']);
    const inner = JSON.stringify({ message: `x\n${line('a')}\n${line('b')}` });
    const decoded = decode(JSON.stringify({ message: `y\n${inner}` }));
    expect(ids(decoded)).toEqual(['a', 'b']);
  });

  test('text that looks like base64 and holds no event is text', () => {
    for (const text of ['A'.repeat(64), base64('no event is in this text, as far as we know it')]) {
      expect(decode(JSON.stringify({ message: text })).reasons).toEqual(['1:wrapped-text']);
    }
  });
});

test('hits of a search that have fields in place of a source', () => {
  const hits = ['a', 'b'].map((id) => ({ _index: 'audit', fields: { message: [line(id)] } }));
  expect(ids(decode(JSON.stringify({ took: 1, hits: { hits } })))).toEqual(['a', 'b']);
});
