import { lstatSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Generation } from './generation.ts';

/**
 * True when neither a file nor the directories of its generations are there, though their device is: of a file system
 * that is not mounted nothing is known.
 */
export function isGone(
  path: string,
  generations: readonly Pick<Generation, 'id' | 'path'>[],
): boolean {
  return (
    isMissing(path) &&
    generations.every(({ id, path: file }) => {
      let directory = dirname(file);
      if (!isMissing(directory)) return false;
      while (isMissing(directory)) directory = dirname(directory);
      return id.startsWith(`${deviceOf(directory)}:`);
    })
  );
}

/** False too where it cannot be told. */
function isMissing(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}

function deviceOf(path: string): bigint | undefined {
  try {
    return statSync(path, { bigint: true }).dev;
  } catch {
    return undefined;
  }
}
