import { Command, Option } from 'commander';
import type { RuleSwitch } from '../rules/select.ts';
import type { CommandAction, CommandRecord, Invocation } from './command.ts';
import { COMMANDS } from './commands/index.ts';
import { OPTION_GROUPS, OPTIONS, type OptionName, type OptionRecord } from './options.ts';
import type { Terminal } from './terminal.ts';
import { EXIT_CODES } from './exit.ts';

/** A command chosen by the arguments, ready to run. */
export interface Chosen {
  readonly load: () => Promise<CommandAction>;
  readonly invocation: Invocation;
}

/**
 * Builds the command tree from the tables. Parsing calls `chosen` at most once; it throws a CommanderError
 * for wrong use, help and version.
 */
export function buildProgram(
  terminal: Terminal,
  version: string,
  chosen: (choice: Chosen) => void,
): Command {
  const program = new Command('k8s-audit');
  program
    .description('Analyze Kubernetes audit logs with Falco rules.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command');
  const groups = new Map<string, Command>();
  for (const record of COMMANDS) {
    const [first, second] = record.name.split(' ');
    let parent = program;
    if (second !== undefined) {
      parent = groups.get(first!) ?? program.command(first!).description(`${first} commands`);
      parent.helpCommand(false);
      groups.set(first!, parent);
    }
    const isDefault = record === COMMANDS[0];
    const command = parent.command(second ?? first!, { isDefault });
    addCommand(command, record, terminal, chosen);
  }
  program.addHelpText('after', `\nExit codes:\n${exitCodeHelp()}`);
  for (const command of [program, ...groups.values(), ...everySubcommand(program)]) {
    configure(command, terminal);
  }
  return program;
}

function everySubcommand(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...everySubcommand(child)]);
}

/** Errors are thrown, not exits; help and errors go to the terminal's streams. */
function configure(command: Command, terminal: Terminal): void {
  command.exitOverride();
  command.configureOutput({
    writeOut: (text) => void terminal.stdout.write(text),
    // The caller words errors: here only the text of Commander is kept back.
    writeErr: () => undefined,
    getOutHelpWidth: () => Math.min(terminal.stdout.columns, 100),
    getErrHelpWidth: () => Math.min(terminal.stderr.columns, 100),
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  });
}

function addCommand(
  command: Command,
  record: CommandRecord,
  terminal: Terminal,
  chosen: (choice: Chosen) => void,
): void {
  command.description(record.description);
  if (record.arguments !== '') command.argument(record.arguments, record.argumentHelp);
  const ruleSwitches: RuleSwitch[] = [];
  for (const group of Object.keys(OPTION_GROUPS)) {
    for (const name of record.options) {
      if (OPTIONS[name].group !== group) continue;
      command.addOption(commanderOption(name, terminal, ruleSwitches));
    }
  }
  command.addHelpText(
    'after',
    `\nExamples:\n${record.examples.map((example) => `  ${example}`).join('\n')}`,
  );
  command.action((...given: unknown[]) => {
    const values: Record<string, unknown> = command.opts();
    const settings: Record<string, unknown> = {};
    for (const name of Object.keys(OPTIONS) as OptionName[]) {
      settings[name] = values[attributeOf(name)] ?? OPTIONS[name].default;
    }
    const [first] = given;
    const args = record.arguments === '' || first === undefined ? [] : [first].flat();
    chosen({
      load: record.load,
      invocation: {
        args: args.map(String),
        settings: settings as Invocation['settings'],
        ruleSwitches,
        terminal,
      },
    });
  });
}

function commanderOption(
  name: OptionName,
  terminal: Terminal,
  ruleSwitches: RuleSwitch[],
): Option {
  const record: OptionRecord<unknown> = OPTIONS[name];
  const defaultText = record.defaultText ?? plainDefault(record.default);
  const shown = defaultText === undefined ? '' : ` (default: ${defaultText})`;
  const option = new Option(record.flags, `${record.description}${shown}`);
  option.helpGroup(`${OPTION_GROUPS[record.group]}:`);
  const { parse } = record;
  if (parse !== undefined) {
    const context = { now: terminal.now() };
    option.argParser((text: string, previous: unknown) => {
      const value = parse(text, context);
      if (name === 'enableRule' || name === 'disableRule') {
        ruleSwitches.push({ enable: name === 'enableRule', pattern: text });
      }
      if (record.repeatable !== true) return value;
      return [...(Array.isArray(previous) ? previous : []), value];
    });
  }
  return option;
}

function plainDefault(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** Commander's name for an option's value. */
function attributeOf(name: OptionName): string {
  return new Option(OPTIONS[name].flags).attributeName();
}

function exitCodeHelp(): string {
  return Object.values(EXIT_CODES)
    .map(({ code, meaning }) => `  ${String(code).padEnd(4)} ${meaning}`)
    .join('\n');
}
