import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { createServer as createHttp, request, type IncomingMessage } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { connect, type AddressInfo, type Server } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { proxyOf } from '../../src/sinks/proxy.ts';
import { readSpec } from '../../src/sinks/sink-spec.ts';
import type { Outcome } from '../../src/sinks/sink.ts';
import { certificates } from '../serve/certificates.ts';
import { alert, alertLine } from './alerts.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

describe('the proxy of a URL', () => {
  const HTTP = 'http://web:1';
  const HTTPS = 'http://secure:2';
  const env = { HTTP_PROXY: HTTP, HTTPS_PROXY: HTTPS };

  test.each([
    ['http://a.example/', env, 'web:1'],
    ['https://a.example/', env, 'secure:2'],
    ['https://a.example/', { http_proxy: HTTP }, undefined],
    ['https://a.example/', { https_proxy: 'secure:2' }, 'secure:2'],
    ['https://a.example/', { HTTPS_PROXY: '', https_proxy: HTTPS }, 'secure:2'],
    ['https://a.example/', {}, undefined],
    ['http://localhost:9/', env, undefined],
    ['http://127.3.2.1/', env, undefined],
    ['http://[::1]/', env, undefined],
  ])('%s with %j', (url, given, host) => {
    expect(proxyOf(new URL(url), given)?.host).toBe(host);
  });

  test.each([
    ['a.example', 'https://a.example/', true],
    ['example', 'https://a.example/', true],
    ['ample', 'https://a.example/', false],
    ['.example', 'https://A.EXAMPLE/', true],
    ['*.example', 'https://a.example/', true],
    ['.a.example', 'https://a.example/', false],
    ['x, ,a.example y', 'https://a.example/', true],
    ['a.example:443', 'https://a.example/', true],
    ['a.example:8443', 'https://a.example/', false],
    ['a.example:8443', 'https://a.example:8443/', true],
    ['*', 'https://a.example/', true],
    ['10.0.0.0/8', 'https://10.1.2.3/', true],
    ['10.0.0.0/8', 'https://11.1.2.3/', false],
    ['10.0.0.0/8', 'https://10.example/', false],
    ['10.0.0.0/99', 'https://10.1.2.3/', false],
    ['10.1.2.3', 'https://10.1.2.3/', true],
    ['10.1.2.3:1', 'https://10.1.2.3/', false],
    ['fd00::/8', 'https://[fd00::5]/', true],
    ['fd00:0::5', 'https://[fd00::5]/', true],
    ['[fd00::5]:443', 'https://[fd00::5]/', true],
    ['fd00::/8', 'https://[fe80::5]/', false],
    ['', 'https://a.example/', false],
  ])('NO_PROXY=%s and %s: %s', (except, url, isDirect) => {
    expect(proxyOf(new URL(url), { ...env, NO_PROXY: except }) === undefined).toBe(isDirect);
  });

  test('one that is not understood is refused, and not shown', () => {
    for (const text of ['socks5://user:secret@a:1', 'http://'])
      expect(() => proxyOf(new URL('https://a/'), { HTTPS_PROXY: text })).toThrow(
        /^the variable HTTPS_PROXY names no proxy that is understood$/,
      );
  });
});

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

describe('through a proxy', () => {
  const files = certificates();
  const issued = files.issue('target');
  const keys = { cert: readFileSync(issued.cert), key: readFileSync(issued.key) };

  /** A proxy that finds every host on this machine, and what it was asked. */
  async function proxy(status = 200): Promise<{ port: number; asked: string[] }> {
    const asked: string[] = [];
    const note = ({ method, url, headers }: IncomingMessage): void => {
      asked.push(`${method} ${url} ${headers.host} ${headers['proxy-authorization'] ?? 'nobody'}`);
    };
    const server = createHttp((incoming, response) => {
      note(incoming);
      const { port, pathname } = new URL(incoming.url!);
      const onward = request(
        { host: '127.0.0.1', port, path: pathname, method: 'POST' },
        (answer) => {
          response.writeHead(answer.statusCode!);
          answer.pipe(response);
        },
      );
      incoming.pipe(onward);
    });
    server.on('connect', (incoming, socket) => {
      note(incoming);
      socket.on('error', () => undefined);
      if (status !== 200) return void socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      const onward = connect(Number(incoming.url!.split(':')[1]), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(onward).pipe(socket);
      });
      onward.on('error', () => undefined);
    });
    return { port: await listening(server), asked };
  }

  async function target(server: Server): Promise<{ port: number; bodies: string[] }> {
    const bodies: string[] = [];
    server.on('request', (incoming: IncomingMessage, response: { end(): void }) => {
      incoming.on('data', (part) => bodies.push(String(part))).on('end', () => response.end());
    });
    return { port: await listening(server), bodies };
  }

  function send(to: string, env: Record<string, string>, ca?: string): Promise<Outcome> {
    const readers = { env: { ...env, URL: to }, duration: () => undefined, size: () => undefined };
    const spec = readSpec(`http=env:URL${ca === undefined ? '' : `,ca=${ca}`}`, readers);
    return spec.kind
      .open(spec.target, { hostname: 'n', write: () => undefined, now: () => Date.now() })
      .send([alert()]);
  }

  test('HTTP', async () => {
    const { port, bodies } = await target(createHttp());
    const between = await proxy();
    const env = { HTTP_PROXY: `http://user:pass%20word@127.0.0.1:${between.port}` };
    expect(await send(`http://a.example:${port}/x`, env)).toEqual({ refused: 0 });
    const who = `Basic ${Buffer.from('user:pass word').toString('base64')}`;
    expect(between.asked).toEqual([`POST http://a.example:${port}/x a.example:${port} ${who}`]);
    expect(bodies).toEqual([alertLine()]);
  });

  test('HTTPS, whose certificate is that of the host', async () => {
    const { port, bodies } = await target(createHttps(keys));
    const between = await proxy();
    // The certificate names this machine.
    const env = { HTTPS_PROXY: `127.0.0.1:${between.port}` };
    const ca = `${files.dir}/ca.crt`;
    await expect(send(`https://a.example:${port}/x`, env, ca)).rejects.toThrow(/^proxy .*altnames/);
    await expect(send(`https://a.example:${port}/x`, env)).rejects.toThrow(/^proxy .*certificate/);
    const named = files.issue('a.example', 'DNS:a.example');
    const other = { cert: readFileSync(named.cert), key: readFileSync(named.key) };
    const right = await target(createHttps(other));
    expect(await send(`https://a.example:${right.port}/x`, env, ca)).toEqual({ refused: 0 });
    expect(between.asked.at(-1)).toBe(
      `CONNECT a.example:${right.port} a.example:${right.port} nobody`,
    );
    expect([bodies, right.bodies]).toEqual([[], [alertLine()]]);
  });

  test('that lets nobody through, or is not there, it says so', async () => {
    const { port } = await proxy(407);
    const env = { HTTPS_PROXY: `http://user:secret@127.0.0.1:${port}` };
    await expect(send('https://a.example/', env)).rejects.toThrow(
      `proxy 127.0.0.1:${port}: HTTP 407`,
    );
    const none = { HTTPS_PROXY: 'http://127.0.0.1:1' };
    await expect(send('https://a.example/', none)).rejects.toThrow(
      /^proxy 127.0.0.1:1: connect ECONNREFUSED/,
    );
  });
});
