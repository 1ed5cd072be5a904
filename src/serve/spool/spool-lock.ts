import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { kill, pid } from 'node:process';
import { KnownError } from '../../util/errors.ts';

const LOCK = 'lock';
/** Milliseconds between two signs of life of who holds a lock. */
const BEAT = 2000;
/** Milliseconds without one after which a lock holds no more. */
const STALE = 10_000;
/** Milliseconds between two looks at a lock of another machine that may be left from a run which was killed. */
const PAUSE = 250;

/** Who holds a lock. */
interface Owner {
  readonly pid: number;
  readonly host: string;
  readonly id: string;
}

/**
 * A folder that one run has for itself. Its owner shows every two seconds that it lives: process numbers tell nothing of
 * runs in other containers that share the folder, where each is number 1, and are given out again after a restart.
 */
export class FolderLock {
  readonly #path: string;
  readonly #text: string;
  readonly #timer: NodeJS.Timeout;

  private constructor(path: string, text: string, lost: () => void) {
    this.#path = path;
    this.#text = text;
    this.#timer = setInterval(() => {
      if (!this.#beat()) {
        clearInterval(this.#timer);
        lost();
      }
    }, BEAT);
    this.#timer.unref();
  }

  /**
   * Takes a folder, which is made where it is missing. A run on another machine, or in another container, is waited for
   * until it has shown no life for ten seconds.
   *
   * @param lost called when another run took the folder while this one stood still
   * @param host name of this machine or container
   * @param wait milliseconds that another machine's run is waited for
   * @throws KnownError when another run has the folder
   */
  static take(dir: string, lost: () => void, host = hostname(), wait = STALE): FolderLock {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const path = join(dir, LOCK);
    const text = JSON.stringify({ pid, host, id: randomUUID() } satisfies Owner);
    for (let waited = 0; ; waited += PAUSE) {
      try {
        writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
        return new FolderLock(path, text, lost);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      }
      const owner = readOwner(path);
      if (owner === undefined || isGone(owner, host) || isStale(path))
        rmSync(path, { force: true });
      else if (owner.host === host) throw inUse(dir, `process ${owner.pid}`);
      else if (waited >= wait) throw inUse(dir, `process ${owner.pid} on ${owner.host}`);
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
    }
  }

  release(): void {
    clearInterval(this.#timer);
    if (readText(this.#path) === this.#text) rmSync(this.#path, { force: true });
  }

  /** @returns false when another run has the folder */
  #beat(): boolean {
    const text = readText(this.#path);
    if (text !== undefined && text !== this.#text) return false;
    try {
      const now = new Date();
      if (text === undefined) writeFileSync(this.#path, this.#text, { mode: 0o600 });
      else utimesSync(this.#path, now, now);
    } catch {
      // A disk that is full: the next beat tries again.
    }
    return true;
  }
}

function inUse(dir: string, by: string): KnownError {
  const hint = 'each run needs a folder of its own';
  return new KnownError('usage', `spool ${dir} is in use by ${by}`, hint);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** The owner of a lock; undefined for a file that is none, such as one that was not written to its end. */
function readOwner(path: string): Owner | undefined {
  try {
    const { pid: owner, host, id } = JSON.parse(readText(path) ?? '') as Partial<Owner>;
    if (typeof owner !== 'number' || typeof host !== 'string') return undefined;
    return { pid: owner, host, id: String(id) };
  } catch {
    return undefined;
  }
}

/** True when a process of this machine is there no more; this process has let go of what it does not know of. */
function isGone(owner: Owner, host: string): boolean {
  if (owner.host !== host) return false;
  if (owner.pid === pid) return true;
  try {
    kill(owner.pid, 0);
    return false;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'EPERM');
  }
}

/** Judged by the clock of the folder's file system alone: that of another machine may be another. */
function isStale(path: string): boolean {
  const since = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return since !== undefined && Date.now() - since > STALE;
}
