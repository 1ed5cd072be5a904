import { parseChoice, type ValueContext } from './values.ts';

/** Groups of options, in the order help shows them, with what they mean for the gate. */
export const OPTION_GROUPS = {
  rules: 'Rules',
  scope: 'Scope (what is looked at: changes findings and the gate)',
  display: 'Display (what is shown: never changes the gate)',
  output: 'Output',
  gate: 'Gate (what fails the run)',
  edit: 'Change (what is written)',
  tune: 'Tuning',
  run: 'Run',
} as const;

/** What the value of an option or argument names. `output` is a file, or `FORMAT=` and a file. */
export type Completes =
  | 'file'
  | 'output'
  | 'rule'
  | 'tag'
  | 'technique'
  | 'policy'
  | 'field'
  | 'input'
  | 'platform'
  | 'timezone'
  | 'command';

/** One option: help, completion, docs and the merged settings all come from these records. */
export interface OptionRecord<T> {
  /** As Commander writes it: `-r, --rules <path>`. */
  readonly flags: string;
  readonly description: string;
  readonly group: keyof typeof OPTION_GROUPS;
  /** Value when the option is not given; undefined options are left out of the settings. */
  readonly default: T;
  /** How help shows the default, where the value says little. */
  readonly defaultText?: string;
  /** Reads one value; absent for switches. @throws InvalidArgumentError */
  readonly parse?: (text: string, context: ValueContext) => unknown;
  /** True when the option may be given several times; the values come as a list. */
  readonly repeatable?: boolean;
  /** Names the values come from, for help, completion and the schema of the configuration. */
  readonly choices?: readonly string[];
  /** Names that shells offer where other values are good as well. */
  readonly suggests?: readonly string[];
  /** Set for switches of rules: they apply in the order in which they are given. */
  readonly ruleSwitch?: 'enable' | 'disable';
  /** What shells complete the value with, when it is not one of `choices`. */
  readonly completes?: Completes;
  /**
   * False when only the command line sets it. Otherwise a configuration file and the environment do, for
   * every command that takes it: an option that means something else to a command is a record of its own.
   */
  readonly config?: false;
}

/** A record with its type. */
export function option<T>(record: OptionRecord<T>): OptionRecord<T> {
  return record;
}

/** Repeated texts, one a use. */
export function list(
  record: Omit<OptionRecord<readonly string[]>, 'default' | 'repeatable' | 'parse'>,
): OptionRecord<readonly string[]> {
  return option<readonly string[]>({
    ...record,
    default: [],
    repeatable: true,
    parse: (text) => text,
  });
}

/** One of a few names. */
export function choice<T extends string>(
  record: Omit<OptionRecord<T | undefined>, 'parse' | 'choices'>,
  names: readonly T[],
): OptionRecord<T | undefined> {
  return option<T | undefined>({ ...record, choices: names, parse: parseChoice(names) });
}
