import { Buffer } from 'node:buffer';
import { request as httpRequest, type ClientRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { faultText } from './fault-text.ts';
import { bareHost } from './proxy.ts';

/** What a request is like, wherever it goes. */
interface Sending {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds without progress. */
  readonly timeout: number;
}

/** Where a request goes, and which way. */
interface Destination {
  readonly url: URL;
  /** Certificates of the authorities that are trusted, in PEM; undefined for the usual ones. */
  readonly ca: string | undefined;
  readonly proxy: URL | undefined;
}

/** Starts a request, whose body is still to be written. HTTPS goes through a proxy in a tunnel: it sees the name of the host alone. */
export function startRequest({ url, ca, proxy }: Destination, sending: Sending): ClientRequest {
  if (proxy === undefined) return requester(url)(url, { ...sending, ca });
  const { method, headers, timeout } = sending;
  if (url.protocol === 'http:') {
    const all = { ...headers, ...credentialsOf(proxy), host: url.host };
    return toProxy(proxy, { method, timeout, path: url.href, headers: all });
  }
  return httpRequest({
    method,
    timeout,
    path: `${url.pathname}${url.search}`,
    headers: { ...headers, host: url.host },
    createConnection: (_options, done) => {
      const fail = (error: Error): void => {
        done(new Error(`proxy ${proxy.host}: ${faultText(error)}`), undefined as never);
      };
      tunnel({ proxy, url, timeout, ca }, (socket) => done(null, socket), fail);
      return undefined;
    },
  });
}

/** What starts a request by the scheme of its URL. */
function requester({ protocol }: URL): typeof httpsRequest {
  return protocol === 'https:' ? httpsRequest : httpRequest;
}

interface Way extends Destination {
  readonly proxy: URL;
  /** Milliseconds without progress. */
  readonly timeout: number;
}

/** Makes a connection by TLS with a host, through a proxy. One of the two is called once; `fail` may be more often. */
function tunnel(
  { proxy, url, timeout, ca }: Way,
  made: (socket: TLSSocket) => void,
  fail: (error: Error) => void,
): void {
  const host = bareHost(url);
  const path = `${url.hostname}:${url.port || '443'}`;
  const headers = { host: path, ...credentialsOf(proxy) };
  const asked = toProxy(proxy, { method: 'CONNECT', path, headers, timeout, agent: false });
  asked.on('timeout', () => asked.destroy(new Error('no answer')));
  asked.on('error', fail);
  asked.on('connect', ({ statusCode = 0 }, socket: Socket) => {
    if (statusCode < 200 || statusCode >= 300) {
      socket.destroy();
      fail(new Error(`HTTP ${statusCode}`));
      return;
    }
    const secure = connectTls({ socket, host, ca, servername: isIP(host) === 0 ? host : '' });
    secure.setTimeout(timeout, () => secure.destroy(new Error('no answer')));
    secure.once('error', fail).once('secureConnect', () => {
      secure.off('error', fail);
      secure.setTimeout(0);
      made(secure);
    });
  });
  asked.end();
}

function toProxy(proxy: URL, options: RequestOptions): ClientRequest {
  const port = proxy.port || (proxy.protocol === 'https:' ? 443 : 80);
  return requester(proxy)({ ...options, host: bareHost(proxy), port });
}

function credentialsOf({ username, password }: URL): Record<string, string> {
  if (username === '') return {};
  const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(text).toString('base64')}` };
}
