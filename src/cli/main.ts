import { CommanderError } from 'commander';
import { KnownError } from '../util/errors.ts';
import { exitCode, exitCodeOf } from './exit.ts';
import { processTerminal } from './process-terminal.ts';
import { buildProgram, type Chosen } from './program.ts';
import type { Terminal } from './terminal.ts';
import { packageVersion } from './version.ts';

/**
 * Runs the command line.
 *
 * @param argv the arguments behind the program's name
 * @returns the exit code; output has been handed to the terminal
 */
export async function main(
  argv: readonly string[],
  terminal: Terminal = processTerminal(),
): Promise<number> {
  try {
    let chosen: Chosen | undefined;
    buildProgram(terminal, packageVersion(), (choice) => {
      chosen = choice;
    }).parse(argv, { from: 'user' });
    if (chosen === undefined) return exitCode('ok');
    const action = await chosen.load();
    return await action(chosen.invocation);
  } catch (error) {
    return reportError(error, terminal);
  }
}

function reportError(error: unknown, terminal: Terminal): number {
  if (error instanceof CommanderError) return reportUsage(error, terminal);
  if (error instanceof KnownError) {
    const hint = error.hint === undefined ? '' : ` (${error.hint})`;
    terminal.stderr.write(`k8s-audit: ${error.message}${hint}\n`);
    return exitCodeOf(error.kind);
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  terminal.stderr.write(`k8s-audit: this is a bug, please report it\n${text}\n`);
  return exitCode('failed');
}

function reportUsage(error: CommanderError, terminal: Terminal): number {
  // Help and version end the run as well, without fault. Help that was not asked for is one.
  if (error.exitCode === 0 && error.code !== 'commander.help') return exitCode('ok');
  if (error.code === 'commander.help') {
    terminal.stderr.write('k8s-audit: which command? See k8s-audit --help\n');
    return exitCode('failed');
  }
  const text = error.message.replace(/^error: /, '').replaceAll('\n', ' ');
  terminal.stderr.write(`k8s-audit: ${text}; see --help\n`);
  return exitCode('failed');
}
