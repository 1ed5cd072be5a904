import { Buffer } from 'node:buffer';
import { setImmediate } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { createGunzip, type Gunzip } from 'node:zlib';

/** Bytes of a chunk, while there are more. Inflating in steps of 16 KiB, the default, takes half as long again. */
const EXPANDED_CHUNK = 1024 * 1024;

/** Bytes of an input that cannot be read again, kept for a second look at damage. */
const KEPT = 8 * 1024 * 1024;

/** Compressed bytes given at a time on the way to the damage, when it is looked for. */
const STEPS = [256, 1];

/** The bytes of an input from its start, once more; undefined when they cannot be had. */
export type ReadAgain = (() => AsyncIterable<Buffer>) | undefined;

/** Damage of gzip data, or other data behind its last member. */
export class GzipEnd extends Error {
  /** True when the members before are whole, and what follows is no gzip data. */
  readonly isClean: boolean;
  /** The bytes behind the good ones; undefined when they cannot be had. */
  readonly rest: AsyncGenerator<Buffer> | undefined;

  constructor(cause: unknown, isClean: boolean, rest: AsyncGenerator<Buffer> | undefined) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.isClean = isClean;
    this.rest = rest;
  }
}

/** What zlib says of a member's second byte; the first one is good on its own. */
const HEADER_CHECK = 'incorrect header check';
/** Bytes of the start of a member, which are passed over to look for what follows damage. */
const START_SIZE = 3;

/**
 * Expands gzip members. All that was expanded before an error has been handed over when it is thrown.
 *
 * zlib does not tell what it expanded in the step that fails. So the input is read again up to that step, and
 * from there on byte by byte.
 *
 * @throws GzipEnd with what zlib finds wrong
 */
export async function* gunzip(
  raw: AsyncIterable<Buffer>,
  readAgain: ReadAgain,
): AsyncGenerator<Buffer> {
  const kept = readAgain === undefined ? new KeptBytes() : undefined;
  /** Compressed bytes of whole steps, and what was handed over. */
  let done = 0;
  let handed = 0;
  /** Compressed bytes that were read: a file that grows is looked at no further the second time. */
  let read = 0;
  const chunks = raw[Symbol.asyncIterator]();
  const inflate = createGunzip({ chunkSize: EXPANDED_CHUNK });
  const fed = feed(
    inflate,
    chunks,
    (chunk) => {
      read += chunk.length;
      kept?.add(chunk);
    },
    (count) => (done += count),
  );
  try {
    for await (const chunk of inflate) {
      // The next step of inflating starts in this turn, and goes on while the chunk is worked on.
      await setImmediate();
      handed += (chunk as Buffer).length;
      yield chunk as Buffer;
      release(chunk as Buffer);
    }
    await fed;
  } catch (error) {
    const again = readAgain ?? kept?.readAgain;
    for (const step of again === undefined ? [] : STEPS) {
      const reached = yield* upToDamage(firstBytes(again!(), read), done, step, handed);
      done = reached.done;
      handed = reached.handed;
    }
    const isClean = done > 0 && (error as Error).message === HEADER_CHECK;
    const from = isClean ? done - 1 : Math.max(done, START_SIZE);
    const rest = again === undefined ? undefined : restOf(again(), from, read, chunks);
    throw new GzipEnd(error, isClean && rest !== undefined, rest);
  } finally {
    inflate.destroy();
  }
}

const { port1: nowhere } = new MessageChannel();
nowhere.close();

/**
 * Frees the memory that ends with a chunk, which nobody needs any more: until garbage is collected, tens
 * of megabytes of such memory pile up. What is transferred to a closed port is gone at once.
 */
function release({ buffer, byteOffset, length }: Buffer): void {
  if (length === 0 || byteOffset + length < EXPANDED_CHUNK) return;
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows
  nowhere.postMessage(undefined, [buffer as ArrayBuffer]);
}

/**
 * Writes the chunks into a stream until it is destroyed, each once the one before is used up; what reading
 * throws destroys it.
 */
async function feed(
  inflate: Gunzip,
  chunks: AsyncIterator<Buffer>,
  onWrite: (chunk: Buffer) => void,
  onDone: (bytes: number) => void,
): Promise<void> {
  let wake: (() => void) | undefined;
  inflate.on('close', () => wake?.());
  try {
    // Not `for await`, which would close the chunks when damage ends it: others read on.
    for (;;) {
      const step = await chunks.next();
      if (step.done === true) break;
      const chunk = step.value;
      if (inflate.destroyed) return;
      onWrite(chunk);
      await new Promise<void>((resolve) => {
        wake = resolve;
        inflate.write(chunk, (error) => {
          if (error === undefined || error === null) onDone(chunk.length);
          resolve();
        });
      });
      if (inflate.destroyed) return;
    }
    inflate.end();
  } catch (error) {
    inflate.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

/**
 * Expands an input once more until its damage, in steps of so many bytes behind those that are known to be
 * good.
 *
 * @param skip expanded bytes that were handed over already
 * @returns where it got: compressed bytes that are good, and expanded bytes handed over
 */
async function* upToDamage(
  raw: AsyncIterable<Buffer>,
  good: number,
  step: number,
  skip: number,
): AsyncGenerator<Buffer, { done: number; handed: number }> {
  const inflate = createGunzip({ chunkSize: EXPANDED_CHUNK });
  let ready: Buffer[] = [];
  let readySize = 0;
  let failed = false;
  inflate.on('data', (chunk: Buffer) => {
    ready.push(chunk);
    readySize += chunk.length;
  });
  inflate.on('error', () => (failed = true));
  // The write that fails is never called back.
  let wake: (() => void) | undefined;
  inflate.on('close', () => wake?.());
  let done = 0;
  let expanded = 0;
  const take = function* (): Generator<Buffer> {
    for (const chunk of ready) {
      const start = Math.max(0, skip - expanded);
      expanded += chunk.length;
      if (start < chunk.length) yield chunk.subarray(start);
    }
    ready = [];
    readySize = 0;
  };
  for await (const piece of pieces(raw, good, step)) {
    await new Promise<void>((resolve) => {
      wake = resolve;
      inflate.write(piece, () => resolve());
    });
    // What was expanded is told in a later turn.
    await setImmediate();
    if (readySize >= EXPANDED_CHUNK) yield* take();
    if (failed) break;
    done += piece.length;
  }
  yield* take();
  inflate.destroy();
  return { done, handed: Math.max(skip, expanded) };
}

/** The bytes from an offset on: those that were read already, once more, and then the further ones. */
async function* restOf(
  again: AsyncIterable<Buffer>,
  from: number,
  to: number,
  further: AsyncIterator<Buffer>,
): AsyncGenerator<Buffer> {
  let at = 0;
  for await (const chunk of again) {
    const part = chunk.subarray(Math.max(0, from - at), Math.max(0, to - at));
    if (part.length > 0) yield part;
    at += chunk.length;
    if (at >= to) break;
  }
  for (let step; (step = await further.next()).done !== true;) yield step.value;
}

/** The chunks up to an offset, then pieces of them. */
async function* pieces(
  raw: AsyncIterable<Buffer>,
  offset: number,
  step: number,
): AsyncGenerator<Buffer> {
  let at = 0;
  for await (const chunk of raw) {
    const whole = Math.min(chunk.length, Math.max(0, offset - at));
    if (whole > 0) yield chunk.subarray(0, whole);
    for (let i = whole; i < chunk.length; i += step) yield chunk.subarray(i, i + step);
    at += chunk.length;
  }
}

async function* firstBytes(raw: AsyncIterable<Buffer>, count: number): AsyncGenerator<Buffer> {
  let left = count;
  for await (const chunk of raw) {
    yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) return;
  }
}

/** The first bytes of an input, in case it turns out damaged. */
class KeptBytes {
  #chunks: Buffer[] | undefined = [];
  #size = 0;

  add(chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > KEPT) this.#chunks = undefined;
    else this.#chunks?.push(Buffer.from(chunk));
  }

  get readAgain(): ReadAgain {
    const chunks = this.#chunks;
    if (chunks === undefined) return undefined;
    return async function* again() {
      yield* chunks;
    };
  }
}
