// Room cli/docs: documentation made from the tables of options and commands: completion scripts, man page.
// Door: none; one file a kind. reference.ts beside main.ts writes the pages of docs/.
// Neighbours: uses flags and terminal; commands/completion.ts and reference.ts call it.
// Inside: completion-model.ts says what can be completed, once for all shells.

import { Option } from 'commander';
import { FORMAT_NAMES } from '../../outputs/index.ts';
import type { CommandRecord } from '../flags/command.ts';
import { OPTIONS, type Completes, type OptionName, type OptionRecord } from '../flags/options.ts';

/** How a shell completes a value. */
export type Values =
  | { readonly kind: 'none' }
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'files' }
  /** Files, and words that end in `=` and stand before one. */
  | { readonly kind: 'output'; readonly words: readonly string[] }
  /** Names that may hold blanks. */
  | { readonly kind: 'names'; readonly names: NameKind };

/** Kinds of names that are listed once in a script. */
type NameKind = Exclude<Completes, 'file' | 'output'>;

export type Names = Readonly<Record<NameKind, readonly string[]>>;

/** An option as shells know it. */
export interface CompletedOption {
  readonly short: string | undefined;
  readonly long: string;
  readonly description: string;
  readonly takesValue: boolean;
  /** The value's name in help, such as `path`. */
  readonly placeholder: string;
  readonly repeatable: boolean;
  readonly values: Values;
}

/** An option that takes a value, with what commands complete it with. */
interface ValuedOption {
  readonly short: string | undefined;
  readonly long: string;
  /** One entry for each set of values; most options have the same values everywhere. */
  readonly values: readonly { readonly commands: readonly string[]; readonly values: Values }[];
}

/** A command as shells know it. */
interface CompletedCommand {
  /** One word, or two: `rules show`. */
  readonly name: string;
  readonly description: string;
  readonly options: readonly CompletedOption[];
  readonly argument: Values;
}

/** A word that other commands begin with: `rules`, or `activity`, which is a command itself too. */
interface CommandGroup {
  readonly word: string;
  readonly inner: readonly (readonly [word: string, description: string])[];
  /** The command that the word alone is, if it is one. */
  readonly own: CompletedCommand | undefined;
}

/** All that a completion script needs. */
export interface CompletionModel {
  readonly commands: readonly CompletedCommand[];
  readonly groups: readonly CommandGroup[];
  /** First words of commands, with a description. */
  readonly words: readonly (readonly [word: string, description: string])[];
  /** Every option that takes a value. */
  readonly valued: readonly ValuedOption[];
  readonly names: Names;
}

const HELP: CompletedOption = {
  short: '-h',
  long: '--help',
  description: 'print help',
  takesValue: false,
  placeholder: '',
  repeatable: false,
  values: { kind: 'none' },
};

/** The model of the commands, from the tables that the command line itself is built from. */
export function completionModel(commands: readonly CommandRecord[], names: Names): CompletionModel {
  const completed = commands.map((record) => ({
    name: record.name,
    description: record.description,
    options: [...record.options.map(completedOption), HELP],
    argument: valuesOf(record.completes ?? argumentKind(record)),
  }));
  const groups = groupsOf(completed);
  const words = completed.flatMap(({ name, description }) =>
    name.includes(' ') ? [] : [[name, description] as const],
  );
  const onlyGroups = groups
    .filter(({ own }) => own === undefined)
    .map(({ word }) => [word, `${word} commands`] as const);
  return {
    commands: completed,
    groups,
    words: [...words, ...onlyGroups, ['help', 'print help for a command']],
    valued: valuedOptions(completed),
    names,
  };
}

function valuedOptions(commands: readonly CompletedCommand[]): ValuedOption[] {
  const valued = new Map<string, Omit<ValuedOption, 'values'>>();
  const values = new Map<string, Map<string, { commands: string[]; values: Values }>>();
  for (const { name, options } of commands) {
    for (const { short, long, takesValue, values: own } of options) {
      if (!takesValue) continue;
      valued.set(long, { short, long });
      const sets = values.get(long) ?? new Map<string, { commands: string[]; values: Values }>();
      values.set(long, sets);
      const key = JSON.stringify(own);
      const same = sets.get(key);
      if (same === undefined) sets.set(key, { commands: [name], values: own });
      else same.commands.push(name);
    }
  }
  return [...valued.values()].map((option) => ({
    ...option,
    values: [...values.get(option.long)!.values()],
  }));
}

function groupsOf(commands: readonly CompletedCommand[]): CommandGroup[] {
  const words = new Set(
    commands.filter(({ name }) => name.includes(' ')).map(({ name }) => name.split(' ')[0]!),
  );
  return [...words].map((word) => ({
    word,
    inner: commands
      .filter(({ name }) => name.startsWith(`${word} `))
      .map(({ name, description }) => [name.slice(word.length + 1), description] as const),
    own: commands.find(({ name }) => name === word),
  }));
}

function argumentKind({ arguments: text }: CommandRecord): Completes | undefined {
  return text.includes('path') || text.includes('file') ? 'file' : undefined;
}

function completedOption(name: OptionName): CompletedOption {
  const record: OptionRecord<unknown> = OPTIONS[name];
  const option = new Option(record.flags);
  return {
    short: option.short,
    long: option.long!,
    description: record.description,
    takesValue: option.required,
    placeholder: /<(.+)>/.exec(record.flags)?.[1] ?? '',
    repeatable: record.repeatable === true,
    values: valuesOf(record.choices ?? record.suggests ?? record.completes),
  };
}

function valuesOf(completes: Completes | readonly string[] | undefined): Values {
  if (typeof completes === 'object') return { kind: 'words', words: completes };
  switch (completes) {
    case undefined:
      return { kind: 'none' };
    case 'file':
      return { kind: 'files' };
    case 'output':
      return { kind: 'output', words: FORMAT_NAMES.map((format) => `${format}=`) };
    default:
      return { kind: 'names', names: completes };
  }
}

/** A text in single quotes, as POSIX shells and zsh read it. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
