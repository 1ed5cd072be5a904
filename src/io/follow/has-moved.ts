import { directoryTime, factsAt } from './disk.ts';
import type { Generation } from './generation.ts';
import type { Track } from './track.ts';

/** True when the followed name has become another file, or that cannot be excluded. */
export function hasMoved(track: Track): boolean {
  if (!track.begun || track.denied !== undefined || track.emptyUntil > 0) return true;
  const facts = factsAt(track.path);
  // Between a rename and the next file there is none: what was open is read on.
  if (facts === undefined) return false;
  const live = track.generations.find(({ state }) => state === 'live');
  return live?.id !== facts.id || facts.size < (live.packed ? live.size : live.position);
}

/**
 * True when other files may have come before this one was started: one that was emptied before it was
 * read has left a copy, and that is read first.
 */
export function mayHaveCopies(track: Track, { state, seen }: Generation): boolean {
  return state === 'live' && seen === 0 && directoryTime(track.path) !== track.listed;
}
