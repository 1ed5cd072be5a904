// Room cli/flags: what the command line accepts: every option once, values, help, parsing.
// Door: command.ts (records), command-options.ts (what each command takes), options.ts (the table), program.ts (parsing).
// Neighbours: uses terminal; settings merges what was given, docs prints the tables. It runs no command.
// Inside: values.ts parses, option-keys.ts names options in files and environment.
// To add an option: a record in options.ts, and its name in the lists of command-options.ts.

import type { Completes, OptionName, Settings } from './options.ts';
import type { ConfigFile } from '../../config/read-config.ts';
import type { RuleSwitch } from '../../rules/select.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** A value of an option, and where it was given. */
export interface Given {
  readonly value: unknown;
  /** `--fail-on`, `K8S_AUDIT_FAIL_ON`, or `k8s-audit.yaml:3`. */
  readonly origin: string;
  /** As it was written. */
  readonly texts: readonly string[];
}

/** Values from one source: the command line, the environment or a configuration file. */
export type Layer = ReadonlyMap<OptionName, Given>;

/** Texts by the absolute path of the file in whose place they stand. */
export type FileTexts = ReadonlyMap<string, string>;

/** A configuration file that a run heeds. */
export interface FoundConfig extends ConfigFile {
  /** Absolute path. */
  readonly path: string;
}

/**
 * What a command's code is given. Its settings are those of the options it takes, `K`, and where code is
 * shared, of `May`: options that only some of the commands take which share it.
 */
export interface Invocation<K extends OptionName, May extends OptionName = never> {
  /** Positional arguments. */
  readonly args: readonly string[];
  readonly settings: Settings<K> & Partial<Settings<May>>;
  /** `--enable-rule` and `--disable-rule` in the order given. */
  readonly ruleSwitches: readonly RuleSwitch[];
  readonly terminal: Terminal;
  /** Where values come from that were given; for `config show`. */
  readonly given: Layer;
  /** The configuration files of the run, most important first. */
  readonly config: readonly FoundConfig[];
  /** Every command of the program, the default one first. */
  readonly commands: readonly CommandRecord[];
  /** Texts that stand for configuration and rules files of this run: changes that are tried before they are written. */
  readonly texts?: FileTexts;
  /** Is told the baseline of all findings of a scan, beside what is written. */
  readonly takeBaseline?: ((text: string) => void) | undefined;
  /**
   * The same command line with configuration files as they are now.
   *
   * @param texts take the place of files, which need not exist
   * @throws KnownError when they are wrong
   */
  readonly again: (texts?: FileTexts) => Promise<Invocation<OptionName>>;
}

/** Runs a command. @returns the exit code. @throws KnownError for expected failures */
export type CommandAction<K extends OptionName> = (invocation: Invocation<K>) => Promise<number>;

/** One command: help, completion and docs come from it. */
export interface CommandRecord {
  /** Words after the program's name: `scan`, `rules check`. */
  readonly name: string;
  readonly description: string;
  /** Positional arguments as help shows them, such as `<id> [paths...]`. */
  readonly arguments: string;
  /** What they are, one line each. */
  readonly argumentHelp: string;
  /** What shells complete the arguments with: names of a kind, or these words. */
  readonly completes?: Completes | readonly string[];
  readonly options: readonly OptionName[];
  /** False for commands that work without, or in spite of, the configuration. */
  readonly config?: false;
  readonly examples: readonly string[];
  /** Loads the command's code when it runs: start-up stays short. */
  load(): Promise<CommandAction<OptionName>>;
}
