import { Buffer } from 'node:buffer';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Milliseconds for an answer to leave on a connection that is cut off. */
const LAST_ANSWER = 1000;

/** Answers. An answer that comes before the whole request ends the connection. */
export function send(
  response: ServerResponse,
  status: number,
  text: string,
  type = 'text/plain; charset=utf-8',
): void {
  if (response.headersSent || response.destroyed) return;
  if (!response.req.complete) response.setHeader('connection', 'close');
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(text),
    'x-content-type-options': 'nosniff',
  });
  response.end(text);
}

/** Ends a connection with an answer, and does not wait for the other side to end it too: it may never do so. */
export function cutOff(socket: Socket, status: string): void {
  if (!socket.writable) return void socket.destroy();
  const close = (): void => void socket.destroy();
  socket.setTimeout(LAST_ANSWER, close);
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`, close);
}
