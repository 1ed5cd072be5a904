import { accessSync, constants, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { Terminal } from '../terminal/terminal.ts';

/** Name of the configuration file of a project. */
export const CONFIG_NAME = 'k8s-audit.yaml';

/** The configuration file of a user, in the folder of XDG_CONFIG_HOME. */
export const USER_CONFIG = 'k8s-audit/config.yaml';

/**
 * The configuration files of a run, most important first: the one named, else the nearest in the working
 * folder or above it; then the user's own, when it may be read.
 */
export function configPaths(explicit: string | undefined, terminal: Terminal): string[] {
  const project = explicit === undefined ? nearest(terminal.cwd) : resolve(terminal.cwd, explicit);
  const own = userConfig(terminal.env);
  const isThere = own !== undefined && isFile(own) && isReadable(own);
  const paths = [project, isThere ? own : undefined];
  return [...new Set(paths.filter((path) => path !== undefined))];
}

/** The nearest configuration file, going up from a folder. */
function nearest(folder: string): string | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const path = join(at, CONFIG_NAME);
    if (isFile(path)) return path;
    if (dirname(at) === at) return undefined;
  }
}

/** The file for all projects of a user (XDG base directories). */
function userConfig(env: Terminal['env']): string | undefined {
  const xdg = env['XDG_CONFIG_HOME'] ?? '';
  const home = env['HOME'] ?? '';
  // Relative XDG paths are to be ignored, says its specification.
  const base = isAbsolute(xdg) ? xdg : home === '' ? undefined : join(home, '.config');
  return base === undefined ? undefined : join(base, USER_CONFIG);
}

/** The file that commands change: the one named, the nearest, or a new one in the working folder. */
export function editedConfig(explicit: string | undefined, terminal: Terminal): string {
  if (explicit !== undefined) return resolve(terminal.cwd, explicit);
  return nearest(terminal.cwd) ?? join(resolve(terminal.cwd), CONFIG_NAME);
}

/**
 * The file in which a section is changed.
 *
 * @param explicit the file that was named
 * @param inEffect the one from which a run takes the section, since it takes it from one file only
 */
export function changedConfig(
  explicit: string | undefined,
  inEffect: string | undefined,
  terminal: Terminal,
): string {
  return explicit === undefined && inEffect !== undefined
    ? inEffect
    : editedConfig(explicit, terminal);
}

/** A path as messages name it: relative when it lies below the working folder. */
export function shownPath(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return short === '' || short.startsWith('..') || isAbsolute(short) ? path : short;
}

/** False also where one may not look: a program that runs as another user has that one's HOME. */
function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  } catch {
    return false;
  }
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
