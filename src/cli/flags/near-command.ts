import { didYouMean, nearest } from '../../util/suggest.ts';
import type { CommandRecord } from './command.ts';
import { OPTIONS } from './options.ts';

type Named = Pick<CommandRecord, 'name'>;

/**
 * `did you mean the command …?`, for a word that may be a mistyped command; undefined when it is near none.
 * With a default command such a word is read as a path.
 */
export function nearCommand(word: string, commands: readonly Named[]): string | undefined {
  if (!/^[a-z-]+$/i.test(word)) return undefined;
  if (word === 'version') return 'k8s-audit --version prints it';
  // `sessions` alone, where `activity sessions` is meant.
  const whole = commands.find(({ name }) => name.split(' ')[1] === word);
  if (whole !== undefined) return `did you mean the command '${whole.name}'?`;
  const names = [...commands.map(firstWord), 'help'];
  return didYouMean(word, names)?.replace('did you mean ', 'did you mean the command ');
}

/** The same for the second word of a command that may be mistyped, as in `activity idenity`. */
export function nearSecond(
  first: string,
  second: string,
  commands: readonly Named[],
): string | undefined {
  const near = nearest(second, commandsOf(first, commands)).map((name) => `'${first} ${name}'`);
  return near.length === 0 ? undefined : `did you mean the command ${near.join(' or ')}?`;
}

/** What commands a group has, for a second word that is none of them, and another group's that is called so. */
export function groupHas(group: string, second: string, commands: readonly Named[]): string {
  const other = commands.find(({ name }) => name.split(' ')[1] === second);
  const there = other === undefined ? '' : `; there is '${other.name}'`;
  return `${group} has ${commandsOf(group, commands).join(', ')}${there}`;
}

/** True for the first word of a command. */
export function isCommand(word: string, commands: readonly Named[]): boolean {
  return word === 'help' || commands.some((command) => firstWord(command) === word);
}

/** The commands of a group such as `rules`: the second words of their names. */
export function commandsOf(group: string, commands: readonly Named[]): string[] {
  return commands
    .map(({ name }) => name.split(' '))
    .filter(([first, second]) => first === group && second !== undefined)
    .map(([, second]) => second!);
}

/** Commands that are named as those which have an option. */
const MAX_OWNERS = 3;

/** `--fail-on is an option of scan, merge, incidents`, for one that a command has not; undefined where none has it. */
export function ownersOf(
  given: string,
  commands: readonly Pick<CommandRecord, 'name' | 'options'>[],
): string | undefined {
  const flag = given.replace(/=.*$/s, '');
  const owners = commands.filter((command) => hasFlag(command, flag)).map(({ name }) => name);
  if (owners.length === 0) return undefined;
  const rest = owners.length - MAX_OWNERS;
  const more = rest > 0 ? ` and ${rest} more commands` : '';
  return `${flag} is an option of ${owners.slice(0, MAX_OWNERS).join(', ')}${more}`;
}

/** Options as other tools have them: the flag that a command needs for it, and what is written here. */
const ELSEWHERE: ReadonlyMap<string, readonly [flag: string, here: string]> = new Map([
  ['--json', ['--format', '-f json']],
  ['--csv', ['--format', '-f csv']],
  ['--sarif', ['--format', '-f sarif']],
  ['--html', ['--output', '-o FILE.html']],
  ['--output', ['--format', '-f FORMAT, and > FILE']],
  ['-o', ['--format', '-f FORMAT, and > FILE']],
  ['--address', ['--listen', '--listen ADDRESS:PORT']],
  ['--port', ['--listen', '--listen ADDRESS:PORT']],
  ['--no-color', ['--color', '--color never']],
  ['--watch', ['--follow', '-F']],
  ['-w', ['--follow', '-F']],
  ['--from', ['--since', '--since TIME']],
  ['--no-progress', ['--quiet', '-q']],
  ['--utc', ['--timezone', '--timezone UTC, the default']],
  ['--exit-code', ['--fail-on', '--fail-on LEVEL']],
  ['--exclude-rule', ['--disable-rule', '--disable-rule NAME']],
  ['--exclude-user', ['--where', "--where 'ka.user.name != NAME'"]],
  ['--status', ['--where', "--where 'ka.response.code = 403'"]],
  ['--stage', ['--where', "--where 'ka.stage = ResponseComplete'"]],
]);

/** `here that is -f json`, for an option as other tools have it; undefined where the command has nothing like it. */
export function asWrittenHere(
  given: string,
  argv: readonly string[],
  commands: readonly Pick<CommandRecord, 'name' | 'options'>[],
): string | undefined {
  const flag = given.replace(/=.*$/s, '');
  const words = argv.slice(0, 2).join(' ');
  const named = commands.filter(({ name }) => `${words} `.startsWith(`${name} `));
  // `activity object` before `activity`; without a name it is the default command.
  const command = named.toSorted((a, b) => b.name.length - a.name.length)[0] ?? commands[0];
  const [needed, here] = ELSEWHERE.get(flag) ?? [];
  if (needed === undefined || command === undefined || !hasFlag(command, needed)) return undefined;
  return `here that is ${here}`;
}

function hasFlag({ options }: Pick<CommandRecord, 'options'>, flag: string): boolean {
  return options.some((name) => OPTIONS[name].flags.split(/[ ,]+/).includes(flag));
}

function firstWord({ name }: Named): string {
  return name.split(' ')[0]!;
}
