import { describe, expect, test } from 'vitest';
import { decode, ids, line } from './decode.ts';

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
    ['Fluent Bit: time', `kube.audit: [1767323045.678, {"log":${JSON.stringify(E)}}]`],
    ['Fluent Bit: time and metadata', `kube.audit: [[1767323045.678, {}], ${E}]`],
    ['Fluentd: tag and time', `["kube.audit",1767323045,${E}]`],
  ])('%s', (_name, text) => {
    const decoded = decode(`${text}\n${text}\n`);
    expect(ids(decoded)).toEqual(['a', 'a']);
    expect(decoded.reasons).toEqual([]);
    expect(decoded.counts).toMatchObject({ carriers: 2, problems: 0, continuations: 0 });
  });

  test('labels of Loki tell where the event was logged', () => {
    const labels = '{cluster="prod", filename="/var/log/audit.log", host="n1", x="a=\\"b\\""}';
    const [event] = decode(`2026-01-02T03:04:05Z ${labels}     ${E}\n`).events;
    expect(event!.context).toEqual({ cluster: 'prod', node: 'n1', stream: '/var/log/audit.log' });
  });

  test.each([
    ['[main] nothing', '1:malformed-json'],
    ['{host=n1} "audit.k8s.io/v1"', '1:malformed-json'],
    [`[main] ${E.slice(0, -20)}`, '1:cut-json'],
    ['[1767323045.678, 5]', '1:not-object'],
    ['[1767323045.678, {"a":1}]', '1:other-json'],
  ])('%s stays a problem', (text, reason) => {
    const decoded = decode(`${text}\n${line('b')}\n`);
    expect(ids(decoded)).toEqual(['b']);
    expect(decoded.reasons).toContain(reason);
  });
});
