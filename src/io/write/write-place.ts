import { accessSync, constants, lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { errorCode } from '../../util/errors.ts';

/** Where the text for a path goes. */
export interface WritePlace {
  /** The file itself: links are followed. */
  readonly path: string;
  /**
   * True when the text is written beside the file and renamed. Pipes, devices and what `/dev/stdout` leads to
   * are written to as they are; so is a file in a directory where nothing may be created.
   */
  readonly beside: boolean;
  /** Of the file that is there. */
  readonly mode: number | undefined;
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
}

const MAX_LINKS = 40;

/** Finds out how a path can be written. @throws the file system's error when it cannot */
export function writePlace(path: string): WritePlace {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isDirectory() === true) throw failure('EISDIR');
  const target = linkEnd(path);
  if (target === undefined || stats?.isFile() === false) {
    return { path, beside: false, mode: undefined, owner: undefined };
  }
  const mode = stats === undefined ? undefined : stats.mode & 0o777;
  const owner = stats === undefined ? undefined : { uid: stats.uid, gid: stats.gid };
  if (stats !== undefined) accessSync(target, constants.W_OK);
  try {
    accessSync(dirname(target), constants.W_OK);
  } catch (error) {
    if (stats === undefined) throw error;
    return { path: target, beside: false, mode, owner };
  }
  return { path: target, beside: true, mode, owner };
}

/** Where the links of a path end; undefined when they lead to something that the system makes up. */
function linkEnd(path: string): string | undefined {
  let at = resolve(path);
  for (let links = 0; links < MAX_LINKS; links++) {
    at = join(realDirectory(at), basename(at));
    // `/dev/stdout` may lead to a regular file that others hold open: they would not see another one.
    if (at.startsWith('/dev/fd/') || at.startsWith('/proc/')) return undefined;
    if (lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return at;
    at = resolve(dirname(at), readlinkSync(at));
  }
  throw failure('ELOOP');
}

function realDirectory(path: string): string {
  try {
    return realpathSync(dirname(path));
  } catch (error) {
    // Windows cannot resolve every directory that it can write to.
    if (errorCode(error) === 'ENOENT') throw error;
    return dirname(path);
  }
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}
