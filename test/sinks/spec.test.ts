import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readSpec, type SinkSpec } from '../../src/sinks/sink-spec.ts';
import { folder } from '../cli/events.ts';
import { certificates } from '../serve/certificates.ts';
import { alert } from './alerts.ts';
import { recorder } from './recorder.ts';

const [one, two] = [certificates().ca, certificates().ca];
const dir = folder({
  url: 'https://hooks.example.com/T/B/secret\n',
  two: 'a\nb',
  twox: ' key\r\n',
  empty: '',
  ca: one,
  half: one.slice(0, 300),
});
const read = (text: string): SinkSpec =>
  readSpec(text, {
    env: { HOOK: 'https://hooks.example.com/x', TOKEN: 'secret', PLAIN: 'not a url' },
    duration: (written) =>
      /^\d+m$/.test(written) ? Number.parseInt(written, 10) * 60_000 : undefined,
    size: (written) => (/^\d+$/.test(written) ? Number(written) : undefined),
  });

test.each([
  ['stdout', { name: 'stdout', to: '', every: 0 }],
  [
    'file=/var/log/a,b.ndjson,size=100,keep=3',
    { name: 'file /var/log/a,b.ndjson', to: '/var/log/a,b.ndjson', size: 100, keep: 3 },
  ],
  ['http=env:HOOK', { name: 'http env:HOOK', to: 'https://hooks.example.com/x' }],
  ['slack=env:HOOK', { name: 'slack', to: 'https://hooks.example.com/x', every: 300_000 }],
  [
    `teams=file:${join(dir, 'url')},every=10m,min=high`,
    {
      name: 'teams',
      to: 'https://hooks.example.com/T/B/secret',
      every: 600_000,
      minSeverity: 'high',
    },
  ],
  ['slack=env:HOOK,every=0', { every: 0 }],
  [
    'http=http://a:1/x?y=z,q,token=env:TOKEN',
    { name: 'http http://a:1/x', to: 'http://a:1/x?y=z,q', token: 'secret' },
  ],
  [`loki=https://a,ca=${join(dir, 'ca')}`, { ca: one, every: 0 }],
  ['loki=https://a,header=X-Scope-OrgID:env:TOKEN', { header: ['X-Scope-OrgID', 'secret'] }],
  [`otlp=https://a,header=api-key:file:${join(dir, 'two')}x`, { header: ['api-key', 'key'] }],
  ['syslog=tls://[::1]:6514', { to: 'tls://[::1]:6514' }],
])('%s', (text, expected) => {
  const { target, name, every, minSeverity } = read(text);
  expect({ ...target, name, every, minSeverity }).toMatchObject(expected);
});

test('a token and authorities in files are those that are there when an alert is sent', async () => {
  const files = folder({ token: 'first\n', ca: one });
  const at = (name: string): string => join(files, name);
  const server = await recorder(() => ({
    status: 200,
    text: '{"items":[{"create":{"status":201}}]}',
  }));
  for (const kind of ['http', 'elasticsearch']) {
    const spec = read(`${kind}=${server.url},token=file:${at('token')},ca=${at('ca')}`);
    const port = spec.kind.open(spec.target, {
      hostname: 'n',
      write: () => undefined,
      now: () => Date.now(),
    });
    writeFileSync(at('token'), 'Bearer first\n');
    await port.send([alert()]);
    writeFileSync(at('token'), 'Bearer second\n');
    writeFileSync(at('ca'), two);
    await port.send([alert()]);
    expect(spec.target.ca).toBe(two);
    // While it is being written, there may be nothing, or a part.
    writeFileSync(at('token'), '');
    for (const part of ['', two.slice(0, 300), one + two.slice(0, 300)]) {
      writeFileSync(at('ca'), part);
      expect(spec.target.ca).toBe(two);
    }
    rmSync(at('ca'));
    await port.send([alert()]);
    expect(spec.target.ca).toBe(two);
    const tokens = server.requests.splice(0).map(({ headers }) => headers.authorization);
    expect(tokens).toEqual(['Bearer first', 'Bearer second', 'Bearer second']);
    writeFileSync(at('token'), 'first');
    writeFileSync(at('ca'), one);
  }
  await server.close();
});

describe('is refused', () => {
  test.each([
    ['slak=env:HOOK', "no sink is called 'slak'"],
    ['', "no sink is called ''"],
    ['stdout=x', 'stdout has no target'],
    ['http', 'http needs a target'],
    ['http=ftp://a', 'this is no target of http'],
    ['syslog=tcp://a', 'this is no target of syslog'],
    ['slack=env:PLAIN', 'this is no target of slack'],
    ['slack=env:NONE', 'the variable NONE is not set'],
    ['slack=file:/nowhere', 'cannot read /nowhere: no such file'],
    [`slack=file:${join(dir, 'two')}`, 'does not hold one line'],
    [`slack=file:${join(dir, 'empty')}`, 'does not hold one line'],
    // Of no authorities, those of the system would be trusted.
    [`loki=https://a,ca=${join(dir, 'empty')}`, 'it holds no certificate in PEM'],
    [`loki=https://a,ca=${join(dir, 'half')}`, 'its certificate 1 is broken, or there in part'],
    ['loki=http://a,min=severe', 'min=severe is not understood'],
    ['loki=http://a,every=soon', 'every=soon is not understood'],
    ['file=/a,keep=many', 'keep=many is not understood'],
  ])('%s', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  test.each([
    ['slack=https://hooks.slack.com/services/T/B/secret', 'lets everybody in who knows it'],
    ['http=https://user:secret@a', 'credentials in a URL'],
    [
      'loki=https://a,header=api-key:secret',
      'the value of api-key is not written on a command line',
    ],
    ['loki=https://a,header=secret', 'header= has no name'],
    ['splunk=https://a,token=secret', 'a token is not written on a command line'],
  ])('a secret on the command line, which is not repeated: %s', (text, message) => {
    expect(() => read(text)).toThrow(message);
    expect(() => read(text)).not.toThrow('secret');
  });
});
