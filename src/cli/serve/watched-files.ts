import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What files are like, as far as looking at them tells; another print says that one of them has changed. */
function printOf(paths: readonly string[]): string {
  return paths.map(printOfPath).join('\n');
}

/** Names are looked at again each time: Kubernetes changes a mounted file by changing where a link leads. */
function printOfPath(path: string): string {
  try {
    const { ino, size, mtimeNs, isDirectory } = statOf(path);
    if (!isDirectory) return `${path} ${ino} ${size} ${mtimeNs}`;
    const inside = readdirSync(path)
      .filter((name) => /\.ya?ml$/.test(name))
      .toSorted()
      .map((name) => join(path, name));
    return [path, ...inside.map(printOfPath)].join('\n');
  } catch {
    return `${path} gone`;
  }
}

function statOf(path: string): {
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly isDirectory: boolean;
} {
  const stats = statSync(path, { bigint: true });
  const { ino, size, mtimeNs } = stats;
  return { ino, size, mtimeNs, isDirectory: stats.isDirectory() };
}

/** Tells when files have changed and lie still again: what is written in several steps is read once. */
export class WatchedFiles {
  readonly #print: (paths: readonly string[]) => string;
  #paths: readonly string[];
  #read: string;
  #seen: string;

  /** @param print says what files are like; tests put their own in its place */
  constructor(paths: readonly string[], print = printOf) {
    this.#print = print;
    this.#paths = paths;
    this.#read = print(paths);
    this.#seen = this.#read;
  }

  /** Looks at the files. @returns true when they were changed since they were read, and not since the last look */
  hasChanged(): boolean {
    const now = this.#print(this.#paths);
    const isStill = now === this.#seen;
    this.#seen = now;
    if (!isStill || now === this.#read) return false;
    this.#read = now;
    return true;
  }

  /** Other files from now on, which are being read. */
  watch(paths: readonly string[]): void {
    this.#paths = paths;
    this.#read = this.#print(paths);
    this.#seen = this.#read;
  }
}
