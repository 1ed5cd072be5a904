// Room cli: the command line: options, commands, terminal, exit codes.
// Door: main.ts, which bin/k8s-audit.js calls; reference.ts makes the generated pages of docs/.
// Neighbours: the top of the house: uses every room, and no room knows it.
// Inside, each may use those before it: terminal, flags, settings, docs, library, run, commands.

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommanderError } from 'commander';
import { KnownError } from '../util/errors.ts';
import { COMMANDS } from './commands/index.ts';
import { asciiTerminal, isAscii } from './terminal/ascii-terminal.ts';
import { exitCode, exitCodeOf } from './terminal/exit.ts';
import { plainText } from './terminal/listing.ts';
import {
  asWrittenHere,
  commandsOf,
  groupHas,
  isCommand,
  nearCommand,
  nearSecond,
  ownersOf,
} from './flags/near-command.ts';
import { processTerminal } from './terminal/process-terminal.ts';
import { buildProgram, type Chosen } from './flags/program.ts';
import type { Terminal } from './terminal/terminal.ts';
import { packageVersion } from './version.ts';

export { endProcess } from './terminal/process-terminal.ts';

/**
 * Runs the command line.
 *
 * @param argv the arguments behind the program's name
 * @returns the exit code; output has been handed to the terminal
 */
export async function main(
  argv: readonly string[],
  given: Terminal = processTerminal(),
): Promise<number> {
  const terminal = isAscii(given.env) ? asciiTerminal(given) : given;
  try {
    let chosen: Chosen | undefined;
    const choose = (choice: Chosen): void => {
      chosen = choice;
    };
    const words = withHelpOfSecond(argv);
    const program = buildProgram(COMMANDS, terminal, packageVersion(), choose, words[0]);
    program.parse(words, { from: 'user' });
    if (chosen === undefined) return exitCode('ok');
    refuseMistyped(chosen, argv, terminal);
    const { invocationOf } = await import('./settings/invocation.ts');
    const invocation = await invocationOf(chosen, COMMANDS, terminal);
    const action = await chosen.record.load();
    const code = await action(invocation);
    return failedWriting(terminal) ?? code;
  } catch (error) {
    return failedWriting(terminal) ?? reportError(error, terminal, argv);
  }
}

/** `help rules list` is `rules list --help`; Commander would look at the first of the words only. */
function withHelpOfSecond(argv: readonly string[]): readonly string[] {
  const [help, group = '', word = '-'] = argv;
  if (help !== 'help' || word.startsWith('-')) return argv;
  const known = commandsOf(group, COMMANDS);
  if (known.includes(word)) return [group, word, '--help'];
  if (known.length === 0) return argv;
  const hint = nearSecond(group, word, COMMANDS) ?? groupHas(group, word, COMMANDS);
  throw new KnownError('usage', `no command is called '${group} ${word}'`, hint);
}

/**
 * A first word that is near a command is one that was mistyped, unless there is such a file; so is the second one of
 * `activity idenity`, and a word that stands alone. Nothing is read then: the answer would come behind all findings.
 */
function refuseMistyped({ args }: Chosen, argv: readonly string[], { cwd }: Terminal): void {
  const [first = '', second = ''] = argv;
  const isSecond = first === 'activity' && args[0] === second;
  const word = isSecond ? second : first;
  if (args[0] !== word || (!isSecond && isCommand(first, COMMANDS))) return;
  if (existsSync(resolve(cwd, word))) return;
  const near = isSecond ? nearSecond(first, second, COMMANDS) : nearCommand(first, COMMANDS);
  const isAlone = argv.length === 1 && /^[a-z][a-z-]*$/.test(first);
  const hint =
    near ?? (isAlone ? 'no command is called so either; see k8s-audit --help' : undefined);
  if (hint !== undefined) throw new KnownError('usage', `${word}: no such file or directory`, hint);
}

/** A full disk behind `> file` must not look like success. */
function failedWriting({ stdout, stderr }: Terminal): number | undefined {
  if (stdout.failure === undefined) return undefined;
  stderr.write(`k8s-audit: cannot write standard output: ${stdout.failure}\n`);
  return exitCode('failed');
}

/** Messages quote arguments, file names and rules files: control characters in them are shown, not sent. */
function reportError(error: unknown, terminal: Terminal, argv: readonly string[]): number {
  if (error instanceof CommanderError) return reportUsage(error, terminal, argv);
  if (error instanceof KnownError) {
    const hint = error.hint === undefined ? '' : ` (${error.hint})`;
    terminal.stderr.write(`k8s-audit: ${plainText(`${error.message}${hint}`)}\n`);
    return exitCodeOf(error.kind);
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  terminal.stderr.write(`k8s-audit: this is a bug, please report it\n${plainText(text)}\n`);
  return exitCode('failed');
}

function reportUsage(error: CommanderError, terminal: Terminal, argv: readonly string[]): number {
  // Help and version end the run as well, without fault. Help that was not asked for is one.
  const [first, named] = argv;
  const asked = first === 'help' && (named === undefined || isCommand(named, COMMANDS));
  if (error.exitCode === 0 && (asked || error.code !== 'commander.help')) return exitCode('ok');
  if (error.code === 'commander.help') {
    terminal.stderr.write(`k8s-audit: ${plainText(whichCommand(argv))}\n`);
    return exitCode('failed');
  }
  const text = error.message
    .replace(/^error: /, '')
    .replaceAll('\n', ' ')
    .replace(/\.$/, '');
  terminal.stderr.write(`k8s-audit: ${plainText(withHint(text, argv))}; see --help\n`);
  return exitCode('failed');
}

/**
 * An unknown option that other tools or commands have is told so: a similar one is not what was meant. For an unknown
 * command that is near none of its group, that group's are named.
 */
function withHint(text: string, argv: readonly string[]): string {
  const word = /^unknown command '([^']*)'$/.exec(text)?.[1];
  if (word !== undefined) return `${text} (${groupHas(argv[0] ?? '', word, COMMANDS)})`;
  const [unknown, option = ''] = /^unknown option '(.+?)'/s.exec(text) ?? [];
  if (unknown === undefined) return text;
  const [, name, value] = /^(--[\w-]+)\s+(.+)$/s.exec(option) ?? [];
  const hints = [
    name === undefined
      ? undefined
      : `a value is an argument of its own, or behind =: ${name}=${value}`,
    ownersOf(option, COMMANDS),
    asWrittenHere(option, argv, COMMANDS),
  ];
  const told = hints.filter((hint) => hint !== undefined);
  return told.length === 0 ? text : `${unknown} (${told.join('; ')})`;
}

/** `rules` without one of its commands, or `help` for something that is none. */
function whichCommand(argv: readonly string[]): string {
  const [first = '', second = ''] = argv.filter((argument) => !argument.startsWith('-'));
  const commands = commandsOf(first, COMMANDS);
  if (commands.length > 0) {
    return `${first} needs one of its commands: ${commands.join(', ')}; see ${first} --help`;
  }
  const near = nearCommand(second, COMMANDS);
  return `no command is called '${second}'${near === undefined ? '' : ` (${near})`}; see --help`;
}
