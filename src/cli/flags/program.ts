import {
  Command,
  InvalidArgumentError,
  Option,
  type HelpContext,
  type ParseOptionsResult,
} from 'commander';
import type { RuleSwitch } from '../../rules/select.ts';
import type { CommandRecord, Given, Layer } from './command.ts';
import { COMMAND_GROUPS, GROUP_OF_HELP, groupDescription } from './command-groups.ts';
import { OPTION_GROUPS, OPTIONS, type OptionName, type OptionRecord } from './options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { ValueContext } from './values.ts';
import { EXIT_CODES } from '../terminal/exit.ts';
import { HELP_LAYOUT, helpWidth, shellLines, termRows, wrappedHelp } from './help-layout.ts';
import { optionText } from './option-groups.ts';
import { KnownError } from '../../util/errors.ts';

/** What to begin with. */
const FIRST_EXAMPLES = [
  'k8s-audit scan audit.log',
  'kubectl logs -n kube-system kube-apiserver-n1 | k8s-audit scan -',
];

/** A command chosen by the arguments, ready to run. */
export interface Chosen {
  readonly record: CommandRecord;
  /** Positional arguments. */
  readonly args: readonly string[];
  /** The options that were given. */
  readonly flags: Layer;
  /** `--enable-rule` and `--disable-rule` in the order given. */
  readonly ruleSwitches: readonly RuleSwitch[];
}

/**
 * Builds the command tree from the tables. Parsing calls `chosen` at most once; it throws a CommanderError
 * for wrong use, help and version.
 *
 * @param commands every command, the default one first
 * @param first the first argument: when it names a command, the tree holds no other
 */
export function buildProgram(
  commands: readonly CommandRecord[],
  terminal: Terminal,
  version: string,
  chosen: (choice: Chosen) => void,
  first?: string,
): Command {
  const program = new Command('k8s-audit');
  configure(program, terminal);
  program
    .description('Analyze Kubernetes audit logs with Falco rules.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .enablePositionalOptions();
  const help = program.createCommand('help').argument('[command]').helpOption(false);
  program.addHelpCommand(help.description('print help for a command').helpGroup(GROUP_OF_HELP));
  const groups = new Map<string, Command>();
  const asked = commands.filter(({ name }) => name.split(' ')[0] === first);
  for (const record of asked.length > 0 ? asked : commands) {
    const [group, second] = record.name.split(' ');
    let parent = program;
    if (second !== undefined) {
      const text = groupDescription(group!, commands);
      parent = groups.get(group!) ?? program.command(group!).description(text);
      parent.helpCommand(false);
      groups.set(group!, parent);
    }
    const isDefault = record === commands[0];
    const command = new LazyCommand(second ?? group!, (self) =>
      addOptions(self, record, terminal, chosen),
    );
    command.copyInheritedSettings(parent);
    parent.addCommand(command, { isDefault });
    if (second === undefined) groups.set(group!, command);
    // `activity identity` is a command of a command: options behind it are its own.
    else parent.enablePositionalOptions();
    describe(command, record);
  }
  program.addHelpText('after', () => programHelp(terminal));
  for (const command of program.commands) {
    const found = COMMAND_GROUPS.find(([, names]) => names.includes(command.name()));
    if (found !== undefined) command.helpGroup(found[0]);
  }
  return program;
}

/** A command that gets its options when it is parsed or its help is shown: a run needs those of one. */
class LazyCommand extends Command {
  #fill: ((self: Command) => void) | undefined;

  constructor(name: string, fill: (self: Command) => void) {
    super(name);
    this.#fill = fill;
  }

  override parseOptions(argv: string[]): ParseOptionsResult {
    this.#ready();
    return super.parseOptions(argv);
  }

  override helpInformation(context?: HelpContext): string {
    this.#ready();
    return super.helpInformation(context);
  }

  #ready(): void {
    const fill = this.#fill;
    this.#fill = undefined;
    fill?.(this);
  }
}

/** Errors are thrown, not exits; help and errors go to the terminal's streams. */
function configure(command: Command, terminal: Terminal): void {
  command.exitOverride();
  command.configureOutput({
    writeOut: (text) => void terminal.stdout.write(text),
    // The caller words errors: here only the text of Commander is kept back.
    writeErr: () => undefined,
    getOutHelpWidth: () => helpWidth(terminal.stdout.columns),
    getErrHelpWidth: () => helpWidth(terminal.stderr.columns),
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  });
  const width = helpWidth(terminal.stdout.columns);
  command.configureHelp({
    ...HELP_LAYOUT,
    subcommandTerm: (child) => child.name(),
    styleTitle: (text) => wrappedHelp(text, width),
    styleUsage: (text) => wrappedHelp(text, width - 'Usage: '.length).replaceAll('\n', '\n       '),
  });
}

function describe(command: Command, record: CommandRecord): void {
  command.description(record.description);
  const argumentHelp = record.argumentHelp.split('\n');
  for (const [index, argument] of record.arguments.split(' ').entries()) {
    if (argument !== '') command.argument(argument, argumentHelp[index] ?? '');
  }
}

function addOptions(
  command: Command,
  record: CommandRecord,
  terminal: Terminal,
  chosen: (choice: Chosen) => void,
): void {
  const ruleSwitches: RuleSwitch[] = [];
  const texts = new Map<OptionName, string[]>();
  for (const group of Object.keys(OPTION_GROUPS)) {
    for (const name of record.options) {
      if (OPTIONS[name].group !== group) continue;
      command.addOption(commanderOption(name, terminal, ruleSwitches, texts));
    }
  }
  command.addHelpText('after', () => examplesHelp(record.examples, terminal));
  command.action((...given: unknown[]) => {
    const flags = new Map<OptionName, Given>();
    for (const name of record.options) {
      const attribute = attributeOf(name);
      if (command.getOptionValueSource(attribute) !== 'cli') continue;
      const value: unknown = command.getOptionValue(attribute);
      const origin = new Option(OPTIONS[name].flags).long ?? name;
      flags.set(name, { value, origin, texts: texts.get(name) ?? [] });
    }
    // Behind the arguments come the options and the command.
    const args = given
      .slice(0, -2)
      .flat()
      .filter((value) => value !== undefined);
    chosen({ record, args: args.map(String), flags, ruleSwitches });
  });
}

function commanderOption(
  name: OptionName,
  terminal: Terminal,
  ruleSwitches: RuleSwitch[],
  texts: Map<OptionName, string[]>,
): Option {
  const record: OptionRecord<unknown> = OPTIONS[name];
  const option = new Option(record.flags, optionText(record));
  option.helpGroup(`${OPTION_GROUPS[record.group]}:`);
  const { parse } = record;
  if (parse !== undefined) {
    const context = { now: terminal.now() };
    option.argParser((text: string, previous: unknown) => {
      const value = readValue(parse, option, text, context);
      if (record.ruleSwitch !== undefined) {
        ruleSwitches.push({ enable: record.ruleSwitch === 'enable', pattern: text });
      }
      // Of what may be given once, the last one counts.
      const before = record.repeatable === true ? (texts.get(name) ?? []) : [];
      texts.set(name, [...before, text]);
      if (record.repeatable !== true) return value;
      return [...(Array.isArray(previous) ? previous : []), value];
    });
  }
  return option;
}

/** Reads a value; a wrong one is reported with the option, the value and what is allowed. */
function readValue(
  parse: NonNullable<OptionRecord<unknown>['parse']>,
  option: Option,
  text: string,
  context: ValueContext,
): unknown {
  try {
    return parse(text, context);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new KnownError('usage', `${option.long} '${text}' is not valid. ${error.message}`);
  }
}

/** Commander's name for an option's value. */
function attributeOf(name: OptionName): string {
  return new Option(OPTIONS[name].flags).attributeName();
}

function programHelp(terminal: Terminal): string {
  const width = helpWidth(terminal.stdout.columns);
  const codes = Object.values(EXIT_CODES).map(
    ({ code, meaning }) => [String(code), meaning] as const,
  );
  const more =
    'The options of a command: k8s-audit COMMAND --help. Without a command, scan is meant.';
  return [
    examplesHelp(FIRST_EXAMPLES, terminal),
    `\nExit codes:\n${termRows(codes, width)}`,
    `\n${wrappedHelp(more, width)}`,
  ].join('\n');
}

function examplesHelp(examples: readonly string[], { stdout }: Terminal): string {
  const width = helpWidth(stdout.columns);
  return `\nExamples:\n${examples.map((example) => shellLines(example, width)).join('\n')}`;
}
