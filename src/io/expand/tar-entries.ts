import { Buffer } from 'node:buffer';
import type { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { Extract } from 'tar-stream';

/** Bytes that may come before the next entry: a header of any extension is kept in memory until it is whole. */
const MAX_HEADERS = 16 * 1024 * 1024;

/** Bytes handed over at a time. */
const PIECE = 64 * 1024;

/** Longest name of an entry, in characters. */
const MAX_NAME = 1024;

/** A regular file in an archive. */
interface TarEntry {
  readonly name: string;
  /**
   * Its bytes, to be read before the next entry is asked for; what is left then is passed over. Undefined where they are
   * kept in a way of their own, as those of sparse files of GNU tar.
   */
  readonly chunks: AsyncIterator<Buffer> | undefined;
}

/**
 * The regular files of a tar archive, in memory bounded by {@link MAX_HEADERS}. Nothing is written to disk.
 *
 * @throws Error with what is wrong with the archive, behind the last good entry
 */
export async function* tarEntries(raw: AsyncIterable<Buffer>): AsyncGenerator<TarEntry> {
  const { extract } = await import('tar-stream');
  const archive = extract({ allowUnknownFormat: true, highWaterMark: 1 });
  const fed = feed(archive, raw);
  try {
    for await (const entry of archive) {
      const { type, name, size = 0 } = entry.header;
      const short = name.replace(/^(?:\.\/)+/, '').slice(0, MAX_NAME);
      if (type === 'file' || type === 'contiguous-file') {
        yield { name: short, chunks: entry[Symbol.asyncIterator]() as AsyncIterator<Buffer> };
      } else if (type === null && size > 0) yield { name: short, chunks: undefined };
      entry.resume();
    }
  } finally {
    archive.destroy();
  }
  await fed;
}

/** Bytes of a file that wait to be read. */
function unread(stream: Readable | undefined): number {
  const inside = stream as { readonly _readableState?: { buffered?: number } } | undefined;
  // oxlint-disable-next-line no-underscore-dangle -- streamx tells it nowhere else
  return inside?._readableState?.buffered ?? 0;
}

async function feed(archive: Extract, raw: AsyncIterable<Buffer>): Promise<void> {
  let open: Readable | undefined;
  let headers = 0;
  archive.on('entry', (_header, stream) => {
    open = stream;
    headers = 0;
    stream.on('close', () => {
      if (open === stream) open = undefined;
    });
  });
  let wake: (() => void) | undefined;
  archive.on('drain', () => wake?.());
  archive.on('close', () => wake?.());
  try {
    for await (const chunk of raw) {
      for (let at = 0; at < chunk.length; at += PIECE) {
        // The archive keeps pieces for a while; chunks are valid until the next one only.
        const piece = Buffer.from(chunk.subarray(at, at + PIECE));
        if (open === undefined) headers += piece.length;
        if (headers > MAX_HEADERS) throw new Error('header too large');
        if (archive.destroyed) return;
        if (!archive.write(piece)) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    }
    // An archive that is cut takes with it what nobody has read yet.
    const last: Readable | undefined = open;
    while (unread(last) > 0 && !archive.destroyed) await setImmediate();
    archive.end();
  } catch (error) {
    archive.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}
