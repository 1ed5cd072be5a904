import {
  isObject,
  member,
  stringMember,
  type JsonObject,
  type JsonValue,
} from '../../json/value.ts';
import type { Fingerprint } from './byte-print.ts';
import type { Generation, Kept } from './generation.ts';

/** Where a generation stands: `position` is behind what was written out. */
export interface StoredGeneration
  extends Kept, Pick<Generation, 'id' | 'path' | 'name' | 'state' | 'packed' | 'size'> {
  readonly head: Fingerprint;
  readonly tail: Fingerprint;
}

/** The generations of one name. */
export interface StoredTrack {
  /** Bytes behind the positions whose findings may be written out too; undefined for no bound. */
  readonly window: number | undefined;
  readonly generations: readonly StoredGeneration[];
  /** Milliseconds of the clock when nothing of it was there any more. */
  readonly gone: number | undefined;
}

/** What a checkpoint says, by absolute path: fingerprints and positions, nothing of what a log holds. */
export type CheckpointData = Map<string, StoredTrack>;

const VERSION = 1;
/** Milliseconds: a directory may be away for a while, as one that is moved. */
const FORGOTTEN_AFTER = 7 * 24 * 3_600_000;
const STATES = ['live', 'old', 'done'] as const;

/** The text of a checkpoint file. */
export function printCheckpoint(files: CheckpointData): string {
  const list = [...files].map(([path, { window, generations, gone }]) => ({
    path,
    window: window ?? null,
    generations,
    gone,
  }));
  // Windows count where some run did not come to its end: what it read behind the positions may come again.
  const clean = list.every(({ window }) => window === 0);
  return `${JSON.stringify({ 'k8s-audit-checkpoint': VERSION, clean, files: list })}\n`;
}

/**
 * Forgets files that are gone with their directories, as logs of pods are, for so long that they do not come back.
 *
 * @param followed paths of this run, which stay
 * @param isGone whether a rotated file cannot be there either
 */
export function forgetGone(
  files: CheckpointData,
  followed: ReadonlySet<string>,
  now: number,
  isGone: (path: string, generations: readonly StoredGeneration[]) => boolean,
): void {
  for (const [path, track] of files) {
    if (followed.has(path)) continue;
    const gone = isGone(path, track.generations) ? Math.min(track.gone ?? now, now) : undefined;
    if (gone !== undefined && now - gone >= FORGOTTEN_AFTER) files.delete(path);
    else files.set(path, { ...track, gone });
  }
}

/** Reads the text of a checkpoint file; undefined when it is none. */
export function parseCheckpoint(text: string): CheckpointData | undefined {
  let root: JsonValue;
  try {
    root = JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
  if (!isObject(root) || member(root, 'k8s-audit-checkpoint') !== VERSION) return undefined;
  const clean = member(root, 'clean');
  const list = member(root, 'files');
  if (typeof clean !== 'boolean' || !Array.isArray(list)) return undefined;
  const files = new Map<string, StoredTrack>();
  for (const item of list) {
    const track = isObject(item) ? trackOf(item) : undefined;
    const path = isObject(item) ? stringMember(item, 'path') : undefined;
    if (track === undefined || path === undefined) return undefined;
    files.set(path, clean ? { ...track, window: 0 } : track);
  }
  return files;
}

function trackOf(item: JsonObject): StoredTrack | undefined {
  const list = member(item, 'generations');
  if (!Array.isArray(list)) return undefined;
  const generations = list.map((entry) => (isObject(entry) ? generationOf(entry) : undefined));
  const whole = generations.filter((generation) => generation !== undefined);
  if (whole.length < list.length) return undefined;
  const [window, gone] = ['window', 'gone'].map((name) => amount(member(item, name)));
  return { window, generations: whole, gone };
}

function generationOf(entry: JsonObject): StoredGeneration | undefined {
  const id = stringMember(entry, 'id');
  const path = stringMember(entry, 'path');
  const name = stringMember(entry, 'name');
  const state = STATES.find((known) => known === member(entry, 'state'));
  const position = amount(member(entry, 'position'));
  const size = amount(member(entry, 'size'));
  const line = amount(member(entry, 'line'));
  const events = amount(member(entry, 'events'));
  const head = printOf(member(entry, 'head'));
  const tail = printOf(member(entry, 'tail'));
  if (id === undefined || path === undefined || name === undefined || state === undefined) {
    return undefined;
  }
  if (position === undefined || size === undefined) return undefined;
  if (line === undefined || events === undefined) return undefined;
  if (head === undefined || tail === undefined || tail.length > position) return undefined;
  const packed = member(entry, 'packed') === true;
  const unended = member(entry, 'unended') === true;
  return { id, path, name, state, packed, size, position, line, events, unended, head, tail };
}

function printOf(value: JsonValue | undefined): Fingerprint | undefined {
  if (!isObject(value)) return undefined;
  const length = amount(member(value, 'length'));
  const hash = stringMember(value, 'hash');
  return length === undefined || hash === undefined ? undefined : { length, hash };
}

/** A whole number from 0. */
function amount(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
