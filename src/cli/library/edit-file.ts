import {
  existsSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { errorCode } from '../../io/sources.ts';
import { plainText } from '../terminal/listing.ts';
import { KnownError } from '../../util/errors.ts';
import { unifiedDiff } from '../../util/line-diff.ts';
import { shownPath } from '../settings/config-paths.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** The text of a file; empty when there is none. @throws KnownError when it cannot be read */
export function textOrEmpty(path: string, cwd: string): string {
  try {
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  } catch (error) {
    throw new KnownError('config', `cannot read ${shownPath(path, cwd)}: ${errorCode(error)}`);
  }
}

/**
 * Writes a changed file, whole or not at all, or prints what would change.
 *
 * @returns true when the file was written
 * @throws KnownError when it cannot be written
 */
export function changeFile(
  path: string,
  before: string,
  after: string,
  dryRun: boolean,
  terminal: Terminal,
): boolean {
  const name = shownPath(path, terminal.cwd);
  if (dryRun) {
    const from = before === '' && !existsSync(path) ? '/dev/null' : name;
    terminal.stdout.write(plainText(unifiedDiff(before, after, from, name)));
    return false;
  }
  if (before === after) return false;
  try {
    replaceFile(path, after);
  } catch (error) {
    throw new KnownError('config', `cannot write ${name}: ${errorCode(error)}`);
  }
  return true;
}

/** Readers see the old or the new text, never a part. A link stays one: what it leads to is replaced. */
function replaceFile(path: string, text: string): void {
  const target = existsSync(path) ? realpathSync(path) : path;
  const mode = statSync(target, { throwIfNoEntry: false })?.mode;
  const part = `${target}.${process.pid}.tmp`;
  try {
    writeFileSync(part, text, { flag: 'wx', ...(mode !== undefined && { mode: mode & 0o777 }) });
    renameSync(part, target);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}
