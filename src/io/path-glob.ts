import { readdirSync, statSync } from 'node:fs';

/** Directories a pattern may look into. */
const MAX_DIRECTORIES = 100_000;

/** True when a path has characters of a pattern. */
export function hasGlob(path: string): boolean {
  return /[*?]/.test(path);
}

/** Existing paths that fit a pattern: `*` and `?` within a name, `**` for any directories, at the end for all that is in them; sorted. */
export function expandGlob(pattern: string): string[] {
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
      if (exists(path)) walk(path, index + 1);
      return;
    }
    if (budget-- <= 0) return;
    if (segment === '**') walk(base, index + 1);
    for (const name of namesIn(base)) {
      if (name.startsWith('.') && !segment.startsWith('.')) continue;
      const path = prefix + name;
      if (segment === '**') {
        if (isDirectory(path)) walk(path, index);
        // At the end of a pattern it is every file, as shells have it.
        else if (index === segments.length - 1) found.push(path);
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

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory === '' ? '.' : directory).toSorted();
  } catch {
    return [];
  }
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
