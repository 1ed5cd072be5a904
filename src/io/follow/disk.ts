import { Buffer } from 'node:buffer';
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  statSync,
  type BigIntStats,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { contentKind } from '../content/content-kind.ts';
import type { Found, FoundFile } from './decide.ts';
import type { Generation } from './generation.ts';
import { PRINT_SIZE } from './byte-print.ts';
import { rotationsAmong } from './names.ts';
import { unpackedStart } from './packed.ts';
import { errorCode } from '../../util/errors.ts';

/** What the file system says of a regular file. */
export interface FileFacts {
  /** Device and inode. */
  readonly id: string;
  readonly size: number;
  /** Nanoseconds. */
  readonly modified: bigint;
  readonly born: bigint;
}

function factsOf(stats: BigIntStats): FileFacts {
  return {
    id: `${stats.dev}:${stats.ino}`,
    size: Number(stats.size),
    modified: stats.mtimeNs,
    born: stats.birthtimeNs,
  };
}

/** The facts of what a path leads to; undefined when that is no regular file, or cannot be looked at. */
export function factsAt(path: string): FileFacts | undefined {
  try {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
    return stats?.isFile() === true ? factsOf(stats) : undefined;
  } catch {
    return undefined;
  }
}

/** When names in the directory of a file changed last; 0 where that cannot be told. */
export function directoryTime(path: string): bigint {
  try {
    return statSync(dirname(realPath(path)), { bigint: true }).mtimeNs;
  } catch {
    return 0n;
  }
}

/** The facts of an open file. */
export function factsOfOpen(fd: number): FileFacts {
  return factsOf(fstatSync(fd, { bigint: true }));
}

/** Opens a file for reading. @throws what opening throws */
export function openFile(path: string): number {
  // Without O_NONBLOCK, opening what became a FIFO waits for its writer.
  return openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
}

/** Errors of opening: there is no such file any more. */
export const GONE = new Set(['ENOENT', 'ENOTDIR', 'ESTALE']);
/** Errors of opening: too many files are open. */
export const TOO_MANY_OPEN = new Set(['EMFILE', 'ENFILE']);

/** The code of the error when a regular file is there and cannot be opened; undefined otherwise. */
function openError(path: string): string | undefined {
  if (factsAt(path) === undefined) return undefined;
  try {
    closeSync(openFile(path));
    return undefined;
  } catch (error) {
    const code = errorCode(error);
    return GONE.has(code) || TOO_MANY_OPEN.has(code) ? undefined : code;
  }
}

/** Reads as many bytes as there are at a position, up to the length. */
export function bytesAt(fd: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(Math.max(0, length));
  let count = 0;
  while (count < bytes.length) {
    const read = readSync(fd, bytes, count, bytes.length - count, position + count);
    if (read === 0) break;
    count += read;
  }
  return bytes.subarray(0, count);
}

/** The path that a path leads to in the end; itself when it leads nowhere. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/**
 * Looks at a path and at the files beside it that bear its name.
 *
 * @param known what was found before: files that have not changed are not read again
 */
export async function findFiles(path: string, known: readonly FoundFile[]): Promise<Found> {
  for (let tries = 1; ; tries++) {
    const target = realPath(path);
    const directory = dirname(target);
    const base = basename(target);
    const first = factsAt(path)?.id;
    const time = directoryTime(path);
    const rotated: FoundFile[] = [];
    let isStill = true;
    for (const name of rotationsAmong(sortedNames(directory, time), base)) {
      const file = await foundFile(join(directory, name), known);
      if (file !== undefined) rotated.push(file);
      else if (openError(join(directory, name)) === undefined) isStill = false;
    }
    // A link may lead elsewhere later; what it led to stays where it is.
    const live = await foundFile(factsAt(target)?.id === first ? target : path, []);
    // A file that is emptied keeps its inode, but its copy is a new name.
    const denied = live === undefined ? openError(path) : undefined;
    isStill &&= (live?.id === first || denied !== undefined) && directoryTime(path) === time;
    if (isStill || tries === MAX_TRIES) return { live, denied, rotated, base, isStill };
  }
}

/** The files of generations that lie where they were, though no link leads there any more. */
export async function findBehind(
  generations: readonly Generation[],
  { live, rotated }: Found,
): Promise<FoundFile[]> {
  const here = new Set([live, ...rotated].map((file) => file?.id));
  const files: FoundFile[] = [];
  for (const { id, path } of generations) {
    if (here.has(id)) continue;
    const file = factsAt(path)?.id === id ? await foundFile(path, []) : undefined;
    if (file?.id === id) files.push(file);
  }
  return files;
}

const MAX_TRIES = 5;

/** Names of a directory in which nothing had changed for a while when it was listed. */
interface Listing {
  readonly directory: string;
  readonly time: bigint;
  readonly listed: number;
  readonly names: readonly string[];
}

/** The last one: files of a directory are looked at one after the other, and there may be thousands. */
let lastListing: Listing | undefined;
/** Milliseconds for which one counts; so long must nothing have changed before, as times of changes are no finer. */
const LISTING_COUNTS = 1000;

/** The names in a directory, sorted. @param time when it changed last; 0 where that cannot be told */
function sortedNames(directory: string, time: bigint): readonly string[] {
  const now = Date.now();
  if (lastListing?.directory === directory && lastListing.time === time) {
    const age = now - lastListing.listed;
    if (age >= 0 && age < LISTING_COUNTS) return lastListing.names;
  }
  let names: string[];
  try {
    names = readdirSync(directory).toSorted();
  } catch {
    return [];
  }
  const isQuiet = time > 0n && now - Number(time / 1_000_000n) > LISTING_COUNTS;
  lastListing = isQuiet ? { directory, time, listed: now, names } : undefined;
  return names;
}

async function foundFile(
  path: string,
  known: readonly FoundFile[],
): Promise<FoundFile | undefined> {
  let fd: number | undefined;
  try {
    fd = openFile(path);
    if (!fstatSync(fd).isFile()) return undefined;
    const facts = factsOfOpen(fd);
    const same = known.find(
      ({ id, size, modified }) =>
        id === facts.id && size === facts.size && modified === facts.modified,
    );
    const raw = same === undefined ? bytesAt(fd, 0, PRINT_SIZE) : undefined;
    const packed = same?.packed ?? isPacked(raw!);
    const start = same?.start ?? (packed ? await unpackedStart(path) : raw!);
    return { ...facts, name: basename(path), path, packed, start, before: before(path) };
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function before(path: string): FoundFile['before'] {
  return (position, length) => {
    let fd: number | undefined;
    try {
      fd = openFile(path);
      const start = Math.max(0, position - length);
      return bytesAt(fd, start, position - start);
    } catch {
      return Buffer.alloc(0);
    } finally {
      if (fd !== undefined) closeSync(fd);
    }
  };
}

/** True for what is expanded or converted on reading. */
function isPacked(start: Buffer): boolean {
  const { type } = contentKind(start);
  return type !== 'text' && type !== 'binary';
}
