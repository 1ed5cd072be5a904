import { Buffer } from 'node:buffer';
import { mayStart, PRINT_SIZE, startsWith } from './byte-print.ts';
import { NEVER, type Generation } from './generation.ts';
import { inOrder, type Aged } from './names.ts';

const LINE_FEED = 0x0a;

/** A file as it was found: the followed one, or one that a rotation may have made of it. */
export interface FoundFile extends Aged {
  readonly id: string;
  readonly path: string;
  readonly size: number;
  readonly packed: boolean;
  /** Its first bytes, expanded. */
  readonly start: Buffer;
  /** The bytes before a position, as many as asked for; fewer where there are no more. */
  before(position: number, length: number): Buffer;
}

/** The files of one name: the followed one and those that a rotation may have made of it. */
export interface Found {
  readonly live: FoundFile | undefined;
  /** Code of the error with which the followed file, which is there, cannot be opened. */
  readonly denied?: string | undefined;
  readonly rotated: readonly FoundFile[];
  /** Name of the followed file in its directory. */
  readonly base: string;
  /** False when files were renamed or removed meanwhile: then one may have been passed over. */
  readonly isStill: boolean;
}

/** Where a generation is read on. */
export type Whereabouts =
  /** In the file it always lay in, under this name now, or in one that has the same content. */
  | { readonly kind: 'file'; readonly file: FoundFile; readonly live: boolean }
  /** In a copy of it, since its own file was emptied or is gone. */
  | { readonly kind: 'copy'; readonly file: FoundFile }
  /** Nowhere by name, but its file is open still. */
  | { readonly kind: 'held' }
  /** There is a copy, made before the last bytes were read. */
  | { readonly kind: 'read' }
  | { readonly kind: 'lost' };

/** What a look at a directory means for the generations of one name. */
export interface Sorted {
  readonly where: ReadonlyMap<Generation, Whereabouts>;
  /** True when one of them is nowhere. */
  readonly isLost: boolean;
  /** True when the file of the followed name is one that is read already. */
  readonly liveIsKnown: boolean;
  /** Rotated files that nobody has read, the oldest first. */
  readonly fresh: readonly FoundFile[];
  /** Copies, packed ones mostly, of what was read. */
  readonly copies: readonly FoundFile[];
  /** Generations that were done with, and have grown. */
  readonly grown: readonly (readonly [Generation, FoundFile])[];
  /** Files without content so far: it has to be seen what they become. */
  readonly empty: boolean;
}

/**
 * Tells by content and inode what the files of one name are.
 *
 * @param behind files that bear no name of a rotation, where generations lay before a link led elsewhere
 * @param isHeld whether the file of a generation is open, and holds what was read of it
 */
export function sortOut(
  generations: readonly Generation[],
  { live, rotated, base }: Omit<Found, 'isStill'>,
  behind: readonly FoundFile[],
  isHeld: (generation: Generation) => boolean,
): Sorted {
  const open = generations.filter(({ state }) => state !== 'done');
  const done = generations.filter(({ state }) => state === 'done');
  const used = new Set<FoundFile>();
  const where = new Map<Generation, Whereabouts>();
  const place = (generation: Generation, whereabouts: Whereabouts): void => {
    where.set(generation, whereabouts);
    if ('file' in whereabouts) used.add(whereabouts.file);
  };
  // First those that are where they were: what is left is to be found by content.
  for (const generation of open) {
    const same = [live, ...rotated, ...behind].find(
      (file) => file?.id === generation.id && holds(file, generation) === 'whole',
    );
    if (same !== undefined && !used.has(same)) {
      place(generation, { kind: 'file', file: same, live: same === live });
    }
  }
  for (const generation of open) {
    if (where.has(generation)) continue;
    place(generation, elsewhere(generation, live, rotated, used, isHeld));
  }
  // What is there when reading ends may be done with, though it bears the followed name.
  const ended =
    live === undefined || used.has(live) ? undefined : (knownAs(done, live) ?? againAs(done, live));
  const rest = rotated.filter((file) => !used.has(file));
  const fresh: FoundFile[] = [];
  const copies: FoundFile[] = [];
  const grown: (readonly [Generation, FoundFile])[] = [];
  let empty = false;
  if (live !== undefined && ended !== undefined && hasGrown(live, ended)) {
    grown.push([ended, live]);
  }
  for (const file of rest) {
    const known = knownAs(done, file);
    if (known !== undefined) {
      if (hasGrown(file, known)) grown.push([known, file]);
    } else if (file.start.length === 0) {
      empty = true;
    } else if (generations.some((generation) => isCopy(file, generation)) || isCopyOf(file, live)) {
      copies.push(file);
    } else if (!file.packed || !isBeingPacked(file, rotated)) {
      fresh.push(file);
    }
  }
  return {
    where,
    isLost: [...where.values()].some(({ kind }) => kind === 'lost'),
    liveIsKnown: live !== undefined && (used.has(live) || ended !== undefined),
    fresh: inOrder(
      base,
      fresh,
      rotated.filter((file) => !fresh.includes(file)),
    ),
    copies,
    grown,
    empty,
  };
}

function knownAs(done: readonly Generation[], file: FoundFile): Generation | undefined {
  return done.find(
    (generation) =>
      generation.id === file.id &&
      startsWith(file.start, generation.head) &&
      (file.packed || file.size >= generation.position || generation.position === NEVER),
  );
}

/** A compressed file that was read, and has another inode now, as one that was copied there again. */
function againAs(done: readonly Generation[], file: FoundFile): Generation | undefined {
  if (!file.packed) return undefined;
  return done.find(
    (generation) =>
      generation.packed &&
      generation.position !== NEVER &&
      generation.head.length > 0 &&
      startsWith(file.start, generation.head),
  );
}

/**
 * True when a file that was done with has more. Of a compressed one its own size tells: it may have been looked at
 * half; whether it has what was read of it is seen when it is expanded.
 */
function hasGrown(file: FoundFile, known: Generation): boolean {
  if (known.position === NEVER || file.packed !== known.packed) return false;
  if (file.packed) return file.size !== known.size;
  return file.size > known.position && holds(file, known) === 'whole';
}

function elsewhere(
  generation: Generation,
  live: FoundFile | undefined,
  rotated: readonly FoundFile[],
  used: ReadonlySet<FoundFile>,
  isHeld: (generation: Generation) => boolean,
): Whereabouts {
  // A file that was written anew with the same content, as editors do.
  if (live !== undefined && !used.has(live) && generation.position > 0) {
    if (holds(live, generation) === 'whole') return { kind: 'file', file: live, live: true };
  }
  if (isHeld(generation)) return { kind: 'held' };
  const free = rotated.filter((file) => !used.has(file) && !isBeingPacked(file, rotated));
  const whole = free.find((file) => holds(file, generation) === 'whole' && file.start.length > 0);
  if (whole !== undefined && generation.head.length > 0) return { kind: 'copy', file: whole };
  const short = free.some((file) => holds(file, generation) === 'short');
  return { kind: short || generation.head.length === 0 ? 'read' : 'lost' };
}

/** Whether a file has what was read of a generation, or only its start. */
function holds(file: FoundFile, generation: Generation): 'whole' | 'short' | 'no' {
  const { head, tail, position } = generation;
  if (position > 0 && head.length === 0) return 'no';
  if (!startsWith(file.start, head)) {
    return position > 0 && mayStart(file.start, head) ? 'short' : 'no';
  }
  // Where it is read on is looked at again when it is unpacked.
  if (file.packed) return 'whole';
  if (file.size < position) return 'short';
  return startsWith(file.before(position, tail.length), tail) ? 'whole' : 'no';
}

/** The start of a generation tells it from others only once that is a line. */
function isCopy(file: FoundFile, { position, head }: Generation): boolean {
  const tells =
    position > 0 ||
    head.length >= PRINT_SIZE ||
    (Buffer.isBuffer(head) && head.includes(LINE_FEED));
  return tells && head.length > 0 && mayStart(file.start, head);
}

/** True for a copy of the followed file, of which nothing may have been read yet. */
function isCopyOf(file: FoundFile, live: FoundFile | undefined): boolean {
  return live !== undefined && live.start.includes(LINE_FEED) && mayStart(file.start, live.start);
}

/** True while the file that is compressed into this one is still there. */
function isBeingPacked(file: FoundFile, rotated: readonly FoundFile[]): boolean {
  const original = file.name.replace(/\.(?:gz|zst)$/i, '');
  return original !== file.name && rotated.some(({ name }) => name === original);
}
