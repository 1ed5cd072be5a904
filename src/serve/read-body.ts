import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Readable, Transform } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import type { Room } from './intake.ts';

/** Why a body was not taken: the status of the answer, and the value of `reason` at /metrics. */
export interface BodyRefusal {
  readonly status: number;
  readonly reason: 'overload' | 'too large' | 'content encoding' | 'incomplete';
}

export const OVERLOAD: BodyRefusal = { status: 503, reason: 'overload' };
export const TOO_LARGE: BodyRefusal = { status: 413, reason: 'too large' };
const INCOMPLETE: BodyRefusal = { status: 400, reason: 'incomplete' };
const BAD_ENCODING: BodyRefusal = { status: 400, reason: 'content encoding' };

const EXPANDING: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
};

/** A request whose body may come. */
export interface AnnouncedBody {
  /** How many bytes it will have; undefined when that is not known before. */
  readonly size: number | undefined;
  /**
   * Reads it to its end, expanded, and hands on its bytes as they come; the next ones are read when `take` has resolved.
   *
   * @param take says false when there is no room for them
   * @returns why it is refused; undefined when it is whole
   */
  read(take: (bytes: Buffer) => Promise<boolean>): Promise<BodyRefusal | undefined>;
}

/**
 * Looks at the headers of a request.
 *
 * @param largest most bytes of a body, also after it was expanded
 * @param isLog true where the body may be a log as it lies on a disk: then its first bytes are waited for
 * @returns why its body is refused before it comes
 */
export async function announcedBody(
  request: IncomingMessage,
  largest: number,
  isLog: boolean,
): Promise<AnnouncedBody | BodyRefusal> {
  const named = (request.headers['content-encoding'] ?? '').trim().toLowerCase();
  const isNamed = named !== '' && named !== 'identity';
  const encoding = isNamed ? named : isLog ? await encodingOf(request) : 'identity';
  const isPlain = encoding === 'identity';
  if (!isPlain && !Object.hasOwn(EXPANDING, encoding))
    return { status: 415, reason: 'content encoding' };
  const length = request.headers['content-length'];
  // A length that is not true ends the connection: the parser sees to that.
  if (length !== undefined && Number(length) > largest) return TOO_LARGE;
  return {
    size: isPlain && length !== undefined ? Number(length) : undefined,
    read: (take) =>
      isPlain
        ? handOn(request, largest, take).catch(() => INCOMPLETE)
        : expanded(request, EXPANDING[encoding]!(), largest, take),
  };
}

/** What a body is by its first bytes, which stay to be read: somebody may send `audit.log.gz` as it is. */
async function encodingOf(request: IncomingMessage): Promise<'gzip' | 'identity'> {
  await new Promise<void>((resolve) => {
    const events = ['readable', 'end', 'close', 'error'] as const;
    const done = (): void => {
      for (const event of events) request.off(event, done);
      resolve();
    };
    for (const event of events) request.on(event, done);
  });
  const first = request.read() as Buffer | null;
  if (first === null) return 'identity';
  request.unshift(first);
  return first[0] === 0x1f && first[1] === 0x8b ? 'gzip' : 'identity';
}

/** Reads a body into memory. Room for as many bytes as it has stays taken; for a body that is refused, none. */
export async function readWhole(
  announced: AnnouncedBody,
  room: Room,
): Promise<{ readonly bytes: Buffer } | BodyRefusal> {
  const chunks: Buffer[] = [];
  let size = 0;
  const refusal = await announced.read((bytes) => {
    if (!room.grow(size, bytes.length)) return Promise.resolve(false);
    size += bytes.length;
    chunks.push(bytes);
    return Promise.resolve(true);
  });
  if (refusal === undefined) return { bytes: Buffer.concat(chunks, size) };
  room.release(size);
  return refusal;
}

async function expanded(
  request: IncomingMessage,
  expanding: Transform,
  largest: number,
  take: (bytes: Buffer) => Promise<boolean>,
): Promise<BodyRefusal | undefined> {
  let isGone = false;
  const gone = (): void => {
    if (request.complete) return;
    isGone = true;
    expanding.destroy(new Error('the sender has gone away'));
  };
  request.on('error', gone).on('close', gone);
  request.pipe(expanding);
  try {
    return await handOn(expanding, largest, take);
  } catch {
    return isGone ? INCOMPLETE : BAD_ENCODING;
  } finally {
    request.unpipe(expanding);
    expanding.destroy();
  }
}

/** @throws when the stream does not come to its end */
async function handOn(
  stream: Readable,
  largest: number,
  take: (bytes: Buffer) => Promise<boolean>,
): Promise<BodyRefusal | undefined> {
  let size = 0;
  // A request that is refused in the middle is still answered.
  const chunks = stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > largest) return TOO_LARGE;
    if (!(await take(chunk))) return OVERLOAD;
  }
  return undefined;
}
