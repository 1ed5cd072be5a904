import {
  ErrorCode,
  JSONRPCMessageSchema,
  type JSONRPCMessage,
} from '@modelcontextprotocol/sdk/types.js';

/** The answer to a line that is no message. The SDK's types have no id that is null, which the protocol asks for. */
export interface ErrorAnswer {
  readonly jsonrpc: '2.0';
  readonly id: string | number | null;
  readonly error: { readonly code: number; readonly message: string };
}

/** Splits bytes into lines, and holds no more than the longest line that is taken. */
export class MessageLines {
  readonly #longest: number;
  #parts: Buffer[] = [];
  #size = 0;

  /** @param longest bytes of a line at most */
  constructor(longest: number) {
    this.#longest = longest;
  }

  /** The lines that end in a chunk, without their line ends; undefined for one that was too long. */
  *take(chunk: Buffer): Generator<string | undefined> {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(0x0a, start);
      this.#add(chunk.subarray(start, end === -1 ? chunk.length : end));
      if (end === -1) return;
      yield this.#size > this.#longest
        ? undefined
        : Buffer.concat(this.#parts).toString('utf8').replace(/\r$/, '');
      this.#parts = [];
      this.#size = 0;
      start = end + 1;
    }
  }

  /** What stands behind the last line end; blank when it was too long. */
  rest(): string {
    return Buffer.concat(this.#parts).toString('utf8');
  }

  #add(part: Buffer): void {
    this.#size += part.length;
    if (this.#size > this.#longest) this.#parts = [];
    else if (part.length > 0) this.#parts.push(part);
  }
}

/**
 * Reads a line as a message of JSON-RPC.
 *
 * @param line undefined for one that was too long
 * @returns the message, or what is answered to a line that is none; undefined for a blank line
 */
export function readMessage(
  line: string | undefined,
): { readonly message: JSONRPCMessage } | { readonly answer: ErrorAnswer } | undefined {
  if (line === undefined) return fault(ErrorCode.InvalidRequest, 'the message is too long');
  if (line.trim() === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return fault(ErrorCode.ParseError, 'a message is one line of JSON; this line is none');
  }
  if (Array.isArray(value))
    return fault(ErrorCode.InvalidRequest, 'no batches are taken: send each message as a line');
  const { success, data } = JSONRPCMessageSchema.safeParse(value);
  if (success) return { message: data };
  const id: unknown =
    typeof value === 'object' && value !== null && 'id' in value ? value.id : null;
  const isKnown = typeof id === 'string' || Number.isSafeInteger(id);
  return fault(
    ErrorCode.InvalidRequest,
    'not a message of JSON-RPC 2.0: it needs "jsonrpc":"2.0", and a method, a result or an error',
    isKnown ? (id as string | number) : null,
  );
}

function fault(
  code: number,
  message: string,
  id: string | number | null = null,
): { readonly answer: ErrorAnswer } {
  return { answer: { jsonrpc: '2.0', id, error: { code, message } } };
}
