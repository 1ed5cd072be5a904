import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came. */
export interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What to answer: a status, with text and headers. */
export interface Answer {
  readonly status: number;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Recorder {
  readonly url: string;
  readonly requests: Recorded[];
  readonly close: () => Promise<void>;
}

/** A server that keeps what it is sent. @param answer for each request in turn; 200 by default */
export async function recorder(
  answer: (request: Recorded, count: number) => Answer = () => ({ status: 200 }),
): Promise<Recorder> {
  const requests: Recorded[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part) => (body += String(part)));
    request.on('end', () => {
      const recorded = {
        method: request.method!,
        path: request.url!,
        headers: request.headers,
        body,
      };
      requests.push(recorded);
      const { status, text = '', headers = {} } = answer(recorded, requests.length);
      response.writeHead(status, headers);
      response.end(text);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
