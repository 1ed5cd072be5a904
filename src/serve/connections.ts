import type { Server } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';

/** All connections of a server: its own list lacks those on which TLS has not begun, and they would hold up its end. */
export class Connections {
  readonly #server: Server | HttpsServer;
  readonly #open = new Set<Socket>();

  constructor(server: Server | HttpsServer) {
    this.#server = server;
    server.on('connection', (socket: Socket) => {
      this.#open.add(socket);
      socket.on('close', () => this.#open.delete(socket));
    });
  }

  /** Ends the server: no further ones are taken, and those that are there have so many milliseconds. */
  async end(patience: number): Promise<void> {
    const ended = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    this.#server.closeIdleConnections();
    const timer = setTimeout(() => {
      for (const socket of this.#open) socket.destroy();
    }, patience);
    await ended;
    clearTimeout(timer);
  }
}
