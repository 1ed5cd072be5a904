import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { accounted, auditEvent, decode, ids, line, pretty } from './decode.ts';

const E = line('a');
const spaced = E.replaceAll('":', '": ');

describe('what other loggers put before an event is no problem of its own', () => {
  test.each([
    ['syslog without a host', `<134>Jan  2 03:04:05 audit: ${E}`],
    ['the same with a process', `<134>Jan  2 03:04:05 audit[12]: ${spaced}`],
    ['syslog without a tag', `<134>Jan  2 03:04:05 n1 ${E}`],
    ['a syslog file without a host', `Jan  2 03:04:05 audit: ${spaced}`],
    ['a syslog file without a tag', `Jan  2 03:04:05 n1 ${spaced}`],
    ['times with zones, without a tag', `2026-01-02T03:04:05+00:00 n1 ${spaced}`],
    ['logcli', `2026-01-02T03:04:05Z {filename="/a \\"b\\" {\\"c\\":1}", pod="p"} ${E}`],
    ['logcli without labels', `2026-01-02T03:04:05+01:00 {} ${E}`],
    ['a word in brackets', `[kube-apiserver-n1] ${E}`],
    ['words in brackets', `[kube-apiserver-n1 kube-apiserver] ${spaced}`],
    ['a time in brackets', `[2026-01-02 03:04:05] ${E}`],
    ['a thread', `2026-01-02 03:04:05,123 [main] INFO  c.x.Audit - ${E}`],
    ['a host of Logstash', `2026-01-02T03:04:05Z {name=n1} ${E}`],
    ['logfmt', `time=2026-01-02T03:04:05Z level=info msg=${JSON.stringify(E)} pod=x`],
    ['logfmt of a container', JSON.stringify({ log: `level=info msg=${JSON.stringify(E)}\n` })],
    [
      'Fluent Bit on a screen',
      `[0] kube.audit: [[1767323045.678, {}], {"stream"=>"stdout", "log"=>"${E}"}]`,
    ],
    ['Fluent Bit: time', `kube.audit: [1767323045.678, {"log":${JSON.stringify(E)}}]`],
    ['Fluent Bit: time and metadata', `kube.audit: [[1767323045.678, {}], ${E}]`],
    ['GELF', JSON.stringify({ version: '1.1', host: 'n1', short_message: E })],
    [
      'GELF with a short form',
      JSON.stringify({ version: '1.1', short_message: E.slice(0, 64), full_message: E }),
    ],
    ['Fluentd: tag and time', `["kube.audit",1767323045,${E}]`],
  ])('%s', (_name, text) => {
    const decoded = decode(`${text}\n${text}\n`);
    expect(ids(decoded)).toEqual(['a', 'a']);
    expect(decoded.reasons).toEqual([]);
    expect(decoded.counts).toMatchObject({ carriers: 2, problems: 0, continuations: 0 });
  });

  test.each([
    ['a table with edges', `| 2026-01-02 | ${E}${' '.repeat(3000)} |`],
    ['a table with lines', `\u2502 2026-01-02 \u2502 ${E} \u2502`],
    ['a column behind', `EVENTS\t3712\t1767323045678\tstream-1\t${E}\t1767323045678`],
    ['columns of text behind', `kube-audit  ${E}  2026-01-02T03:04:05Z  n1`],
    ['an element of HTML', `<td><pre>${E}</pre></td>`],
    ['Markdown', `- \`${E}\``],
    ['quotes of a shell', `echo '${E}'`],
    ['a statement', `INSERT INTO audit VALUES('x','${E}');`],
    ['the end of a line that cat -A shows', `${E}$`],
    ['the separator of lines of Unicode', `${E}\u2028`],
  ])('nor is what ends the line: %s', (_name, text) => {
    const decoded = decode(`${text}\n${text}\n`);
    expect(ids(decoded)).toEqual(['a', 'a']);
    expect(decoded.reasons).toEqual([]);
  });

  test.each([
    ['text', `${E} garbage`],
    ['the rest of a record', `${E}:"b","stage":"Panic"}`],
    ['a record that was cut, in another column', `${E}\t${E.slice(0, 50)}`],
  ])('but what may be of a record is told: %s', (_name, text) => {
    const decoded = decode(`${text}\n${line('b')}\n`);
    expect(ids(decoded)).toEqual(['a', 'b']);
    expect(decoded.reasons).toHaveLength(1);
  });

  test('labels of Loki tell where the event was logged', () => {
    const labels = '{cluster="prod", filename="/var/log/audit.log", host="n1", x="a=\\"b\\""}';
    const [event] = decode(`2026-01-02T03:04:05Z ${labels}     ${E}\n`).events;
    expect(event!.context).toEqual({ cluster: 'prod', node: 'n1', stream: '/var/log/audit.log' });
  });

  test.each([
    ['talosctl', `172.20.0.2: ${E}`, { node: '172.20.0.2' }],
    ['pdsh', `master-1: ${E}`, { node: 'master-1' }],
    ['a node name', `n1.example ${E}`, { node: 'n1.example' }],
    [
      'a cookie of rsyslog',
      `Jan  2 03:04:05 n1 audit: @cee: ${E}`,
      { node: 'n1', stream: 'audit' },
    ],
    ['a name of a column', `message: ${E}`, {}],
    ['a count', `1 ${E}`, {}],
    ['a number with a colon', `12: ${E}`, {}],
    ['a time of day', `03:04:05.123456 ${E}`, {}],
    ['a time of runit', `2026-01-02_03:04:05.12345 ${E}`, {}],
    ['seconds since 1970', `1767323045.678 ${E}`, {}],
    ['a quote of an e-mail', `> ${E}`, {}],
    ['the same on a web page', `&gt; ${E}`, {}],
    ['a bullet', `* ${E}`, {}],
    ['an address', `10.5.0.2 ${E}`, { node: '10.5.0.2' }],
    [
      'Fluentd on a screen',
      `2026-01-02 03:04:05.67 +0000 kube.audit: ${E}`,
      { stream: 'kube.audit' },
    ],
  ])('what is no host is not taken for one: %s', (_name, text, context) => {
    const decoded = decode(`${text}\n`);
    expect(decoded.events[0]!.context).toEqual(context);
    expect(decoded.reasons).toEqual([]);
  });

  test.each([
    ['[main] nothing', '1:text'],
    ['[2026-01-02 03:04:05 +0000] [1] [INFO] Starting', '1:text'],
    ['[Pipeline] {', '1:text'],
    ['[#1] Received on "audit"', '1:text'],
    ['{code:json}', '1:text'],
    [JSON.stringify({ log: '[INFO] started\n' }), '1:wrapped-text'],
    ['2026-01-02T03:04:05Z stdout F [INFO] started', '1:text'],
    ['{kind: "Event", verb: "get"}', '1:malformed-json'],
    ['[main, "x"]', '1:malformed-json'],
    ['{host=n1} "audit.k8s.io/v1"', '1:text'],
    [`[main] ${E.slice(0, -20)}`, '1:cut-json'],
    ['[1767323045.678, 5]', '1:not-object'],
    [`10.0.0.1 "GET / HTTP/1.1" 200 "-" ${JSON.stringify(E)}`, '1:text'],
    [`I0102 03:04:05.123456       1 a.go:1] "x" msg=${JSON.stringify(E)}`, '1:klog'],
    [`level=info msg=${JSON.stringify(E).slice(0, -1)}`, '1:text'],
    ['[1767323045.678, {"a":1}]', '1:other-json'],
    ['--', '1:text'],
    ['---', '1:text'],
    ['----+-----', '1:text'],
    ['2026-01-02', '1:text'],
    ['-1.5e3', '1:not-object'],
    ['42', '1:not-object'],
  ])('%s stays a problem', (text, reason) => {
    const decoded = decode(`${text}\n${line('b')}\n`);
    expect(ids(decoded)).toEqual(['b']);
    expect(decoded.reasons).toContain(reason);
  });

  describe('syslog over TCP that was kept as it came, with the length before each message', () => {
    const message = (id: string): string => {
      const text = `<14>1 2026-01-02T03:04:05Z nödé kube-apiserver - - - ${line(id)}`;
      return `${Buffer.byteLength(text)} ${text}`;
    };

    test('messages behind each other are read, each with its host', () => {
      const decoded = decode(`${message('a')}${message('ü')}${message('c')}\n`);
      expect(ids(decoded)).toEqual(['a', 'ü', 'c']);
      expect(decoded.events.map(({ context }) => context.node)).toEqual(['nödé', 'nödé', 'nödé']);
      expect(decoded.reasons).toEqual([]);
      expect(decoded.counts).toMatchObject({ carriers: 1, problems: 0, continuations: 0 });
    });

    test('a message a line is read, too', () => {
      const decoded = decode(`${message('a')}\n${message('b')}\n`);
      expect(decoded.events.map(({ context }) => context.node)).toEqual(['nödé', 'nödé']);
      expect(decoded.reasons).toEqual([]);
    });

    test('the last one that was cut is a problem', () => {
      const decoded = decode(`${message('a')}${message('b').slice(0, -9)}\n`);
      expect([ids(decoded), decoded.reasons]).toEqual([['a'], ['1:cut-json']]);
    });

    test('an event that only looks like two is one', () => {
      const forged = { ...auditEvent('a'), x: `}200 <14>1 - - - - - - ${line('forged')}` };
      const head = '<14>1 - n1 audit - - - ';
      const text = JSON.stringify(forged);
      const first = head.length + text.indexOf('}200') + 1;
      const decoded = decode(`${first} ${head}${text}\n`);
      expect([ids(decoded), decoded.reasons]).toEqual([['a'], []]);
    });
  });
});

const TAIL = '2026-01-02T03:04:05.678000+00:00 kube-apiserver-audit-0a ';

describe('an event over several lines with a prefix before the first', () => {
  test.each([
    ['aws logs tail --format json', TAIL],
    ['stern -o ppextjson', 'kube-apiserver-n1 kube-apiserver '],
    ['a journal', 'Jan 02 03:04:05 n1 k3s[812]: '],
    ['text that is not known', 'the event was: '],
    ['a word in brackets', '[main] INFO - '],
  ])('%s', (_name, prefix) => {
    const text = `${prefix}${pretty('a')}\n${prefix}${line('b')}\n${prefix}${pretty('c')}\n`;
    const decoded = decode(text);
    expect(ids(decoded)).toEqual(['a', 'b', 'c']);
    expect(decoded.events.map((event) => event.line)).toEqual([
      1,
      pretty('a').split('\n').length + 1,
      pretty('a').split('\n').length + 2,
    ]);
    expect(decoded.events[0]!.value).toEqual(auditEvent('a'));
    expect(decoded.reasons).toEqual([]);
    expect(accounted(decoded)).toBe(text.split('\n').length - 1);
  });

  test('is told where it was logged', () => {
    expect(decode(`${TAIL}${pretty('a')}\n`).events[0]!.context.stream).toContain('audit-0a');
  });

  test('in a list that was printed so', () => {
    const list = JSON.stringify({ 'out.stdout_lines': [line('a'), line('b')] }, undefined, 4);
    const decoded = decode(`TASK [show] ***\nok: [n1] => ${list}\n\nPLAY RECAP ***\n`);
    expect(ids(decoded)).toEqual(['a', 'b']);
    expect(decoded.reasons.toSorted()).toEqual(['1:text', '2:unknown-wrapper', '9:text']);
  });

  test.each([
    ['an event', line('b')],
    ['an event with a prefix', `${TAIL}${line('b')}`],
    ['text, and an event', `}\nnode ${line('b')}`],
    ['another such line', `[Pipeline] {\n${line('b')}`],
    ['a blank line', `\n${line('b')}`],
    ['a member that breaks off', `"a": 1,\n${line('b')}`],
    ['an event that starts so, too', `node ${pretty('b')}`],
  ])('is not taken from text that ends so before %s', (_name, next) => {
    const text = `[Pipeline] {\n${next}\n${line('c')}\n`;
    const decoded = decode(text);
    expect(ids(decoded)).toEqual(['b', 'c']);
    expect(decoded.problems[0]!.line).toBe(1);
    expect(accounted(decoded)).toBe(text.split('\n').length - 1);
  });

  test('text that ends so at the end of the input is told', () => {
    expect(decode('node {\n').reasons).toHaveLength(1);
    expect(decode(`${TAIL}{\n"kind": "Event",\n`).reasons).toContain('1:cut-json');
  });
});
