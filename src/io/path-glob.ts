import { readdirSync, statSync } from 'node:fs';
import { errorCode } from '../util/errors.ts';

/** Directories a pattern may look into. */
const MAX_DIRECTORIES = 100_000;

/** True when a path has characters of a pattern. */
export function hasGlob(path: string): boolean {
  return /[*?]/.test(path);
}

/**
 * Existing paths that fit a pattern: `*` and `?` within a name, `**` for any directories, at the end for all that is in them; sorted.
 *
 * @param unreadable is told of places where something may fit that could not be looked at
 */
export function expandGlob(
  pattern: string,
  unreadable: (path: string, error: unknown) => void,
): string[] {
  const told = new Set<string>();
  const look = <T>(path: string, parent: string, otherwise: T, at: () => T): T => {
    try {
      return at();
    } catch (error) {
      const code = errorCode(error);
      // A part of the path is a file, or gone again: nothing fits.
      if (code === 'ENOENT' || code === 'ENOTDIR') return otherwise;
      // Nothing can be told of any name in there: one word about the directory is enough.
      const place = (code === 'EACCES' ? parent : path) || '.';
      if (!told.has(place)) unreadable(place, error);
      told.add(place);
      return otherwise;
    }
  };
  const exists = (path: string, parent: string): boolean =>
    look(path, parent, false, () => statSync(path, { throwIfNoEntry: false }) !== undefined);
  /** Undefined where nobody can tell. */
  const isDirectory = (path: string, parent: string): boolean | undefined =>
    look<boolean | undefined>(path, parent, undefined, () => {
      const stats = statSync(path, { throwIfNoEntry: false });
      return stats?.isDirectory() ?? false;
    });
  const namesIn = (directory: string): string[] =>
    look(directory, directory, [], () =>
      readdirSync(directory === '' ? '.' : directory).toSorted(),
    );
  const segments = pattern.split('/');
  const absolute = segments[0] === '';
  if (absolute) segments.shift();
  let budget = MAX_DIRECTORIES;
  const found: string[] = [];
  const walk = (base: string, index: number): void => {
    const segment = segments[index];
    if (segment === undefined) {
      found.push(base);
      return;
    }
    const prefix = base === '' ? '' : base.endsWith('/') ? base : `${base}/`;
    if (!hasGlob(segment)) {
      const path = prefix + segment;
      if (exists(path, base)) walk(path, index + 1);
      return;
    }
    if (budget-- <= 0) return;
    if (segment === '**') walk(base, index + 1);
    for (const name of namesIn(base)) {
      if (name.startsWith('.') && !segment.startsWith('.')) continue;
      const path = prefix + name;
      if (segment === '**') {
        const isInner = isDirectory(path, base);
        if (isInner === true) walk(path, index);
        // At the end of a pattern it is every file, as shells have it.
        else if (isInner === false && index === segments.length - 1) found.push(path);
      } else if (matchesName(segment, name)) {
        walk(path, index + 1);
      }
    }
  };
  walk(absolute ? '/' : '', 0);
  return [...new Set(found)].toSorted();
}

/** Wildcard match of one name, in time linear in the name for each `*`. */
export function matchesName(pattern: string, name: string): boolean {
  let p = 0;
  let n = 0;
  let star = -1;
  let resume = 0;
  while (n < name.length) {
    if (pattern[p] === '*') {
      star = p++;
      resume = n;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n])) {
      p++;
      n++;
    } else if (star !== -1) {
      p = star + 1;
      n = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
