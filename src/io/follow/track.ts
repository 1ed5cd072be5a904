import { basename } from 'node:path';
import { NO_BYTES, fingerprintOf } from './byte-print.ts';
import { sortOut, type FoundFile, type Whereabouts } from './decide.ts';
import { directoryTime, findBehind, findFiles, realPath } from './disk.ts';
import { FROM_START, NEVER, newGeneration, type Generation } from './generation.ts';
import type { FilePool } from './pool.ts';
import { isHeld, noteStarts } from './read-lines.ts';

/** What a track tells of while it sorts its files out. */
export interface TrackHooks {
  now(): number;
  /** These bytes of a generation can no longer be read. */
  lost(generation: Generation, bytes: number): void;
  /** A generation ends with these bytes of an incomplete line. */
  cut(generation: Generation, bytes: number): void;
  /** A generation has come to its end. */
  ended(generation: Generation): void;
}

/** A name that is followed, and the files that bore it. */
export interface Track {
  readonly name: string;
  readonly path: string;
  /** Rotated files that are to be read too, by their real paths. */
  readonly also: ReadonlySet<string>;
  /** In the order of reading. */
  generations: Generation[];
  /** False until the files were looked at; what is there then is known, what comes later is new. */
  begun: boolean;
  /** Time of change of the directory when it was looked at. */
  listed: bigint;
  /** Rotated files that were there. */
  found: readonly FoundFile[];
  /** Looks in a row during which files were renamed or removed. */
  restless: number;
  /** Code of the error with which the file of the name, which is there, cannot be opened. */
  denied: string | undefined;
  /** Clock until which files without content are looked at again. */
  emptyUntil: number;
  /** True when it cannot be read: it is left alone. */
  failed: boolean;
  /** Bytes that may be read before the next checkpoint. */
  allowed: number;
  /** Bytes that were read since the last checkpoint. */
  read: number;
  /** Bytes, from here on, whose events may have been handed over by a run that was killed. */
  replay: number;
}

/** Looks after which a directory in which names change all the time is taken as it is. */
const MAX_RESTLESS = 20;
/** How many generations without a file are kept, to recognise what is compressed or moved back. */
const REMEMBERED = 32;

/** A name whose files were not looked at yet. @param also real paths of rotated files that are to be read too */
export function newTrack(name: string, path: string, also: ReadonlySet<string>): Track {
  return {
    name,
    path,
    also,
    generations: [],
    begun: false,
    listed: 0n,
    found: [],
    restless: 0,
    denied: undefined,
    emptyUntil: 0,
    failed: false,
    allowed: Infinity,
    read: 0,
    replay: 0,
  };
}

/** The generations that are read, or may still grow, the oldest first. */
export function openGenerations({ generations }: Track): Generation[] {
  return generations.filter(({ state }) => state !== 'done');
}

/**
 * Looks at the files of the name, and finds out where each generation is and which are new.
 *
 * @returns false when files were renamed meanwhile: it has to be done again
 */
export async function reconcile(
  track: Track,
  pool: FilePool,
  rotateWait: number,
  hooks: TrackHooks,
): Promise<boolean> {
  track.listed = directoryTime(track.path);
  const found = await findFiles(track.path, track.found);
  track.found = found.rotated;
  track.denied = found.denied;
  // Nothing is given up because a file was just being renamed.
  if (!found.isStill && ++track.restless < MAX_RESTLESS) return false;
  // It may be any of those that are known: nothing is sorted out, or said to be lost, before it is seen.
  if (found.denied !== undefined) {
    track.restless = 0;
    return true;
  }
  noteStarts(openGenerations(track), pool);
  const behind = await findBehind(openGenerations(track), found);
  const sorted = sortOut(track.generations, found, behind, (one) => isHeld(one, pool));
  // A loss is reported only if a second look finds no copy either.
  if (sorted.isLost && track.restless++ === 0) return false;
  track.restless = 0;
  for (const [generation, where] of sorted.where) move(generation, where, pool, hooks);
  const first = !track.begun;
  track.begun = true;
  const fresh = sorted.fresh.map((file) => {
    // Files that were there before are not followed, unless they were named.
    const wanted = !first || track.also.has(realPath(file.path));
    return wanted ? adopt(track, file, hooks.now()) : known(track, file, file.size);
  });
  for (const [generation, file] of sorted.grown) {
    generation.state = file === found.live ? 'live' : 'old';
    generation.id = file.id;
    generation.path = file.path;
    generation.quietSince = hooks.now();
  }
  const copies = sorted.copies.map((file) => known(track, file, NEVER));
  const isNew = found.live !== undefined && !sorted.liveIsKnown;
  const live = isNew ? [liveGeneration(track, found.live, hooks.now())] : [];
  const before = openGenerations(track);
  // A generation of which no byte was read cannot be told from others.
  const done = track.generations.filter(({ state, head }) => state === 'done' && head.length > 0);
  const here = new Set([...before, ...live].map(({ id }) => id));
  const seen = new Set(found.rotated.map(({ id }) => id));
  // A copy that is read on is no other file any more.
  const present = done.filter(({ id }) => seen.has(id) && !here.has(id));
  const gone = done.filter(({ id }) => !seen.has(id)).slice(-REMEMBERED);
  const [old, added] = [fresh, copies].map((list) => list.filter(({ id }) => !here.has(id)));
  // Whatever was rotated is older than the file that bears the name.
  const [rotated, kept] = [false, true].map((isLive) =>
    before.filter(({ state }) => (state === 'live') === isLive),
  );
  const open = [...rotated!, ...old!, ...kept!, ...live];
  for (const generation of open) {
    // While it is open, no other file can get its inode.
    if (generation.state === 'live') pool.get(generation);
  }
  track.generations = [...gone, ...present, ...added!, ...open];
  // An empty file may stay empty, so it is only looked at for a time.
  if (!sorted.empty || (track.emptyUntil > 0 && track.emptyUntil <= hooks.now())) {
    track.emptyUntil = 0;
  } else if (track.emptyUntil === 0) {
    track.emptyUntil = hooks.now() + rotateWait;
  }
  return true;
}

/** Follows a generation to where its content is now. */
function move(generation: Generation, where: Whereabouts, pool: FilePool, hooks: TrackHooks): void {
  const wasLive = generation.state === 'live';
  const left = Math.max(generation.size, generation.seen) - generation.position;
  if (where.kind === 'file' || where.kind === 'copy') {
    const { file } = where;
    if (file.id !== generation.id) pool.close(generation);
    generation.id = file.id;
    generation.path = file.path;
    generation.packed = file.packed;
  }
  switch (where.kind) {
    case 'file':
      generation.state = where.live ? 'live' : 'old';
      break;
    case 'copy':
      generation.state = 'old';
      generation.seen = generation.position;
      generation.modified = -1n;
      // Nobody writes to a copy.
      generation.quietSince = -Infinity;
      break;
    case 'held':
      generation.state = 'old';
      break;
    case 'read':
    case 'lost':
      // One that was rotated, and read to its end since, lacks nothing that is known of.
      end(generation, where.kind === 'lost' && (wasLive || left > 0), pool, hooks);
      return;
  }
  if (wasLive && generation.state === 'old' && where.kind !== 'copy') {
    generation.quietSince = hooks.now();
  }
}

/** Ends a generation of which nothing more can be read. */
function end(generation: Generation, isLost: boolean, pool: FilePool, hooks: TrackHooks): void {
  const { position, seen, size } = generation;
  if (seen > position) hooks.cut(generation, seen - position);
  if (isLost) hooks.lost(generation, Math.max(size, seen) - position);
  finish(generation, pool, hooks);
}

/** Finishes a generation. Only fingerprints are kept, to tell its file from others. */
export function finish(generation: Generation, pool: FilePool, hooks: TrackHooks): void {
  generation.state = 'done';
  generation.head = fingerprintOf(generation.head);
  generation.tail = fingerprintOf(generation.tail);
  pool.close(generation);
  hooks.ended(generation);
}

/** A file that is to be read from its start. */
function adopt(track: Track, file: FoundFile, now: number): Generation {
  return {
    ...newGeneration(
      { id: file.id, path: file.path, name: nameOf(track, file), state: 'old' },
      now,
    ),
    packed: file.packed,
    head: file.start,
    size: file.size,
  };
}

function liveGeneration(track: Track, file: FoundFile, now: number): Generation {
  return { ...adopt(track, file, now), name: track.name, state: 'live' };
}

/** What a file beside the followed one is called, in the user's way to write it. */
function nameOf({ name, path }: Track, file: FoundFile): string {
  const base = basename(path);
  return name.endsWith(base) ? `${name.slice(0, -base.length)}${file.name}` : file.path;
}

/** A file that is not read up to a position; a compressed one never is: where its text ends is not known. */
function known(track: Track, file: FoundFile, position: number): Generation {
  const at = file.packed ? NEVER : position;
  return {
    ...adopt(track, file, 0),
    state: 'done',
    position: at,
    seen: at,
    head: fingerprintOf(file.start),
    tail: NO_BYTES,
    kept: { ...FROM_START, position: at },
  };
}
