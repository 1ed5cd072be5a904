import { describe, expect, it } from 'vitest';
import { createDecoder } from '../../src/events/decode/decoder.ts';
import { PREFIXES } from '../../src/events/wrappers/prefixes.ts';
import { accounted, auditEvent, decode, ids, line, pretty } from './decode.ts';

const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const a = cell(line('a'));
const b = cell(line('b'));
const rows = pretty('a').split('\n').length;

describe('tables of CSV', () => {
  it.each([
    ['Logs Insights', `@logStream,@timestamp,@message\r\ns1,2026-01-02,${a}\r\ns1,x,${b}\r\n`],
    ['the log viewer', `timestamp,message\r\n1775037600000,${a}\r\n1775037600001,${b}\r\n`],
    ['Splunk', `\ufeff"_time","_raw","host"\n"x",${a},"n1"\n"y",${b},"n1"\n`],
    [
      'Log Analytics',
      `TenantId,"TimeGenerated [UTC]",log_s\nt,"1/2/2026, 3:04:05 AM",${a}\nt,y,${b}\n`,
    ],
    ['semicolons', `time;message\n1;${a}\n2;${b}\n`],
    ['tabs', `time\tmessage\n1\t${a}\n2\t${b}\n`],
    ['tabs without quotes', `time\tmessage\n1\t${line('a')}\n2\t${line('b')}\n`],
    ['commas without quotes', `time,message,host\n1,${line('a')},n1\n2,${line('b')},n1\n`],
    ['one column', `_raw\n${a}\n${b}\n`],
    [
      'quotes written with a backslash',
      `t,m\n1,${JSON.stringify(line('a'))}\n2,${JSON.stringify(line('b'))}\n`,
    ],
    ['columns of other names', `when,who,what\n1,2,${a}\n1,2,${b}\n`],
    [
      'a text prefix in the cell',
      `t,_raw\n1,${cell(`2026-01-02T03:04:05Z stdout F ${line('a')}`)}\n1,${b}\n`,
    ],
    ['quoted line breaks before the event', `note,message\n"one\ntwo\n\nthree",${a}\nx,${b}\n`],
    ['pretty-printed events', `t,message\n1,${cell(pretty('a'))}\n2,${cell(pretty('b'))}\n`],
    ['without header', `${a}\n1,${b},x\n`],
    ['without header, pretty-printed', `1,${cell(pretty('a'))}\n2,${cell(pretty('b'))}\n`],
    ['two files behind each other', `t,message\n1,${a}\nt,message\n1,${b}\n`],
    ['two files of different columns', `t,message\n1,${a}\nx,y,z\n1,2,${b}\n`],
    [
      'after other lines',
      `starting up, now\nI0102 03:04:05.123456       1 a.go:1] x\nt,m\n1,${a}\n1,${b}\n`,
    ],
  ])('%s', (_name, text) => {
    const decoded = decode(text.replaceAll('\r\n', '\n'));
    expect(ids(decoded)).toEqual(['a', 'b']);
    const other = new Set(['unknown-wrapper', 'text', 'klog']);
    expect(decoded.problems.filter(({ reason }) => !other.has(reason))).toEqual([]);
    expect(accounted(decoded)).toBe(text.replace(/\n$/, '').split('\n').length);
  });

  it('tell where a row starts, and what its columns say of the source', () => {
    const text = `@logStream,@log,@message\ns1,1234:/aws/eks/prod/cluster,${cell(pretty('a'))}\ns2,x,${b}\n`;
    const { events } = decode(text);
    expect(events.map((event) => event.line)).toEqual([2, 2 + rows]);
    expect(events[0]!.context).toEqual({ stream: 's1', cluster: 'prod' });
  });

  it('with a column for each field are events, whatever the names of fields', () => {
    const label = `requestObject.metadata.labels.${'app.kubernetes.io/'.repeat(6)}name`;
    const columns = `kind,auditID,stage,verb,requestURI,user.username,user.groups{},${label}`;
    const cells = 'Event,a,ResponseComplete,get,/api,jane,"dev\nops",x';
    const { events, problems } = decode(`${columns}\n${cells}\n`);
    expect(events[0]!.value).toMatchObject({ user: { username: 'jane', groups: ['dev', 'ops'] } });
    expect(problems.map(({ reason }) => reason)).toEqual(['no-timestamp']);
  });

  it('of AKSAudit are events by their columns', () => {
    const columns = 'TimeGenerated,AuditId,Stage,Verb,User,RequestUri';
    const text = `${columns}\n2026-01-02T03:04:05Z,a,ResponseComplete,get,"{""username"":""jane""}",/api\n`;
    expect(decode(text).events[0]!.value).toMatchObject({
      auditID: 'a',
      user: { username: 'jane' },
    });
  });

  it('without events are named', () => {
    expect(decode('a,b\n1,2\n3,4\n').reasons).toEqual(['2:csv-row', '3:csv-row']);
    expect(decode('a,b\n').reasons).toEqual(['1:text']);
    expect(decode(`hello, world\n${line('a')}\n`).reasons).toEqual(['1:text']);
  });

  it('name an event that is cut', () => {
    expect(decode(`t,message\n1,${cell(line('a').slice(0, -30))}\n`).reasons).toEqual([
      '2:cut-json',
    ]);
  });

  it('do not swallow what follows an open quote', () => {
    const text = `t,message\n1,"never closed\nx,${line('a')}\n${line('b')}\n`;
    const decoded = decode(text);
    expect(ids(decoded)).toContain('b');
    expect(accounted(decoded)).toBe(4);
    expect(decode('t,message\n1,"never closed\n').problems).toHaveLength(1);
  });

  it('stay within the size of an event', () => {
    const long = `t,message\n1,"${'x\n'.repeat(1000)}"\n${line('b')}\n`;
    const decoded = decode(long, { maxEventSize: 4096 });
    expect(ids(decoded)).toEqual(['b']);
    expect(accounted(decoded)).toBe(1003);
  });

  it('are read on by a decoder that remembers the header', () => {
    const sink = { event: () => undefined, problem: () => undefined };
    const first = createDecoder();
    for (const [i, text] of ['@logStream,@message', `s1,${a}`].entries())
      first.line(text, i + 1, sink);
    expect(first.pending).toBe(false);
    expect(decode(`s2,${b}\n`, { memory: first.memory }).events[0]!.context).toEqual({
      stream: 's2',
    });
    expect(JSON.parse(JSON.stringify(first.memory))).toMatchObject({ table: { separator: ',' } });
  });

  it('are read alone, or not, when one shape is asked for', () => {
    const text = `t,message\n1,${a}\n`;
    expect(decode(text, { format: 'event' }).events).toEqual([]);
    expect(ids(decode(text, { format: 'csv' }))).toEqual(['a']);
    expect(decode(`${line('a')}\n`, { format: 'csv' }).reasons).toEqual(['1:text']);
  });

  it('take names and cells as they are', () => {
    const decoded = decode(`__proto__,constructor\n1,${a}\n`);
    expect(ids(decoded)).toEqual(['a']);
    expect(decoded.events[0]!.value).toEqual(auditEvent('a'));
  });
});

it.each(PREFIXES.map(({ name, example }) => [name, example]))(
  'an event behind the prefix %s is no row, whatever quotes are in it',
  (_name, example) => {
    for (const body of [
      '"x":[""]',
      '"x":{"":1}',
      '"x":[ "" ]',
      '"a,":[""]',
      '"x":", \\"{\\"\\""',
    ]) {
      const text = line('a').replace(/}$/, `,${body}}`);
      const decoded = decode(example.replace('E', () => text).concat('\n'));
      expect([ids(decoded), decoded.reasons]).toEqual([['a'], []]);
    }
  },
);

it.each(PREFIXES.map(({ name, example }) => [name, example]))(
  'blanks in an event behind the prefix %s are not taken for those of another prefix',
  (_name, example) => {
    const text = line('a').replaceAll('":', '": ');
    const { context } = decode(example.replace('E', () => line('a'))).events[0]!;
    const { events } = decode(example.replace('E', () => text));
    expect(events.map((event) => [event.value['auditID'], event.context])).toEqual([
      ['a', context],
    ]);
  },
);
