import { request } from 'node:http';

/** What the API server does with its audit events, as measured on a real one; only its waits are left to the test. */
export interface ApiServerOptions {
  /** URL of the receiver, with the path. */
  readonly url: () => URL;
  /** Waits before the next try of a batch, which was tried so many times. */
  readonly wait: (tries: number) => Promise<void>;
  /** Batches that are sent at a time. */
  readonly parallel?: number;
}

/** Times that the API server sends a batch before it gives up. */
const TRIES = 5;

/** Sends batches as the audit webhook of the API server does. */
export class ApiServer {
  /** Batches that it gave up: their events are lost, and were to stand in its own log. */
  readonly dropped: string[] = [];
  /** Statuses of all answers, in order; 0 for connections that broke. */
  readonly answers: number[] = [];
  readonly #options: ApiServerOptions;

  constructor(options: ApiServerOptions) {
    this.#options = options;
  }

  /** Sends bodies over parallel connections: they arrive out of order. Resolves when none is left to send. */
  async send(bodies: readonly string[]): Promise<void> {
    const waiting = [...bodies];
    const { parallel = 4 } = this.#options;
    const worker = async (): Promise<void> => {
      for (let body = waiting.shift(); body !== undefined; body = waiting.shift())
        await this.#batch(body);
    };
    await Promise.all(Array.from({ length: parallel }, worker));
  }

  /** Any answer but 2xx is tried again, 4xx too. */
  async #batch(body: string): Promise<void> {
    for (let tries = 1; ; tries++) {
      const status = await this.#post(body);
      this.answers.push(status);
      if (status >= 200 && status < 300) return;
      if (tries === TRIES) {
        this.dropped.push(body);
        return;
      }
      await this.#options.wait(tries);
    }
  }

  #post(body: string): Promise<number> {
    const url = this.#options.url();
    // It drops the query that it is given, and adds its own.
    url.search = '?timeout=30s';
    return new Promise((resolve) => {
      const headers = {
        'user-agent': 'Go-http-client/1.1',
        'content-length': Buffer.byteLength(body),
        accept: 'application/json, */*',
        'content-type': 'application/json',
        'accept-encoding': 'gzip',
      };
      const sent = request(url, { method: 'POST', headers }, (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
        response.on('error', () => resolve(0));
      });
      sent.on('error', () => resolve(0));
      sent.end(body);
    });
  }
}
