import { basename, dirname, join } from 'node:path';
import type { Source } from '../sources.ts';
import { realPath } from './disk.ts';
import { isRotationOf, stemOf } from './names.ts';

/** A name to follow, and rotated files of it that are read before. */
export interface FollowedFile {
  readonly name: string;
  readonly path: string;
  /** Real paths. */
  readonly also: ReadonlySet<string>;
}

/**
 * The names to follow among files: of a rotated set it is the file that is still written; the others
 * belong to it, and each of them is read once, wherever it is renamed to.
 */
export function followedFiles(sources: readonly Source[]): FollowedFile[] {
  const files = sources.flatMap(({ name, path }) =>
    path === undefined ? [] : [{ name, path, real: realPath(path) }],
  );
  const byDirectory = new Map<string, string[]>();
  for (const { real } of files) pushTo(byDirectory, dirname(real), basename(real));
  /** Files by the real path of the one that they are rotations of. */
  const rotated = new Map<string, string[]>();
  const owned = new Set<string>();
  for (const [directory, names] of byDirectory) {
    for (const [name, owner] of ownersOf(names)) {
      const real = join(directory, name);
      owned.add(real);
      pushTo(rotated, join(directory, owner), real);
    }
  }
  return files
    .filter(({ real }) => !owned.has(real))
    .map(({ name, path, real }) => ({ name, path, also: new Set(rotated.get(real)) }));
}

/** Names that are rotations of others among them, with the shortest of these. There may be thousands. */
function ownersOf(names: readonly string[]): Map<string, string> {
  const byStem = new Map<string, string[]>();
  for (const name of names) pushTo(byStem, stemOf(name), name);
  const owners = new Map<string, string>();
  for (const name of names) {
    const able: string[] = [];
    for (let length = 1; length <= name.length; length++) {
      const others = byStem.get(name.slice(0, length)) ?? [];
      able.push(...others.filter((other) => isRotationOf(other, name)));
    }
    const [owner] = able.toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1));
    if (owner !== undefined) owners.set(name, owner);
  }
  return owners;
}

function pushTo(lists: Map<string, string[]>, key: string, value: string): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
