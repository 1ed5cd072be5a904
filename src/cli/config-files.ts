import { readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { readConfig, type ConfigFile } from '../config/read-config.ts';
import { errorCode } from '../io/sources.ts';
import { formatIssue, Issues } from '../policies/issue.ts';
import { KnownError } from '../util/errors.ts';
import { OPTION_KEYS } from './option-keys.ts';
import type { Terminal } from './terminal.ts';

/** Name of the configuration file of a project. */
export const CONFIG_NAME = 'k8s-audit.yaml';

/** A configuration file that a run heeds. */
export interface FoundConfig extends ConfigFile {
  /** Absolute path. */
  readonly path: string;
}

/** The files of a run, and what is to be said about them. */
export interface FoundConfigs {
  /** Most important first. */
  readonly files: readonly FoundConfig[];
  readonly warnings: readonly string[];
}

/**
 * Reads the configuration files of a run: the one named, else the nearest in the working folder or above
 * it, then the user's own.
 *
 * @throws KnownError when one cannot be read or is wrong
 */
export function readConfigFiles(explicit: string | undefined, terminal: Terminal): FoundConfigs {
  const project = explicit === undefined ? nearest(terminal.cwd) : resolve(terminal.cwd, explicit);
  const own = userConfig(terminal.env);
  const paths = [project, own !== undefined && isFile(own) ? own : undefined].filter(
    (path) => path !== undefined,
  );
  const issues = new Issues();
  const files = [...new Set(paths)].map((path): FoundConfig => {
    const source = { name: shownPath(path, terminal.cwd), text: readText(path, terminal.cwd) };
    return { ...readConfig(source, OPTION_KEYS, issues), path };
  });
  if (issues.errors.length > 0) {
    throw new KnownError(
      'config',
      `the configuration is wrong\n${issues.errors.map(formatIssue).join('\n')}`,
    );
  }
  return { files, warnings: issues.list.map(formatIssue) };
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
  return base === undefined ? undefined : join(base, 'k8s-audit', 'config.yaml');
}

/** The file that commands change: the one named, the nearest, or a new one in the working folder. */
export function editedConfig(explicit: string | undefined, terminal: Terminal): string {
  if (explicit !== undefined) return resolve(terminal.cwd, explicit);
  return nearest(terminal.cwd) ?? join(resolve(terminal.cwd), CONFIG_NAME);
}

/** A path as messages name it: relative when it lies below the working folder. */
export function shownPath(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return short === '' || short.startsWith('..') || isAbsolute(short) ? path : short;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function readText(path: string, cwd: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = errorCode(error);
    const reason = code === 'ENOENT' ? 'no such file' : code;
    throw new KnownError('config', `cannot read configuration ${shownPath(path, cwd)}: ${reason}`);
  }
}
