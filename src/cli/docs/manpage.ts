import { FORMATS } from '../../outputs/index.ts';
import type { CommandRecord } from '../flags/command.ts';
import { EXIT_CODES } from '../terminal/exit.ts';
import { ENVIRONMENT, groupedOptions } from '../flags/option-groups.ts';
import { FILES } from './files.ts';

/** The manual page in roff (man(7)), from the tables that the command line is built from. */
export function manPage(commands: readonly CommandRecord[], version: string): string {
  const shared = sharedOptions(commands);
  const parts = [
    `.TH K8S\\-AUDIT 1 "" "k8s\\-audit ${roff(version)}" "User Commands"`,
    '.SH NAME',
    'k8s\\-audit \\- analyze Kubernetes audit logs with Falco rules',
    '.SH SYNOPSIS',
    ...commands.flatMap(({ name, arguments: args }) => [
      '.br',
      `.B k8s\\-audit ${roff(name)}`,
      `[options] ${roff(args)}`.trimEnd(),
    ]),
    '.SH DESCRIPTION',
    'Reads Kubernetes audit logs, evaluates Falco rules of the source k8s_audit on them and prints',
    'the notable events.',
    'Results go to standard output, everything else to standard error.',
    'Without a command, scan is meant.',
    '.SH COMMANDS',
    ...commands.flatMap((command) => commandText(command, shared)),
    '.SH COMMON OPTIONS',
    'Options of several commands, which say above which of them they take.',
    ...shared.groups.flatMap(optionText),
    '.SH EXAMPLES',
    '.nf',
    ...commands.flatMap(({ examples }) => examples.slice(0, 1).map(line)),
    '.fi',
    '.SH FORMATS',
    ...Object.entries(FORMATS).flatMap(([name, { description }]) => item(name, description)),
    '.SH EXIT STATUS',
    ...Object.values(EXIT_CODES).flatMap(({ code, meaning }) => item(String(code), meaning)),
    '.SH ENVIRONMENT',
    ...ENVIRONMENT.flatMap(([name, meaning]) => item(name, meaning)),
    '.SH FILES',
    ...FILES.flatMap(([path, meaning]) => item(path, meaning)),
    '.SH SEE ALSO',
    '.B k8s\\-audit',
    roff('COMMAND --help, for one command'),
    '.br',
    roff(
      'docs/guides in the package, step by step: a first log, an incident, coming from Falco, tuning',
    ),
    '.br',
    '.BR kubectl (1),',
    '.BR journalctl (1),',
    '.BR jq (1)',
  ];
  return `${parts.join('\n')}\n`;
}

/** Options that mean the same to this many commands are described once. */
const SHARED_BY = 2;

interface SharedOptions {
  readonly keys: ReadonlySet<string>;
  /** The first command, and its options that are not the same everywhere: others refer to them. */
  readonly first: CommandRecord;
  readonly ofFirst: ReadonlySet<string>;
  readonly groups: readonly Group[];
}

type Group = ReturnType<typeof groupedOptions>[number];
type Shown = Group['options'][number];

const keyOf = ({ flags, text }: Shown): string => `${flags}\n${text}`;

function sharedOptions(commands: readonly CommandRecord[]): SharedOptions {
  const all = commands.flatMap(groupedOptions);
  const counts = new Map<string, number>();
  for (const option of all.flatMap(({ options }) => options)) {
    counts.set(keyOf(option), (counts.get(keyOf(option)) ?? 0) + 1);
  }
  // What has several meanings (--format) stays with its commands.
  const meanings = [...counts.keys()].map((key) => key.split('\n', 1)[0]!);
  const isShared = ([key, count]: [string, number]): boolean =>
    count >= SHARED_BY && meanings.filter((flags) => key.startsWith(`${flags}\n`)).length === 1;
  const keys = new Set([...counts].filter(isShared).map(([key]) => key));
  const titles = [...new Set(all.map(({ title }) => title))];
  const groups = titles.map((title) => {
    const options = all.filter((group) => group.title === title).flatMap((group) => group.options);
    return { title, options: [...new Map(options.map((one) => [keyOf(one), one])).values()] };
  });
  const [first] = commands;
  const ofFirst = groupedOptions(first!).flatMap(({ options }) => options.map(keyOf));
  return {
    keys,
    first: first!,
    ofFirst: new Set(ofFirst.filter((key) => !keys.has(key))),
    groups: without(groups, (option) => !keys.has(keyOf(option))),
  };
}

/** Groups without some of their options, and without those that are empty then. */
function without(groups: readonly Group[], leaveOut: (option: Shown) => boolean): Group[] {
  return groups
    .map(({ title, options }) => ({ title, options: options.filter((one) => !leaveOut(one)) }))
    .filter(({ options }) => options.length > 0);
}

function optionText({ title, options }: Group): string[] {
  const heading = ['.PP', `.I ${roff(title)}`];
  return [...heading, ...options.flatMap(({ flags, text }) => item(flags, text))];
}

function commandText(record: CommandRecord, shared: SharedOptions): string[] {
  const { name, arguments: args, argumentHelp, description, examples } = record;
  const lines = [`.SS "k8s\\-audit ${roff(`${name} ${args}`.trim())}"`, line(`${description}.`)];
  const help = argumentHelp.split('\n');
  for (const [index, argument] of args.split(' ').entries()) {
    if (argument !== '') lines.push(...item(argument, help[index] ?? ''));
  }
  const groups = groupedOptions(record);
  const { keys, first } = shared;
  const ofFirst: ReadonlySet<string> = record === first ? new Set() : shared.ofFirst;
  const isElsewhere = (option: Shown): boolean =>
    keys.has(keyOf(option)) || ofFirst.has(keyOf(option));
  lines.push(...without(groups, isElsewhere).flatMap(optionText));
  for (const [title, set] of [
    [`As of ${first.name}`, ofFirst],
    ['Common options', keys],
  ] as const) {
    const flags = groups.flatMap(({ options }) =>
      options.filter((option) => set.has(keyOf(option))).map((option) => option.flags),
    );
    if (flags.length > 0) lines.push('.PP', `.I ${title}`, line(flags.join(', ')));
  }
  if (examples.length > 0) {
    lines.push('.PP', '.I Examples', '.nf', ...examples.map(line), '.fi');
  }
  return lines;
}

/** A term and what it means. */
function item(term: string, text: string): string[] {
  return ['.TP', `.B ${roff(term)}`, line(text)];
}

/** A text line: a point or an apostrophe at its start would be a request. */
function line(text: string): string {
  const escaped = roff(text);
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}

function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('"', '\\(dq')
    .replaceAll("'", '\\(aq')
    .replaceAll('\n', ' ');
}
