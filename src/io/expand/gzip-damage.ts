import { Buffer } from 'node:buffer';
import { setImmediate } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';

/** Bytes of a chunk, while there are more. Inflating in steps of 16 KiB, the default, takes half as long again. */
export const EXPANDED_CHUNK = 1024 * 1024;

/** Bytes of an input that cannot be read again, kept for a second look at damage. */
const KEPT = 8 * 1024 * 1024;

/** The bytes of an input from an offset on, once more. */
export type ReadAgain = (from: number) => AsyncIterable<Buffer>;

/**
 * Expands an input once more until its damage, in steps of so many bytes behind those that are known to be
 * good.
 *
 * @param skip expanded bytes that were handed over already
 * @returns where it got: compressed bytes that are good, and expanded bytes handed over
 */
export async function* upToDamage(
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
export async function* restOf(
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

/** The first `count` bytes of a stream, or all of a shorter one. */
export async function* firstBytes(
  raw: AsyncIterable<Buffer>,
  count: number,
): AsyncGenerator<Buffer> {
  let left = count;
  for await (const chunk of raw) {
    yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) return;
  }
}

/** Bytes of an input from an offset on, in case it turns out damaged. */
export class KeptBytes {
  #chunks: Buffer[] | undefined = [];
  #start = 0;
  #end = 0;

  add(chunk: Buffer): void {
    this.#end += chunk.length;
    if (this.#end - this.#start > KEPT) this.#chunks = undefined;
    else this.#chunks?.push(Buffer.from(chunk));
  }

  /** Forgets the bytes before an offset, which is that of the last chunk. */
  forget(at: number): void {
    const last = this.#chunks?.at(-1);
    if (last === undefined || this.#end - last.length !== at) return;
    this.#chunks = [last];
    this.#start = at;
  }

  /** The bytes from an offset on; undefined when they are not kept. */
  from(offset: number): ReadAgain | undefined {
    const chunks = this.#chunks;
    const start = this.#start;
    if (chunks === undefined || offset < start) return undefined;
    return async function* again(from) {
      let at = start;
      for (const chunk of chunks) {
        if (at + chunk.length > from) yield chunk.subarray(Math.max(0, from - at));
        at += chunk.length;
      }
    };
  }
}
