import { closeSync, openSync, rmSync, statSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { errorCode } from '../../util/errors.ts';

/** Milliseconds for which others are waited for: they hold a lock for as long as it takes to write a file. */
const LONGEST_WAIT = 20_000;
/** Milliseconds after which a lock is one of a process that was killed. */
const LONGEST_HOLD = 10_000;
const PAUSE = 20;

/**
 * Does something to a file while no other process that asks here does. The lock is a file beside it, named `.lock`; an
 * old one counts for nothing.
 *
 * @throws an error of the code ETIMEDOUT when others hold the lock too long, and those of the file system
 */
export function withLock<Result>(path: string, act: () => Result): Result {
  const lock = `${path}.lock`;
  const started = performance.now();
  while (!take(lock)) {
    if (isLeft(lock)) rmSync(lock, { force: true });
    else if (performance.now() - started > LONGEST_WAIT) {
      throw Object.assign(new Error(`${lock} is held by another process`), { code: 'ETIMEDOUT' });
    } else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
  }
  try {
    return act();
  } finally {
    rmSync(lock, { force: true });
  }
}

function take(lock: string): boolean {
  try {
    closeSync(openSync(lock, 'wx', 0o600));
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** True for a lock whose process is gone: a living one gives it back sooner. One of later is from before the clock was set back. */
function isLeft(lock: string): boolean {
  const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs;
  return since !== undefined && Math.abs(Date.now() - since) > LONGEST_HOLD;
}
