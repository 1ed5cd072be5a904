import { serializeMessage } from '@modelcontextprotocol/sdk/shared/stdio.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage, JSONRPCNotification } from '@modelcontextprotocol/sdk/types.js';
import type { Terminal, TextInput } from '../terminal/terminal.ts';
import { MessageLines, readMessage, type ErrorAnswer } from './message-lines.ts';

/** Bytes of a message of a client at most: arguments are short. */
const LONGEST_MESSAGE = 1024 * 1024;
/** Lines that are no messages, and whose answers wait to be read; further ones get none. */
const MOST_REFUSED = 1000;

/**
 * Messages over standard input and output, a line each. Unlike the transport of the SDK it ends with its input, once
 * what was asked is answered, writes as all commands do (a client that went away is no failure), and answers lines that
 * are no messages.
 */
export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  /** Resolves when no more messages come or go. */
  readonly ended: Promise<void>;
  readonly #terminal: Pick<Terminal, 'stdout' | 'openInput'>;
  readonly #lines = new MessageLines(LONGEST_MESSAGE);
  /** Answers to lines that are no messages, which the client has not taken yet. */
  #refused = 0;
  /** Ids of the requests that are not answered yet. */
  readonly #asked = new Set<string | number>();
  #isInputOver = false;
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
    const end = (): void => this.#endInput();
    input.on('data', (chunk) => this.#take(this.#lines.take(chunk)));
    input.on('end', end);
    input.on('close', end);
    input.on('error', close);
    return Promise.resolve();
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const { stdout } = this.#terminal;
    stdout.write(serializeMessage(message));
    await stdout.drained();
    if ('id' in message && !('method' in message)) this.#asked.delete(message.id ?? '');
    if (stdout.closed) await this.close();
    else this.#closeWhenAnswered();
  }

  close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#input?.pause();
      this.onclose?.();
      this.#end();
    }
    return Promise.resolve();
  }

  #take(lines: Iterable<string | undefined>): void {
    for (const line of lines) {
      if (this.#isClosed) return;
      const read = readMessage(line);
      if (read === undefined) continue;
      if ('message' in read) this.#receive(read.message);
      else void this.#refuse(read.answer);
    }
  }

  #receive(message: JSONRPCMessage): void {
    if ('method' in message) {
      if ('id' in message) this.#asked.add(message.id);
      // The SDK answers no request that its client gave up.
      else this.#asked.delete(cancelledBy(message) ?? '');
    }
    this.onmessage?.(message);
  }

  #endInput(): void {
    if (this.#isInputOver) return;
    this.#isInputOver = true;
    this.#take([this.#lines.rest()]);
    this.#closeWhenAnswered();
  }

  /** A client that only writes (`printf … | k8s-audit mcp LOG`) closes its end before it is answered. */
  #closeWhenAnswered(): void {
    if (this.#isInputOver && this.#asked.size === 0) void this.close();
  }

  /** Answers a line that is no message, as long as the client reads answers: it may send such lines without end. */
  async #refuse(answer: ErrorAnswer): Promise<void> {
    if (this.#refused >= MOST_REFUSED) return;
    const { stdout } = this.#terminal;
    this.#refused++;
    stdout.write(`${JSON.stringify(answer)}\n`);
    await stdout.drained();
    this.#refused--;
    if (stdout.closed) await this.close();
  }
}

/** The id of the request that a notification cancels. */
function cancelledBy({ method, params }: JSONRPCNotification): string | number | undefined {
  const id = method === 'notifications/cancelled' ? params?.['requestId'] : undefined;
  return typeof id === 'string' || typeof id === 'number' ? id : undefined;
}
