// Room serve: receives events over HTTP and HTTPS, and holds them until they are evaluated; nothing of them is lost.
// Door: receiver.ts (the server), intake.ts (what is held), body-source.ts (where its bytes are), memory-intake.ts, counters.ts, listen.ts, key-files.ts; room spool keeps bodies on the disk.
// Neighbours: uses util and json; cli/serve evaluates what it holds, with the engine of a scan.
// Inside: routes.ts and admission.ts are pure; read-body.ts has the bounds of one body, arriving-parts.ts where its bytes
// go while they come, access.ts who may send it, create-server.ts how long it may take, connections.ts the end of all.

import { Buffer } from 'node:buffer';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { errorText } from '../io/error-text.ts';
import { KnownError } from '../util/errors.ts';
import { faultOf, refusalOf } from './access.ts';
import { admit, isOverfull, noReview } from './admission.ts';
import { Connections } from './connections.ts';
import { createServer } from './create-server.ts';
import { Room, type Arriving } from './intake.ts';
import type { Keys } from './key-files.ts';
import { shown, type ListenAddress } from './listen.ts';
import type { ReceiverOptions } from './receiver-options.ts';
import { cutOff, send } from './send.ts';
import { announcedBody, OVERLOAD, readWhole, TOO_LARGE, type BodyRefusal } from './read-body.ts';
import { fromOf, refusedBody, startCounting, type Refusal } from './refusals.ts';
import { routeOf, type TakingRoute } from './routes.ts';

/** Bytes of AdmissionReviews on their way in: an object has 3 MiB at most, and comes with the one before. */
const ADMISSION_ROOM = 64 * 1024 * 1024;
const LARGEST_ADMISSION = 16 * 1024 * 1024;

/** A fault of a TLS handshake; OpenSSL gives a reason, as that the other side does not know the authority. */
type TlsFault = Error & { readonly reason?: string };

/** A server that takes events. */
export class Receiver {
  readonly #options: ReceiverOptions;
  readonly #server: Server | HttpsServer;
  readonly #connections: Connections;
  readonly #admissions = new Room(ADMISSION_ROOM);
  readonly #warned = new Set<string>();
  /** Connections on which a body is coming. */
  readonly #reading = new WeakSet<Socket>();
  #keys: Keys;

  constructor(options: ReceiverOptions) {
    const { keys, limits } = options;
    this.#options = options;
    this.#keys = keys;
    startCounting(options.counters);
    this.#server = createServer(keys, limits, (request, response) => {
      void this.#answer(request, response);
    });
    this.#connections = new Connections(this.#server);
    this.#server.maxConnections = limits.connections;
    this.#server.on('drop', () => this.#refuse('connections'));
    // Before Node's own listener, which leaves a socket open whose time is over, and tells it as a `clientError` too.
    this.#server.prependListener('tlsClientError', (error: TlsFault, socket: TLSSocket) => {
      this.#refuse('TLS handshake');
      // As of an API server that does not know the authority of the certificate; who goes away is none of our business.
      if (error.reason !== undefined)
        this.#tellOnce(
          `refused a TLS handshake with ${fromOf(socket)}: ${error.reason}`,
          error.reason,
        );
      socket.destroy();
    });
    this.#server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
      if (socket.destroyed) return;
      const isLate = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
      // A body that does not come to its end is counted by who reads it.
      if (!this.#reading.has(socket)) this.#refuse(isLate ? 'too slow' : 'no HTTP request');
      cutOff(socket, isLate ? '408 Request Timeout' : '400 Bad Request');
    });
  }

  /** Starts. @returns the address with the port that was taken. @throws KnownError when it cannot listen */
  async listen(): Promise<ListenAddress> {
    const { address } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error) => {
        reject(new KnownError('input', `cannot listen on ${shown(address)}: ${errorText(error)}`));
      });
      this.#server.listen({ host: address.host, port: address.port }, resolve);
    });
    const { port } = this.#server.address() as AddressInfo;
    return { ...address, port };
  }

  /** Uses other keys from now on; those who are connected stay. */
  use(keys: Keys): void {
    this.#keys = keys;
    if (keys.tls !== undefined && 'setSecureContext' in this.#server) {
      this.#server.setSecureContext({ ...keys.tls, minVersion: 'TLSv1.2' });
    }
  }

  /** Ends: requests that are being sent are answered, for so many milliseconds. */
  async close(patience: number): Promise<void> {
    await this.#connections.end(patience);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Who goes away in the middle of an answer is none of our business.
    response.on('error', () => undefined);
    const route = routeOf(request.url ?? '');
    if (route === undefined) {
      this.#refuse('unknown path', request.method === 'POST' ? request : undefined);
      return send(
        response,
        404,
        'no such path: /audit, /audit/CLUSTER, /admission, /events, /healthz, /readyz, /metrics\n',
      );
    }
    if (route.kind === 'health') return send(response, 200, 'ok\n');
    if (route.kind === 'ready') {
      const why = this.#options.notReady();
      return send(response, why === undefined ? 200 : 503, `${why ?? 'ok'}\n`);
    }
    const isOpen = route.kind === 'admission' && this.#options.openAdmission === true;
    if (!isOpen && this.#isRefused(request, response)) return;
    if (!('file' in route)) {
      return send(
        response,
        200,
        this.#options.metrics(),
        'text/plain; version=0.0.4; charset=utf-8',
      );
    }
    if (request.method !== 'POST') {
      this.#refuse('method');
      response.setHeader('allow', 'POST');
      return send(response, 405, 'events come by POST\n');
    }
    const { socket } = request;
    this.#reading.add(socket);
    if (route.kind === 'admission') await this.#admission(request, response, route);
    else await this.#events(request, response, route);
    this.#reading.delete(socket);
  }

  #isRefused(request: IncomingMessage, response: ServerResponse): boolean {
    const { tls, tokens } = this.#keys;
    const refusal = refusalOf(request, {
      tokens,
      certificate: tls?.ca !== undefined,
    });
    if (refusal === undefined) return false;
    this.#refuse(refusal);
    const isToken = refusal === 'no token' || refusal === 'wrong token';
    if (isToken) response.setHeader('www-authenticate', 'Bearer');
    const isPlain = refusal === 'no token' && tls === undefined;
    const why = isPlain ? '; the API server sends none over plain HTTP' : faultOf(refusal, request);
    this.#tellOnce(
      `refused a request from ${fromOf(request.socket)}: ${refusal}${why}`,
      refusal + why,
    );
    send(response, 401, `${refusal}\n`);
    return true;
  }

  async #events(
    request: IncomingMessage,
    response: ServerResponse,
    { file, cluster, kind }: TakingRoute,
  ): Promise<void> {
    const { intake, limits, now } = this.#options;
    const announced = await announcedBody(request, limits.largestBody, kind === 'events');
    if ('reason' in announced) return this.#refuseBody(response, announced);
    const body = intake.begin({ file, cluster, at: now() }, announced.size);
    if (body === undefined) return this.#refuseBody(response, OVERLOAD);
    let size = 0;
    const refusal = await announced.read((bytes) => {
      size += bytes.length;
      return body.write(bytes);
    });
    if (refusal !== undefined) {
      await body.drop();
      return this.#refuseBody(response, refusal);
    }
    const why = await this.#finish(body, size, kind);
    if (why !== undefined) return send(response, 503, `${why}\n`);
    send(response, 200, '{}\n', 'application/json');
  }

  async #admission(
    request: IncomingMessage,
    response: ServerResponse,
    { file, cluster, kind }: TakingRoute,
  ): Promise<void> {
    const { intake, now } = this.#options;
    const announced = await announcedBody(request, LARGEST_ADMISSION, false);
    if ('reason' in announced) return this.#refuseBody(response, announced);
    const whole = await readWhole(announced, this.#admissions);
    if (!('bytes' in whole)) return this.#refuseBody(response, whole);
    const { bytes } = whole;
    if (isOverfull(bytes)) {
      this.#admissions.release(bytes.length);
      return this.#refuseBody(response, TOO_LARGE);
    }
    const { answer, event } = admit(bytes.toString('utf8'), now());
    this.#admissions.release(bytes.length);
    // The user waits: what becomes of the event is not waited for.
    send(response, 200, `${answer}\n`, 'application/json');
    const taken = Buffer.from(event ?? noReview(bytes.length));
    const body = intake.begin({ file, cluster, at: now() }, taken.length);
    if (body === undefined) return this.#refuse(OVERLOAD.reason, request);
    await body.write(taken);
    await this.#finish(body, taken.length, kind);
  }

  /** Tells what is refused, of each kind once. */
  #tellOnce(text: string, kind: string): void {
    if (this.#warned.has(kind)) return;
    this.#warned.add(kind);
    this.#options.warn(`${text} (further ones are counted at /metrics)`);
  }

  /** @returns why it was not taken */
  async #finish(body: Arriving, size: number, kind: string): Promise<string | undefined> {
    const { counters, warn } = this.#options;
    const why = await body.finish();
    if (why === undefined) {
      counters.add('k8s_audit_bodies_total', 1, `/${kind}`);
      counters.add('k8s_audit_body_bytes_total', size, `/${kind}`);
      return undefined;
    }
    this.#refuse('spool');
    if (!this.#warned.has(why)) {
      this.#warned.add(why);
      warn(`${why} (requests are answered with 503; further ones are counted at /metrics)`);
    }
    return why;
  }

  #refuseBody(response: ServerResponse, { status, reason }: BodyRefusal): void {
    this.#refuse(reason, response.req);
    send(response, status, `${reason}\n`);
  }

  /** Counts what is refused, and tells of a body that its sender may not send again. */
  #refuse(reason: Refusal, body?: IncomingMessage): void {
    this.#options.counters.add('k8s_audit_refused_total', 1, reason);
    const told = body && refusedBody(reason, body);
    if (told !== undefined) this.#tellOnce(told, reason);
  }
}
