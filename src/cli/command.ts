import type { OptionName, Settings } from './options.ts';
import type { RuleSwitch } from '../rules/select.ts';
import type { Terminal } from './terminal.ts';

/** What a command's code is given. */
export interface Invocation<K extends OptionName = OptionName> {
  /** Positional arguments. */
  readonly args: readonly string[];
  readonly settings: Settings<K>;
  /** `--enable-rule` and `--disable-rule` in the order given. */
  readonly ruleSwitches: readonly RuleSwitch[];
  readonly terminal: Terminal;
}

/** Runs a command. @returns the exit code. @throws KnownError for expected failures */
export type CommandAction = (invocation: Invocation) => Promise<number>;

/** One command: help, completion and docs come from it. */
export interface CommandRecord {
  /** Words after the program's name: `scan`, `rules check`. */
  readonly name: string;
  readonly description: string;
  /** Positional arguments as help shows them, such as `[paths...]`. */
  readonly arguments: string;
  readonly argumentHelp: string;
  readonly options: readonly OptionName[];
  readonly examples: readonly string[];
  /** Loads the command's code when it runs: start-up stays short. */
  load(): Promise<CommandAction>;
}
