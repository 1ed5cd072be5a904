import { KnownError } from '../../util/errors.ts';
import { didYouMean } from '../../util/suggest.ts';
import type { CommandRecord, Given } from '../flags/command.ts';
import type { ActionOf, InvocationOf } from '../flags/command-options.ts';
import { optionKey, optionRecord } from '../flags/option-keys.ts';
import { OPTIONS, type OptionName, type OptionRecord } from '../flags/options.ts';
import { envLayer } from '../settings/environment.ts';
import { layersOf } from '../settings/invocation.ts';
import { fileLayer, mergeSettings } from '../settings/settings.ts';
import { exitCode } from '../terminal/exit.ts';
import { columnText, jsonText, plainText, wrapWords } from '../terminal/listing.ts';

/** One effective value. */
interface Shown {
  readonly key: string;
  readonly value: unknown;
  readonly origin: string;
}

/** A value that was given and means nothing to the command. */
interface Idle extends Shown {
  /** The commands that it is for. */
  readonly commands: readonly string[];
}

/** `k8s-audit config show`: the values that apply to a command, and where they come from. */
export const configShowCommand: ActionOf<'config show'> = async (invocation) => {
  const { settings, terminal, config } = invocation;
  const command = wantedCommand(invocation);
  const options = effective(command, invocation);
  const idle = idleValues(command, invocation);
  const sections = sectionsOf(config);
  const files = config.map(({ name }) => name);
  if (settings.pageFormat === 'json') {
    const json = { command: command.name, files, options, without_effect: idle, sections };
    terminal.stdout.write(jsonText(json));
  } else {
    const shownOptions = settings.allKeys
      ? options
      : options.filter(({ origin }) => origin !== 'default');
    const rows = [...shownOptions, ...sections].map(rowOf);
    const list = files.length === 0 ? 'none' : files.join(', ');
    const width = terminal.stdout.columns;
    terminal.stdout.write(plainText(`Command: ${command.name}\nFiles: ${list}\n\n`));
    if (rows.length > 0) {
      terminal.stdout.write(columnText(rows, width, { head: ['KEY', 'VALUE', 'FROM'] }));
    }
    const rest = options.length - shownOptions.length;
    if (rest > 0) {
      const what =
        rows.length > 0 ? `${rest} more have their default` : 'Every key has its default';
      const text = wrapWords(`${what} (--all lists them).`, width).join('\n');
      terminal.stdout.write(`${rows.length > 0 ? '\n' : ''}${text}\n`);
    }
    if (idle.length > 0) {
      const others = idle.map((each) => [...rowOf(each), each.commands.join(', ')]);
      const head = ['KEY', 'VALUE', 'FROM', 'FOR'];
      terminal.stdout.write(`\nWithout effect on ${command.name}:\n`);
      terminal.stdout.write(columnText(others, width, { head }));
    }
  }
  await terminal.stdout.drained();
  return exitCode('ok');
};

/** The command that is asked about. @throws KnownError when there is none of that name */
function wantedCommand({ settings, commands }: InvocationOf<'config show'>): CommandRecord {
  const { forCommand } = settings;
  if (forCommand === undefined) return commands[0]!;
  const found = commands.find(({ name }) => name === forCommand);
  if (found !== undefined) return found;
  const names = commands.map(({ name }) => name);
  const hint = didYouMean(forCommand, names) ?? `commands: ${names.join(', ')}`;
  throw new KnownError('usage', `no command is called '${forCommand}'`, hint);
}

/** The options of a command that a file or the environment can set, as it would be given them here. */
function effective(
  command: CommandRecord,
  { given: own, config, terminal }: InvocationOf<'config show'>,
): Shown[] {
  const layers = layersOf(command, config, terminal);
  const named = own.get('config');
  const flags = new Map(named === undefined ? [] : [['config', named] as const]);
  const { given } = mergeSettings(command, flags, [], layers);
  return command.options
    .filter((name) => optionRecord(name).config !== false)
    .map((name) => shown(name, given.get(name)));
}

/** What files and the environment give to other commands only. */
function idleValues(
  command: CommandRecord,
  { commands, config, terminal }: InvocationOf<'config show'>,
): Idle[] {
  const layers = [envLayer(terminal), ...config.map((file) => fileLayer(file, terminal))];
  return layers.flatMap((layer) =>
    [...layer]
      .filter(([name]) => !command.options.includes(name))
      .map(([name, given]) => ({
        ...shown(name, given),
        commands: commands.filter(({ options }) => options.includes(name)).map((each) => each.name),
      })),
  );
}

/** Values of files and the environment are shown as they were written. */
function shown(name: OptionName, given: Given | undefined): Shown {
  const { repeatable, parse } = optionRecord(name);
  const { texts = [], value = OPTIONS[name].default, origin = 'default' } = given ?? {};
  const written = repeatable === true ? texts : texts[0];
  const isWritten = texts.length > 0 && (repeatable === true || parse !== undefined);
  return { key: optionKey(name), value: (isWritten ? written : value) ?? null, origin };
}

function rowOf({ key, value, origin }: Shown): string[] {
  return [key, (origin === 'default' ? DEFAULTS.get(key) : undefined) ?? valueText(value), origin];
}

/** Defaults that are numbers as people write them: `64MiB`. */
const DEFAULTS: ReadonlyMap<string, string> = new Map(
  Object.entries<OptionRecord<unknown>>(OPTIONS).flatMap(
    ([name, { default: value, defaultText }]): [string, string][] =>
      typeof value === 'number' && defaultText !== undefined
        ? [[optionKey(name as OptionName), defaultText]]
        : [],
  ),
);

function sectionsOf(config: InvocationOf<'config show'>['config']): Shown[] {
  const section = (
    key: string,
    count: (file: (typeof config)[number]) => number | undefined,
    noun: string,
  ): Shown[] => {
    const file = config.find((each) => (count(each) ?? 0) > 0);
    if (file === undefined) return [];
    const amount = count(file)!;
    return [{ key, value: `${amount} ${amount === 1 ? noun : plural(noun)}`, origin: file.name }];
  };
  return [
    ...section('policies', ({ policies }) => policies.length, 'policy'),
    ...section('k8sAuditDetectionsRules', ({ resourceRules }) => resourceRules?.length, 'rule'),
    ...section('excludedNamespaces', (file) => file.excludedNamespaces.length, 'namespace'),
    ...section('ignore', ({ ignore }) => ignore.length, 'entry'),
  ];
}

function plural(noun: string): string {
  return noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`;
}

function valueText(value: unknown): string {
  if (value === null) return '-';
  if (Array.isArray(value)) return value.length === 0 ? '-' : value.join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
