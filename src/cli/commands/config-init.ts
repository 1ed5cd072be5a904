import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { KnownError } from '../../util/errors.ts';
import type { ActionOf } from '../flags/command-options.ts';
import { CONFIG_NAME, shownPath } from '../settings/config-paths.ts';
import { configTemplate } from '../settings/config-template.ts';
import { changeFile, textOrEmpty } from '../library/edit-file.ts';
import { exitCode } from '../terminal/exit.ts';
import { plainText } from '../terminal/listing.ts';

/** `k8s-audit config init [FILE]`: writes a configuration file with everything commented out. */
export const configInitCommand: ActionOf<'config init'> = async ({ args, settings, terminal }) => {
  const [name = join(terminal.cwd, CONFIG_NAME)] = args;
  const path = resolve(terminal.cwd, name);
  const shown = shownPath(path, terminal.cwd);
  if (existsSync(path) && !settings.force && !settings.dryRun) {
    throw new KnownError('config', `${shown} exists`, 'replace it with --force');
  }
  const before = textOrEmpty(path, terminal.cwd);
  const change = { path, before, after: configTemplate() };
  const written = changeFile(change, settings.dryRun, terminal);
  if (written && !settings.quiet) terminal.stderr.write(plainText(`${shown} written\n`));
  await terminal.stdout.drained();
  return exitCode('ok');
};
