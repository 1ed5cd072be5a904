import { readdirSync, realpathSync, statSync, type Dirent } from 'node:fs';
import { join, sep } from 'node:path';
import type { ProblemReason } from '../events/problems.ts';
import { onceEach } from './once-each.ts';
import { expandGlob, hasGlob } from './path-glob.ts';
import { byRotation, orderedByRotation } from './rotation.ts';
import { errorCode } from '../util/errors.ts';

/** One input to read. */
export interface Source {
  /** The input as the user knows it; `-` for standard input. */
  readonly name: string;
  /** Path to open; undefined for standard input. */
  readonly path: string | undefined;
  /** Size in bytes when it is a regular file. */
  readonly size: number | undefined;
  /** True when nothing is there yet, and it is followed once there is. */
  readonly isAwaited?: boolean;
}

/** A path that leads to no input. */
export interface SourceProblem {
  readonly path: string;
  readonly reason: ProblemReason;
  readonly detail?: string | undefined;
}

export interface Sources {
  readonly sources: readonly Source[];
  readonly problems: readonly SourceProblem[];
}

/** Endings of files that a directory is searched for; a rotation number or date may follow. */
const LOG_EXTENSIONS = [
  '.log',
  '.json',
  '.ndjson',
  '.jsonl',
  '.txt',
  '.csv',
  '.tsv',
  '.gz',
  '.zst',
  '.tgz',
  '.tar',
  // Not read, but named with the command that unpacks them.
  '.xz',
  '.bz2',
] as const;

/**
 * The inputs that paths lead to: files as they are named, patterns and directories expanded, `-`
 * for standard input. Rotated sets come in time order. A file that is named twice, or that a link leads to, is read once.
 *
 * @param isFollowed true where links may lead elsewhere later
 */
export function expandSources(paths: readonly string[], isFollowed = false): Sources {
  const sources = new Map<string, Source>();
  const problems: SourceProblem[] = [];
  const add = (path: string): void => {
    const result = inspect(path);
    if ('reason' in result) problems.push(result);
    else if (!sources.has(result.name)) sources.set(result.name, result);
  };
  for (const named of paths) {
    const path = withSlashes(named, sep);
    if (path === '-') {
      sources.set('-', { name: '-', path: undefined, size: undefined });
      continue;
    }
    const kind = kindOf(path);
    const before = problems.length;
    // What could not be looked into may hold logs: then that is why there are none.
    const noLogs = (detail?: string): void => {
      if (problems.length === before) problems.push({ path, reason: 'no-logs', detail });
    };
    if (kind === 'directory') {
      const { found, others } = filesBelow(path, problems);
      if (found.length === 0) noLogs(othersText(path, others));
      for (const file of found) add(file);
    } else if (kind === 'missing' && hasGlob(path)) {
      const files = orderedByRotation(
        expandGlob(path, (place, error) =>
          problems.push({ path: place, reason: 'unreadable', detail: errorCode(error) }),
        ).filter((file) => kindOf(file) !== 'directory'),
      );
      if (files.length === 0) noLogs();
      for (const file of files) add(file);
    } else {
      add(path);
    }
  }
  return { sources: onceEach([...sources.values()], isFollowed), problems };
}

/**
 * A path with `/` between its parts, on Windows too, which opens both: places in reports, URIs and baselines are then
 * the same on every system.
 *
 * @param separator what this system writes between the parts of a path
 */
export function withSlashes(path: string, separator: string): string {
  return separator === '/' ? path : path.replaceAll(separator, '/');
}

/** True for a file name that a directory is searched for. */
export function isLogName(name: string): boolean {
  if (name.startsWith('.')) return false;
  const lower = name.toLowerCase();
  if (LOG_EXTENSIONS.some((extension) => lower.endsWith(extension))) return true;
  if (DELIVERED.test(name)) return true;
  return LOG_EXTENSIONS.some((extension) => {
    const at = lower.lastIndexOf(extension);
    return at > 0 && ROTATED.test(lower.slice(at + extension.length));
  });
}

/** What rotation puts behind a name: `.1`, `-20260401`, `.old`. A `.bak` is a copy. */
const ROTATED = /^[-._](?:\d[\dtz_.:+-]{0,40}|old|prev)$/;

/** Objects that Amazon Data Firehose and Fluent Bit put into a bucket; they have no ending. */
const DELIVERED =
  /-\d{4}(?:-\d\d){5}-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$|-object[A-Za-z0-9]{8}$/;

function inspect(path: string): Source | SourceProblem {
  try {
    const stats = statSync(path);
    return { name: path, path, size: stats.isFile() ? stats.size : undefined };
  } catch (error) {
    const code = errorCode(error);
    if (isNotUtf8(path) && code === 'ENOENT') {
      return { path, reason: 'unreadable', detail: NOT_UTF8 };
    }
    if (code === 'ENOENT' || code === 'ENOTDIR') return { path, reason: 'missing' };
    return { path, reason: 'unreadable', detail: code };
  }
}

const NOT_UTF8 = 'its name is no UTF-8 text; rename it';

/** Whether Node could not read the bytes of a path as text: then the path leads nowhere. */
function isNotUtf8(path: string): boolean {
  return path.includes('\uFFFD');
}

function kindOf(path: string): 'file' | 'directory' | 'special' | 'missing' {
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) return 'directory';
    return stats.isFile() ? 'file' : 'special';
  } catch {
    return 'missing';
  }
}

const SPECIAL = 'a pipe, socket or device; it is read when it is named';

/** The log files of a directory, and files with other names. */
function filesBelow(
  root: string,
  problems: SourceProblem[],
): { readonly found: readonly string[]; readonly others: readonly string[] } {
  const found: string[] = [];
  const others: string[] = [];
  const seen = new Set<string>();
  const visit = (directory: string): void => {
    let entries: readonly Dirent[];
    try {
      // Links may form loops: every directory is visited once.
      const real = realpathSync(directory);
      if (seen.has(real)) return;
      seen.add(real);
      entries = readdirSync(directory, { withFileTypes: true });
    } catch (error) {
      const code = errorCode(error);
      const detail = isNotUtf8(directory) && code === 'ENOENT' ? NOT_UTF8 : code;
      problems.push({ path: directory, reason: 'unreadable', detail });
      return;
    }
    const directories: string[] = [];
    const files: string[] = [];
    for (const entry of entries) {
      const { name } = entry;
      const kind = entry.isDirectory() ? 'directory' : kindOf(join(directory, name));
      if (kind === 'directory') {
        if (!name.startsWith('.')) directories.push(name);
      } else if (isLogName(name)) {
        // Opening a named pipe would wait for somebody who writes into it.
        if (kind === 'special') {
          problems.push({ path: joinAs(directory, name), reason: 'unreadable', detail: SPECIAL });
        } else {
          files.push(name);
        }
      } else if (kind === 'file' && !name.startsWith('.')) others.push(name);
    }
    for (const file of byRotation(files)) found.push(joinAs(directory, file));
    for (const inner of directories.toSorted()) visit(joinAs(directory, inner));
  };
  visit(root);
  return { found, others };
}

/** What a directory without log files holds instead. */
function othersText(path: string, [first, ...more]: readonly string[]): string | undefined {
  if (first === undefined) return undefined;
  const files = more.length === 0 ? `only ${first}` : `only ${more.length + 1} files like ${first}`;
  return `${files}, a name that is none of a log; to read all: '${joinAs(path, '**')}'`;
}

/** Different names in the order in which a search of their directories finds them. */
export function searchOrder(names: readonly string[]): string[] {
  const visit = (paths: readonly { readonly name: string; readonly rest: string }[]): string[] => {
    const files = new Map<string, string>();
    const directories = new Map<string, { name: string; rest: string }[]>();
    for (const { name, rest } of paths) {
      const end = rest.indexOf('/');
      if (end === -1) {
        files.set(rest, name);
      } else {
        const inner = directories.get(rest.slice(0, end)) ?? [];
        inner.push({ name, rest: rest.slice(end + 1) });
        directories.set(rest.slice(0, end), inner);
      }
    }
    return [
      ...byRotation([...files.keys()]).map((file) => files.get(file)!),
      ...[...directories.keys()].toSorted().flatMap((inner) => visit(directories.get(inner)!)),
    ];
  };
  return visit([...new Set(names)].map((name) => ({ name, rest: name })));
}

/** Keeps `./` and the like as the user wrote it. */
function joinAs(directory: string, name: string): string {
  return directory.endsWith('/') || directory.endsWith(sep)
    ? `${directory}${name}`
    : `${directory}/${name}`;
}
