import { basename, dirname } from 'node:path';
import type { Source } from '../sources.ts';
import { realPath } from './disk.ts';
import { isRotationOf } from './names.ts';

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
  for (const { real } of files) {
    const directory = dirname(real);
    const names = byDirectory.get(directory);
    if (names === undefined) byDirectory.set(directory, [basename(real)]);
    else names.push(basename(real));
  }
  const owners = new Map<string, string>();
  for (const [directory, names] of byDirectory) {
    // The shortest name that others are rotations of.
    const live = names.toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1));
    for (const name of live) {
      const owner = live.find((other) => isRotationOf(other, name));
      if (owner !== undefined) owners.set(`${directory}\0${name}`, owner);
    }
  }
  const ownerOf = (real: string): string | undefined =>
    owners.get(`${dirname(real)}\0${basename(real)}`);
  return files
    .filter(({ real }) => ownerOf(real) === undefined)
    .map(({ name, path, real }) => ({
      name,
      path,
      also: new Set(
        files
          .filter((file) => {
            const owner = ownerOf(file.real);
            return owner === basename(real) && dirname(file.real) === dirname(real);
          })
          .map((file) => file.real),
      ),
    }));
}
