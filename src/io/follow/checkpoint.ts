import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { resolve } from 'node:path';
import { errorCode, KnownError } from '../../util/errors.ts';
import { errorText } from '../error-text.ts';
import {
  forgetGone,
  parseCheckpoint,
  printCheckpoint,
  type StoredGeneration,
  type StoredTrack,
} from './checkpoint-text.ts';
import type { RunLock } from '../write/run-lock.ts';
import { bytesAt, factsAt } from './disk.ts';
import { fingerprintOf, NO_BYTES, PRINT_SIZE, type Fingerprint } from './byte-print.ts';
import { newGeneration, type Generation } from './generation.ts';
import { isGone } from './gone.ts';
import type { FilePool } from './pool.ts';
import { isIntact } from './read-lines.ts';
import { openGenerations, type Track } from './track.ts';

/** Least milliseconds between two writes. */
const INTERVAL = 1000;
/** Bytes that may be read before the next write, whatever was read before the last one. */
const LEAST_WINDOW = 256 * 1024;
/** Bytes behind the position that are announced at most, when so many wait to be read. */
const MOST_BACKLOG = 256 * 1024 * 1024;
/** A log that grows faster than before needs no more writes. */
const GROWTH = 4;

/**
 * The file that says where a run goes on. It is replaced as a whole, at most once a second.
 *
 * It holds the position behind what is written out, and how many bytes behind it may be read before it
 * is written again: after a run that was killed, these are the ones whose findings may come twice.
 */
export class Checkpoint {
  readonly #path: string;
  /** False when findings are written out at the end only: until then positions mean nothing. */
  readonly #isSteady: boolean;
  readonly #stored: Map<string, StoredTrack>;
  #lastWrite = -Infinity;
  #end: string | undefined;
  #goesOn = false;
  /** False when what was found could not be written: then the file stays as it is. */
  isWritten = (): boolean => true;
  /** Keeps other runs away: two would undo what the other wrote. */
  readonly #lock: RunLock | undefined;

  /** @throws KnownError when there is a file that is no checkpoint */
  constructor(path: string, isSteady: boolean, lock?: RunLock) {
    this.#path = path;
    this.#lock = lock;
    this.#isSteady = isSteady;
    this.#stored = readCheckpoint(path);
  }

  /** True when an input was read before, in part at least. */
  get goesOn(): boolean {
    return this.#goesOn;
  }

  /** True when an earlier run has left one. */
  get hasPast(): boolean {
    return this.#stored.size > 0;
  }

  /** Sets a track to where it stood; one that is not known is left as it is. */
  restore(track: Track, now: number): void {
    const known = this.#stored.get(resolve(track.path));
    if (known === undefined) return;
    track.begun = true;
    if (known.generations.some(({ position }) => position > 0)) this.#goesOn = true;
    track.generations = known.generations.map((generation) => restored(track, generation, now));
    track.replay = known.window ?? Infinity;
  }

  /** Milliseconds until it may be written again. */
  dueIn(now: number): number {
    if (!this.#isSteady) return Infinity;
    return this.#lastWrite + INTERVAL - now;
  }

  /** Writes where the tracks stand, and lets them go on. @throws KnownError */
  save(tracks: readonly Track[], pool: FilePool, now: number): void {
    if (!this.isWritten()) return;
    this.#lastWrite = now;
    for (const track of tracks) {
      track.allowed = this.#isSteady ? window(track) : Infinity;
      track.read = 0;
    }
    this.#note(tracks, pool, false);
    this.#write(printCheckpoint(this.#stored), false);
  }

  /** Takes note of where the tracks stand at the end. @param date milliseconds of the clock of files */
  prepareEnd(tracks: readonly Track[], pool: FilePool, date: number): void {
    this.#note(tracks, pool, true);
    const followed = new Set(tracks.map(({ path }) => resolve(path)));
    forgetGone(this.#stored, followed, date, isGone);
    this.#end = printCheckpoint(this.#stored);
  }

  /** Writes where reading ended; to be called when all is written out. @throws KnownError */
  finish(): void {
    if (this.#end !== undefined && this.isWritten()) this.#write(this.#end, true);
  }

  #note(tracks: readonly Track[], pool: FilePool, clean: boolean): void {
    for (const track of tracks) {
      if (track.failed) continue;
      this.#stored.set(resolve(track.path), {
        window: clean ? 0 : bounded(track.allowed + unwritten(track)),
        generations: track.generations.map((generation) => stored(generation, pool)),
        gone: undefined,
      });
    }
  }

  #write(text: string, isLast: boolean): void {
    if (this.#lock?.isHeld === false) {
      throw new KnownError('input', `another run took checkpoint ${this.#path}`);
    }
    const part = `${this.#path}.${randomBytes(4).toString('hex')}.tmp`;
    try {
      const file = openSync(part, 'wx', 0o600);
      try {
        for (let bytes = Buffer.from(text); bytes.length > 0;) {
          bytes = bytes.subarray(writeSync(file, bytes));
        }
        if (isLast) fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(part, this.#path);
    } catch (error) {
      rmSync(part, { force: true });
      throw new KnownError('input', `cannot write checkpoint ${this.#path}: ${errorText(error)}`);
    }
  }
}

function readCheckpoint(path: string): Map<string, StoredTrack> {
  let text: string;
  try {
    // A device may have no end.
    const stats = statSync(path);
    text = stats.isFile() || stats.isDirectory() ? readFileSync(path, 'utf8') : '';
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return new Map();
    throw new KnownError('input', `cannot read checkpoint ${path}: ${errorText(error)}`);
  }
  const parsed = parseCheckpoint(text);
  if (parsed !== undefined) return parsed;
  throw new KnownError(
    'input',
    `${path} is no checkpoint of this version`,
    'name another file, or remove it to read everything again',
  );
}

/** Bytes that a track may read before the next write. */
function window(track: Track): number {
  const open = openGenerations(track);
  if (open.some(({ packed }) => packed)) return Infinity;
  const backlog = open.reduce(
    (sum, { path, position }) => sum + Math.max(0, (factsAt(path)?.size ?? 0) - position),
    0,
  );
  const wanted = Math.min(backlog, MOST_BACKLOG);
  // What an earlier run may have handed over stays marked.
  return Math.max(LEAST_WINDOW, track.read * GROWTH, wanted, track.replay);
}

/** Bytes that were read but are read again after a restart: their record is not at its end. */
function unwritten(track: Track): number {
  return openGenerations(track).reduce(
    (sum, { position, kept }) => sum + Math.max(0, position - kept.position),
    0,
  );
}

function bounded(bytes: number): number | undefined {
  return bytes === Infinity ? undefined : bytes;
}

function restored(track: Track, from: StoredGeneration, now: number): Generation {
  const { id, path, name, state, packed, size, position, line, events, unended } = from;
  return {
    ...newGeneration({ id, path, name: state === 'live' ? track.name : name, state }, now),
    packed,
    size,
    position,
    line,
    unended,
    seen: position,
    head: from.head,
    tail: from.tail,
    kept: { position, line, events, unended },
  };
}

function stored(generation: Generation, pool: FilePool): StoredGeneration {
  const { id, path, name, state, packed, size, kept, position, head } = generation;
  const isDone = state === 'done';
  return {
    id,
    path,
    name,
    state,
    packed,
    size,
    ...(isDone ? { ...kept, position, events: 0 } : kept),
    head: fingerprintOf(head),
    tail: isDone ? fingerprintOf(generation.tail) : tailAt(generation, pool),
  };
}

/** The bytes before the place where a restart goes on. */
function tailAt(generation: Generation, pool: FilePool): Fingerprint {
  const { kept, position, tail, packed } = generation;
  if (kept.position === position) return fingerprintOf(tail);
  const fd = packed ? undefined : pool.held(generation);
  if (fd === undefined) return fingerprintOf(NO_BYTES);
  const start = Math.max(0, kept.position - PRINT_SIZE);
  const bytes = bytesAt(fd, start, kept.position - start);
  return fingerprintOf(isIntact(fd, generation) ? bytes : NO_BYTES);
}
