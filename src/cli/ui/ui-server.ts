// Room cli/ui: a page on this machine that asks about logs and tries changes of rules: who is answered, what is answered.
// Door: ui-server.ts and ui-routes.ts; open-browser.ts shows the page.
// Neighbours: asks through queries; the command of its name starts it. The page itself is page/live.
// Inside: ui-access.ts decides who is answered, ui-routes.ts what; both know nothing of sockets. ui-changes.ts tries and writes
// changes: change.ts reads them, changed-files.ts makes files of them (known-findings-change.ts the baseline),
// finding-counts.ts tells what they do, rules-files.ts has the rules that a user may edit,
// tests-of-rules.ts their tests.

import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { errorText } from '../../io/error-text.ts';
import { KnownError } from '../../util/errors.ts';
import { errorLines } from '../queries/page-json.ts';
import { cookieName, verdictOn } from './ui-access.ts';
import type { UiRoutes } from './ui-routes.ts';

/** Bytes of a question at most. */
const LONGEST_QUESTION = 1024 * 1024;
/** Milliseconds for a request to come in. */
const REQUEST_TIME = 15_000;
/** Milliseconds for which an address holds that one browser may use. */
const ONCE_TIME = 60_000;
/** Connections at a time: a browser opens six. */
const MOST_CONNECTIONS = 32;

/** What all addresses begin with that have to do with changes. */
const CHANGING = '/change/';

/** Nothing of the page may come from elsewhere, be sent elsewhere, or be shown inside another page. */
const HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
};
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; " +
  "form-action 'none'; frame-ancestors 'none'";
/** A case file has a policy of its own, which names its script by its hash. */
const CASE_POLICY = "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** A server on the loopback address that answers whoever knows its token. */
export class UiServer {
  readonly #routes: UiRoutes;
  readonly #token = randomBytes(24).toString('base64url');
  readonly #server: Server;
  readonly #stopped = new AbortController();
  #port = 0;
  #once: string | undefined;

  constructor(routes: UiRoutes) {
    this.#routes = routes;
    this.#server = createServer(
      { headersTimeout: REQUEST_TIME, requestTimeout: REQUEST_TIME },
      (request, response) => void this.#answer(request, response),
    );
    this.#server.maxConnections = MOST_CONNECTIONS;
    this.#server.on('clientError', (_error, socket: Socket) => {
      if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    });
  }

  /** Starts on a port that is free. @returns the address to open. @throws KnownError when it cannot listen */
  async listen(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error) =>
        reject(new KnownError('input', `cannot listen on 127.0.0.1: ${errorText(error)}`)),
      );
      this.#server.listen({ host: '127.0.0.1', port: 0 }, resolve);
    });
    this.#port = (this.#server.address() as AddressInfo).port;
    return `http://127.0.0.1:${this.#port}/?token=${this.#token}`;
  }

  /** An address for one browser, soon: other users may see how programs are started. */
  addressOnce(): string {
    const once = randomBytes(24).toString('base64url');
    this.#once = once;
    setTimeout(() => {
      if (this.#once === once) this.#once = undefined;
    }, ONCE_TIME).unref();
    return `http://127.0.0.1:${this.#port}/?token=${once}`;
  }

  /** Ends, and with it what is being answered. */
  async close(): Promise<void> {
    this.#stopped.abort();
    const ended = new Promise<void>((resolve) => void this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await ended;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => undefined);
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    response.setHeader('content-security-policy', POLICY);
    const { headers, method = '' } = request;
    const address = addressOf(request.url ?? '/');
    if (address === undefined) return plain(response, 400, 'no address');
    const verdict = verdictOn(
      {
        host: headers.host,
        origin: headers.origin,
        site: one(headers['sec-fetch-site']),
        cookie: headers.cookie,
        token: address.searchParams.get('token') ?? undefined,
        writes: address.pathname.startsWith(CHANGING),
      },
      this.#port,
      { token: this.#token, once: this.#once },
    );
    if (!verdict.pass) return plain(response, verdict.status, verdict.reason);
    if (verdict.enter !== undefined) {
      if (verdict.enter === 'once') this.#once = undefined;
      const cookie = `${cookieName(this.#port)}=${this.#token}; HttpOnly; SameSite=Strict; Path=/`;
      response.writeHead(303, { location: '/', 'set-cookie': cookie }).end();
      return;
    }
    const gone = new AbortController();
    const stop = (): void => gone.abort();
    response.on('close', stop);
    this.#stopped.signal.addEventListener('abort', stop, { once: true });
    try {
      await this.#route(method, address, request, response, gone.signal);
    } catch (error) {
      plain(response, error instanceof KnownError ? 400 : 500, errorLines(error));
    } finally {
      this.#stopped.signal.removeEventListener('abort', stop);
    }
  }

  async #route(
    method: string,
    { pathname, searchParams }: URL,
    request: IncomingMessage,
    response: ServerResponse,
    signal: AbortSignal,
  ): Promise<void> {
    const key = `${method} ${pathname}`;
    const asset = this.#routes.asset(key);
    if (asset !== undefined) return whole(response, asset.type, asset.text);
    if (key === 'POST /ask' || key.startsWith(`POST ${CHANGING}`)) {
      // A form of another site cannot send this type.
      if (one(request.headers['content-type']) !== 'application/json') {
        return plain(response, 415, 'send JSON');
      }
      const question = await bodyOf(request);
      const answer =
        pathname === '/ask'
          ? await this.#routes.ask(question, signal)
          : await this.#routes.change(pathname.slice(CHANGING.length), question, signal);
      if (answer === undefined) return plain(response, 404, 'no such page');
      return whole(response, 'application/json', answer);
    }
    if (key === 'GET /case') {
      response.setHeader('content-security-policy', CASE_POLICY);
      response.setHeader('content-type', 'text/html; charset=utf-8');
      await this.#routes.caseFile(writerOf(response), signal);
      response.end();
      return;
    }
    if (key === 'GET /follow') {
      response.setHeader('content-type', 'text/event-stream');
      const given = Object.fromEntries(searchParams);
      await this.#routes.follow(given, writerOf(response), signal);
      response.end();
      return;
    }
    plain(response, 404, 'no such page');
  }
}

function addressOf(url: string): URL | undefined {
  try {
    return new URL(url, 'http://127.0.0.1');
  } catch {
    return undefined;
  }
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function plain(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) return void response.destroy();
  response.statusCode = status;
  response.setHeader('connection', 'close');
  whole(response, 'text/plain; charset=utf-8', `${text}\n`);
}

function whole(response: ServerResponse, type: string, text: string): void {
  response.setHeader('content-type', type);
  response.end(text);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > LONGEST_QUESTION) throw new KnownError('usage', 'the question is too long');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Writes to a browser as fast as it reads. */
function writerOf(response: ServerResponse): {
  write(text: string): void;
  drained(): Promise<void>;
} {
  return {
    write: (text) => void (response.destroyed || response.write(text)),
    drained() {
      if (response.destroyed || !response.writableNeedDrain) return Promise.resolve();
      return new Promise((resolve) => {
        const done = (): void => {
          response.off('drain', done);
          response.off('close', done);
          resolve();
        };
        response.on('drain', done);
        response.on('close', done);
      });
    },
  };
}
