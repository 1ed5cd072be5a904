import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';

/** Why a body was not taken: the status of the answer, and the value of `reason` at /metrics. */
export interface BodyRefusal {
  readonly status: number;
  readonly reason: 'overload' | 'too large' | 'content encoding' | 'incomplete';
}

/** Bounds of a body, and the room it needs while it comes. */
export interface BodyLimits {
  /** Most bytes of a body, also after it was expanded. */
  readonly largest: number;
  reserve(bytes: number): boolean;
  release(bytes: number): void;
}

const EXPANDING: Readonly<
  Record<string, (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>>
> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
};

/**
 * Reads the body of a request whole, and expands it. As many bytes as it has stay reserved; of a body that is
 * refused, none.
 */
export async function readBody(
  request: IncomingMessage,
  limits: BodyLimits,
): Promise<{ readonly bytes: Buffer } | BodyRefusal> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  const isPlain = encoding === 'identity' || encoding === '';
  if (!isPlain && !Object.hasOwn(EXPANDING, encoding))
    return { status: 415, reason: 'content encoding' };
  const read = await readRaw(request, limits);
  if (isPlain || !('bytes' in read)) return read;
  const { length } = read.bytes;
  try {
    const bytes = await EXPANDING[encoding]!(read.bytes, { maxOutputLength: limits.largest });
    limits.release(length);
    return limits.reserve(bytes.length) ? { bytes } : { status: 503, reason: 'overload' };
  } catch (error) {
    limits.release(length);
    const isLarge = error instanceof RangeError;
    return isLarge
      ? { status: 413, reason: 'too large' }
      : { status: 400, reason: 'content encoding' };
  }
}

async function readRaw(
  request: IncomingMessage,
  limits: BodyLimits,
): Promise<{ readonly bytes: Buffer } | BodyRefusal> {
  const length = request.headers['content-length'];
  let reserved = 0;
  const more = (bytes: number): BodyRefusal | undefined => {
    if (reserved + bytes > limits.largest) return { status: 413, reason: 'too large' };
    if (!limits.reserve(bytes)) return { status: 503, reason: 'overload' };
    reserved += bytes;
    return undefined;
  };
  // A length that is not true ends the connection: the parser sees to that.
  const refused = length === undefined ? undefined : more(Number(length));
  if (refused !== undefined) return refused;
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      const over = size > reserved ? more(size - reserved) : undefined;
      if (over !== undefined) {
        limits.release(reserved);
        return over;
      }
    }
  } catch {
    limits.release(reserved);
    return { status: 400, reason: 'incomplete' };
  }
  return { bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size) };
}
