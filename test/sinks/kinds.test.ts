import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { alertOf, type Alert } from '../../src/sinks/alert.ts';
import { SinkDown, type Outcome, type SinkPort, type SinkTarget } from '../../src/sinks/sink.ts';
import { SINKS } from '../../src/sinks/table.ts';
import { folder } from '../cli/events.ts';
import { certificates } from '../serve/certificates.ts';
import { alert, alertLine } from './alerts.ts';
import { recorder, type Answer, type Recorded } from './recorder.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const written: string[] = [];

function open(name: string, target: Partial<SinkTarget>): SinkPort {
  const kind = SINKS.find((each) => each.name === name)!;
  return kind.open(
    { to: '', token: undefined, ca: undefined, size: 1e6, keep: 2, ...target },
    {
      hostname: 'node-1',
      write: (text) => written.push(text),
      now: () => Date.parse('2026-03-06'),
    },
  );
}

/** Sends alerts to a server that answers so. */
async function sent(
  name: string,
  alerts: readonly Alert[],
  answer?: (request: Recorded) => Answer,
  target: Partial<SinkTarget> = {},
): Promise<{ requests: Recorded[]; outcome: Outcome }> {
  const server = await recorder(answer);
  closing.push(server.close);
  const outcome = await open(name, { ...target, to: `${server.url}${target.to ?? ''}` }).send(
    alerts,
  );
  return { requests: server.requests, outcome };
}

/** Sends an alert to a server that writes this text, and closes. */
async function raw(text: string): Promise<Outcome> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined).once('data', () => socket.end(text));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => server.close());
  const { port } = server.address() as AddressInfo;
  return open('http', { to: `http://127.0.0.1:${port}` }).send([alert()]);
}

const bodyOf = ({ requests }: { requests: Recorded[] }): unknown => JSON.parse(requests[0]!.body);

test('every kind has a name of its own and says what it is', () => {
  expect(new Set(SINKS.map(({ name }) => name)).size).toBe(SINKS.length);
  expect(SINKS.every(({ help, most }) => help !== '' && most > 0)).toBe(true);
  expect(SINKS.every(({ name, usage }) => usage.split('=')[0] === name)).toBe(true);
});

test('stdout and file take lines; a file is rotated by size', async () => {
  written.length = 0;
  await open('stdout', {}).send([alert(), alert({ user: 'bob' })]);
  expect(written.join('')).toBe(`${alertLine()}\n${alertLine({ user: 'bob' })}\n`);
  const path = join(folder(), 'findings.ndjson');
  const file = open('file', { to: path, size: alertLine().length + 10, keep: 2 });
  for (const user of ['a', 'b', 'c', 'd']) await file.send([alert({ user })]);
  expect(
    [path, `${path}.1`, `${path}.2`].map(
      (each) => /"ka.user.name":"(\w)"/.exec(readFileSync(each, 'utf8'))?.[1],
    ),
  ).toEqual(['d', 'c', 'b']);
  expect(existsSync(`${path}.3`)).toBe(false);
  await expect(open('file', { to: '/nowhere/x' }).send([alert()])).rejects.toThrow('no such file');
});

test('file: no line is put behind a part of another one', async () => {
  const path = join(folder(), 'findings.ndjson');
  writeFileSync(path, `${alertLine()}\n{"output":"03:0`);
  await open('file', { to: path, size: 1e6, keep: 2 }).send([alert({ user: 'a' })]);
  expect(readFileSync(path, 'utf8').split('\n')).toEqual([
    alertLine(),
    '{"output":"03:0',
    alertLine({ user: 'a' }),
    '',
  ]);
});

test('file: what a full disk took of a line is given back', () => {
  const path = join(folder(), 'findings.ndjson');
  writeFileSync(path, `${alertLine()}\n`);
  const script = `
    import { fileSink } from '${new URL('../../dist/sinks/kinds/file.js', import.meta.url).href}';
    const port = fileSink.open({ to: '${path}', size: 1e9, keep: 2 });
    const failed = await port.send([{ line: 'x'.repeat(1e6) }]).catch((error) => error);
    console.log(failed instanceof Error);
    await port.send([{ line: 'short' }]);`;
  const args = [
    '-c',
    'ulimit -f 64; exec "$0" "$@"',
    process.execPath,
    '--input-type=module',
    '-e',
  ];
  expect(execFileSync('bash', [...args, script], { encoding: 'utf8' })).toBe('true\n');
  expect(readFileSync(path, 'utf8')).toBe(`${alertLine()}\nshort\n`);
});

test('http: the alert object as Falco sends it, digit for digit', async () => {
  const { requests } = await sent('http', [alert()], undefined, { token: 'secret' });
  expect(requests).toMatchObject([
    {
      method: 'POST',
      path: '/',
      body: alertLine(),
      headers: { 'content-type': 'application/json', authorization: 'Bearer secret' },
    },
  ]);
  expect(requests[0]!.body).toContain('1772704800123456789');
});

describe('slack', () => {
  interface Text {
    type: string;
    text: string;
  }
  interface Message {
    text: string;
    attachments: {
      color: string;
      blocks: { type: string; text?: Text; fields?: Text[]; elements?: Text[] }[];
    }[];
  }
  const messageOf = async (one: Alert): Promise<Message> =>
    bodyOf(await sent('slack', [one])) as Message;

  test('a header, a section and what was held back, in the colour of the severity', async () => {
    const message = await messageOf(alert({}, 3));
    expect(message.text).toBe('high: Attach/Exec Pod');
    const [{ color, blocks }] = message.attachments as [Message['attachments'][0]];
    expect(color).toBe('#c0392b');
    expect(blocks.map(({ type }) => type)).toEqual(['header', 'section', 'context']);
    expect(blocks[1]!.text!.text).toBe('Notice Exec (user=alice)');
    expect(blocks[1]!.fields!.map(({ text }) => text)).toEqual([
      'Severity: high',
      'User: alice',
      'Cluster: lab',
      'Time: 2026-03-05T10:00:00.123456789Z',
      'Audit ID: id-1',
    ]);
    expect(blocks[2]!.elements![0]!.text).toContain('3 more findings of this rule');
  });

  test('a log mentions nobody, writes no facts, and is bounded', async () => {
    const output = `1: Notice <!channel> <http://x|y> & *a*\n*User:* root ${'x'.repeat(10_000)}`;
    const user = `<@U1>\n*Severity:* info ${'u'.repeat(10_000)}`;
    const one = alert({
      output,
      user,
      auditID: 'i'.repeat(10_000),
      rule: `<!here>${'r'.repeat(300)}`,
    });
    const { text, attachments } = await messageOf(one);
    const blocks = attachments[0]!.blocks;
    const texts = blocks.flatMap((each) => [
      ...(each.text === undefined ? [] : [each.text]),
      ...(each.fields ?? []),
    ]);
    // In plain text, nothing is a mention, and nothing is bold.
    expect(new Set(texts.map(({ type }) => type))).toEqual(new Set(['plain_text']));
    expect(texts.filter((each) => each.text.includes('\n'))).toEqual([]);
    expect(text).toContain('high: &lt;!here&gt;');
    expect(blocks[0]!.text!.text.length).toBeLessThanOrEqual(150);
    expect(blocks[1]!.text!.text.length).toBeLessThanOrEqual(3000);
    expect(blocks[1]!.fields!.filter((each) => each.text.length > 2000)).toEqual([]);
    // What is ours is there, however long the texts of the log are.
    expect(blocks[1]!.fields![0]!.text).toBe('Severity: high');
  });
});

test('teams: an adaptive card, in which a log writes no Markdown', async () => {
  const message = bodyOf(
    await sent('teams', [
      alert({ user: '[x](http://y)', output: '1: Notice **hi** <at>all</at>' }, 1),
    ]),
  ) as {
    type: string;
    attachments: {
      contentType: string;
      content: { type: string; version: string; body: { type: string; text?: string }[] };
    }[];
  };
  expect(message.type).toBe('message');
  const { contentType, content } = message.attachments[0]!;
  expect(contentType).toBe('application/vnd.microsoft.card.adaptive');
  expect(content).toMatchObject({ type: 'AdaptiveCard', version: '1.4' });
  expect(content.body.map(({ type }) => type)).toEqual([
    'TextBlock',
    'TextBlock',
    'FactSet',
    'TextBlock',
  ]);
  expect(content.body[1]!.text).toBe(String.raw`Notice \*\*hi\*\* \<at\>all\</at\>`);
  expect(JSON.stringify(content.body[2])).toContain(String.raw`\\[x\\]\\(http://y\\)`);
});

test.each(['\\', 'ü', '\u{1F600}', '\u0001'])(
  'teams takes a message, however long and odd its texts are: %j',
  async (odd) => {
    const long = odd.repeat(9000);
    const one = alert({ user: long, output: `1: ${long}`, rule: long, auditID: long }, 3);
    const { requests } = await sent('teams', [one]);
    expect(Buffer.byteLength(requests[0]!.body)).toBeLessThan(24_000);
  },
);

test.each(['slack', 'teams'])('%s shows no credential, wherever it stands', async (name) => {
  const secret = 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrdWJlcm5ldGVzIn0.c2lnbmF0dXJlc2lnbmF0dXJl';
  const one = alert({ user: `Bearer ${secret}`, output: `1: Notice Exec (user=Bearer ${secret})` });
  const { requests } = await sent(name, [one]);
  expect(requests[0]!.body).toContain('User');
  expect(requests[0]!.body).not.toContain(secret);
});

test('what a run that was killed may have sent says so to people and log stores', async () => {
  const again = alertOf(alertLine().replace('"cluster":', '"replayed":true,"cluster":'), 0);
  for (const [name, shown] of [
    ['slack', 'Replayed: may have been sent before'],
    ['teams', '"Replayed"'],
    ['otlp', '"k8s_audit.replayed"'],
  ] as const) {
    expect((await sent(name, [again])).requests[0]!.body).toContain(shown);
    expect((await sent(name, [alert()])).requests[0]!.body.toLowerCase()).not.toContain('replayed');
  }
});

test('alertmanager: labels and annotations of API v2', async () => {
  const result = await sent('alertmanager', [alert(), alert({ severity: 'low', user: '' })]);
  expect(result.requests[0]!.path).toBe('/api/v2/alerts');
  const alerts = bodyOf(result) as {
    labels: Record<string, string>;
    annotations: Record<string, string>;
    startsAt: string;
  }[];
  expect(alerts[0]).toEqual({
    labels: {
      alertname: 'Attach/Exec Pod',
      severity: 'critical',
      priority: 'notice',
      source: 'k8s_audit',
      cluster: 'lab',
      namespace: 'shop',
      user: 'alice',
      fingerprint: 'f00d',
    },
    annotations: {
      summary: 'Notice Exec (user=alice)',
      tags: 'k8s T1609',
      time: '2026-03-05T10:00:00.123456789Z',
      audit_id: 'id-1',
    },
    startsAt: '2026-03-05T10:00:00.123456789Z',
  });
  // Alertmanager refuses labels without a value, and names with other characters.
  expect(
    alerts
      .flatMap(({ labels }) => Object.entries(labels))
      .every(([name, value]) => /^[a-zA-Z_]\w*$/.test(name) && value !== ''),
  ).toBe(true);
});

describe('elasticsearch', () => {
  const items =
    (...statuses: number[]) =>
    (): Answer => ({
      status: 200,
      text: JSON.stringify({
        errors: true,
        items: statuses.map((status) => ({ create: { status, error: { type: 'x' } } })),
      }),
    });

  test('actions and ECS documents, a line each', async () => {
    const { requests } = await sent(
      'elasticsearch',
      [alert(), alert({ auditID: 'id-2' })],
      items(201, 201),
      { to: '/alerts', token: 'key' },
    );
    expect(requests[0]).toMatchObject({
      path: '/alerts/_bulk',
      headers: { 'content-type': 'application/x-ndjson', authorization: 'ApiKey key' },
    });
    expect(requests[0]!.body.endsWith('\n')).toBe(true);
    const lines = requests[0]!.body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toHaveLength(4);
    expect(lines[0]).toEqual({ create: { _id: expect.stringMatching(/^[0-9a-f]{40}$/) } });
    expect(lines[1]).toMatchObject({
      '@timestamp': '2026-03-05T10:00:00.123456789Z',
      event: { kind: 'alert', severity: 73, id: 'id-1' },
      rule: { name: 'Attach/Exec Pod' },
      user: { name: 'alice' },
      orchestrator: { cluster: { name: 'lab' }, namespace: 'shop' },
    });
  });

  test('an alert has one ID, and no other alert has it, whatever audit ID its sender chose', async () => {
    const later = alertLine().replace('"time":"2026-03-05T10:00:00', '"time":"2026-03-05T10:00:01');
    const long = alert({ auditID: 'x'.repeat(5000) });
    const other = alert({ auditID: `${'x'.repeat(5000)}y` });
    const all = [
      alert(),
      alert(),
      alertOf(later, 0),
      long,
      other,
      alert({ output: '1: Notice b' }),
    ];
    const { requests } = await sent('elasticsearch', all, items(...all.map(() => 201)));
    const ids = [...requests[0]!.body.matchAll(/^\{"create":\{"_id":"(.+)"\}\}$/gm)].map(
      ([, id]) => id!,
    );
    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(all.length - 1);
  });

  test('what is there already is sent; what is wrong is refused; what is too much comes again', async () => {
    const two = [alert(), alert({ auditID: 'id-2' })];
    expect((await sent('elasticsearch', two, items(201, 409))).outcome).toEqual({ refused: 0 });
    expect((await sent('elasticsearch', two, items(400, 201))).outcome.refused).toBe(1);
    await expect(sent('elasticsearch', two, items(201, 429))).rejects.toThrow(SinkDown);
    await expect(sent('elasticsearch', two, items(201))).rejects.toThrow('none of the bulk API');
    await expect(
      sent('elasticsearch', two, () => ({ status: 200, text: '<html>' })),
    ).rejects.toThrow('no JSON');
  });
});

test('splunk: events of the HTTP Event Collector, one behind the other', async () => {
  const { requests } = await sent('splunk', [alert(), alert()], undefined, { token: 'hec' });
  expect(requests[0]).toMatchObject({
    path: '/services/collector/event',
    // Without a channel, tokens with indexer acknowledgement take nothing.
    headers: {
      authorization: 'Splunk hec',
      'x-splunk-request-channel': expect.stringMatching(/^[0-9a-f]{8}-[-0-9a-f]{27}$/),
    },
  });
  const [first, second] = requests[0]!.body.split('\n');
  expect(JSON.parse(first!)).toMatchObject({
    time: 1_772_704_800.123,
    host: 'node-1',
    source: 'k8s-audit',
    sourcetype: 'k8s_audit:alert',
    event: { rule: 'Attach/Exec Pod' },
  });
  expect(second).toContain('"evt.time":1772704800123456789');
});

test.each(['splunk', 'otlp'])(
  '%s takes an event that says it is from before 1970',
  async (name) => {
    const old = alertOf(alertLine().replace('2026-03-05T', '1969-03-05T'), 0);
    const { requests } = await sent(name, [old]);
    expect(JSON.parse(requests[0]!.body)).toBeTruthy();
    expect(requests[0]!.body).toMatch(/"time":0\.000,|"timeUnixNano":"0"/);
  },
);

test('loki: streams with few labels, times in nanoseconds as text', async () => {
  const result = await sent('loki', [alert(), alert(), alert({ severity: 'low' })]);
  expect(result.requests[0]!.path).toBe('/loki/api/v1/push');
  const { streams } = bodyOf(result) as { streams: { stream: object; values: string[][] }[] };
  expect(streams.map(({ stream, values }) => [stream, values.length])).toEqual([
    [{ job: 'k8s-audit', severity: 'high', source: 'k8s_audit', cluster: 'lab' }, 2],
    [{ job: 'k8s-audit', severity: 'low', source: 'k8s_audit', cluster: 'lab' }, 1],
  ]);
  expect(streams[0]!.values[0]).toEqual(['1772704800123456789', alertLine()]);
});

test('loki takes an alert that is longer than a line may be, in short', async () => {
  const event = JSON.stringify({ body: 'x'.repeat(300_000) });
  const withEvent = alertLine().replace(/\}\}$/, `,"event":${event}}}`);
  const many = alertLine().replace('"ka.target.name":null', () =>
    Array.from({ length: 400 }, (_, i) => `"f${i}":"${'ü'.repeat(1000)}"`).join(','),
  );
  const long = alertLine({ auditID: `id-1${'x'.repeat(300_000)}`, user: 'u'.repeat(300_000) });
  for (const line of [withEvent, many, long]) {
    const result = await sent('loki', [alertOf(line, 0)]);
    const { streams } = bodyOf(result) as { streams: { values: string[][] }[] };
    const told = streams[0]!.values[0]![1]!;
    expect(Buffer.byteLength(told)).toBeLessThan(256 * 1024);
    expect(JSON.parse(told)).toMatchObject({
      rule: 'Attach/Exec Pod',
      time: '2026-03-05T10:00:00.123456789Z',
      shortened: true,
      k8s_audit: { auditID: expect.stringMatching(/^id-1/), fingerprint: 'f00d' },
    });
    expect(told.includes('ka.user.name')).toBe(line !== many);
  }
});

test.each(['2099-01-01T00:00:00.000000000Z', '1970-01-01T00:00:00.000000000Z'])(
  'alertmanager and loki are told a time that they take of an event of %s',
  async (time) => {
    const odd = alertOf(alertLine().replace(/"time":"[^"]+"/, `"time":"${time}"`), 0);
    const [one] = bodyOf(await sent('alertmanager', [odd])) as {
      startsAt: string;
      annotations: { time: string };
    }[];
    expect(one).toMatchObject({
      startsAt: '2026-03-06T00:00:00.000000000Z',
      annotations: { time },
    });
    const { streams } = bodyOf(await sent('loki', [odd])) as { streams: { values: string[][] }[] };
    expect(streams[0]!.values[0]).toEqual([
      String(BigInt(Date.parse('2026-03-06')) * 1_000_000n),
      odd.line,
    ]);
  },
);

test('otlp: log records in JSON; what a collector refuses is counted', async () => {
  const partial = (): Answer => ({
    status: 200,
    text: '{"partialSuccess":{"rejectedLogRecords":"1","errorMessage":"no"}}',
  });
  const result = await sent('otlp', [alert()], partial);
  expect(result.requests[0]!.path).toBe('/v1/logs');
  expect(result.outcome).toEqual({ refused: 1, why: 'no' });
  const { resourceLogs } = bodyOf(result) as {
    resourceLogs: {
      resource: object;
      scopeLogs: { logRecords: { attributes: { key: string; value: object }[] }[] }[];
    }[];
  };
  expect(resourceLogs[0]!.resource).toEqual({
    attributes: [
      { key: 'service.name', value: { stringValue: 'k8s-audit' } },
      { key: 'host.name', value: { stringValue: 'node-1' } },
    ],
  });
  const record = resourceLogs[0]!.scopeLogs[0]!.logRecords[0]!;
  expect(record).toMatchObject({
    timeUnixNano: '1772704800123456789',
    severityNumber: 10,
    severityText: 'Notice',
    body: { stringValue: 'Notice Exec (user=alice)' },
  });
  expect(record.attributes).toContainEqual({
    key: 'ka.user.name',
    value: { stringValue: 'alice' },
  });
  expect(record.attributes.map(({ key }) => key)).not.toContain('ka.target.name');
});

describe('syslog', () => {
  const files = certificates();
  const { cert, key } = files.issue('syslog');
  const keys = { cert: readFileSync(cert), key: readFileSync(key) };

  test.each(['tcp', 'tls'])(
    '%s: RFC 5424 with the length before each message',
    async (protocol) => {
      let text = '';
      const take = (socket: import('node:net').Socket): void => {
        socket
          .on('data', (part) => (text += part.toString('utf8')))
          .on('end', () => socket.end())
          .on('error', () => undefined);
      };
      const server =
        protocol === 'tls'
          ? createTlsServer(keys, take)
          : createServer({ allowHalfOpen: true }, take);
      await new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
      });
      closing.push(() => new Promise((resolve) => server.close(resolve)));
      const to = `${protocol}://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const again = alertOf(alertLine().replace('"cluster":', '"replayed":true,"cluster":'), 0);
      const alerts = [alert({ user: 'a"]\\\nb' }), alert(), again];
      await open('syslog', { to, ca: files.ca }).send(alerts);
      await expect.poll(() => text).toMatch(/replayed="true".*\(user=alice\)$/);
      const messages: string[] = [];
      for (let rest = Buffer.from(text); rest.length > 0;) {
        const length = /^(\d+) /.exec(rest.toString('latin1'))!;
        const start = length[0].length;
        messages.push(rest.toString('utf8', start, start + Number(length[1])));
        rest = rest.subarray(start + Number(length[1]));
      }
      expect(messages).toHaveLength(3);
      expect(messages[1]).toBe(
        '<109>1 2026-03-05T10:00:00.123456Z node-1 k8s-audit - alert [k8sAudit@32473 rule="Attach/Exec Pod" severity="high" auditID="id-1" cluster="lab" user="alice"] \uFEFFNotice Exec (user=alice)',
      );
      expect(messages[0]).toContain(String.raw`user="a\"\]\\ b"`);
      expect(messages.join('')).not.toContain('\n');
    },
  );

  test('no message is longer than receivers take, whatever is in it', async () => {
    const parts: Buffer[] = [];
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('data', (part) => parts.push(part)).on('end', () => socket.end());
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    const to = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const long = ['"'.repeat(9000), '\u{1F600}'.repeat(5000), `x${'ü'.repeat(9000)}`];
    const alerts = long.map((text) =>
      alert({ rule: text, user: text, auditID: text, output: text }),
    );
    await open('syslog', { to }).send(alerts);
    await expect.poll(() => Buffer.concat(parts).length).toBeGreaterThan(20_000);
    let rest = Buffer.concat(parts);
    for (const _ of alerts) {
      const [digits, length] = /^(\d+) /.exec(rest.toString('latin1'))!;
      expect(Number(length)).toBeLessThanOrEqual(8000);
      expect(Number(length)).toBeGreaterThan(7900);
      const message = rest.subarray(digits.length, digits.length + Number(length)).toString('utf8');
      expect(message).toMatch(/^<109>1 .*…$/su);
      expect(message).not.toContain('\uFFFD');
      rest = rest.subarray(digits.length + Number(length));
    }
    expect(rest).toHaveLength(0);
  });

  test.each([
    ['closes', (socket: import('node:net').Socket) => socket.destroy()],
    ['resets', (socket: import('node:net').Socket) => socket.resetAndDestroy()],
  ])('one who takes the connection and %s it has taken no alert', async (_, leave) => {
    const server = createServer((socket) => void leave(socket.on('error', () => undefined)));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    const to = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await expect(open('syslog', { to }).send([alert()])).rejects.toThrow(SinkDown);
  });

  test('who leaves the connection open at the end has its alerts', async () => {
    const texts: string[] = [];
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      closing.push(async () => socket.destroy());
      socket.on('error', () => undefined).on('data', (part) => texts.push(part.toString('utf8')));
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    closing.push(async () => server.close());
    const to = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const hurry = setInterval(() => vi.advanceTimersByTime(1000), 5);
    const outcome = await open('syslog', { to })
      .send([alert()])
      .finally(() => {
        clearInterval(hurry);
        vi.useRealTimers();
      });
    expect(outcome).toEqual({ refused: 0 });
    expect(texts).toHaveLength(1);
  });

  test('a port where nobody listens is down', async () => {
    await expect(open('syslog', { to: 'tcp://127.0.0.1:1' }).send([alert()])).rejects.toThrow(
      SinkDown,
    );
  });
});

describe('answers', () => {
  test.each([500, 503, 429, 401, 403, 404, 302])('%d: later again', async (status) => {
    await expect(
      sent('http', [alert()], () => ({ status, headers: { 'retry-after': '7' } })),
    ).rejects.toMatchObject({
      message: expect.stringContaining(`HTTP ${status}`) as string,
      after: 7000,
    });
  });

  test.each([
    ['Sun, 29 Nov 2026 10:00:30 GMT', 30_000],
    ['Sunday, 29-Nov-26 10:00:30 GMT', 30_000],
    ['Sun, 29 Nov 2026 09:00:00 GMT', 0],
    ['Sun, 29 Nov 2099 10:00:00 GMT', 300_000],
    ['99999999999', 300_000],
    ['1.5', 1500],
    ['-5', undefined],
    ['', undefined],
    ['soon', undefined],
    ['soon 5', undefined],
    ['Infinity', undefined],
  ])('Retry-After: %s', async (asked, after) => {
    const headers = { 'retry-after': asked, date: 'Sun, 29 Nov 2026 10:00:00 GMT' };
    await expect(sent('http', [alert()], () => ({ status: 503, headers }))).rejects.toMatchObject({
      after,
      mayBeOne: after === undefined,
    });
  });

  test('of alerts that are sent one by one, those that were taken are not sent again', async () => {
    const { requests, outcome } = await sent(
      'loki',
      [alert({ user: 'bad' }), alert(), alert({ user: 'busy' }), alert()],
      ({ body }) => ({ status: body.includes('bad') ? 400 : body.includes('busy') ? 429 : 204 }),
    );
    expect(outcome).toMatchObject({ refused: 1, count: 2 });
    expect(requests).toHaveLength(4);
  });

  test('one that would speak another protocol is none', async () => {
    await expect(
      raw('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
    ).rejects.toThrow('the connection was closed without an answer');
  });

  test.each([
    ['', 'the connection was closed without an answer'],
    ['220 mail.example ESMTP\r\n', 'the answer is no HTTP (Parse Error: '],
  ])('%j is none, which is said', async (text, why) => {
    await expect(raw(text)).rejects.toThrow(why);
  });

  test('a connection that was closed between two alerts is no failure', async () => {
    let count = 0;
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        count++;
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
        // The next request on it is not looked at any more.
        socket.once('data', () => socket.resetAndDestroy());
      });
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    closing.push(async () => server.close());
    const port = open('http', { to: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    for (let i = 0; i < 3; i++) expect(await port.send([alert()])).toEqual({ refused: 0 });
    expect(count).toBe(3);
  });

  test('who takes much slowly is waited for; who has all and does not answer is not', async () => {
    let answers = true;
    const waiting: (() => void)[] = [];
    const server = createHttpServer((request, response) => {
      request.on('end', () => answers && response.end());
      waiting.push(() => request.resume());
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    closing.push(async () => {
      server.closeAllConnections();
      server.close();
    });
    const port = open('http', { to: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    const large = { ...alert(), line: 'x'.repeat(2 ** 24) };
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const first = port.send([large]);
      await expect.poll(() => waiting.length).toBe(1);
      await vi.advanceTimersByTimeAsync(60_000);
      waiting.shift()!();
      expect(await first).toEqual({ refused: 0 });
      answers = false;
      const second = port.send([alert()]).catch((error: unknown) => error);
      await expect.poll(() => waiting.length).toBe(1);
      waiting.shift()!();
      await vi.advanceTimersByTimeAsync(10_000);
      expect(await second).toEqual(new SinkDown('no answer within 10 s'));
    } finally {
      vi.useRealTimers();
    }
  });

  test('one without end is left when enough of it came', async () => {
    const server = createHttpServer((_request, response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536))) continue;
      };
      response.on('drain', more);
      more();
    });
    closing.push(async () => server.closeAllConnections());
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const outcome = await open('http', { to: `http://127.0.0.1:${port}` }).send([alert()]);
    expect(outcome).toEqual({ refused: 0 });
    server.close();
  });

  test('why a sink is down is one line', () => {
    expect(new SinkDown('ssl3_get_record:\n').message).toBe('ssl3_get_record:');
  });

  test.each([400, 413, 422])('%d: never, but the others are sent alone', async (status) => {
    const { requests, outcome } = await sent(
      'loki',
      [alert(), alert({ user: 'bad' }), alert()],
      ({ body }) => ({ status: body.includes('"bad') || body.includes('\\"bad') ? status : 204 }),
    );
    expect(outcome).toMatchObject({ refused: 1 });
    expect(requests).toHaveLength(4);
  });

  test('a port where nobody listens is down', async () => {
    await expect(open('http', { to: 'http://127.0.0.1:1' }).send([alert()])).rejects.toThrow(
      SinkDown,
    );
  });
});

test('credentials in a message are not shown to people', async () => {
  const token = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzeXN0ZW0ifQ.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg';
  for (const name of ['slack', 'teams']) {
    const { requests } = await sent(name, [
      alert({ output: `1: Notice Exec (command=curl --token ${token})` }),
    ]);
    expect(requests[0]!.body).toContain('Exec');
    expect(requests[0]!.body).not.toContain('c2lnbmF0dXJlLW9m');
  }
});

describe('http answers', () => {
  test('a 2xx counts as taken, also when its text is cut', async () => {
    const server = createServer((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhel'));
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    closing.push(async () => server.close());
    const to = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await open('http', { to }).send([alert()])).toEqual({ refused: 0 });
  });

  test.each(['alertmanager', 'elasticsearch', 'splunk', 'loki', 'otlp'])(
    'a page of HTML is no answer of %s: a login in between has taken nothing',
    async (name) => {
      const page = (): Answer => ({ status: 200, text: '\n<!doctype html><title>Sign in</title>' });
      await expect(sent(name, [alert()], page)).rejects.toThrow(
        /^the answer is (?:no JSON|a page of HTML, as of a login in between)$/,
      );
    },
  );

  test('a redirection says where to, and nothing of a path', async () => {
    const moved = (location: string) => () => ({
      status: 308,
      headers: { location },
      text: 'moved',
    });
    await expect(
      sent('http', [alert()], moved('https://new.example:9443/T0/secret?sig=secret')),
    ).rejects.toThrow(
      /^HTTP 308: it redirects to https:\/\/new\.example:9443, which is not followed$/,
    );
    await expect(sent('http', [alert()], moved('/alerts/'))).rejects.toThrow(
      /^HTTP 308: it redirects to another path of it$/,
    );
  });

  test('a header of the user goes with each message, and is not shown', async () => {
    const echo = ({ headers }: Recorded) => ({
      status: 401,
      text: `not ${String(headers['api-key'])}`,
    });
    const header = ['Api-Key', 'abcdefghijklmnopqrstuvwx'] as const;
    await expect(sent('otlp', [alert()], echo, { header })).rejects.toThrow(/^HTTP 401: not …$/);
    const { requests } = await sent(
      'elasticsearch',
      [alert()],
      () => ({ status: 200, text: '{"items":[{"create":{"status":201}}]}' }),
      { header },
    );
    expect(requests[0]!.headers).toMatchObject({
      'api-key': header[1],
      'content-type': 'application/x-ndjson',
    });
  });

  test('no credential is shown of an answer that repeats the request', async () => {
    const path = '/services/T0000/abcdefghijklmnopqrstuvwx?sig=ABCDEFGHIJKLMNOPQRSTUVWX';
    const echo = ({ headers, path: asked }: Recorded) => ({
      status: 401,
      text: `no way to ${asked} with ${headers.authorization}`,
    });
    await expect(
      sent('http', [alert()], echo, { to: path, token: 'Basic c2VjcmV0' }),
    ).rejects.toThrow(/^HTTP 401: no way to \/services\/T0000\/…\?sig=… with Basic …$/);
  });
});
