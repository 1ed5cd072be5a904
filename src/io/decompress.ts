import { Buffer } from 'node:buffer';
import { setImmediate } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { createGunzip, type Gunzip } from 'node:zlib';
import type { Problem } from '../events/problems.ts';

interface ExpandOptions {
  readonly onProblem: (problem: Problem) => void;
  readonly signal?: AbortSignal | undefined;
  readonly maxExpanded?: { readonly bytes: number; readonly ratio: number } | undefined;
}

/**
 * Real audit logs compress about 12:1, artificial repetitive ones up to 300:1; gzip bombs reach 1000:1, zstd
 * bombs far more. The size is what a large cluster logs in a year.
 */
const DEFAULT_LIMIT = { bytes: 1024 ** 4, ratio: 500 };

/** Expanded bytes from which on the ratio is looked at. */
const RATIO_GRACE = 64 * 1024 * 1024;

/** Bytes of a chunk, while there are more. Inflating in steps of 16 KiB, the default, takes half as long again. */
export const EXPANDED_CHUNK = 1024 * 1024;

/** Bytes a decompressor is given at a time, so that it cannot expand much before it is checked. */
const FEED = 256 * 1024;

/**
 * Expands compressed input, or converts UTF-16 to UTF-8.
 *
 * Damaged or cut data, and data beyond the limits, end the stream with a problem; data before that is handed
 * over. A chunk is valid until the next one is requested. The same must hold for chunks of `raw`; zstd keeps
 * them, so there they must stay valid. Concatenated gzip members and zstd frames are read one after the other.
 */
export async function* expandedChunks(
  type: 'gzip' | 'zstd' | 'utf16le' | 'utf16be',
  raw: AsyncGenerator<Buffer>,
  options: ExpandOptions,
): AsyncGenerator<Buffer> {
  const limit = options.maxExpanded ?? DEFAULT_LIMIT;
  let read = 0;
  let expanded = 0;
  const counted = async function* counting(): AsyncGenerator<Buffer> {
    for await (const chunk of raw) {
      for (let at = 0; at < chunk.length; at += FEED) {
        const part = chunk.subarray(at, at + FEED);
        read += part.length;
        yield part;
      }
    }
  };
  const expand = EXPANDERS[type];
  try {
    for await (const chunk of expand(counted())) {
      expanded += chunk.length;
      const bomb = expanded > RATIO_GRACE && expanded > read * limit.ratio;
      if (bomb || expanded > limit.bytes) {
        const detail = `after ${expanded} bytes from ${read}`;
        options.onProblem({ reason: 'decompress-limit', line: 0, detail });
        return;
      }
      yield chunk;
      if (options.signal?.aborted === true) return;
    }
  } catch (error) {
    if (options.signal?.aborted === true) return;
    const message = error instanceof Error ? error.message : String(error);
    const cut = /unexpected e(?:nd of file|of)/i.test(message);
    options.onProblem({
      reason: cut ? 'decompress-cut' : 'decompress-error',
      line: 0,
      detail: `${type}: ${message}`,
    });
  }
}

type Expander = (raw: AsyncGenerator<Buffer>) => AsyncIterable<Buffer>;

const EXPANDERS: Readonly<Record<'gzip' | 'zstd' | 'utf16le' | 'utf16be', Expander>> = {
  gzip: gunzip,
  zstd: unzstd,
  utf16le: (raw) => fromUtf16(raw, false),
  utf16be: (raw) => fromUtf16(raw, true),
};

async function* gunzip(raw: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const inflate = createGunzip({ chunkSize: EXPANDED_CHUNK });
  const fed = feed(inflate, raw);
  try {
    for await (const chunk of inflate) {
      // The next step of inflating starts in this turn, and goes on while the chunk is worked on.
      await setImmediate();
      yield chunk as Buffer;
      release(chunk as Buffer);
    }
  } finally {
    inflate.destroy();
  }
  await fed;
}

const { port1: nowhere } = new MessageChannel();
nowhere.close();

/**
 * Frees the memory behind a used chunk at once, by transferring it to a closed port. Otherwise tens of
 * megabytes pile up until the garbage collector runs.
 */
function release({ buffer, byteOffset, length }: Buffer): void {
  if (length === 0 || byteOffset + length < EXPANDED_CHUNK) return;
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows
  nowhere.postMessage(undefined, [buffer as ArrayBuffer]);
}

/**
 * Writes the chunks into a stream, each after the one before is used up, until the stream is destroyed. An
 * error while reading destroys it.
 */
async function feed(inflate: Gunzip, raw: AsyncGenerator<Buffer>): Promise<void> {
  let wake: (() => void) | undefined;
  inflate.on('close', () => wake?.());
  try {
    for await (const chunk of raw) {
      if (inflate.destroyed) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
        inflate.write(chunk, () => resolve());
      });
      if (inflate.destroyed) return;
    }
    inflate.end();
  } catch (error) {
    inflate.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

/** The zstd tool refuses larger windows too, unless told otherwise. */
const MAX_ZSTD_WINDOW = 128 * 1024 * 1024;

/**
 * Bytes fed at a time. Four bytes may expand to 128 KiB, so 1 KiB may expand to 32 MiB before the next check.
 */
const ZSTD_FEED = 1024;

/** zstd in JavaScript: node:zlib has none before Node 22, and stops after the first frame there. */
async function* unzstd(raw: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const { Decompress } = await import('fzstd');
  let ready: Buffer[] = [];
  const stream = new Decompress((data) => {
    // fzstd moves its whole window for every block: a window of gigabytes would take for ever.
    const frame = (stream as unknown as { readonly s?: { readonly e?: number } }).s;
    if ((frame?.e ?? 0) > MAX_ZSTD_WINDOW) throw new Error('window size too large');
    // The view is overwritten by the next push: it has been consumed by then.
    ready.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  });
  try {
    for await (const chunk of raw) {
      for (let at = 0; at < chunk.length; at += ZSTD_FEED) {
        stream.push(chunk.subarray(at, at + ZSTD_FEED));
        yield* ready;
        ready = [];
      }
    }
    stream.push(new Uint8Array(0), true);
  } catch (error) {
    // Data before the error is still handed over.
    yield* ready;
    throw error;
  }
  yield* ready;
}

async function* fromUtf16(raw: AsyncGenerator<Buffer>, swap: boolean): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(swap ? 'utf-16be' : 'utf-16le');
  for await (const chunk of raw) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}
