// Room io/content: bytes of any kind become text: what they are, and what is inside.
// Door: read-content.ts reads them into a target; content-kind.ts tells the kind by the first bytes.
// Neighbours: uses expand for compressed data and archives; read-input.ts opens and closes what it reads.
// Inside: head-of.ts reads what tells the kind, chunk-source.ts makes sources of bytes, other-kinds.ts names what is no log.

import { Buffer } from 'node:buffer';
import { basename } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { chunkSource, rawChunks, withStart } from './chunk-source.ts';
import { contentKind, type ContentKind } from './content-kind.ts';
import { openPartStart, partStart } from '../expand/part-start.ts';
import type { ByteSource } from '../pipe.ts';
import { HEAD_SIZE, headOf } from './head-of.ts';
import type { ByteTarget, FeedOptions } from '../byte-target.ts';
import { chunksAgain } from '../regular-file.ts';
import { isLogName } from '../sources.ts';

/** Bytes between turns of the event loop, so that signals are heard while files are read. */
const BYTES_PER_TURN = 4 * 1024 * 1024;
/** Bytes between turns of the caller, for a target without answers; a pipe hands over less at a time. */
const BYTES_PER_YIELD = 512 * 1024;

/** Archives and compressions inside each other. */
const MAX_DEPTH = 4;
/** Changes between text and data of other kinds in one input; behind them, all is text. */
const MAX_PARTS = 64;

/** Where in an input bytes lie. */
interface Place {
  /** Name of the input, or of the file in an archive. */
  readonly name: string;
  readonly depth: number;
  /** Parts of other kinds before it. */
  readonly part: number;
}

/**
 * Reads bytes of any kind into a target: text as it is, compressed data expanded, archives file by file, one kind
 * behind the other. Yields the target's answers; also yields undefined at intervals, and always before it waits
 * for more bytes.
 *
 * @param name the input's name, from which the names of files in an archive are made
 */
export async function* readContent<T>(
  bytes: ByteSource,
  options: FeedOptions,
  target: ByteTarget<T>,
  name: string,
  depth = 0,
): AsyncGenerator<T | undefined> {
  let rest: ByteSource | undefined = bytes;
  for (let part = 0; rest !== undefined && !isStopped(options); part++) {
    rest = yield* readPart(rest, options, target, { name, depth, part });
  }
}

function isStopped({ signal }: FeedOptions): boolean {
  return signal?.aborted === true;
}

type Part<T> = AsyncGenerator<T | undefined, ByteSource | undefined>;

/** Reads bytes of one kind. @returns those that follow and are of another kind */
async function* readPart<T>(
  bytes: ByteSource,
  options: FeedOptions,
  target: ByteTarget<T>,
  place: Place,
): Part<T> {
  const { start, skipped } = await headOf(bytes, options.signal);
  if (start.length === 0) return undefined;
  // Behind the first part, whole lines may come after anything.
  const told = contentKind(start);
  const kind: ContentKind = told.type === 'binary' && place.part > 0 ? { type: 'text' } : told;
  const isPacked = kind.type !== 'binary' && kind.type !== 'text';
  if (kind.type === 'binary' || (isPacked && place.depth >= MAX_DEPTH)) {
    const detail =
      kind.type === 'binary' ? kind.detail : 'packed in too many ways inside each other';
    options.onProblem({ reason: 'binary', line: 0, detail });
    return undefined;
  }
  if (kind.type === 'text') return yield* readPlain(start, bytes, target, options, place);
  if (kind.type === 'tar') {
    yield* readArchive(rawChunks(start, bytes, false), options, target, place);
    return undefined;
  }
  return yield* readPacked(kind.type, start, bytes, options, target, {
    ...place,
    isWhole: skipped === 0 && place.part === 0,
  });
}

function* put<T>(chunk: Buffer, target: ByteTarget<T>): Generator<T> {
  for (let at = 0; at < chunk.length;) {
    const space = target.space();
    const count = Math.min(space.length, chunk.length - at);
    space.set(chunk.subarray(at, at + count));
    at += count;
    yield target.filled(count);
  }
}

/** Reads text until its end, or until gzip data or UTF-16. */
async function* readPlain<T>(
  start: Buffer,
  bytes: ByteSource,
  target: ByteTarget<T>,
  options: FeedOptions,
  { part }: Place,
): Part<T> {
  const source = withStart(start, bytes);
  const seeksParts = part < MAX_PARTS;
  /** Bytes that may be the start of data of another kind. */
  let held: Buffer = Buffer.alloc(0);
  let sinceTurn = 0;
  let sinceYield = 0;
  while (!isStopped(options)) {
    const space = target.space();
    if (space.length <= held.length) {
      yield* put(held, target);
      held = Buffer.alloc(0);
      continue;
    }
    space.set(held);
    const read = source.read(space.subarray(held.length));
    if (read === undefined) {
      target.pause?.();
      if (sinceYield > 0) yield undefined;
      sinceYield = 0;
      await bytes.wait();
      continue;
    }
    if (read === 0) break;
    const known = space.subarray(0, held.length + read);
    const next = seeksParts ? partStart(known) : -1;
    if (next !== -1) {
      const rest = Buffer.from(known.subarray(next));
      if (next > 0) yield target.filled(next);
      return withStart(rest, bytes);
    }
    const open = seeksParts ? openPartStart(known) : 0;
    held = Buffer.from(known.subarray(known.length - open));
    const answer = known.length > open ? target.filled(known.length - open) : undefined;
    sinceYield += read;
    if (answer !== undefined || sinceYield >= BYTES_PER_YIELD) {
      yield answer;
      sinceYield = 0;
    }
    sinceTurn += read;
    if (sinceTurn >= BYTES_PER_TURN) {
      await setImmediate();
      sinceTurn = 0;
    }
  }
  yield* put(held, target);
  return undefined;
}

/** Reads compressed data, or UTF-16, and whatever is inside. */
async function* readPacked<T>(
  type: Exclude<ContentKind['type'], 'text' | 'tar' | 'binary'>,
  start: Buffer,
  bytes: ByteSource,
  options: FeedOptions,
  target: ByteTarget<T>,
  { name, depth, part, isWhole }: Place & { readonly isWhole: boolean },
): Part<T> {
  // Loaded where there is something to expand: it needs threads, zlib and a decoder of its own.
  const { expandedChunks } = await import('../expand/decompress.ts');
  const canReadAgain = bytes.readAt !== undefined && isWhole;
  const readAgain = canReadAgain
    ? (from: number) => chunksAgain(bytes, options.signal, from)
    : undefined;
  const raw = rawChunks(start, bytes, type === 'zstd');
  let isText = true;
  const behind = (): 'all' | 'members' | 'none' => {
    if (part > 0 && part < MAX_PARTS) return 'all';
    return isText ? 'members' : 'none';
  };
  const expanded = expandedChunks(type, raw, { ...options, readAgain, behind });
  let isFirst = true;
  let rest: AsyncGenerator<Buffer> | undefined;
  const inner = chunkSource({
    async next() {
      const step = await expanded.next();
      if (step.done === true) rest = step.value;
      else if (isFirst) {
        // In an archive, what follows a gap would become part of another file.
        isText = contentKind(step.value.subarray(0, HEAD_SIZE)).type === 'text';
        isFirst = false;
      }
      return step.done === true ? { done: true, value: undefined } : step;
    },
  });
  try {
    yield* readContent(inner, options, target, name, depth + 1);
  } finally {
    // Who leaves early closes the input, whose descriptor may then be another file's.
    await expanded.return(undefined);
  }
  return rest === undefined ? undefined : chunkSource(rest);
}

/** Reads the logs in an archive, each as an input of its own. */
async function* readArchive<T>(
  raw: AsyncIterable<Buffer>,
  options: FeedOptions,
  target: ByteTarget<T>,
  { name, depth }: Place,
): AsyncGenerator<T | undefined> {
  if (target.entry === undefined) {
    const detail = 'a tar archive; unpack it: tar -xOf FILE | k8s-audit scan -';
    options.onProblem({ reason: 'binary', line: 0, detail });
    return;
  }
  const { tarEntries } = await import('../expand/tar-entries.ts');
  let count = 0;
  try {
    for await (const entry of tarEntries(raw)) {
      if (isStopped(options)) return;
      if (!isLogName(basename(entry.name))) continue;
      count++;
      const inner = `${name}!${entry.name}`;
      target.entry(inner);
      if (entry.chunks === undefined) {
        const detail =
          'a sparse file in a tar archive; unpack it: tar -xOf FILE | k8s-audit scan -';
        options.onProblem({ reason: 'binary', line: 0, detail });
      } else yield* readContent(chunkSource(entry.chunks), options, target, inner, depth + 1);
      if (!isStopped(options)) yield target.end();
    }
  } catch (error) {
    const detail = `tar: ${error instanceof Error ? error.message : String(error)}`;
    options.onProblem({ reason: 'archive-error', line: 0, detail });
    return;
  }
  if (count === 0) options.onProblem({ reason: 'no-entries', line: 0 });
}
