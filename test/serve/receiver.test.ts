import { Buffer } from 'node:buffer';
import { readFileSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { partsOf } from '../../src/serve/body-source.ts';
import { Counters } from '../../src/serve/counters.ts';
import type { Arriving, BodyHead, Intake } from '../../src/serve/intake.ts';
import { datesFault, datesOf, readKeys, type Keys } from '../../src/serve/key-files.ts';
import { MemoryIntake } from '../../src/serve/memory-intake.ts';
import { Receiver } from '../../src/serve/receiver.ts';
import { RECEIVER_LIMITS, type ReceiverLimits } from '../../src/serve/receiver-options.ts';
import { folder } from '../cli/events.ts';
import { certificates } from './certificates.ts';

const CAPACITY = 100_000;
const LARGEST = 50_000;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface Started {
  readonly port: number;
  readonly intake: Intake;
  readonly counters: Counters;
  readonly warnings: string[];
  readonly receiver: Receiver;
  readonly post: (
    path: string,
    body: string | Buffer,
    headers?: Record<string, string>,
  ) => Promise<Answer>;
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

async function started({
  keys = { tls: undefined, tokens: undefined },
  intake = new MemoryIntake(CAPACITY),
  limits = {},
  notReady = (): string | undefined => undefined,
  openAdmission = false,
}: {
  keys?: Keys;
  intake?: Intake;
  limits?: Partial<ReceiverLimits>;
  notReady?: () => string | undefined;
  openAdmission?: boolean;
} = {}): Promise<Started> {
  const counters = new Counters();
  const warnings: string[] = [];
  const receiver = new Receiver({
    address: { host: '127.0.0.1', port: 0 },
    keys,
    openAdmission,
    limits: { ...RECEIVER_LIMITS, largestBody: LARGEST, ...limits },
    intake,
    counters,
    metrics: () => counters.text(),
    notReady,
    warn: (text) => warnings.push(text),
    now: () => 7,
  });
  const { port } = await receiver.listen();
  closing.push(() => receiver.close(0));
  const post: Started['post'] = (path, body, headers = {}) => ask(port, { path, body, headers });
  return { port, intake, counters, warnings, receiver, post };
}

interface Ask {
  readonly path: string;
  readonly method?: string;
  readonly body?: string | Buffer;
  readonly headers?: Record<string, string>;
  readonly agent?: Agent;
}

function ask(
  port: number,
  { path, method = 'POST', body = '', headers = {}, agent }: Ask,
): Promise<Answer> {
  const to = { host: '127.0.0.1', port, path, method, headers };
  return new Promise((resolve, reject) => {
    const take = (response: import('node:http').IncomingMessage): void => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => (text += String(part)));
      response.on('end', () =>
        resolve({ status: response.statusCode!, text, headers: response.headers }),
      );
      response.on('error', reject);
    };
    const sent = agent === undefined ? httpRequest(to, take) : httpsRequest({ ...to, agent }, take);
    sent.on('error', reject);
    sent.end(body);
  });
}

const taken = (intake: Intake): unknown[] => {
  const all: unknown[] = [];
  for (let body = intake.take(); body !== undefined; body = intake.take()) {
    all.push([
      body.file,
      body.cluster,
      Array.from(partsOf(body.source), (part) => part.toString()).join(''),
      body.at,
    ]);
    intake.done();
  }
  return all;
};

describe('bodies', () => {
  test('are acknowledged before anybody looks at them, whatever they are', async () => {
    const { intake, post, counters } = await started();
    const bodies = [
      '{"kind":"EventList","items":[]}\n',
      'no JSON',
      '',
      '['.repeat(40_000),
      '\0\xff',
    ];
    for (const body of bodies) {
      expect(
        await post('/audit/lab?timeout=30s', Buffer.from(body, 'latin1'), {
          'content-type': 'text/weird',
        }),
      ).toMatchObject({ status: 200, text: '{}\n' });
    }
    expect(taken(intake)).toEqual(
      bodies.map((body) => ['/audit/lab', 'lab', Buffer.from(body, 'latin1').toString(), 7]),
    );
    expect(counters.total('k8s_audit_bodies_total')).toBe(bodies.length);
    expect(counters.total('k8s_audit_refused_total')).toBe(0);
  });

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
  ])('%s is expanded', async (encoding, compress) => {
    const { intake, post } = await started();
    const text = 'x'.repeat(LARGEST);
    expect((await post('/events', compress(text), { 'content-encoding': encoding })).status).toBe(
      200,
    );
    expect(intake.waiting.bytes).toBe(LARGEST);
    expect(taken(intake)).toEqual([['/events', undefined, text, 7]]);
    expect(intake.memory).toBe(0);
  });

  test('a compressed log that nobody said was one is expanded on /events', async () => {
    const { intake, post, counters } = await started();
    const text = 'x'.repeat(LARGEST);
    const packed = gzipSync(text);
    for (const headers of [{}, { 'transfer-encoding': 'chunked' }, { 'content-encoding': '' }]) {
      expect((await post('/events', packed, headers)).status).toBe(200);
      expect(taken(intake)).toEqual([['/events', undefined, text, 7]]);
    }
    for (const plain of ['', '\u001f', 'plain']) {
      expect((await post('/events', plain)).status).toBe(200);
      expect(taken(intake)).toEqual([['/events', undefined, plain, 7]]);
    }
    expect((await post('/events', gzipSync(Buffer.alloc(LARGEST + 1)))).status).toBe(413);
    expect((await post('/events', packed.subarray(0, 15))).status).toBe(400);
    expect(counters.total('k8s_audit_refused_total')).toBe(2);
    expect(intake.memory).toBe(0);
  });

  test.each([
    ['a body over the limit', 413, Buffer.alloc(LARGEST + 1), {}],
    ['one in chunks', 413, Buffer.alloc(LARGEST + 1), { 'transfer-encoding': 'chunked' }],
    [
      'one that expands over it',
      413,
      gzipSync(Buffer.alloc(LARGEST + 1)),
      { 'content-encoding': 'gzip' },
    ],
    ['damaged gzip', 400, gzipSync('x').subarray(0, 12), { 'content-encoding': 'gzip' }],
    ['an encoding that nobody knows', 415, Buffer.from('x'), { 'content-encoding': 'br' }],
    [
      'a name of an encoding that objects have',
      415,
      Buffer.from('x'),
      { 'content-encoding': 'constructor' },
    ],
  ])(
    '%s is refused with %d, counted, and leaves no room taken',
    async (_name, status, body, headers) => {
      const { intake, post, counters } = await started();
      expect((await post('/audit', body, headers)).status).toBe(status);
      expect(counters.total('k8s_audit_refused_total')).toBe(1);
      expect(intake.waiting.bodies).toBe(0);
      expect(intake.memory).toBe(0);
    },
  );

  test('overload is answered with 503 at once, without a word on when to come again', async () => {
    const { intake, post, counters } = await started();
    expect((await post('/audit', Buffer.alloc(LARGEST))).status).toBe(200);
    expect((await post('/audit', Buffer.alloc(LARGEST))).status).toBe(200);
    const refused = await post('/audit', 'one more');
    expect(refused.status).toBe(503);
    expect(refused.headers).not.toHaveProperty('retry-after');
    expect(counters.text()).toContain('k8s_audit_refused_total{reason="overload"} 1\n');
    intake.take();
    intake.done();
    expect((await post('/audit', 'one more')).status).toBe(200);
  });

  test('a burst of ten times the queue: what fits is taken, the rest refused and counted, and memory has a bound', async () => {
    const { intake, post, counters } = await started();
    const count = (10 * CAPACITY) / LARGEST;
    const burst = Array.from({ length: count }, () => post('/audit', Buffer.alloc(LARGEST)));
    const statuses = (await Promise.all(burst)).map(({ status }) => status);
    const fits = Math.floor(CAPACITY / LARGEST);
    expect(statuses.filter((status) => status === 200)).toHaveLength(fits);
    expect(statuses.filter((status) => status === 503)).toHaveLength(count - fits);
    expect(counters.text()).toContain(
      `k8s_audit_refused_total{reason="overload"} ${count - fits}\n`,
    );
    expect(intake.waiting).toMatchObject({ bodies: fits, bytes: fits * LARGEST });
    // Once it was evaluated there is room again, for as many.
    expect(taken(intake)).toHaveLength(fits);
    expect(intake.waiting).toMatchObject({ bodies: 0, bytes: 0 });
    expect((await post('/audit', Buffer.alloc(LARGEST))).status).toBe(200);
  });

  test('a disk that fails is 503, and is said once', async () => {
    class Broken extends MemoryIntake {
      override begin(head: BodyHead, size: number | undefined): Arriving {
        const body = super.begin(head, size)!;
        return { ...body, finish: () => Promise.resolve('cannot write to spool') };
      }
    }
    const broken = new Broken(CAPACITY);
    const { post, warnings } = await started({ intake: broken });
    expect((await post('/audit', 'a')).status).toBe(503);
    expect((await post('/audit', 'a')).status).toBe(503);
    expect(warnings).toEqual([expect.stringContaining('cannot write to spool')]);
  });

  test('a body that its sender may give up is told once a reason', async () => {
    const { post, warnings } = await started({ intake: new MemoryIntake(10) });
    const full = 'a'.repeat(100);
    for (const _ of [1, 2]) {
      await post('/audit', full);
      await post('/audit', 'a'.repeat(LARGEST + 1));
      await post('/audit', full, { 'content-encoding': 'br' });
      await post(`/k8s-audit${'x'.repeat(200)}`, full);
    }
    const more = ' (further ones are counted at /metrics)';
    expect(warnings).toEqual([
      `refused a body from 127.0.0.1: it is too large (--max-event-size)${more}`,
      `refused a body from 127.0.0.1: its content encoding is unknown, or it is none${more}`,
      `refused a body from 127.0.0.1: there is no path /k8s-audit${'x'.repeat(90)}${more}`,
      `refused a body from 127.0.0.1: there is no room for it (--queue-size, with a spool --spool-size)${more}`,
    ]);
  });

  test.each([
    ['', 'half of it', 100],
    ['Content-Encoding: gzip\r\n', gzipSync('half of it').subarray(0, 20), 0],
  ])(
    'a sender that goes away in the middle leaves nothing, but is counted; %j',
    async (header, part, room) => {
      const { port, intake, counters } = await started();
      const begin = vi.spyOn(intake, 'begin');
      const socket = connect(port, '127.0.0.1');
      socket.write(`POST /audit HTTP/1.1\r\nHost: x\r\n${header}Content-Length: 100\r\n\r\n`);
      socket.write(part);
      await expect.poll(() => begin.mock.calls.length).toBe(1);
      // The room is taken as soon as the length is known.
      expect(intake.memory).toBeGreaterThanOrEqual(room);
      socket.destroy();
      await expect
        .poll(() => counters.text())
        .toContain('k8s_audit_refused_total{reason="incomplete"} 1\n');
      expect(intake.waiting.bodies).toBe(0);
      expect(intake.memory).toBe(0);
    },
  );
});

test('/admission: a review with more values than one can have is refused before it is parsed', async () => {
  const { post, counters, intake } = await started({ intake: new MemoryIntake(2 ** 25) });
  const review = (values: string): string =>
    `{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","operation":"CREATE","object":{"a":[${values}1]}}}`;
  const dense = await post('/admission', review('{},'.repeat(1_700_000)));
  expect(dense).toMatchObject({ status: 413, text: 'too large\n' });
  expect(counters.text()).toContain('k8s_audit_refused_total{reason="too large"} 1\n');
  expect(intake.waiting.bodies).toBe(0);
  // One that etcd would take, and room for it is there again.
  const full = await post('/admission', review('{},'.repeat(1_500_000)));
  expect(full.text).toContain('"uid":"u","allowed":true');
});

describe('senders that are slow on purpose are cut off', () => {
  const SLOW = [
    ['headers', 'POST /audit HTTP/1.1\r\nHost: x\r\nX-Slow: ', 'too slow'],
    ['a body', 'POST /audit HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nx', 'incomplete'],
    ['nothing at all', '', 'too slow'],
  ] as const;

  test.each(SLOW)('with %s, though they never end the connection', async (_name, text, reason) => {
    const limits = { headers: 50, request: 50, check: 10, connections: 1 };
    const { port, post, counters, intake } = await started({ limits });
    // Such a sender stays when it is told to go.
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => undefined);
    let answer = '';
    const told = new Promise((resolve) => socket.on('end', resolve).on('close', resolve));
    socket.on('data', (part) => (answer += String(part)));
    socket.write(text);
    await told;
    expect(answer).toMatch(/^(?:HTTP\/1.1 408 Request Timeout\r\n|$)/);
    await expect
      .poll(() => post('/audit', 'x').catch(() => undefined))
      .toMatchObject({ status: 200 });
    expect(counters.text()).toContain(`k8s_audit_refused_total{reason="${reason}"} 1\n`);
    expect(intake.memory).toBe(1);
    socket.destroy();
  });

  test('connections beyond their number are refused and counted', async () => {
    const { port, counters } = await started({ limits: { connections: 1 } });
    const first = connect(port, '127.0.0.1').resume();
    await new Promise((resolve) => first.on('connect', resolve));
    const second = connect(port, '127.0.0.1').resume();
    await new Promise((resolve) => second.on('error', () => undefined).on('close', resolve));
    expect(counters.text()).toContain('k8s_audit_refused_total{reason="connections"} 1\n');
    first.destroy();
  });

  test('what is no HTTP is refused and counted', async () => {
    const { port, counters } = await started();
    const socket = connect(port, '127.0.0.1');
    const ended = new Promise<void>((resolve) => {
      socket.on('error', () => undefined).on('close', () => resolve());
    });
    socket.resume();
    socket.write('\x16\x03\x01 hello\r\n\r\n');
    await ended;
    expect(counters.text()).toContain('k8s_audit_refused_total{reason="no HTTP request"} 1\n');
  });

  test('headers without end are refused', async () => {
    const { post } = await started();
    await expect(post('/audit', 'x', { 'x-large': 'x'.repeat(64 * 1024) })).resolves.toMatchObject({
      status: 400,
    });
  });
});

describe('paths', () => {
  test.each([
    ['GET', '/healthz', 200, 'ok\n'],
    ['GET', '/readyz', 200, 'ok\n'],
    ['GET', '/audit', 405, 'events come by POST\n'],
    ['POST', '/other', 404, expect.stringContaining('no such path')],
  ])('%s %s is %d', async (method, path, status, text) => {
    const { port } = await started();
    expect(await ask(port, { method, path })).toMatchObject({ status, text });
  });

  test('a program that ends is not ready', async () => {
    const { port } = await started({ notReady: () => 'ending' });
    expect(await ask(port, { method: 'GET', path: '/readyz' })).toMatchObject({
      status: 503,
      text: 'ending\n',
    });
  });

  test('a ValidatingWebhook is allowed, and its event is taken; overload only loses the event', async () => {
    const { intake, post, counters, warnings } = await started();
    const request = {
      uid: 'u',
      operation: 'DELETE',
      resource: { group: '', version: 'v1', resource: 'pods' },
      namespace: 'shop',
      name: 'web',
    };
    const review = JSON.stringify({
      kind: 'AdmissionReview',
      apiVersion: 'admission.k8s.io/v1',
      request,
    });
    const allowed = {
      status: 200,
      text: expect.stringContaining('"uid":"u","allowed":true') as string,
    };
    expect(await post('/admission/lab', review)).toMatchObject(allowed);
    await expect.poll(() => intake.waiting.bodies).toBe(1);
    expect(taken(intake)).toEqual([
      ['/admission/lab', 'lab', expect.stringContaining('"verb":"delete"'), 7],
    ]);
    expect(intake.begin({ file: '/audit', cluster: undefined, at: 0 }, CAPACITY)).toBeDefined();
    expect(await post('/admission', review)).toMatchObject(allowed);
    await expect.poll(() => counters.total('k8s_audit_refused_total')).toBe(1);
    // Nobody sends it again: the user has an answer.
    expect(warnings).toEqual([expect.stringContaining('there is no room for it')]);
    expect(await post('/admission', 'no JSON')).toMatchObject({
      status: 200,
      text: expect.stringContaining('"allowed":true') as string,
    });
  });
});

test('/admission: what is no review is one problem, however many lines it has', async () => {
  const { intake, post } = await started();
  expect(await post('/admission/lab', '1\n'.repeat(20))).toMatchObject({ status: 200 });
  await expect.poll(() => intake.waiting.bodies).toBe(1);
  const text = '{"message":"no AdmissionReview","bytes":40}';
  expect(taken(intake)).toEqual([['/admission/lab', 'lab', text, 7]]);
});

describe('who may send', () => {
  const files = certificates();
  const server = files.issue('server');
  const client = files.issue('client');
  const strange = certificates().issue('client');
  const ca = join(files.dir, 'ca.crt');
  const tokenFile = join(folder({ token: 'secret-token\n' }), 'token');
  const pem = ({ cert, key }: typeof client): { cert: string; key: string } => ({
    cert: readFileSync(cert, 'utf8'),
    key: readFileSync(key, 'utf8'),
  });
  const written = (text: string): string => join(folder({ file: text }), 'file');
  const agent = (rest: object = {}): Agent => new Agent({ ca: files.ca, ...rest });
  const keys = (rest: object = {}): Keys =>
    readKeys({ cert: undefined, key: undefined, clientCa: undefined, token: undefined, ...rest });

  test.each([
    ['no token', {}],
    ['wrong token', { authorization: 'Bearer secret-toke' }],
    ['wrong token', { authorization: 'Bearer secret-token2' }],
    ['no token', { authorization: 'Basic secret-token' }],
  ])('%s', async (reason, headers) => {
    const { post, counters, warnings, port, intake } = await started({
      keys: keys({ token: tokenFile }),
    });
    expect(await post('/audit', 'x', headers)).toMatchObject({
      status: 401,
      text: `${reason}\n`,
    });
    await post('/audit', 'x', headers);
    expect(counters.text()).toContain(`k8s_audit_refused_total{reason="${reason}"} 2\n`);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).not.toContain('secret');
    expect(intake.waiting.bodies).toBe(0);
    expect((await ask(port, { method: 'GET', path: '/metrics' })).status).toBe(401);
    expect((await ask(port, { method: 'GET', path: '/healthz' })).status).toBe(200);
    expect((await post('/audit', 'x', { authorization: 'Bearer secret-token' })).status).toBe(200);
  });

  test.each([
    [false, 401],
    [true, 200],
  ])('/admission alone may be open: %s', async (openAdmission, status) => {
    const { post, intake } = await started({ keys: keys({ token: tokenFile }), openAdmission });
    expect((await post('/admission', '{}')).status).toBe(status);
    expect((await post('/admission/lab', '{}')).status).toBe(status);
    expect(intake.waiting.bodies).toBe(openAdmission ? 2 : 0);
    for (const path of ['/audit', '/events', '/metrics'])
      expect((await post(path, '{}')).status).toBe(401);
  });

  test('who connects and never begins TLS is cut off', async () => {
    const { port, counters } = await started({ keys: keys(server), limits: { headers: 50 } });
    const socket = connect(port, '127.0.0.1').resume();
    await new Promise((resolve) => {
      socket.on('error', () => undefined).on('close', resolve);
    });
    expect(counters.text()).toContain('k8s_audit_refused_total{reason="TLS handshake"} 1\n');
    expect(counters.total('k8s_audit_refused_total')).toBe(1);
  });

  test('who connects and never begins TLS does not hold up the end', async () => {
    const { port, receiver } = await started({
      keys: keys(server),
      limits: { headers: 2 ** 30, request: 2 ** 30 },
    });
    const socket = connect(port, '127.0.0.1');
    const closed = new Promise((resolve) => {
      socket.on('error', () => undefined).on('close', resolve);
    });
    await new Promise((resolve) => {
      socket.resume().on('connect', resolve);
    });
    // It is taken once another one is answered.
    await ask(port, { method: 'GET', path: '/healthz', agent: agent() });
    const [ended] = await Promise.all([receiver.close(20).then(() => 'ended'), closed]);
    expect(ended).toBe('ended');
  });

  test('why a TLS handshake fails is told once a reason; nothing of who says nothing', async () => {
    const { port, warnings, counters } = await started({ keys: keys(server) });
    const alert = Buffer.from([21, 3, 3, 0, 2, 2, 48]);
    for (const [index, bytes] of [alert, alert, 'GET / HTTP/1.1\r\n\r\n', ''].entries()) {
      const socket = connect(port, '127.0.0.1')
        .on('error', () => undefined)
        .resume();
      socket.end(bytes);
      await expect.poll(() => counters.total('k8s_audit_refused_total')).toBe(index + 1);
    }
    const more = '(further ones are counted at /metrics)';
    expect(warnings.map((text) => text.replace(/with \S+:/, 'with HOST:'))).toEqual([
      `refused a TLS handshake with HOST: unexpected message ${more}`,
      `refused a TLS handshake with HOST: http request ${more}`,
    ]);
  });

  test('a client certificate of the authority', async () => {
    const { port, counters, warnings } = await started({ keys: keys({ ...server, clientCa: ca }) });
    const post = (rest: object, path = '/audit'): Promise<Answer> =>
      ask(port, { path, method: path === '/audit' ? 'POST' : 'GET', agent: agent(rest) });
    expect(await post({})).toMatchObject({ status: 401, text: 'no client certificate\n' });
    expect(await post(pem(strange))).toMatchObject({
      status: 401,
      text: 'wrong client certificate\n',
    });
    await post(pem(strange));
    expect(warnings).toEqual([
      expect.stringMatching(/: no client certificate \(further/),
      expect.stringMatching(
        /: wrong client certificate \(unable to verify leaf signature\) \(further/,
      ),
    ]);
    expect(await post(pem(client))).toMatchObject({ status: 200 });
    expect(await post({}, '/healthz')).toMatchObject({ status: 200 });
    expect(counters.total('k8s_audit_refused_total')).toBe(3);
  });

  test('a certificate that has expired, or does not count yet, is told of', () => {
    const now = Date.now();
    const years = 365 * 86_400_000;
    const dates = datesOf(keys(server))!;
    const fault = (at: number): string | undefined => datesFault(dates, at);
    expect(fault(now)).toBeUndefined();
    expect(fault(now + 20 * years)).toMatch(/^the certificate has expired on 20\d\d-\d\d-\d\d$/);
    expect(fault(now - years)).toMatch(/^the certificate counts from 20\d\d-\d\d-\d\d on only$/);
    expect(datesOf(keys())).toBeUndefined();
  });

  test('another certificate and token are used from then on', async () => {
    const next = certificates();
    const { port, receiver } = await started({ keys: keys({ ...server, token: tokenFile }) });
    const headers = { authorization: 'Bearer secret-token' };
    expect((await ask(port, { path: '/audit', headers, agent: agent() })).status).toBe(200);
    const other = join(folder({ token: 'another' }), 'token');
    receiver.use(keys({ ...next.issue('server'), token: other }));
    await expect(ask(port, { path: '/audit', headers, agent: agent() })).rejects.toThrow(
      /certificate/,
    );
    const trusting = new Agent({ ca: next.ca });
    expect((await ask(port, { path: '/audit', headers, agent: trusting })).status).toBe(401);
    expect(
      (
        await ask(port, {
          path: '/audit',
          headers: { authorization: 'Bearer another' },
          agent: trusting,
        })
      ).status,
    ).toBe(200);
  });

  test.each([
    ['a key alone', { key: server.key }, '--tls-cert and --tls-key belong together'],
    [
      'files that are missing',
      { ...server, cert: '/nowhere' },
      'cannot read certificate /nowhere: no such file',
    ],
    ['a key of another certificate', { cert: server.cert, key: client.key }, 'cannot be used'],
    ['an empty certificate', { ...server, cert: written('') }, 'it holds no certificate in PEM'],
    ['an empty key', { ...server, key: written('') }, 'cannot be used: it is empty'],
    [
      'an empty client CA, with which those of the system would be trusted',
      { ...server, clientCa: written('') },
      'it holds no certificate in PEM',
    ],
    [
      'a client CA of which a part is there',
      { ...server, clientCa: written(files.ca + files.ca.slice(0, 300)) },
      'its certificate 2 is broken, or there in part',
    ],
    ['a token of several words', { token: server.cert }, 'a token is one word'],
  ])('%s is refused', (_name, paths, message) => {
    expect(() => keys(paths)).toThrow(message);
  });

  test('of several tokens each will do, so that one can be exchanged', async () => {
    const both = join(folder({ token: '\n secret-token \r\nnext\n\n' }), 'token');
    const { post } = await started({ keys: keys({ token: both }) });
    const status = async (token: string): Promise<number> =>
      (await post('/audit', 'x', { authorization: `Bearer ${token}` })).status;
    expect(await status('secret-token')).toBe(200);
    expect(await status('next')).toBe(200);
    expect(await status('secret-tokennext')).toBe(401);
    expect(await status('nex')).toBe(401);
  });

  test('an empty token would let everybody in', () => {
    writeFileSync(join(files.dir, 'empty'), '\n');
    expect(() => keys({ token: join(files.dir, 'empty') })).toThrow('a token is one word');
  });
});

test('a port that is taken is said in one line', async () => {
  const { port, counters, intake } = await started();
  const second = new Receiver({
    address: { host: '127.0.0.1', port },
    keys: { tls: undefined, tokens: undefined },
    limits: { ...RECEIVER_LIMITS, largestBody: 1 },
    intake,
    counters,
    metrics: () => '',
    notReady: () => undefined,
    warn: () => undefined,
    now: () => 0,
  });
  await expect(second.listen()).rejects.toThrow(
    `cannot listen on 127.0.0.1:${port}: the address is in use`,
  );
});
