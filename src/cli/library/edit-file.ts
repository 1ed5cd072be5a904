import { existsSync } from 'node:fs';
import { readTextFile } from '../../io/text-file.ts';
import { errorText } from '../../io/error-text.ts';
import { writeWhole } from '../../io/write/whole-file.ts';
import { plainText } from '../terminal/listing.ts';
import { KnownError } from '../../util/errors.ts';
import { expiryTime } from '../../util/time.ts';
import { unifiedDiff } from '../../util/line-diff.ts';
import { shownPath } from '../settings/config-paths.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** The text of a file; empty when there is none. @throws KnownError when it cannot be read */
export function textOrEmpty(path: string, cwd: string): string {
  try {
    return existsSync(path) ? readTextFile(path) : '';
  } catch (error) {
    throw new KnownError('config', `cannot read ${shownPath(path, cwd)}: ${errorText(error)}`);
  }
}

/** A file as it is, and as it is to be. */
export interface FileChange {
  readonly path: string;
  /** Empty when there is no file. */
  readonly before: string;
  readonly after: string;
  /** Only its owner may read it. */
  readonly isPrivate?: boolean;
}

/** Prints what a change does to a file, as a difference of lines. */
export function printChange({ path, before, after }: FileChange, terminal: Terminal): void {
  const name = shownPath(path, terminal.cwd);
  const from = before === '' && !existsSync(path) ? '/dev/null' : name;
  terminal.stdout.write(plainText(unifiedDiff(before, after, from, name)));
}

/**
 * Writes a changed file, whole or not at all, or prints what would change.
 *
 * @returns true when the file was written
 * @throws KnownError when it cannot be written
 */
export function changeFile(change: FileChange, dryRun: boolean, terminal: Terminal): boolean {
  const { path, before, after, isPrivate = false } = change;
  if (dryRun) {
    printChange(change, terminal);
    return false;
  }
  if (before === after) return false;
  try {
    writeWhole(path, after, { private: isPrivate });
  } catch (error) {
    const name = shownPath(path, terminal.cwd);
    throw new KnownError('config', `cannot write ${name}: ${errorText(error)}`);
  }
  return true;
}

/** @throws KnownError for a last day that is over: what it is said of would be accepted by nothing */
export function refuseOver(expires: string | undefined, terminal: Terminal): void {
  if (expires === undefined || expiryTime(expires)! > BigInt(terminal.now()) * 1_000_000n) return;
  throw new KnownError('usage', `--expires ${expires} is over: that accepts nothing`);
}
