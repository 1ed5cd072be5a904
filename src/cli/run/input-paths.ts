import { KnownError } from '../../util/errors.ts';
import type { Terminal } from '../terminal/terminal.ts';

/**
 * The inputs of a command: standard input when something is piped in and no path is named.
 *
 * @param command as the user typed it, for the message
 * @throws KnownError when there is nothing
 */
export function inputPaths(
  paths: readonly string[],
  terminal: Terminal,
  command = 'scan',
): readonly string[] {
  if (terminal.stdinIsTTY && paths.includes('-')) {
    terminal.stderr.write('reading standard input; Ctrl-D ends it\n');
  }
  if (paths.length > 0) return paths;
  if (!terminal.stdinIsTTY) return ['-'];
  const verb = command === 'scan' ? 'scan' : 'read';
  throw new KnownError(
    'usage',
    `nothing to ${verb}: name a file or directory, or pipe a log in`,
    `k8s-audit ${command} --help`,
  );
}
