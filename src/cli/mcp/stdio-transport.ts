import { ReadBuffer, serializeMessage } from '@modelcontextprotocol/sdk/shared/stdio.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import type { Terminal, TextInput } from '../terminal/terminal.ts';

/** Bytes of a message of a client at most: arguments are short. */
const LONGEST_MESSAGE = 1024 * 1024;

/**
 * Messages over standard input and output, a line each. Unlike the transport of the SDK it ends with its input, and
 * writes as all commands do: a client that went away is no failure.
 */
export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  /** Resolves when no more messages come. */
  readonly ended: Promise<void>;
  readonly #terminal: Pick<Terminal, 'stdout' | 'openInput'>;
  readonly #buffer = new ReadBuffer({ maxBufferSize: LONGEST_MESSAGE });
  #input: TextInput | undefined;
  #isClosed = false;
  #end: () => void = () => undefined;

  constructor(terminal: Pick<Terminal, 'stdout' | 'openInput'>) {
    this.#terminal = terminal;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  start(): Promise<void> {
    const input = this.#terminal.openInput();
    this.#input = input;
    const close = (): void => void this.close();
    input.on('data', (chunk) => this.#take(chunk));
    input.on('end', close);
    input.on('close', close);
    input.on('error', close);
    return Promise.resolve();
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const { stdout } = this.#terminal;
    stdout.write(serializeMessage(message));
    await stdout.drained();
    if (stdout.closed) await this.close();
  }

  close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#input?.pause();
      this.#buffer.clear();
      this.onclose?.();
      this.#end();
    }
    return Promise.resolve();
  }

  #take(chunk: Buffer): void {
    if (this.#isClosed) return;
    try {
      this.#buffer.append(chunk);
    } catch (error) {
      // A message without end: nothing behind it can be understood.
      this.onerror?.(asError(error));
      void this.close();
      return;
    }
    for (;;) {
      try {
        const message = this.#buffer.readMessage();
        if (message === null) return;
        this.onmessage?.(message);
      } catch (error) {
        // A line that is no message was taken out; the next one may be one.
        this.onerror?.(asError(error));
      }
    }
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
