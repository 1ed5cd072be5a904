import { readTextFile } from '../../io/text-file.ts';
import { readConfig } from '../../config/read-config.ts';
import { errorText } from '../../io/error-text.ts';
import { formatIssue, Issues } from '../../policies/issue.ts';
import { KnownError } from '../../util/errors.ts';
import type { FileTexts, FoundConfig } from '../flags/command.ts';
import { shownPath } from './config-paths.ts';
import { OPTION_KEYS } from '../flags/option-keys.ts';

/** The files of a run, and what is to be said about them. */
export interface FoundConfigs {
  /** Most important first. */
  readonly files: readonly FoundConfig[];
  readonly warnings: readonly string[];
}

/**
 * Reads configuration files.
 *
 * @param texts take the place of what is in files
 * @throws KnownError when one cannot be read or is wrong
 */
export function readConfigFiles(
  paths: readonly string[],
  cwd: string,
  texts?: FileTexts,
): FoundConfigs {
  const issues = new Issues();
  const files = paths.map((path): FoundConfig => {
    const source = { name: shownPath(path, cwd), text: texts?.get(path) ?? readText(path, cwd) };
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

function readText(path: string, cwd: string): string {
  try {
    return readTextFile(path);
  } catch (error) {
    throw new KnownError(
      'config',
      `cannot read configuration ${shownPath(path, cwd)}: ${errorText(error)}`,
    );
  }
}
