import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { errorCode } from '../sources.ts';

/** Milliseconds for which others are waited for: they hold a lock for as long as it takes to write a file. */
const LONGEST_WAIT = 20_000;
/** Milliseconds after which a lock is one of a process that was killed, on a machine of which nothing is known. */
const LONGEST_HOLD = 15_000;
const PAUSE = 20;

/**
 * Does something to a file while no other process that asks here does. The lock is a file beside it, named `.lock`,
 * which says who has it; one whose process is gone counts for nothing.
 *
 * @throws an error of the code ETIMEDOUT when others hold the lock too long, and those of the file system
 */
export function withLock<Result>(path: string, act: () => Result): Result {
  const lock = `${path}.lock`;
  const own = `${hostname()} ${process.pid}\n`;
  const started = Date.now();
  while (!take(lock, own)) {
    if (isLeft(lock)) rmSync(lock, { force: true });
    else if (Date.now() - started > LONGEST_WAIT) {
      throw Object.assign(new Error(`${lock} is held by another process`), { code: 'ETIMEDOUT' });
    } else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
  }
  try {
    return act();
  } finally {
    rmSync(lock, { force: true });
  }
}

function take(lock: string, own: string): boolean {
  let file: number;
  try {
    file = openSync(lock, 'wx', 0o600);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
  try {
    writeSync(file, own);
  } finally {
    closeSync(file);
  }
  return true;
}

/** True for a lock whose process is gone, as far as that can be told. */
function isLeft(lock: string): boolean {
  try {
    const isOld = Date.now() - statSync(lock).mtimeMs > LONGEST_HOLD;
    if (isOld) return true;
    const [host, pid] = readFileSync(lock, 'utf8').trim().split(' ');
    if (host !== hostname() || pid === undefined || !/^\d+$/.test(pid)) return false;
    return !isRunning(Number(pid));
  } catch {
    // It went away meanwhile.
    return false;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}
