import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { kill, pid } from 'node:process';
import { errorCode, KnownError } from '../../util/errors.ts';

/** Milliseconds between two signs of life of who holds a lock. */
const BEAT = 2000;
/** Milliseconds without one after which a lock holds no more. */
const STALE = 10_000;
/** Milliseconds between two looks at a lock. */
const PAUSE = 250;

/** How a lock is watched; tests have their own time. */
export interface Watching {
  /** Name of this machine or container. */
  readonly host: string;
  /** Milliseconds without a sign of life after which a lock holds no more. */
  readonly wait: number;
  /** Stands still for so many milliseconds. */
  readonly pause: (milliseconds: number) => void;
}

const WATCHING: Watching = {
  host: hostname(),
  wait: STALE,
  pause: (milliseconds) =>
    void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds),
};

/** Who holds a lock. */
interface Owner {
  readonly pid: number;
  readonly host: string;
  readonly id: string;
}

/** What one run at a time may use. */
export interface Locked {
  /** The file that says who uses it. */
  readonly path: string;
  /** What it is, for people. */
  readonly name: string;
  /** What each run needs of its own, for people. */
  readonly own: string;
}

/**
 * Something that one run has for itself, such as a folder. Its owner shows every two seconds that it lives: process numbers tell nothing of
 * runs in other containers that share the folder, where each is number 1, and are given out again after a restart.
 */
export class RunLock {
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
   * Takes it. A lock whose process is gone from this machine holds nobody up; any
   * other one is watched: a sign of life says that it is in use, none in ten seconds that it was left. Clocks are not
   * asked: they differ, and are set back.
   *
   * @param lost called when another run took it while this one stood still
   * @throws KnownError when another run has it, and the errors of the file system
   */
  static take(
    locked: Locked,
    lost: () => void,
    { host, wait, pause }: Watching = WATCHING,
  ): RunLock {
    const { path } = locked;
    const text = JSON.stringify({ pid, host, id: randomUUID() } satisfies Owner);
    let seen: string | undefined;
    for (let waited = 0; ; waited += PAUSE) {
      try {
        writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
        return new RunLock(path, text, lost);
      } catch (error) {
        if (errorCode(error) !== 'EEXIST') throw error;
      }
      const owner = readOwner(path);
      const sign = signOf(path);
      if (owner === undefined || isGone(owner, host) || waited >= wait) {
        if (takeOver(path, text)) return new RunLock(path, text, lost);
      } else if (seen !== undefined && sign !== seen) throw inUse(locked, owner, host);
      else pause(PAUSE);
      seen ??= sign;
    }
  }

  /** False when another run took it while this one stood still. */
  get isHeld(): boolean {
    return readText(this.#path) === this.#text;
  }

  /** Lets others have it. */
  release(): void {
    clearInterval(this.#timer);
    if (this.isHeld) rmSync(this.#path, { force: true });
  }

  /** @returns false when another run has it */
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

/** Writes over a lock that was left: a disk that is full has room for that. @returns false when the file is gone */
function takeOver(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'r+' });
    truncateSync(path, text.length);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

function inUse({ name, own }: Locked, owner: Owner, host: string): KnownError {
  const place = owner.host === host ? '' : ` on ${owner.host}`;
  return new KnownError(
    'usage',
    `${name} is in use by process ${owner.pid}${place}`,
    `each run needs a ${own} of its own`,
  );
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
    return errorCode(error) !== 'EPERM';
  }
}

/** What a sign of life changes. */
function signOf(path: string): string {
  return String(statSync(path, { throwIfNoEntry: false, bigint: true })?.mtimeNs);
}
